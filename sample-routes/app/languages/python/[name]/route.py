"""GET and POST /languages/python/[name]: a param, the query and a form, as in the directories beside it."""

from routelet import Problem, Request, Response, get, post


# An argument is the param of its name, or else a value of the query.
@get
async def greet(name: str, greeting: str = "Hello"):
    return f"{greeting}, {name}, from Python!\n"


@post
async def say(request: Request, name: str):
    form = await request.form()
    if "text" not in form:
        raise Problem(400, "expected a form with a field `text`")
    return Response(f"{name} said {form['text']}\n", 201)
