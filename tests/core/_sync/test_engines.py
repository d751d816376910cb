# Derived from tests/core/_async/test_engines.py by scripts/unasync.py: edit that file, not this one.
"""Whatever the engine raises has a class and an outcome of ours; a caller's own engine is used as it is."""

from __future__ import annotations

import contextlib
import gc
import io
import re
import socket
import ssl
import warnings
from collections.abc import Iterator
from typing import Any

import faultserver
import httpcore
import httpx
import pytest
import respx
from core.kit import (
    BASE,
    KEY,
    Ticks,
    Wire,
    endpoint,
    listening,
    tick,
    together,
    until,
    wired,
)
from faultserver import FaultServer
from pytest_httpx import HTTPXMock

from veneer import (
    APIError,
    Client,
    ConfigurationError,
    ConnectError,
    DeadlineExceededError,
    Outcome,
    RequestTimeoutError,
    ResponseTooLargeError,
    TransportError,
    VeneerError,
)
from veneer._core.proxies import given_proxy
from veneer._http import tls
from veneer._http._sync.corepool import _CoreConnection

pytestmark = pytest.mark.anyio

GET = endpoint("get")
SENT, UNSENT = Outcome.UNKNOWN, Outcome.NOT_SENT


RAISED: list[tuple[Exception, type[VeneerError], Outcome]] = [
    (httpx.ConnectError("x"), ConnectError, UNSENT),
    (httpx.ConnectTimeout("x"), RequestTimeoutError, UNSENT),
    (httpx.PoolTimeout("x"), RequestTimeoutError, UNSENT),
    (httpx.ProxyError("x"), ConnectError, UNSENT),
    (httpx.UnsupportedProtocol("x"), ConfigurationError, UNSENT),
    (httpx.InvalidURL("x"), ConfigurationError, UNSENT),
    (httpx.LocalProtocolError("x"), ConfigurationError, SENT),
    (httpx.ReadTimeout("x"), RequestTimeoutError, SENT),
    (httpx.WriteTimeout("x"), RequestTimeoutError, SENT),
    (httpx.ReadError("x"), TransportError, SENT),
    (httpx.WriteError("x"), TransportError, SENT),
    (httpx.CloseError("x"), TransportError, SENT),
    (httpx.RemoteProtocolError("x"), TransportError, SENT),
    (httpx.DecodingError("x"), TransportError, SENT),
    (httpx.TooManyRedirects("x"), TransportError, SENT),
    (httpx.StreamConsumed(), TransportError, SENT),
    (httpx.TimeoutException("x"), RequestTimeoutError, SENT),
    (httpx.TransportError("x"), TransportError, SENT),
]


@pytest.mark.parametrize(
    ("raised", "kind", "outcome"),
    RAISED,
    ids=lambda value: (
        type(value).__name__ if isinstance(value, Exception) else getattr(value, "__name__", "")
    ),
)
def test_every_engine_exception_has_a_class_and_an_outcome(
    raised: Exception, kind: type[VeneerError], outcome: Outcome
) -> None:
    with pytest.raises(VeneerError) as caught:
        wired(Wire(raised), max_retries=0).call(GET)
    assert (type(caught.value), caught.value.outcome) == (kind, outcome)
    assert caught.value.attempts[-1].outcome is outcome


def test_no_exception_class_of_the_engine_is_forgotten() -> None:
    """Every concrete exception that the engine can raise from a request is in the table above."""

    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    tested = {type(row[0]) for row in RAISED}
    abstract = {
        httpx.HTTPError,
        httpx.RequestError,
        httpx.NetworkError,
        httpx.ProtocolError,
        httpx.StreamError,
    }
    # Raised by methods that are not called here: raise_for_status, and reads of closed or streaming responses.
    elsewhere = {httpx.HTTPStatusError, httpx.StreamClosed, httpx.ResponseNotRead, httpx.RequestNotRead}
    known = below(httpx.HTTPError) | below(httpx.StreamError)
    assert {one for one in known if one.__module__ == "httpx"} - abstract - elsewhere <= tested


@pytest.mark.parametrize(
    ("behaviour", "outcome", "status"),
    [
        ("reset-before", Outcome.UNKNOWN, None),
        ("reset-after", Outcome.UNKNOWN, None),
        ("close", Outcome.UNKNOWN, None),
        ("short-body", Outcome.ANSWERED, 200),
        ("reset-body", Outcome.ANSWERED, 200),
        ("huge-header=1024", Outcome.UNKNOWN, None),
    ],
)
def test_broken_connections_say_what_may_have_happened(
    faults: FaultServer, behaviour: str, outcome: Outcome, status: int | None
) -> None:
    space = faults.space(answer={"a": "x" * 100})
    with Client(space.url(behaviour), api_key=KEY) as client:
        with pytest.raises(TransportError) as caught:
            client.request("POST", "x", json={"a": 1})
    assert (caught.value.outcome, caught.value.attempts[-1].status) == (outcome, status)
    assert len(space.requests()) == 1


@pytest.mark.parametrize("behaviour", ["reset-before", "reset-after", "close", "short-body"])
def test_broken_reads_are_repeated(faults: FaultServer, behaviour: str) -> None:
    space = faults.space(answer={"a": 1})
    with Client(space.url(f"{behaviour},times=2"), api_key=KEY) as client:
        tick(client, Ticks())
        assert (client.request("GET", "x")).json() == {"a": 1}
    assert len(space.requests()) == 3


def test_a_refused_connection_is_repeated_even_for_a_write(faults: FaultServer) -> None:
    with Client(faults.refused_url) as client:
        tick(client, Ticks())
        with pytest.raises(ConnectError, match="gave up after 3 of 3 retries") as caught:
            client.request("POST", "x")
    assert [attempt.outcome for attempt in caught.value.attempts] == [Outcome.NOT_SENT] * 4


@pytest.mark.parametrize("host", ["no-such-host.invalid", "[::1]:1"])
def test_a_host_that_cannot_be_reached_is_a_connect_error_that_names_it(host: str) -> None:
    with Client(f"http://{host}", max_retries=0) as client:
        with pytest.raises(ConnectError, match=re.escape(host)) as caught:
            client.request("GET", "x")
    assert caught.value.outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 70}.test"])
def test_an_address_whose_host_nobody_can_have_was_never_sent(host: str) -> None:
    with Client(BASE, max_retries=0) as client:
        with pytest.raises((ConnectError, ConfigurationError)) as caught:
            client.download_url(f"http://{host}/file", to=io.BytesIO())
    assert caught.value.outcome is Outcome.NOT_SENT


def test_a_certificate_that_nobody_vouches_for_is_a_connect_error() -> None:
    import trustme

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with faultserver.running(tls=context) as server:
        with Client(server.space().url(), api_key=KEY, max_retries=0) as client:
            with pytest.raises(ConnectError, match=r"(?i)certificate") as caught:
                client.request("POST", "x")
    assert caught.value.outcome is Outcome.NOT_SENT


def test_a_bomb_is_refused_and_its_connection_freed(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("gzip-bomb=64"), max_connections=1, max_response_bytes=1 << 20) as client:
        for _ in range(3):
            with pytest.raises(ResponseTooLargeError, match="max_response_bytes") as caught:
                client.request("GET", "x")
    assert (caught.value.outcome, caught.value.attempts[-1].status) == (Outcome.ANSWERED, 200)


def test_errors_do_not_leak_connections(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("status=500"), max_connections=1, max_retries=1, timeouts=2.0) as client:
        tick(client, Ticks())
        for _ in range(5):
            with pytest.raises(VeneerError):
                client.request("GET", "x")
    assert len(space.requests()) == 10


def test_a_handshake_that_is_given_up_leaves_no_connection_open(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    https = own_faults.space().url("blackhole").replace("http://", "https://")
    with Client(https, deadline=0.2) as client:
        with pytest.raises(DeadlineExceededError):
            client.request("GET", "x")
        until(lambda: own_faults.open_connections == before, "a connection stays open")


def test_one_connection_serves_many_calls(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url()) as client:
        for _ in range(5):
            client.request("GET", "x")
    assert len({request.connection for request in space.requests()}) == 1


def test_a_second_answer_to_one_request_is_never_taken_for_the_next_ones(faults: FaultServer) -> None:
    one = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"
    space = faults.space(script=[one + b"good" + one + b"EVIL", 0.3])
    with Client(space.url("raw")) as client:
        texts = [(client.request("GET", "x")).text for _ in range(3)]
    assert texts == ["good"] * 3
    assert len({request.connection for request in space.requests()}) == 3


def test_calls_beyond_the_pool_wait_their_turn(faults: FaultServer) -> None:
    space = faults.space(answer={"a": 1})
    with Client(space.url("ok,latency=0.02"), max_connections=2) as client:
        results = together(10, lambda _: client.request("GET", "x"))
    assert [getattr(result, "status_code", result) for result in results] == [200] * 10
    assert len({request.connection for request in space.requests()}) <= 2


def test_a_hook_that_raises_passes_through_and_frees_the_connection(faults: FaultServer) -> None:
    class OwnError(Exception):
        pass

    def refuse(_response: httpx.Response) -> None:
        raise OwnError

    with Client(faults.space().url(), max_connections=1, on_response=[refuse], timeouts=1.0) as client:
        for _ in range(3):
            with pytest.raises(OwnError):
                client.request("GET", "x")


def test_hooks_see_every_attempt_and_can_change_a_request() -> None:
    seen: list[Any] = []

    def before(request: httpx.Request) -> None:
        request.headers["x-signed"] = str(len(seen))
        seen.append(request.method)

    def after(response: httpx.Response) -> None:
        seen.append(response.status_code)

    wire = Wire(503, 200)
    wired(wire, on_request=[before], on_response=[after]).call(GET)
    assert (seen, wire.sent("x-signed")) == (["GET", 503, "GET", 200], ["0", "2"])


def test_a_time_out_of_a_hook_is_the_hooks_own() -> None:
    def slow(_request: httpx.Request) -> None:
        raise TimeoutError("the hook's own")

    with pytest.raises(TimeoutError, match="the hook's own") as caught:
        wired(Wire(), on_request=[slow], deadline=None).call(GET)
    assert not isinstance(caught.value, VeneerError)


# -- mocks of httpx ------------------------------------------------------------------------------------------------


def test_respx_mocks_keep_working() -> None:
    with respx.mock(base_url=BASE) as router:
        route = router.get("/items/1").mock(
            side_effect=[httpx.Response(503), httpx.Response(200, json={"id": 1})]
        )
        with httpx.Client() as engine:
            client = Client(BASE, http_client=engine)
            tick(client, Ticks())
            assert client.call(GET) == {"id": 1}
    assert route.call_count == 2


def test_respx_mocks_our_own_engine_too() -> None:
    with respx.mock(base_url=BASE) as router:
        router.get("/items/1").respond(json={"id": 1})
        with Client(BASE) as client:
            assert client.call(GET) == {"id": 1}


def test_pytest_httpx_mocks_keep_working(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ConnectTimeout("no"))
    httpx_mock.add_response(url=f"{BASE}/items/1", json={"id": 1})
    with Client(BASE, api_key=KEY) as client:
        tick(client, Ticks())
        assert client.call(GET) == {"id": 1}
    request = httpx_mock.get_requests()[-1]
    assert request.headers["authorization"] == f"Bearer {KEY}"


# -- the wire --------------------------------------------------------------------------------------------------------


def test_an_answer_before_the_body_is_read_is_the_answer() -> None:
    """A server may refuse an upload by its headers and hang up."""

    def treat(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    with listening(treat) as url:
        with Client(url) as client:
            with pytest.raises(APIError) as caught:
                client.request("POST", "x", content=b"x" * 5_000_000)
    assert caught.value.status_code == 413


def test_proxies_of_the_environment_are_used_and_exceptions_heeded(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    def treat(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        connection.shutdown(socket.SHUT_RDWR)

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with listening(treat) as url:
        monkeypatch.setenv("http_proxy", url.replace("//", f"//me:{KEY}@"))
        monkeypatch.setenv("https_proxy", url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with Client("http://api.test/v1", max_retries=0) as client:
            response = client.request("GET", "x")
        with Client("https://api.test/v1", api_key=KEY, max_retries=0) as client:
            with pytest.raises(VeneerError):
                client.request("GET", "x")
        with Client(faults.space().url()) as client:
            client.request("GET", "x")
    plain, tunnel = seen
    assert (response.status_code, plain.startswith(b"GET http://api.test/v1/x HTTP/1.1\r\n")) == (200, True)
    assert b"proxy-authorization: basic" in plain.lower()
    assert (tunnel.startswith(b"CONNECT api.test:443 HTTP/1.1\r\n"), KEY.encode() in tunnel) == (True, False)


def test_a_response_is_whole(faults: FaultServer) -> None:
    space = faults.space(answer={"a": 1})
    with Client(space.url("ok,h.set-cookie=s%3D1")) as client:
        response = client.request("GET", "x", params={"q": "1"})
    assert (response.json(), response.text, response.is_closed, response.reason_phrase) == (
        {"a": 1},
        '{"a": 1}',
        True,
        "OK",
    )
    assert (response.http_version, response.cookies["s"], response.url.params["q"]) == ("HTTP/1.1", "1", "1")
    assert 0 < response.elapsed.total_seconds() < 5
    assert response.raise_for_status() is response


# -- life --------------------------------------------------------------------------------------------------------------


def test_one_tls_context_serves_all_clients() -> None:
    tls._making.cache_clear()
    made: list[ssl.SSLContext] = []
    create = ssl.create_default_context

    def counted(*args: Any, **options: Any) -> ssl.SSLContext:
        made.append(create(*args, **options))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", counted)
        for _ in range(3):
            with Client("https://127.0.0.1:9", max_retries=0) as client:
                with pytest.raises(ConnectError):
                    client.request("GET", "x")
    assert len(made) == 1


def test_closing_twice_is_closing_once(faults: FaultServer) -> None:
    client = Client(faults.space().url())
    client.request("GET", "x")
    client.close()
    client.close()
    assert client.closed


def test_a_closed_client_says_so(faults: FaultServer) -> None:
    with Client(faults.space().url()) as client:
        view = client.with_options(deadline=5)
        view.request("GET", "x")
    for closed in (client, view):
        with pytest.raises(ConfigurationError, match="this client is closed"):
            closed.request("GET", "x")


def test_closing_a_client_that_was_never_used_opens_nothing() -> None:
    with Client(BASE) as client:
        pass
    assert client.closed


def test_an_unclosed_client_warns(faults: FaultServer) -> None:
    client = Client(faults.space().url())
    client.request("GET", "x")
    engine = client._session._engines.get()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del client
        gc.collect()
    engine.close()
    assert [str(one.message) for one in caught if one.category is ResourceWarning] == [
        "unclosed generic client: close it, or use it as a context manager"
    ]


def test_a_client_that_opened_nothing_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wired(Wire())
        Client(BASE)
        gc.collect()


def test_the_engines_private_names_are_where_they_were(faults: FaultServer) -> None:
    """What is used of the engine beyond its public names; a new release that moves one fails here."""
    origin = httpcore.URL("http://api.test").origin
    with Client(faults.space().url()) as client:
        response = client.request("GET", "x")
        proxy = given_proxy("http://127.0.0.1:9", "proxy=")
        inner: Any = client._session._engines.get()._transport(proxy)._pool
        connection = _CoreConnection(inner._inner, origin, inner._context)
    assert connection.inner._connection._network_backend is connection.backend
    assert response._content == response.content == b"{}"
    assert response.elapsed == response._elapsed
    assert httpx.ByteStream(b"{}")._stream == b"{}"


def test_a_body_of_another_kind_of_iterator_is_sent_or_refused() -> None:
    def parts() -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    wire = Wire(200)
    with contextlib.suppress(ConfigurationError):
        wired(wire).request("POST", "x", content=parts())
    assert wire.bodies == [b"onetwo"]


def test_a_redirected_json_body_is_sent_again_and_seen_by_hooks(faults: FaultServer) -> None:
    space, seen = faults.space(), list[bytes]()
    url = space.url("redirect=307,to=here,times=1")
    with Client(url, on_request=[lambda request: seen.append(request.content)]) as client:
        client.request("POST", "x", json={"a": 1})
    assert [request.body for request in space.requests()] == seen == [b'{"a":1}'] * 2


def test_a_redirected_upload_is_sent_again(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("redirect=307,to=here,times=1")) as client:
        client.request("POST", "x", content=io.BytesIO(b"x" * 1_000_000))
    assert [len(request.body) for request in space.requests()] == [1_000_000, 1_000_000]
