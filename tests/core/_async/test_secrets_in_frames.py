"""Whatever is raised, the frames that the library and its engines leave hold no secret."""

from __future__ import annotations

import gzip
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import FrameType
from typing import Any

import httpx
import pytest

from core.kit import KEY, RESET, chain, endpoint, listening, refused_url, serving, wired_reply
from veneer import AsyncClient, Platform, RetryPolicy, Timeouts, api_key_cookie, api_key_header, api_key_query
from veneer._core.auth import BEARER

pytestmark = pytest.mark.anyio

GET = endpoint("get")
# The canary is in every place that a client can put a credential in.
PLATFORM = Platform(
    name="canary",
    schemes={
        "bearer": BEARER,
        "odd": api_key_header("X-Odd"),
        "query": api_key_query("sig"),
        "cookie": api_key_cookie("sid"),
    },
)
EVERYWHERE = endpoint("post", "/items", security=[("bearer", "odd", "query", "cookie")])
ENGINES = ("/overlay/veneer/", "/httpx/", "/httpx2/", "/httpcore/", "/httpcore2/", "/h11/", "/asyncio/")


def client(url: str, **options: Any) -> AsyncClient:
    return AsyncClient(
        url,
        **{
            "platform": PLATFORM,
            "api_key": KEY,
            "credentials": dict.fromkeys(["odd", "query", "cookie"], KEY),
            "headers": {"x-session-token": KEY},
            "retry": RetryPolicy(max_retries=1, base=0.0, cap=0.0),
            "timeouts": Timeouts.of(5),
            **options,
        },
    )


def frames(error: BaseException) -> Iterator[FrameType]:
    """The frames of an exception, and of those behind it, that are not the test's."""
    for one in chain(error):
        trace = one.__traceback__
        while trace is not None:
            if any(part in trace.tb_frame.f_code.co_filename for part in ENGINES):
                yield trace.tb_frame
            trace = trace.tb_next


def shown(value: Any) -> str:
    """Return what a report prints of a variable, containers expanded by one level."""
    inside = (
        list(value.values()) if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    )
    return " ".join(map(repr, [value, *inside]))


def leaks(error: BaseException) -> list[str]:
    """The variables of those frames that show the canary."""
    return [
        f"{frame.f_code.co_name}.{name}"
        for frame in frames(error)
        for name, value in frame.f_locals.items()
        if KEY in shown(value)
    ]


def fail(*_: Any) -> Any:
    raise LookupError("mine")


class BadFile(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1) or fail()


async def pieces() -> AsyncIterator[bytes]:
    yield b"a piece"
    fail()


def posting(body: Callable[[], dict[str, Any]]) -> Callable[[AsyncClient], Awaitable[Any]]:
    async def call(made: AsyncClient) -> Any:
        return await made.request("POST", "/orders", **body())

    return call


async def everywhere(made: AsyncClient) -> Any:
    return await made.call(EVERYWHERE, body={"a": 1})


# What a caller does, with what options; the server answers 200.
CALLERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "on_request": (everywhere, {"on_request": [fail]}),
    "on_response": (everywhere, {"on_response": [fail]}),
    "on_result": (everywhere, {"on_result": [fail]}),
    "a body's pieces": (posting(lambda: {"content": pieces()}), {}),
    "a body's file": (posting(lambda: {"content": BadFile(b"x")}), {}),
    "a form's file": (posting(lambda: {"files": {"a": BadFile(b"x")}}), {}),
    "a body that is not JSON": (posting(lambda: {"json": {"a": object()}}), {}),
    "a header that HTTP forbids": (posting(lambda: {"headers": {"x": "a\nb"}}), {}),
}
ANSWERS: dict[str, bytes] = {
    "400": wired_reply(400),
    "503": wired_reply(503),
    "a redirect elsewhere": wired_reply(307, {"location": "http://127.0.0.1:1/"}),
    "hangs up": b"",
    "reset": RESET,
    "not HTTP": b"\x00\x01 nonsense\r\n\r\n",
    "half a body": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
    "not gzip": wired_reply(200, {"content-encoding": "gzip"}, b"{}"),
    "a bomb": wired_reply(200, {"content-encoding": "gzip"}, gzip.compress(bytes(100_000))),
    "not JSON": wired_reply(200, {"content-type": "application/json"}, b"{"),
}


@pytest.mark.parametrize("name", CALLERS)
async def test_a_callers_error_leaves_no_secret_in_our_frames(name: str) -> None:
    call, options = CALLERS[name]
    with serving(lambda _: wired_reply(200)) as site:
        async with client(site.url, **options) as made:
            with pytest.raises((LookupError, ValueError, TypeError)) as caught:
                await call(made)
    assert leaks(caught.value) == []


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_that_is_an_error_leaves_no_secret_in_our_frames(name: str) -> None:
    with serving(lambda _: ANSWERS[name]) as site:
        async with client(site.url, max_response_bytes=1000) as made:
            with pytest.raises(Exception) as caught:  # noqa: PT011  # whichever
                await everywhere(made)
    assert leaks(caught.value) == []
    assert list(frames(caught.value))
    assert all(KEY in repr(request) for request in site.requests)


@pytest.mark.parametrize("limits", [{"timeouts": 0.05}, {"deadline": 0.05}], ids=["time-out", "deadline"])
async def test_a_call_that_is_too_late_leaves_no_secret_in_our_frames(limits: dict[str, Any]) -> None:
    with listening(lambda connection: None) as url:
        async with client(url, **limits) as made:
            with pytest.raises(TimeoutError) as caught:
                await everywhere(made)
    assert leaks(caught.value) == []


async def test_a_connection_that_is_refused_leaves_no_secret_in_our_frames() -> None:
    with serving(lambda _: wired_reply(200)) as site:
        async with client(refused_url()) as made:
            with pytest.raises(Exception, match="no connection") as caught:
                await everywhere(made)
    assert (leaks(caught.value), site.requests) == ([], [])


@pytest.mark.parametrize("options", [{"on_response": []}, {"on_request": []}], ids=["answered", "to be sent"])
async def test_an_interrupt_leaves_no_secret_in_our_frames(options: dict[str, list[Any]]) -> None:
    def stop(_: Any) -> None:
        raise KeyboardInterrupt

    with serving(lambda _: wired_reply(200)) as site:
        async with client(site.url, **{name: [stop] for name in options}) as made:
            with pytest.raises(KeyboardInterrupt) as caught:
                await everywhere(made)
    assert leaks(caught.value) == []


async def test_a_callers_own_frames_keep_their_variables() -> None:
    """They are what somebody who looks for his mistake needs."""

    def hook(_response: httpx.Response) -> None:
        clue = "here"
        raise LookupError(clue)

    with serving(lambda _: wired_reply(200)) as site:
        async with client(site.url, on_response=[hook]) as made:
            with pytest.raises(LookupError) as caught:
                await made.call(GET)
    trace = caught.value.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    assert trace is not None
    assert trace.tb_frame.f_locals.get("clue") == "here"
