from routelet import get


@get
def fail():
    raise RuntimeError("of its own accord")
