from routelet import Request, Response, post


@post
async def double(request: Request):
    asked = await request.json()
    return Response.json({"twice": asked["n"] * 2}, 201)
