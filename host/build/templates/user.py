"""GET and DELETE /api/users/[id]: a param, JSON, and an answer from anywhere."""

from routelet import Problem, Response, delete, get

USERS = [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}]


def find(id):
    for user in USERS:
        if user["id"] == id:
            return user
    # What is raised is the answer.
    raise Problem(404, "no such user")


# The name of an argument is that of the param; what is no int answers 400.
@get
async def read(id: int):
    return find(id)


# Every request runs in a fresh instance with its own memory, so that nothing is deleted for good.
@delete
async def remove(id: int):
    find(id)
    return Response(status=204)
