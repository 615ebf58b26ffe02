from routelet import Request, Response, get


@get
def count(request: Request):
    visits = str(int(request.cookies.get("visits", "0")) + 1)
    return Response(visits).set_cookie("visits", visits)
