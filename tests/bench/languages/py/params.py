from routelet import get


@get
def read(id: int, q: str):
    return f"{id} {q}"
