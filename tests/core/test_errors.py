"""Errors are one tree, carry what a caller acts on, and survive pickling."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any

import httpx
import pytest

import veneer
from core.kit import KEY, Wire, endpoint, reply, wired
from veneer import (
    APIError,
    Attempt,
    NotFoundError,
    Outcome,
    Platform,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    UnprocessableError,
    VeneerError,
)
from veneer._core import errors
from veneer._core.errors import BODY_LIMIT, class_for_status, combine_types

GET = endpoint("get")


class OwnError(VeneerError):
    """A platform's family."""


class OwnNotFoundError(OwnError, NotFoundError):
    """A platform's own 404."""


OWN = Platform(name="own", family=OwnError, by_status={404: OwnNotFoundError})


def raised(answer: int | httpx.Response | Exception, platform: Platform | None = None) -> VeneerError:
    with pytest.raises(VeneerError) as caught:
        wired(Wire(answer), max_retries=0, platform=platform).call(GET)
    return caught.value


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"^ *[│ ]*[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    assert ["VeneerError", *drawn] == sorted(errors.__all__, key=["VeneerError", *drawn].index)


def test_every_error_is_public() -> None:
    assert set(errors.__all__) <= set(veneer.__all__)


def test_every_error_status_is_an_api_error_with_its_status() -> None:
    for status in range(400, 600):
        error = raised(status)
        assert isinstance(error, APIError), status
        assert (error.status_code, isinstance(error, ServerError)) == (status, status >= 500)
        assert isinstance(error, class_for_status(status)), status


@pytest.mark.parametrize("status", [520, 599, 418, 304])
def test_a_status_nobody_knows_is_an_error_and_no_crash(status: int) -> None:
    assert str(status) in str(raised(status))


PLACES = [{"loc": ["body", "items", 0], "msg": "too short", "input": "s3cret"}, {"msg": "gone"}, "s3cret"]
"""FastAPI's list of what does not fit, of which places and texts alone are shown."""


@pytest.mark.parametrize(
    ("body", "code", "message", "detail"),
    [
        ({"error": {"code": "X", "message": "m", "details": {"a": 1}}}, "X", "m", {"a": 1}),
        ({"detail": "m"}, None, "m", "m"),
        ({"detail": [{"loc": ["a"]}]}, None, None, [{"loc": ["a"]}]),
        ({"detail": PLACES}, None, "body.items.0: too short; gone", PLACES),
        ({"code": "X", "message": "m"}, "X", "m", {"code": "X", "message": "m"}),
        ({"error": "m"}, None, "m", {"error": "m"}),
        ({"type": "about:x", "title": "m", "detail": "d"}, "about:x", "m", "d"),
        ({"code": 7, "message": 8}, "7", None, {"code": 7, "message": 8}),
        ([1], None, None, [1]),
        ("text", None, "text", "text"),
        (None, None, None, None),
    ],
    ids=str,
)
def test_the_usual_error_bodies_are_read(
    body: object, code: str | None, message: str | None, detail: object
) -> None:
    error = raised(reply(400, content=json.dumps(body).encode()))
    assert isinstance(error, APIError)
    assert (error.code, error.detail) == (code, detail)
    assert (message or "Bad Request") in str(error)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"<html><h1>Try later</h1></html>", "<h1>Try later"),
        (b'{"message": "caf\xe9 \xff"}', "caf"),
        (b'{"message": "cu', '{"message": "cu'),
        (b"", ""),
        (b"[" * 100_000, "[[["),
        (b"x" * 200_000, "xxx"),
        (b"\x00\x01\x02", "\x00"),
    ],
    ids=["html", "not utf-8", "cut", "empty", "nested", "long", "binary"],
)
def test_any_body_gives_the_statuss_error_with_its_text_kept(body: bytes, kept: str) -> None:
    error = raised(reply(502, content=body, headers={"content-type": "text/html"}))
    assert isinstance(error, ServerError)
    assert (error.status_code, error.data) == (502, None)
    assert kept in error.body
    assert len(error.body) <= BODY_LIMIT
    assert len(str(error)) < 1000


def test_a_charset_nobody_knows_is_no_crash() -> None:
    error = raised(reply(500, content=b"caf\xe9", headers={"content-type": "text/plain; charset=no-such"}))
    assert isinstance(error, APIError)
    assert error.body.startswith("caf")


def test_an_error_carries_what_the_answer_said() -> None:
    error = raised(reply(429, json={"code": "SLOW"}, headers={"Retry-After": "2", "X-Request-Id": "r1"}))
    assert isinstance(error, RateLimitError)
    assert (error.retry_after, error.request_id, error.headers["retry-after"]) == (2.0, "r1", "2")
    assert (error.operation, error.method, error.url) == ("get_item", "GET", "https://api.test/v1/items/1")
    assert error.raw_response is not None
    assert error.raw_response.json() == {"code": "SLOW"}


def test_an_attempt_is_told_in_a_few_words() -> None:
    facts: dict[str, Any] = {"outcome": Outcome.ANSWERED, "elapsed": 0.1, "delay": None, "reason": ""}
    texts: dict[str, dict[str, Any]] = {
        "503, waited 2 s (backoff)": {
            "status": 503,
            "error": "ServerError",
            "delay": 2.0,
            "reason": "backoff",
        },
        "200, then TransportError": {"status": 200, "error": "TransportError"},
        "ConnectError": {"status": None, "error": "ConnectError"},
        "200": {"status": 200, "error": None},
    }
    assert {str(Attempt(number=1, **{**facts, **more})): more for more in texts.values()} == texts


def test_a_message_from_the_server_stays_on_one_line_and_the_request_is_on_the_second() -> None:
    error = raised(reply(400, json={"message": "one\r\ntwo\x0bthree"}, headers={"x-request-id": "r-1"}))
    first, second = str(error).splitlines()
    assert first == error.message == "400 Bad Request: one two three"
    assert second.startswith(f"({error.method} {error.url}, ")
    assert second.endswith(", request id r-1)")
    assert repr(error) == f"BadRequestError({error.message!r})"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"detail": [{"loc": ["body", "n"], "msg": "is too big", "input": "s3cret"}]},
            "body.n: is too big",
        ),
        ({"detail": [{"loc": [], "msg": "A"}, {"msg": "B"}, "C", {"no": 1}]}, "A; B; C"),
        (
            {
                "error": {
                    "code": "E",
                    "message": "No.",
                    "details": {"fields": [{"field": "n", "message": "x"}]},
                }
            },
            "E: No. (n: x)",
        ),
        (
            {"message": "Invalid", "errors": {"email": ["is taken", "is long"]}},
            "Invalid (email: is taken, is long)",
        ),
        ({"title": "Bad", "invalid-params": [{"name": "age", "reason": "negative"}]}, "Bad (age: negative)"),
        ({"errors": [{"source": {"pointer": "/data/n"}, "detail": "odd"}]}, "/data/n: odd"),
        ({"error": {"details": [{"fieldViolations": [{"field": "n", "description": "odd"}]}]}}, "n: odd"),
        ({"code": "E", "message": "M", "details": {"field": "n", "reason": "odd"}}, "E: M (n: odd)"),
        ({"message": "n: odd", "errors": [{"field": "n", "message": "odd"}]}, "n: odd"),
        ({"message": "M", "details": {"password": "s3cret"}}, "M"),
        ({"errors": [{"field": "n", "message": "x" * 200}]}, f"n: {'x' * 116}…"),
        (
            {"errors": {str(n): ["odd"] for n in range(7)}},
            "0: odd; 1: odd; 2: odd; 3: odd; 4: odd; and 2 more",
        ),
        ({"errors": ["odd", None, {"errors": [[{"field": "n"}]]}]}, "odd"),
        ({"errors": ["Name is taken", "Age is odd"]}, "Name is taken; Age is odd"),
        ({"errors": "Name is taken"}, "Name is taken"),
        ({"errors": {"name": "taken"}}, "name: taken"),
        (
            {"error": {"message": "M", "details": {"name": "is taken", "currency": "EUR"}}},
            "M (name: is taken)",
        ),
        ({"message": ["name is taken", "age is odd"], "error": "Bad"}, "Bad (name is taken; age is odd)"),
        ({"name": ["Taken."], "non_field_errors": ["Odd."]}, "name: Taken.; non_field_errors: Odd."),
        (["Name is taken"], "Name is taken"),
    ],
    ids=lambda one: one if isinstance(one, str) and one else None,
)
def test_what_a_server_says_of_single_fields_is_in_the_message(body: object, said: str) -> None:
    error = raised(reply(422, json=body))
    head = "422 Unprocessable Entity"
    assert error.message.replace("Content", "Entity") == (f"{head}: {said}" if said else head)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize("form", ["json", "data"])
def test_what_was_sent_as_a_secret_is_masked_in_a_servers_words(form: str) -> None:
    answer = reply(
        422, json={"errors": ["hunter-2 is too short"], "message": "hunter-2 is bad for ada-lovelace"}
    )
    sent = {"password": "hunter-2", "name": "ada-lovelace"}
    with pytest.raises(UnprocessableError) as caught:
        wired(Wire(answer)).request("POST", "/a", **{form: sent})  # type: ignore[arg-type]  # either form
    assert "*** is bad for ada-lovelace (*** is too short)" in str(caught.value)


def test_a_time_out_says_how_long_it_was() -> None:
    with pytest.raises(RequestTimeoutError, match=r"the read timeout of 2\.5 s passed"):
        wired(Wire(httpx.ReadTimeout("")), timeout=2.5, max_retries=0).request("GET", "/a")


def test_an_error_in_plain_text_is_the_message() -> None:
    error = raised(reply(409, content=b"database is locked\n", headers={"content-type": "text/plain"}))
    assert error.message == "409 Conflict: database is locked"


@pytest.mark.parametrize("platform", [None, OWN], ids=["core", "platform"])
@pytest.mark.parametrize("answer", [404, 500, 418, httpx.ConnectError("no"), httpx.ReadError("cut")], ids=str)
@pytest.mark.parametrize(
    "again",
    [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy],
    ids=["pickle", "copy", "deepcopy"],
)
def test_errors_survive_pickling(platform: Platform | None, answer: int | Exception, again: object) -> None:
    error = raised(answer, platform)
    same = again(error)  # type: ignore[operator]  # a function of the parameter list
    assert type(same) is type(error)
    assert (str(same), same.explain(), same.outcome, same.attempts) == (
        str(error),
        error.explain(),
        error.outcome,
        error.attempts,
    )
    assert same.response is None


def test_a_platforms_error_is_also_the_cores() -> None:
    for answer, kind in (
        (404, NotFoundError),
        (500, ServerError),
        (httpx.ConnectError("no"), veneer.ConnectError),
    ):
        error = raised(answer, OWN)
        assert isinstance(error, OwnError)
        assert isinstance(error, kind)
    assert type(raised(404, OWN)) is OwnNotFoundError


def test_joined_classes_are_made_once_and_named_for_both() -> None:
    one = combine_types(OwnError, veneer.ConnectError)
    assert (one is combine_types(OwnError, veneer.ConnectError), one.__name__) == (True, "OwnConnectError")


def test_errors_show_their_message_and_nothing_else_in_a_repr() -> None:
    assert repr(NotFoundError("gone", url="https://x/?k=" + KEY)) == "NotFoundError('gone')"


def test_an_envelope_that_says_failure_is_an_error_whatever_the_status() -> None:
    def fails(_status: int, body: object) -> bool:
        payload = getattr(body, "payload", None)
        return isinstance(payload, dict) and payload.get("success") is False

    enveloped = Platform(name="env", is_error_envelope=fails)
    error = raised(
        reply(200, json={"success": False, "error": {"code": "DECISION_ESCALATED", "message": "m"}}),
        enveloped,
    )
    assert isinstance(error, APIError)
    assert (error.status_code, error.code) == (200, "DECISION_ESCALATED")
