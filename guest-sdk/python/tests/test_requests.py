"""What a handler reads of a request, and what its signature asks for."""

import enum
import uuid
from typing import Any, Literal, TypedDict

import pytest

from routelet import Request, params


class Colour(enum.Enum):
    RED = "red"


def test_a_request_is_read_by_its_parts(host):
    seen = {}

    async def handler(request):
        seen["request"] = request
        return await request.json()

    headers = [("cookie", 'a=1; b="x%20y"'), ("accept", "text/html")]
    sent = host.call(handler, "/users?q=a+b&q=c", method="POST", headers=headers, body=['{"n":', "1}"])
    request = seen["request"]
    assert (request.method, request.path, request.query.get_all("q")) == ("POST", "/users", ["a b", "c"])
    assert (dict(request.cookies), request.headers["Accept"]) == ({"a": "1", "b": "x y"}, "text/html")
    assert (request.id, request.client_address, sent.text) == ("r1", "127.0.0.1", '{"n":1}')


def test_a_body_is_streamed_as_it_arrives_and_read_once(host):
    async def handler(request: Request):
        pieces = [piece.decode() async for piece in request.stream()]
        with pytest.raises(RuntimeError, match="has been read already"):
            await request.body()
        return pieces

    assert host.call(handler, method="POST", body=["one", "two"]).text == '["one","two"]'


@pytest.mark.parametrize(
    ("read", "body", "content_type", "status", "said"),
    [
        ("json", "{", "", 400, "body: no JSON"),
        ("json", "[NaN]", "", 400, "NaN is no number"),
        ("json", "[" * 200_000, "", 400, "nested"),
        ("text", b"\xff", "", 400, "not UTF-8 at byte 0"),
        ("form", "a=1", "text/plain", 415, "expected a body of content type application/x-www-form-urlencoded"),
        ("form", "--X\r\n", "multipart/form-data; boundary=X", 400, "closing boundary"),
        ("body", [b"piece", None], "", 413, "Content Too Large|Request Entity Too Large"),
    ],
)
def test_a_body_that_does_not_parse_is_the_clients_fault(host, read, body, content_type, status, said):
    async def handler(request):
        return str(await getattr(request, read)())

    sent = host.call(handler, method="POST", body=body, headers=[("content-type", content_type)])
    assert sent.status == status, sent
    assert any(words in sent.text for words in said.split("|")), sent.text


def test_forms_of_both_kinds_are_read(host):
    async def handler(request):
        form = await request.form()
        file = form.get("file")
        return {"name": form["name"], "file": file and [file.filename, file.content_type, file.text(), len(file)]}

    urlencoded = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")]
    assert host.call(handler, method="POST", body="name=a+b", headers=urlencoded).text == '{"name":"a b","file":null}'
    multipart = [("content-type", 'multipart/form-data; boundary="X Y"')]
    body = (
        'ignored\r\n--X Y\r\ncontent-disposition: form-data; name="name"\r\n\r\nAda\r\n--X Y  \r\n'
        'Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/csv\r\n\r\n1,2\r\n\r\n--X Y--\r\n'
    )
    sent = host.call(handler, method="POST", body=body, headers=multipart)
    assert sent.text == '{"name":"Ada","file":["a.txt","text/csv","1,2\\r\\n",5]}'


KINDS = [
    ("int", int, "7", 7, "x", "expected an int"),
    ("float", float, "7.5", 7.5, "x", "expected a float"),
    ("bool", bool, "true", True, "maybe", "expected true or false"),
    ("uuid", uuid.UUID, "12345678123456781234567812345678", None, "1", "expected a UUID"),
    ("enum", Colour, "red", Colour.RED, "blue", "expected one of red"),
    ("literal", Literal["a", "b"], "b", "b", "c", "expected one of a, b"),
    ("optional", int | None, "7", 7, "x", "expected an int"),
]


@pytest.mark.parametrize(("annotation", "good", "value", "bad", "said"), [kind[1:] for kind in KINDS], ids=[k[0] for k in KINDS])
def test_params_arrive_as_their_annotations_ask(host, annotation, good, value, bad, said):
    seen = []

    def handler(id):
        seen.append(id)
        return "ok"

    handler.__annotations__["id"] = annotation
    assert host.call(handler, params={"id": [good]}, pattern="/users/[id]").status == 200
    assert value is None or seen == [value]
    sent = host.call(handler, params={"id": [bad]}, pattern="/users/[id]")
    assert (sent.status, "path: id: " + said in sent.text) == (400, True), sent.text


def test_catch_alls_are_lists_or_joined(host):
    def as_list(path: list[str]):
        return path

    def as_text(path: str):
        return path

    def optional(slug: list[str]):
        return slug

    def all_of_them(params):
        return params

    pieces = {"path": ["a", "b/c"]}
    assert host.call(as_list, params=pieces, pattern="/docs/[...path]").text == '["a","b/c"]'
    assert host.call(as_text, params=pieces, pattern="/docs/[...path]").text == "a/b/c"
    assert host.call(optional, pattern="/shop/[[...slug]]").text == "[]"
    mixed = {"user-id": ["1"], "path": ["a"]}
    assert host.call(all_of_them, params=mixed, pattern="/[user-id]/[...path]").text == '{"user-id":"1","path":["a"]}'


def test_what_is_no_param_comes_from_the_query(host):
    def handler(user_id: int, page: int = 1, tag: list[str] = (), q: str | None = None):
        return [user_id, page, list(tag), q]

    def needs(page: int):
        return page

    called = host.call(handler, "/?page=3&tag=a&tag=b", params={"user-id": ["7"]}, pattern="/[user-id]")
    assert called.text == '[7,3,["a","b"],null]'
    missing = host.call(needs)
    assert (missing.status, "query: page is missing; expected an int" in missing.text) == (400, True)


class Named(TypedDict):
    name: str


class Partly(TypedDict, total=False):
    rest: list[str]


def unknown(id: Request | int): ...
def positional(id, /): ...
def unreadable(id: "Nowhere"): ...  # noqa: F821
def misnamed(idd): ...
def defaulted(id: int, verbose=False): ...
def as_list(id: list[str]): ...
def always(rest: str): ...
def by_request(request: Request[Named]): ...
def by_params(params: Named): ...
def partly(request: Request[Partly]): ...


@pytest.mark.parametrize(
    ("handler", "pattern", "said"),
    [
        (unknown, "[id]", "`id` is asked for as "),
        (positional, "[id]", "`id` stands before `/`"),
        (unreadable, "[id]", "an annotation cannot be read"),
        (misnamed, "[id]", "`idd` is none of what the path captures (`id`), and has no annotation; write `idd: str`"),
        (misnamed, "x", "`idd` is none of what the path captures (nothing)"),
        (defaulted, "[id]", "`verbose` is none of what the path captures (`id`)"),
        (as_list, "[id]", "`id` is asked for as a list, and [id] captures one text"),
        (always, "[[...rest]]", "`rest` is always asked for, and [[...rest]] may capture nothing; write `rest: list[str]`"),
        (by_request, "[id]", "`request` has the params of another route (`name`); expected those that the path captures: `id`"),
        (by_params, "x", "`params` has the params of another route (`name`); expected those that the path captures: nothing"),
        (by_request, "[[...name]]", "`request` says that `name` is always there, and [[...name]] may capture nothing"),
    ],
)
def test_a_signature_that_no_request_can_fill_is_refused(handler, pattern, said):
    with pytest.raises(params.SignatureError) as refused:
        params.arguments(handler, params.segments(f"app/{pattern}/route.py"))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("handler", "pattern"),
    [(always, "[...rest]"), (as_list, "[...id]"), (by_request, "[name]"), (by_params, "[name]"), (partly, "[[...rest]]")],
)
def test_what_the_directory_captures_may_be_asked_for(handler, pattern):
    params.arguments(handler, params.segments(f"app/{pattern}/route.py"))


def test_a_request_that_knows_its_params_is_a_request(host):
    def handler(request: Request[Named], other: Request[Any], params: Named):
        return [request.params["name"], other.params["name"], params["name"]]

    assert host.call(handler, params={"name": ["a"]}, pattern="/[name]").text == '["a","a","a"]'
