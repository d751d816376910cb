# Derived from tests/core/_async/test_callers_code.py by scripts/unasync.py: edit that file, not this one.
"""A caller's own code is never judged: what it raises comes out as it is, once."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpcore
import httpx
import pytest
from core.kit import KEY, endpoint, serving, wired_reply

from veneer import (
    Client,
    ConfigurationError,
    ConnectError,
    DeadlineExceededError,
    NotFoundError,
    OffsetPages,
    Platform,
    RetryPolicy,
    VeneerError,
    _io,
)
from veneer._core.violations import SchemaViolation

pytestmark = pytest.mark.anyio

AT_ONCE = RetryPolicy(max_retries=3, base=0.0, cap=0.0)
# What an engine raises, and what else is taken for a sign of the network; of this program's own all
# of it.
ERRORS: dict[str, Callable[[], Exception]] = {
    "httpx.ConnectError": lambda: httpx.ConnectError("mine"),
    "TimeoutError": lambda: TimeoutError("mine"),
    "ConnectError of another client": lambda: ConnectError("mine"),
    "DeadlineExceededError of another client": lambda: DeadlineExceededError("mine"),
    "httpx.ReadTimeout": lambda: httpx.ReadTimeout("mine"),
    "httpx.WriteError": lambda: httpx.WriteError("mine"),
    "httpx.HTTPStatusError": lambda: httpx.HTTPStatusError(
        "mine", request=httpx.Request("GET", "http://a.test"), response=httpx.Response(500)
    ),
    "httpcore.ReadError": lambda: httpcore.ReadError("mine"),
    "ConnectionResetError": lambda: ConnectionResetError("mine"),
    "LookupError": lambda: LookupError("mine"),
}


class OwnError(VeneerError):
    """Base of a platform's errors."""


class Raising:
    """A function, iterator and file that raises one exception, and counts how often."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.times = 0

    def __call__(self, *_: Any) -> Any:
        self.times += 1
        raise self.error

    def later(self, *_: Any) -> Any:
        self()

    def pieces(self) -> Iterator[bytes]:
        yield b"a piece"
        self()

    def file(self) -> Any:
        """A seekable file that cannot be read to its end."""
        raising = self

        class File(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                return super().read(1) or raising()

        return File(b"x")


def hook(**options: Any) -> Any:
    def call(client: Client) -> Any:
        return client.request("POST", "/orders", json={})

    return options, call


def body(**request: Any) -> Any:
    def call(client: Client) -> Any:
        return client.request("POST", "/orders", **request)

    return {}, call


def told(progress: Any) -> Any:
    def call(client: Client) -> Any:
        return client.upload_url(f"{client.options.base_url}/f", io.BytesIO(b"x"), progress=progress)

    return {}, call


def unsized(code: Raising) -> Any:
    """A file that does not tell how long it is."""

    class File(io.BytesIO):
        def seek(self, *_: Any) -> int:
            return int(code())

    return File(b"x")


# Where a caller's code runs: options of the client and the call; how many requests go out is what
# had to before.
PLACES: dict[str, tuple[Callable[[Raising], Any], int]] = {
    "on_request": (lambda code: hook(on_request=[code]), 0),
    "on_request, awaited": (lambda code: hook(on_request=[code.later]), 0),
    "on_response": (lambda code: hook(on_response=[code]), 1),
    "on_result": (lambda code: hook(on_result=[code]), 1),
    "key function": (lambda code: hook(api_key=code), 0),
    "key function, awaited": (lambda code: hook(api_key=code.later), 0),
    "a body's pieces": (lambda code: body(content=code.pieces()), 0),
    "a body's file": (lambda code: body(content=code.file()), 0),
    "progress": (told, 0),
    "a form's file": (lambda code: body(files={"file": ("a.txt", code.file())}), 0),
    "a form's file alone": (lambda code: body(files=[("file", code.file())]), 0),
}


# Each place with what would be taken for "nothing was sent", "too late" and one of ours; one place
# with all.
CASES = [
    *[(place, error) for place in PLACES for error in list(ERRORS)[:3]],
    *[("on_response", error) for error in list(ERRORS)[3:]],
]
# An OSError there means that it has no size, as with a pipe.
PLACES["a body's file that is asked for its size"] = (lambda code: body(content=unsized(code)), 0)
CASES.append(("a body's file that is asked for its size", "httpx.ConnectError"))


@pytest.mark.parametrize(("place", "error"), CASES)
def test_what_a_callers_code_raises_comes_out_as_it_is_and_once(place: str, error: str) -> None:
    code = Raising(ERRORS[error]())
    make, sent = PLACES[place]
    options, call = make(code)
    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, **{"api_key": KEY, "retry": AT_ONCE, **options}) as client:
            with pytest.raises(type(code.error), match="mine") as caught:
                call(client)
    assert (caught.value is code.error, code.times) == (True, 1)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    # Half a body may have arrived as a request that never ended.
    assert sum(request.body == b"{}" for request in site.requests) == sent


def test_a_refresh_functions_error_comes_out_as_it_is() -> None:
    code = Raising(httpx.ConnectError("mine"))
    with serving(lambda _: wired_reply(401)) as site:
        with Client(site.url, api_key=KEY, refresh_token=code, retry=AT_ONCE) as client:
            with pytest.raises(httpx.ConnectError, match="mine") as caught:
                client.request("POST", "/orders", json={})
    assert (caught.value is code.error, code.times, len(site.requests)) == (True, 1, 1)


def test_a_loggers_error_comes_out_as_it_is() -> None:
    code = Raising(httpx.ReadError("mine"))

    class Logger:
        debug = staticmethod(code)

    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, api_key=KEY, debug_logger=Logger(), retry=AT_ONCE) as client:
            with pytest.raises(httpx.ReadError, match="mine"):
                client.request("POST", "/orders", json={})
    assert (code.times, site.requests) == (1, [])


def listed(client: Client) -> Any:
    return [row for row in client.paginate("/rows", pages=OffsetPages(empty_statuses=frozenset({404})))]


def streamed(client: Client) -> Any:
    return [event for event in client.stream(endpoint("get", stream={}))]


def read(client: Client) -> Any:
    return [piece for piece in client.chunks(endpoint("get"))]


@pytest.mark.parametrize("use", [listed, streamed, read])
@pytest.mark.parametrize("kind", [NotFoundError, DeadlineExceededError, ConnectError])
def test_an_error_of_another_client_stays_what_it_is_in_pages_streams_and_downloads(
    use: Callable[[Client], Any], kind: type[VeneerError]
) -> None:
    """It is no error of this platform, no empty page, no stream that came too late."""
    error = kind("mine")
    error.operation = "another"
    if isinstance(error, NotFoundError):
        error.status_code = 404
    code = Raising(error)
    platform = Platform(name="own", family=OwnError)
    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, platform=platform, on_request=[code], retry=AT_ONCE) as client:
            with pytest.raises(kind, match="mine") as caught:
                use(client)
    assert (caught.value is error, code.times, error.operation, error.of_caller) == (True, 1, "another", True)


def test_what_is_raised_where_a_broken_contract_is_told_comes_out_as_it_is() -> None:
    code = Raising(ConnectError("mine"))
    violation = SchemaViolation("missing", "$.at")
    with Client("http://127.0.0.1:9", on_violation=[code]) as client:
        with pytest.raises(ConnectError, match="mine") as caught:
            client._session.tell([violation])
    assert (caught.value is code.error, caught.value.of_caller) == (True, True)


def test_the_context_of_a_callers_error_stays_what_it_was() -> None:
    """A `raise` of ours while something else is handled would put that in its place."""
    reason = KeyError("why")

    def ship(_response: httpx.Response) -> None:
        try:
            raise reason
        except KeyError:
            raise LookupError("mine")  # noqa: B904  # the context is what is tested

    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, api_key=KEY, on_response=[ship]) as client:
            try:
                raise OSError("what the program was busy with")
            except OSError:
                with pytest.raises(LookupError) as caught:
                    client.request("POST", "/orders", json={})
    assert caught.value.__context__ is reason


def test_a_callers_time_out_is_not_the_calls_deadline() -> None:
    """Not even when the deadline has passed meanwhile."""
    code = Raising(TimeoutError("mine"))

    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, api_key=KEY, on_response=[code], deadline=60) as client:
            now = client._session.clock
            client._session.clock = lambda: now() + 100 * code.times
            with pytest.raises(TimeoutError, match="mine") as caught:
                client.request("POST", "/orders", json={})
    assert caught.value is code.error


def test_an_interrupt_of_a_callers_code_goes_through() -> None:
    def stop(_response: httpx.Response) -> None:
        raise KeyboardInterrupt

    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, api_key=KEY, on_response=[stop]) as client:
            with pytest.raises(KeyboardInterrupt):
                client.request("POST", "/orders", json={})
            client._session.on_response = ()
            client.request("POST", "/orders", json={})
    assert len(site.requests) == 2


def test_the_connection_is_free_after_a_callers_error() -> None:
    code = Raising(LookupError("mine"))
    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, api_key=KEY, on_response=[code], max_connections=1) as client:
            for _ in range(3):
                with pytest.raises(LookupError):
                    client.request("GET", "/")
            client._session.on_response = ()
            client.request("GET", "/")
    assert len(site.requests) == 4


def test_a_log_at_debug_shows_nothing_of_what_carries_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="veneer")
    code = Raising(LookupError("mine"))
    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, api_key=KEY, on_result=[code]) as client:
            with pytest.raises(LookupError):
                client.request("GET", "/")
    assert not any("Raised" in record.getMessage() for record in caplog.records)


def test_a_time_limit_of_ours_that_ends_a_callers_code_is_the_calls_deadline() -> None:
    def key() -> str:
        raise _io.OutOfTimeError

    with serving(lambda _: wired_reply(200)) as site:
        with Client(site.url, api_key=key, deadline=60) as client:
            with pytest.raises(DeadlineExceededError):
                client.request("GET", "/")
    assert site.requests == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"params": [("a", 1), ("a", 2)]}, "params takes a mapping of names to values, not a list; a name"),
        ({"params": "a=1"}, "params takes a mapping of names to values, not a str; a name"),
        ({"data": b"a=1"}, "data takes a mapping of names to values, not a bytes; a name"),
        ({"headers": [("a", "1")]}, "headers takes a mapping of names to values, not a list"),
        ({"path_params": ["1"]}, "path_params takes a mapping of names to values, not a list"),
    ],
    ids=["pairs", "text", "form-text", "header-pairs", "path-list"],
)
def test_arguments_that_are_not_by_name_are_one_error(arguments: Any, message: str) -> None:
    with Client("https://api.test") as client:
        with pytest.raises(ConfigurationError, match=re.escape(message)):
            client.request("POST", "x", **arguments)
