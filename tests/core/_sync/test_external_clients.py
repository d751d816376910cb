# Derived from tests/core/_async/test_external_clients.py by scripts/unasync.py: edit that file, not this one.
"""A caller's own client is used as it is, and keeps every promise, in whichever package it is made: no type or exception of its engine comes out."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from core.kit import BASE, KEY, Ticks, Wire, chain, endpoint, reply, tick

from veneer import (
    Client,
    ConfigurationError,
    ConnectError,
    Outcome,
    RequestTimeoutError,
    ResponseTooLargeError,
    TransportError,
    VeneerError,
    _io,
)

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")
READ = "aread" if Client.__name__.startswith("Async") else "read"


@pytest.fixture(params=["httpx", "httpx2"])
def package(request: pytest.FixtureRequest) -> Any:
    """The package that a caller's client is made in."""
    return pytest.importorskip(request.param, reason=f"{request.param} is not installed")


def on(package: Any, wire: Wire, **options: Any) -> Any:
    """A client of the package, whose requests go to the wire."""

    def handle(request: Any) -> Any:
        try:
            given = wire(
                httpx.Request(
                    request.method, str(request.url), headers=request.headers.raw, content=request.read()
                )
            )
        except httpx.HTTPError as error:
            raise getattr(package, type(error).__name__)(str(error)) from None
        return package.Response(given.status_code, headers=given.headers.raw, content=given.content)

    return package.Client(transport=package.MockTransport(handle), **options)


def made(engine: Any, **options: Any) -> Client:
    """A client over the engine, with a clock of its own."""
    client = Client(BASE, **{"api_key": KEY, "http_client": engine, **options})
    tick(client, Ticks())
    return client


def test_a_callers_client_is_neither_changed_nor_closed(package: ModuleType) -> None:
    """V8: the published client wrote its key into the caller's own engine."""
    wire = Wire(200)
    with on(package, wire, headers={"x-mine": "1"}, params={"p": "1"}, timeout=3.0) as engine:
        before = (dict(engine.headers), str(engine.params), engine.timeout, engine.base_url, engine.auth)
        with made(engine) as client:
            client.call(GET)
        assert (
            dict(engine.headers),
            str(engine.params),
            engine.timeout,
            engine.base_url,
            engine.auth,
        ) == before
        assert not engine.is_closed
        engine.get("https://elsewhere.test/")
    ours, later = wire.requests
    assert (ours.headers["x-mine"], ours.url.params["p"]) == ("1", "1")
    assert KEY not in str(later.headers.raw)


def test_what_comes_out_is_httpxs_own(package: ModuleType) -> None:
    seen: list[Any] = []
    wire = Wire(reply(json={"id": 1}, headers=[("set-cookie", "a=b"), ("x-two", "1"), ("x-two", "2")]))
    with on(package, wire) as engine:
        answer = made(engine, on_request=[seen.append], on_response=[seen.append]).call_raw(GET)
    response = answer.response
    assert [type(one) for one in (*seen, response)] == [httpx.Request, httpx.Response, httpx.Response]
    assert (response.json(), response.cookies["a"], response.headers.get_list("x-two")) == (
        {"id": 1},
        "b",
        ["1", "2"],
    )
    assert (response.request.method, str(response.url), response.http_version) == (
        "GET",
        f"{BASE}/items/1",
        "HTTP/1.1",
    )
    assert response.elapsed.total_seconds() >= 0


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ({"json": {"a": 1}}, b'{"a":1}'),
        ({"content": b"bytes"}, b"bytes"),
        ({"content": Path(__file__)}, Path(__file__).read_bytes()),
        ({"data": {"a": "1"}}, b"a=1"),
        ({"files": {"f": ("a.txt", b"file")}, "data": {"a": "1"}}, b"file"),
        ({}, b""),
    ],
    ids=["json", "bytes", "path", "form", "multipart", "none"],
)
def test_a_body_of_each_kind_arrives_whole_and_is_announced(
    package: ModuleType, body: dict[str, Any], sent: bytes
) -> None:
    wire = Wire(503, 200)
    with on(package, wire) as engine:
        made(engine).with_options(idempotency_key="k").request("POST", "x", **body)
    assert [sent in body if sent else body == b"" for body in wire.bodies] == [True, True]
    assert [int(value or "") for value in wire.sent("content-length")] == [len(body) for body in wire.bodies]


def test_an_iterators_body_arrives_whole(package: ModuleType) -> None:
    def parts() -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    wire = Wire(200)
    with on(package, wire) as engine:
        made(engine).request("POST", "x", content=parts())
    assert (wire.bodies, wire.sent("transfer-encoding")) == ([b"onetwo"], ["chunked"])


def test_hooks_see_and_change_what_is_sent(package: ModuleType) -> None:
    def sign(request: httpx.Request) -> None:
        request.headers["x-signed"] = f"{request.url.params['p']}:{request.content.decode()}"

    wire = Wire(200)
    with on(package, wire, params={"p": "1"}) as engine:
        made(engine, on_request=[sign]).request("POST", "x", content=b"body")
    assert wire.sent("x-signed") == ["1:body"]


@pytest.mark.parametrize(
    ("raised", "kind", "outcome"),
    [
        ("ConnectError", ConnectError, Outcome.NOT_SENT),
        ("ConnectTimeout", RequestTimeoutError, Outcome.NOT_SENT),
        ("PoolTimeout", RequestTimeoutError, Outcome.NOT_SENT),
        ("ProxyError", ConnectError, Outcome.NOT_SENT),
        ("UnsupportedProtocol", ConfigurationError, Outcome.NOT_SENT),
        ("LocalProtocolError", ConfigurationError, Outcome.UNKNOWN),
        ("ReadTimeout", RequestTimeoutError, Outcome.UNKNOWN),
        ("WriteTimeout", RequestTimeoutError, Outcome.UNKNOWN),
        ("ReadError", TransportError, Outcome.UNKNOWN),
        ("RemoteProtocolError", TransportError, Outcome.UNKNOWN),
        ("DecodingError", TransportError, Outcome.UNKNOWN),
    ],
)
def test_its_exceptions_have_our_classes_and_outcomes(
    package: ModuleType, raised: str, kind: type[VeneerError], outcome: Outcome
) -> None:
    wire = Wire(getattr(httpx, raised)("x"))
    with on(package, wire) as engine:
        with pytest.raises(VeneerError) as caught:
            made(engine, max_retries=0).call(GET)
    assert (type(caught.value), caught.value.outcome) == (kind, outcome)


def test_an_exception_that_is_no_namesake_counts_as_its_nearest_base(package: ModuleType) -> None:
    class OwnError(package.ReadError):  # type: ignore[misc, name-defined]  # a class of either package
        pass

    def fail(request: Any) -> Any:
        raise OwnError("x")

    with package.Client(transport=package.MockTransport(fail)) as engine:
        with pytest.raises(TransportError) as caught:
            made(engine, max_retries=0).call(GET)
    assert caught.value.outcome is Outcome.UNKNOWN


def test_what_a_hook_of_its_own_raises_for_a_status_passes_through(package: ModuleType) -> None:
    """It is its owner's code, not its engine."""
    wire = Wire(500)

    def refuse(response: Any) -> None:
        response.raise_for_status()

    with on(package, wire, event_hooks={"response": [refuse]}) as engine:
        with pytest.raises(package.HTTPStatusError):
            made(engine).call(GET)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("where", ["auth before", "auth after", "hook before", "hook after"])
def test_a_request_of_its_owners_own_code_that_fails_says_nothing_of_ours(
    package: ModuleType, where: str
) -> None:
    """A token that cannot be fetched, a metric that cannot be shipped: another request's failure."""
    wire = Wire(200)
    tried: list[int] = []

    def down(request: Any) -> Any:
        tried.append(1)
        raise package.ConnectError("mine", request=request)

    def ask(_: Any = None) -> Any:
        with package.Client(transport=package.MockTransport(down)) as other:
            other.post("https://tokens.test/")

    class Auth(package.Auth):  # type: ignore[misc]  # of whichever package
        def auth_flow(self, request: Any) -> Any:
            if where == "auth before":
                ask()
            yield request
            ask()

    options: dict[str, Any] = {
        "auth before": {"auth": Auth()},
        "auth after": {"auth": Auth()},
        "hook before": {"event_hooks": {"request": [ask]}},
        "hook after": {"event_hooks": {"response": [ask]}},
    }[where]
    with on(package, wire, **options) as engine:
        with pytest.raises(package.ConnectError, match="mine"):
            made(engine).call(POST)
    assert (len(tried), len(wire.requests)) == (1, 0 if "before" in where else 1)


def test_its_auth_does_not_come_back_from_another_origin(package: ModuleType) -> None:
    leads = {"api.test": "https://elsewhere.test/", "elsewhere.test": "https://api.test/v1/back"}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/back"):
            return reply(200)
        return reply(302, headers={"location": leads[request.url.host]})

    wire = Wire(answer)
    with on(package, wire, auth=("me", "pw")) as engine:
        made(engine, api_key=None).call(GET)
    assert [header is not None for header in wire.sent("authorization")] == [True, False, False]


def test_its_auth_does_not_go_to_a_presigned_address(package: ModuleType) -> None:
    """Not even on the API's own origin: the address carries its own permission."""
    wire = Wire(200)
    with on(package, wire, auth=("me", "pw")) as engine:
        made(engine, api_key=None).upload_url(f"{BASE}/signed?sig=1", b"x")
    assert wire.sent("authorization") == [None]


def test_exceptions_of_nobodys_package_pass_through(package: ModuleType) -> None:
    class ReadError(Exception):
        """Named as one of the engine's."""

    def fail(request: Any) -> Any:
        raise ReadError("mine")

    with package.Client(transport=package.MockTransport(fail)) as engine:
        with pytest.raises(ReadError, match="mine"):
            made(engine).call(GET)


def test_nothing_secret_stays_in_the_frames_of_its_exceptions(package: ModuleType) -> None:
    with on(package, Wire(httpx.ReadError("x"))) as engine:
        with pytest.raises(TransportError) as caught:
            made(engine, max_retries=0).call(GET)
    behind = [one for one in chain(caught.value) if one is not caught.value]
    held = [trace.tb_frame.f_locals for one in behind for trace in _traces(one)]
    assert behind
    assert KEY not in repr(held)


def _traces(error: BaseException) -> Iterator[Any]:
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next


def test_its_own_auth_stays_with_the_apis_origin(package: ModuleType) -> None:
    wire = Wire(reply(302, headers={"location": "https://elsewhere.test/"}), 200)
    with on(package, wire, auth=("me", KEY)) as engine:
        made(engine, api_key=None).request("GET", "x")
    assert [value is not None for value in wire.sent("authorization")] == [True, False]


def test_a_presigned_address_gets_nothing_of_it(package: ModuleType) -> None:
    wire = Wire(200)
    options: dict[str, Any] = {"headers": {"x-api-key": KEY}, "cookies": {"s": KEY}}
    with on(package, wire, auth=("me", KEY), **options) as engine:
        made(engine).upload_url("https://files.test/a?sig=1", b"body")
    assert KEY not in str(wire.requests[0].headers.raw)
    assert wire.bodies == [b"body"]


def test_a_redirected_body_is_sent_again(package: ModuleType) -> None:
    wire = Wire(reply(307, headers={"location": f"{BASE}/y"}), 200)
    with on(package, wire) as engine:
        made(engine).request("POST", "x", content=io.BytesIO(b"again"))
    assert wire.bodies == [b"again", b"again"]


def test_it_is_not_told_to_follow_redirects(package: ModuleType) -> None:
    wire = Wire(reply(302, headers={"location": "http://api.test/v1/plain"}), 200)
    with on(package, wire, follow_redirects=True) as engine:
        with pytest.raises(VeneerError, match="302"):
            made(engine).request("GET", "x")
    assert len(wire.requests) == 1


def test_a_closed_one_is_a_clear_error(package: ModuleType) -> None:
    engine = on(package, Wire())
    engine.close()
    with pytest.raises(ConfigurationError, match=r"http_client .* is closed"):
        made(engine).call(GET)


def test_one_of_the_other_flavour_is_refused_before_anything_is_sent(package: ModuleType) -> None:
    other = next(name for name in ("Client", "Async" + "Client") if name != Client.__name__)
    engine = getattr(package, other)(transport=package.MockTransport(lambda _: pytest.fail("sent")))
    with pytest.raises(ConfigurationError, match="http_client, such as"):
        made(engine).call(GET)


def packed(package: Any, data: bytes) -> Any:
    """A transport whose answers carry the data, compressed, as a stream."""

    class Parts(package.SyncByteStream):  # type: ignore[misc, name-defined]  # a class of either package
        left = (gzip.compress(data),)

        def __iter__(self) -> Iterator[bytes]:
            left, self.left = self.left, ()  # once, as a connection does
            for part in left:
                yield part

    return package.MockTransport(
        lambda _: package.Response(200, headers={"content-encoding": "gzip"}, stream=Parts())
    )


def test_a_body_that_its_hook_has_read_is_there(package: ModuleType) -> None:
    def read(response: Any) -> None:
        _io.maybe_await(getattr(response, READ)())

    transport = packed(package, b'{"id": 1}')
    with package.Client(transport=transport, event_hooks={"response": [read]}) as engine:
        assert made(engine).call(GET) == {"id": 1}


def test_a_bomb_from_its_transport_is_refused(package: ModuleType) -> None:
    with package.Client(transport=packed(package, b"x" * 1_000_000)) as engine:
        with pytest.raises(ResponseTooLargeError):
            made(engine, max_response_bytes=1000).request("GET", "x")


def test_text_is_read_as_it_would_read_it(package: ModuleType) -> None:
    wire = Wire(httpx.Response(200, content=b"caf\xe9", headers={"content-type": "text/plain"}))
    with on(package, wire, default_encoding="latin-1") as engine:
        assert (made(engine).request("GET", "x")).text == "café"


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 70}.test"])
def test_a_host_that_no_look_up_takes_is_a_connect_error(package: ModuleType, host: str) -> None:
    with package.Client(trust_env=False) as engine:
        client = Client(BASE, http_client=engine, max_retries=0)
        with pytest.raises(ConnectError) as caught:
            client.download_url(f"http://{host}/file", to=io.BytesIO())
    assert caught.value.outcome is Outcome.NOT_SENT


class Wrapped:
    """An object of the caller's own, with the two methods that are needed."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def build_request(self, method: str, url: Any, **kwargs: Any) -> Any:
        return self._inner.build_request(method, url, **kwargs)

    def send(self, request: Any, **kwargs: Any) -> Any:
        return self._inner.send(request, **kwargs)


def test_any_object_that_builds_and_sends_will_do(package: ModuleType) -> None:
    wire = Wire(503, reply(json={"id": 1}))
    with on(package, wire) as engine:
        assert made(Wrapped(engine)).call(GET) == {"id": 1}
    assert len(wire.requests) == 2
