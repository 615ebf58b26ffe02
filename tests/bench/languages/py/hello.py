from routelet import get


@get
def hello():
    return "Hello, World!\n"
