"""A response that is built without httpx's constructor is the one that it would have made."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veneer._http import response
from veneer._http.framing import ResponseHead
from veneer._http.response import new_response

HEAD = ResponseHead(
    299,
    b"Fine",
    b"HTTP/1.1",
    [(b"Content-Type", b"text/plain"), (b"Set-Cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"x", b"caf\xe9")],
)
REQUEST = httpx.Request("GET", "https://api.test/x")


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    response._is_known.cache_clear()
    yield
    response._is_known.cache_clear()


def both() -> tuple[httpx.Response, httpx.Response]:
    """Ours, and what the constructor makes."""
    extensions = {"http_version": b"HTTP/1.1", "reason_phrase": b"Fine"}
    stream = httpx.ByteStream(b"body")
    theirs = httpx.Response(
        HEAD.status, headers=HEAD.headers, stream=stream, request=REQUEST, extensions=extensions
    )
    return new_response(HEAD, stream, REQUEST, dict(extensions)), theirs


def test_it_has_the_attributes_of_one_that_the_constructor_made() -> None:
    ours, theirs = both()
    assert isinstance(ours, httpx.Response)
    assert response._is_known(), "this httpx has other attributes: add them to new_response"
    assert list(vars(ours)) == list(vars(theirs))
    for name, value in vars(theirs).items():
        assert getattr(ours, name) == value, name
    assert ours.read() == b"body"
    assert (ours.text, ours.reason_phrase, ours.http_version) == ("body", "Fine", "HTTP/1.1")


def test_its_headers_are_looked_up_compared_and_changed_like_any() -> None:
    ours, theirs = (one.headers for one in both())
    assert ours.raw == theirs.raw == HEAD.headers
    assert (ours["CONTENT-TYPE"], ours.get_list("Set-Cookie")) == ("text/plain", ["a=1", "b=2"])
    assert (ours.encoding, dict(ours), repr(ours)) == (theirs.encoding, dict(theirs), repr(theirs))
    assert ours == theirs
    for headers in (ours, theirs):
        headers["x-new"] = "1"
        del headers["content-type"]
    assert ours.raw == theirs.raw
    assert (b"Content-Type", b"text/plain") in HEAD.headers, "a change of a response reached its head"


def test_a_change_of_what_raw_returned_changes_nothing() -> None:
    headers, before = both()[0].headers, HEAD.headers.copy()
    headers.raw.append((b"y", b"1"))
    assert headers.raw == HEAD.headers == before


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)), httpx.Headers],
    ids=["copy", "deepcopy", "pickle", "constructor"],
)
def test_a_copy_of_its_headers_is_httpxs_own(copied: Any) -> None:
    made = copied(both()[0].headers)
    assert type(made) is httpx.Headers
    assert made.raw == HEAD.headers


def test_an_attribute_that_headers_lack_is_an_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="no_such"):
        _ = both()[0].headers.no_such  # type: ignore[attr-defined]  # that is the point


def test_a_requests_headers_are_read_as_httpx_keeps_them() -> None:
    headers = httpx.Headers([(b"Host", b"api.test"), (b"x", b"1"), (b"x", b"2")])
    assert [(field[0], field[-1]) for field in response.fields_of(headers)] == headers.raw
    headers["x"] = "3"
    assert [(field[0], field[-1]) for field in response.fields_of(headers)] == headers.raw


@pytest.mark.parametrize("kind", [httpx.Response, httpx.Headers])
def test_a_release_of_httpx_with_other_attributes_makes_its_own(
    kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin: Any = kind.__init__

    def further(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self._further = 1

    monkeypatch.setattr(kind, "__init__", further)
    ours, _ = both()
    assert type(ours.headers) is httpx.Headers
    assert (ours.status_code, ours.headers.raw, ours.read()) == (299, HEAD.headers, b"body")
    made: Any = ours if kind is httpx.Response else ours.headers
    assert made._further == 1
    assert response.fields_of(REQUEST.headers) == REQUEST.headers.raw


CODES = ["utf-8", "utf-16", "utf-32"]
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(lambda value: json.dumps(value).encode())
ODD = ['{"a": 1, "a": 2}', "[NaN, Infinity]", '"\\ud800"', "1" * 400, "1e999", "-0.0", "", "{", "[1,]", "nul"]


@given(
    st.one_of(DOCUMENTS, st.binary(), st.sampled_from([text.encode(code) for text in ODD for code in CODES]))
)
@example(b"\xef\xbb\xbf{}")
def test_its_json_is_what_httpx_reads_or_the_same_error(body: bytes) -> None:
    def said(one: httpx.Response) -> tuple[type, str]:
        try:
            found = one.json()
        except ValueError as error:
            return type(error), str(error)
        return type(found), repr(found)

    ours, theirs = (made(HEAD, body) for made in (new_response_of, constructed))
    assert said(ours) == said(theirs)


def new_response_of(head: ResponseHead, body: bytes) -> httpx.Response:
    made = new_response(head, httpx.ByteStream(body), REQUEST, {})
    made.read()
    return made


def constructed(head: ResponseHead, body: bytes) -> httpx.Response:
    return httpx.Response(head.status, content=body)


def test_its_time_is_counted_in_seconds_until_it_is_asked_for_or_kept() -> None:
    ours = new_response_of(HEAD, b"")
    with pytest.raises(RuntimeError, match="elapsed"):
        print(ours.elapsed)
    ours._seconds = 1.5  # type: ignore[attr-defined]
    kept = pickle.loads(pickle.dumps(ours))
    assert (type(kept), kept.elapsed) == (httpx.Response, timedelta(seconds=1.5))
    assert ours.elapsed == timedelta(seconds=1.5)
    ours.elapsed = timedelta(seconds=2)
    assert ours.elapsed == timedelta(seconds=2)
