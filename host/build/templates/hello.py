"""GET /: the smallest route."""

from routelet import get


# The decorator is the method, the directory is the URL; HEAD and OPTIONS come for free.
@get
def hello():
    return "Hello, World!\n"
