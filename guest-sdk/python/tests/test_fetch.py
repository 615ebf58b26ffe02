"""A route's own requests."""

import pytest

from routelet import FetchError, fetch


def test_an_answer_is_fetched_and_read(host):
    host.answer(203, [b"from ", b"afar"])

    async def handler():
        answer = await fetch("https://example.com:8443/a?b=c", method="POST", json={"n": 1}, headers={"x-a": "1"})
        return [answer.status, answer.ok, answer.headers["content-type"], await answer.text()]

    sent = host.call(handler)
    assert sent.text == '[203,true,"text/plain","from afar"]'
    asked = host.last
    assert (asked.method, asked.scheme, asked.authority, asked.target) == (
        "Method_Post",
        "Scheme_Https",
        "example.com:8443",
        "/a?b=c",
    )
    assert (asked.text, asked.is_whole, asked.header("content-length"), asked.header("x-a")) == ('{"n": 1}', True, "8", "1")


def test_a_missing_grant_says_what_to_write(host):
    async def handler():
        with pytest.raises(FetchError, match="HTTP-request-denied; grant it in segment.toml: outbound"):
            await fetch("http://example.com")
        with pytest.raises(ValueError, match="no URL of a server"):
            await fetch("/relative")
        return "told"

    assert host.call(handler).text == "told"
