# Derived from tests/core/_async/test_platform_facts.py by scripts/unasync.py: edit that file, not this one.
"""A platform's facts steer its clients: what its codes mean for repeating, and where its routes are."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from core.kit import BASE, Wire, endpoint, reply, wired

from veneer import APIError, NotFoundError, RateLimitError, ServerError
from veneer._core.platform import Body, Platform
from veneer._core.responses import NOT_JSON

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")


def _fails(_status: int, body: Body) -> bool:
    return body.payload is not NOT_JSON and body.payload.get("error") is not None


ENVELOPED = Platform(
    name="enveloped",
    is_error_envelope=_fails,
    usual_status={"BUSY": 429, "BROKEN": 500, "GONE": 404, "STANDS": 503},
    non_retryable_codes=frozenset({"STANDS"}),
    complete_path=lambda path: f"/v2/{path}",
)


def failed(code: str, status: int = 200, **headers: str) -> httpx.Response:
    return reply(status, json={"error": {"code": code, "message": "no"}}, headers=headers)


def tried(call: Any, *answers: Any) -> tuple[int, APIError]:
    """Make a call that is meant to fail; give how many requests it took, and the error."""
    wire = Wire(*answers)
    with pytest.raises(APIError) as caught:
        wired(wire, platform=ENVELOPED, max_retries=1).call(call)
    return len(wire.requests), caught.value


def test_a_failure_that_a_success_hides_is_repeated_as_its_code_would_be() -> None:
    wire = Wire(failed("BUSY"), failed("BUSY", 201), reply(json={"id": 1}))
    assert wired(wire, platform=ENVELOPED).call(POST) == {"id": 1}


@pytest.mark.parametrize(
    ("call", "code", "requests", "kind"),
    [
        (GET, "BROKEN", 2, ServerError),
        (POST, "BROKEN", 1, ServerError),
        (POST, "BUSY", 2, RateLimitError),
        (GET, "GONE", 1, NotFoundError),
        (GET, "UNHEARD-OF", 1, APIError),
    ],
    ids=["read, 500", "write, 500", "write, 429", "read, 404", "read, unknown code"],
)
def test_what_a_hidden_failure_may_do_depends_on_the_call_too(
    call: Any, code: str, requests: int, kind: type[APIError]
) -> None:
    sent, error = tried(call, failed(code), failed(code))
    assert (sent, error.status_code, error.code) == (requests, 200, code)
    assert isinstance(error, kind)


def test_a_status_that_says_failure_itself_decides_whether_to_repeat_and_the_code_what_it_is() -> None:
    sent, error = tried(GET, failed("BUSY", 400), failed("BUSY", 400))
    assert (sent, error.status_code) == (1, 400)
    assert isinstance(error, RateLimitError)


@pytest.mark.parametrize(
    "answer",
    [
        failed("STANDS"),
        failed("STANDS", 429),
        failed("STANDS", 503, **{"retry-after": "1"}),
        failed("STANDS", 500, **{"x-should-retry": "true"}),
    ],
    ids=["200", "429", "503 with Retry-After", "500 with x-should-retry"],
)
def test_a_verdict_is_not_asked_for_again(answer: httpx.Response) -> None:
    sent, error = tried(GET, answer, answer)
    assert (sent, error.attempts[0].reason) == (1, "STANDS is a verdict")


def test_a_route_is_completed_by_the_platform_for_requests_and_walks() -> None:
    wire = Wire(200, reply(json={"items": [1], "total": 1}))
    client = wired(wire, platform=ENVELOPED)
    client.request("GET", "things/{id}", path_params={"id": "a/b"})
    assert client.paginate("things").collect() == [1]
    assert [str(request.url).removeprefix(BASE).partition("?")[0] for request in wire.requests] == [
        "/v2/things/a%2Fb",
        "/v2/things",
    ]
