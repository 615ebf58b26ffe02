"""What handlers return, and what a client receives for it."""

import asyncio
from pathlib import Path

import pytest

from routelet import Problem, Request, Response, after, wait


def returning(value):
    return lambda: value


@pytest.mark.parametrize(
    ("returned", "status", "content_type", "text"),
    [
        ("hi", 200, "text/plain; charset=utf-8", "hi"),
        (b"hi", 200, "application/octet-stream", "hi"),
        ({"a": 1}, 200, "application/json", '{"a":1}'),
        ([1, "é"], 200, "application/json", '[1,"é"]'),
        (Response("made", 201), 201, "text/plain; charset=utf-8", "made"),
        (Response(None, 204), 204, "", ""),
        (Response.html("<p>"), 200, "text/html; charset=utf-8", "<p>"),
    ],
)
def test_what_a_handler_returns_is_the_answer(host, returned, status, content_type, text):
    sent = host.call(returning(returned))
    assert (sent.status, sent.header("content-type"), sent.text, sent.is_whole) == (status, content_type, text, True)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "GET returned None; expected a Response, str, bytes, dict, list or a generator of str or bytes"),
        (42, "GET returned an int; expected"),
        (("a", 200), "GET returned a tuple; expected"),
        ({"a": object()}, "Object of type object is not JSON serializable"),
        ({"a": float("nan")}, "Out of range float values are not JSON compliant"),
    ],
)
def test_anything_else_is_an_empty_500_and_a_line_in_the_log(host, capsys, returned, said):
    def handler():
        return returned

    sent = host.call(handler)
    assert (sent.status, sent.content) == (500, b"")
    logged = capsys.readouterr().err
    assert said in logged
    assert f"test_answers.py:{handler.__code__.co_firstlineno}" in logged


def test_an_exception_is_an_empty_500_and_its_traceback_in_the_log(host, capsys):
    async def handler():
        return {}["missing"]

    sent = host.call(handler)
    assert (sent.status, sent.content) == (500, b"")
    logged = capsys.readouterr().err
    assert logged.startswith("GET failed: Traceback (most recent call last):")
    assert 'File "test_answers.py"' in logged and "KeyError: 'missing'" in logged
    assert "serve.py" not in logged, "the SDK's own frames are nobody's business"


def test_a_problem_is_what_the_client_reads(host):
    def handler():
        raise Problem(404, "no such user", headers={"x-a": "1"}, id=7)

    sent = host.call(handler)
    assert (sent.status, sent.header("content-type"), sent.header("x-a")) == (404, "application/problem+json", "1")
    assert sent.text == '{"title": "Not Found", "status": 404, "detail": "no such user", "id": 7}'


def test_generators_of_either_kind_are_sent_piece_by_piece(host):
    async def slow():
        yield "one "
        await asyncio.sleep(0.01)
        yield b"two "
        yield "three"

    def quick():
        yield from ["one ", "two ", "three"]

    for handler in (slow, quick, lambda: Response(slow()), lambda: Response(quick())):
        sent = host.call(handler)
        assert (sent.text, sent.is_whole, sent.header("content-length")) == ("one two three", True, "")
    assert host.slept_ns, "sleeping is the host's business"


def test_a_stream_that_fails_at_once_is_a_500_and_a_later_one_is_left_unfinished(host, capsys):
    async def at_once():
        raise ValueError("early")
        yield ""

    async def later():
        yield "one"
        raise ValueError("late")

    async def wrong():
        yield "one"
        yield 2

    assert host.call(at_once).status == 500
    for handler, said in ((later, "ValueError: late"), (wrong, "the body yielded 2; expected str or bytes")):
        sent = host.call(handler)
        assert (sent.status, sent.text, sent.is_whole) == (200, "one", False)
        assert said in capsys.readouterr().err


def test_a_generator_whose_reader_leaves_runs_its_end(host):
    ended = []

    async def endless():
        try:
            while True:
                yield "piece"
        finally:
            ended.append(True)

    host.cut_after = 20
    assert not host.call(endless).is_whole
    assert ended == [True]


def test_what_was_registered_runs_after_the_answer_in_its_order(host, capsys):
    done = []

    async def handler():
        after(lambda: done.append("function"))
        after(later())
        after(fails)
        after(later)
        return "hi"

    async def later():
        done.append("coroutine")

    def fails():
        raise ValueError("too late for the client")

    assert host.call(handler).text == "hi"
    assert done == ["function", "coroutine", "coroutine"]
    assert "too late for the client" in capsys.readouterr().err


def test_a_plain_function_waits_for_what_it_needs(host):
    def handler(request: Request):
        return wait(request.json())

    assert host.call(handler, method="POST", body='{"n":1}').text == '{"n":1}'


def test_a_field_that_the_host_refuses_is_left_out(host, capsys):
    sent = host.call(lambda: Response("hi", headers={"connection": "close", "x-a": "1"}))
    assert (sent.header("x-a"), sent.header("connection"), sent.text) == ("1", "", "hi")
    assert "the host refuses the header field connection" in capsys.readouterr().err


@pytest.mark.parametrize("make", [lambda: Response("x", 99), lambda: Response({"a": 1}), lambda: Response.redirect("/", 200)])
def test_a_response_that_means_nothing_is_refused(make):
    with pytest.raises((TypeError, ValueError), match="expected"):
        make()


def test_cookies_are_set_and_deleted():
    response = Response("hi").set_cookie("a", "x y", http_only=True, same_site="lax").delete_cookie("b")
    assert response.headers.get_all("set-cookie") == [
        "a=x%20y; Path=/; HttpOnly; SameSite=Lax",
        "b=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    ]
    for name, options in (("a b", {}), ("a", {"path": "/;x"}), ("a", {"same_site": "none"})):
        with pytest.raises(ValueError, match="cookie"):
            response.set_cookie(name, "1", **options)


def test_the_route_of_the_readme_answers(host, tmp_path):
    text = (Path(__file__).parents[1] / "README.md").read_text()
    names = {}
    exec(text.split("```python\n")[1].split("```")[0], names)
    user = {"params": {"id": ["1"]}, "pattern": "/users/[id]"}
    assert host.call(names["read"], **user).text == '{"id":1,"name":"Ada"}'
    assert host.call(names["read"], params={"id": ["3"]}, pattern="/users/[id]").status == 404
    renamed = host.call(names["rename"], method="POST", body='{"name":"Ada L."}', **user)
    assert (renamed.status, renamed.header("set-cookie")) == (201, "seen=1; Path=/; HttpOnly")
    assert host.call(names["remove"], **user).status == 204
