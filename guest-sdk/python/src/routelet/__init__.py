"""Routes in Python: a file `route.py` answers the methods whose decorators it uses.

    from routelet import Request, get, post

    @get
    async def read(id: int, verbose: bool = False):
        return {"id": id, "verbose": verbose}

    @post
    async def create(request: Request):
        return await request.json()
"""

from .bodies import BodyError
from .client import Answer, FetchError, fetch
from .fields import Headers, Values
from .loop import wait
from .methods import delete, get, head, options, patch, post, put
from .multipart import Form, Upload
from .problem import Problem
from .request import Request
from .response import Response
from .serve import after

__all__ = [
    "Answer",
    "BodyError",
    "FetchError",
    "Form",
    "Headers",
    "Problem",
    "Request",
    "Response",
    "Upload",
    "Values",
    "after",
    "delete",
    "fetch",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "wait",
]
