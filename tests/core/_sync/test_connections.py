# Derived from tests/core/_async/test_connections.py by scripts/unasync.py: edit that file, not this one.
"""Connections are made as the client says, and what goes wrong says where, and what to do."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from core.kit import KEY, Ticks, tick
from core.netkit import OK, Certificates, accepting, answering, head_of, socks, tunnelling

from veneer import (
    Client,
    ConfigurationError,
    ConnectError,
    Outcome,
    RequestTimeoutError,
    Timeouts,
    TransportError,
)
from veneer._core.connect_errors import HTTP2_ONLY
from veneer._http import tls

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """No variable that says anything of connections."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    tls._making.cache_clear()
    yield monkeypatch
    tls._making.cache_clear()


def got(url: str, **options: Any) -> int:
    """The status of one request of a client made so."""
    with Client(url, **{"max_retries": 0, "deadline": 10, **options}) as client:
        return (client.request("POST", "x", json={})).status_code


class Unchanging(ssl.SSLContext):
    """Settings of a caller's that must stay as they are."""

    def set_alpn_protocols(self, protocols: Any) -> None:
        pytest.fail("changed the caller's own SSLContext")


# -- certificates
# ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text", "path", "context"])
def test_authorities_of_the_clients_own_are_trusted(certificates: Certificates, kind: str) -> None:
    ways: dict[str, Any] = {
        "text": str(certificates.authority),
        "path": certificates.authority,
        "context": certificates.trusting(),
    }
    with accepting(answering(), certificates.server()) as port:
        assert got(f"https://127.0.0.1:{port}", verify=ways[kind]) == 200
        assert got(f"https://localhost:{port}", verify=ways[kind]) == 200


def test_a_certificate_that_nobody_vouches_for_says_what_can_be_done(
    certificates: Certificates,
) -> None:
    with accepting(answering(), certificates.server()) as port:
        said = (
            rf"no connection: the certificate of 127\.0\.0\.1:{port} is not trusted: .*verify=.*SSL_CERT_FILE"
        )
        with pytest.raises(ConnectError, match=said) as caught:
            got(f"https://127.0.0.1:{port}")
    assert caught.value.outcome is Outcome.NOT_SENT


def test_a_certificate_for_another_name_says_so(certificates: Certificates) -> None:
    with (
        accepting(answering(), certificates.server(name="other.test")) as port,
        pytest.raises(ConnectError, match=rf"the certificate of 127\.0\.0\.1:{port} is for another name"),
    ):
        got(f"https://127.0.0.1:{port}", verify=certificates.authority)


def test_verify_false_takes_any_certificate(certificates: Certificates) -> None:
    with accepting(answering(), certificates.server(name="other.test")) as port:
        assert got(f"https://127.0.0.1:{port}", verify=False) == 200


@pytest.mark.parametrize("kind", ["one file", "two files", "context"])
@pytest.mark.parametrize("verify", [True, False], ids=["verified", "not verified"])
def test_a_server_that_wants_a_certificate_gets_the_clients(
    certificates: Certificates, kind: str, verify: bool
) -> None:
    ways: dict[str, Any] = {
        "one file": str(certificates.client),
        "two files": (certificates.client_certificate, certificates.client_key),
    }
    options: dict[str, Any] = {"verify": certificates.authority if verify else False, "cert": ways.get(kind)}
    if kind == "context":
        context = certificates.trusting()
        context.load_cert_chain(certificates.client)
        options = {"verify": context}
    with accepting(answering(), certificates.server(wants_client=True)) as port:
        assert got(f"https://127.0.0.1:{port}", **options) == 200


def test_a_server_that_wants_a_certificate_and_gets_none_says_how_to_give_one(
    certificates: Certificates,
) -> None:
    with (
        accepting(answering(), certificates.server(wants_client=True, newest=False)) as port,
        pytest.raises(ConnectError, match=rf"127\.0\.0\.1:{port}: .*client certificate \(cert=\)") as caught,
    ):
        got(f"https://127.0.0.1:{port}", verify=certificates.authority)
    assert caught.value.outcome is Outcome.NOT_SENT


def test_an_ssl_context_that_is_given_is_not_changed(certificates: Certificates) -> None:
    context = Unchanging(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificates.authority)
    seen: list[bytes] = []
    with accepting(answering(), certificates.server()) as port, accepting(tunnelling(seen)) as proxy:
        assert got(f"https://127.0.0.1:{port}", verify=context) == 200
        through = f"http://127.0.0.1:{proxy}"
        assert got(f"https://127.0.0.1:{port}", verify=context, proxy=through) == 200
    assert len(seen) == 1


def test_an_ssl_context_that_agrees_on_http2_is_told_how_not_to(certificates: Certificates) -> None:
    server, client = certificates.server(), certificates.trusting()
    server.set_alpn_protocols(["h2"])
    client.set_alpn_protocols(["h2", "http/1.1"])
    with (
        accepting(answering(), server) as port,
        pytest.raises(ConnectError, match=r"agreed on HTTP/2.*set_alpn_protocols"),
    ):
        got(f"https://127.0.0.1:{port}", verify=client)


@pytest.mark.parametrize(
    ("verify", "cert", "said"),
    [
        ("/no/such/file", None, r"^verify=: /no/such/file cannot be read"),
        (__file__, None, r"^verify=: .* holds no certificates"),
        ("", None, "^verify= takes True, False, the path"),
        (None, None, "^verify= takes True, False, the path"),
        (1, None, "^verify= takes True, False, the path"),
        (True, "/no/such/file", "^cert=: there is no file /no/such/file"),
        (True, __file__, "^cert=: .* cannot be used as a certificate with its key"),
        (True, (), "^cert= takes a path"),
        (True, 5, "^cert= takes a path"),
        (ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), __file__, "^cert= does not go with an SSLContext"),
    ],
    ids=lambda value: "a context" if isinstance(value, ssl.SSLContext) else str(value),
)
def test_settings_that_cannot_be_used_are_refused_when_the_client_is_made(
    verify: Any, cert: Any, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Client("https://a.test", verify=verify, cert=cert)


def test_a_key_that_needs_a_password_asks_for_it_in_words(certificates: Certificates, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(certificates.client_key.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"s3cr3t"),
        )
    )
    pair = (certificates.client_certificate, locked)
    with pytest.raises(ConfigurationError, match=r"the key of cert= is encrypted: pass .*password"):
        Client("https://a.test", cert=pair)
    with pytest.raises(ConfigurationError, match="is the password right") as caught:
        Client("https://a.test", cert=(*pair, "wr0ng"))
    assert "wr0ng" not in str(caught.value)
    with accepting(answering(), certificates.server(wants_client=True)) as port:
        url = f"https://127.0.0.1:{port}"
        assert got(url, verify=certificates.authority, cert=(*pair, "s3cr3t")) == 200


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_names_authorities(
    certificates: Certificates, environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv(name, str(certificates.authority))
    with accepting(answering(), certificates.server()) as port:
        assert got(f"https://127.0.0.1:{port}") == 200
        with pytest.raises(ConnectError, match="not trusted"):
            got(f"https://127.0.0.1:{port}", trust_env=False)


def test_the_first_variable_that_is_set_names_the_authorities(
    certificates: Certificates, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SSL_CERT_FILE", str(certificates.authority))
    environment.setenv("SSL_CERT_DIR", "/no/such/folder")
    environment.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    with accepting(answering(), certificates.server()) as port:
        assert got(f"https://127.0.0.1:{port}") == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSL_CERT_FILE", "/no/such/file"),
        ("SSL_CERT_FILE", __file__),
        ("SSL_CERT_DIR", "/no/such/folder"),
        ("REQUESTS_CA_BUNDLE", "/no/such/file"),
        ("CURL_CA_BUNDLE", "/dev/null"),
        ("SSLKEYLOGFILE", "/no/such/folder/keys"),
    ],
)
def test_a_variable_that_names_no_authorities_is_named(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ConfigurationError, match=rf"^{name}: .*{re.escape(value)}"):
        got("https://127.0.0.1:1")


@pytest.mark.parametrize(
    "option",
    [{"verify": False}, {"cert": "x"}, {"proxy": "http://x"}, {"trust_env": False}],
    ids=lambda option: next(iter(option)),
)
def test_an_http_client_of_ones_own_has_its_own_settings(option: dict[str, Any]) -> None:
    with httpx.Client(trust_env=False) as engine:
        with pytest.raises(ConfigurationError, match=f"http_client makes its own .*{next(iter(option))}="):
            Client("https://a.test", http_client=engine, **option)


def test_a_view_has_its_clients_settings(certificates: Certificates) -> None:
    with accepting(answering(), certificates.server()) as port:
        with Client("http://a.test", verify=certificates.authority) as client:
            view = client.with_options(base_url=f"https://127.0.0.1:{port}")
            assert (view.request("GET", "x")).status_code == 200


# -- proxies
# -----------------------------------------------------------------------------------------------------------


def test_a_proxy_that_is_given_serves_all_requests_and_is_told_who_asks(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("no_proxy", "*")
    seen: list[bytes] = []
    with accepting(tunnelling(seen)) as port:
        client = Client("http://a.test/v1", proxy=f"me:s3cr3t@127.0.0.1:{port}")
        with client:
            assert (client.request("GET", "x")).json() == {}
            shown = (
                f"{client!r} {client.with_options(deadline=1)!r} {vars(client)!r} {vars(client._session)!r}"
            )
    assert seen[0].startswith(b"GET http://a.test/v1/x HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"me:s3cr3t") in seen[0]
    assert "s3cr3t" not in shown


@pytest.mark.parametrize("tls", [False, True], ids=["http proxy", "https proxy"])
def test_a_tunnel_uses_the_clients_certificates(certificates: Certificates, tls: bool) -> None:
    seen: list[bytes] = []
    with (
        accepting(answering(), certificates.server(wants_client=True)) as port,
        accepting(tunnelling(seen), certificates.server() if tls else None) as through,
    ):
        proxy = f"{'https' if tls else 'http'}://me:s3cr3t@127.0.0.1:{through}"
        options: dict[str, Any] = {"verify": certificates.authority, "cert": certificates.client}
        assert got(f"https://127.0.0.1:{port}", api_key=KEY, proxy=proxy, **options) == 200
    assert seen[0].startswith(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n" % port)
    assert KEY.encode() not in seen[0]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_socks_proxy_is_used(certificates: Certificates, scheme: str) -> None:
    pytest.importorskip("socksio")
    seen: list[Any] = []
    tls = certificates.server() if scheme == "https" else None
    with accepting(answering(), tls) as port, accepting(socks(seen)) as through:
        proxy = f"socks5://me:s3cr3t@127.0.0.1:{through}"
        assert got(f"{scheme}://127.0.0.1:{port}", proxy=proxy, verify=certificates.authority) == 200
    assert seen == [b"\x01\x02me\x06s3cr3t", ("127.0.0.1", port)]


def test_a_socks_proxy_without_its_package_says_what_to_install(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setitem(__import__("sys").modules, "socksio", None)
    environment.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(
        ConfigurationError, match=r"^ALL_PROXY names a SOCKS proxy.*pip install 'httpx\[socks\]'"
    ):
        got("http://a.test")


def test_the_environments_proxies_are_left_alone_where_they_are_not_trusted(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("http_proxy", "ftp://nobody")
    with accepting(answering()) as port:
        assert got(f"http://127.0.0.1:{port}", trust_env=False) == 200
        with pytest.raises(ConfigurationError, match=r"^http_proxy does not name a proxy"):
            got(f"http://127.0.0.1:{port}")


def refusing(connection: socket.socket) -> None:
    head_of(connection)
    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")


def no_method(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"\x05\xff")


def babbling(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"\x00what?\r\n\r\n")


def hanging_up(connection: socket.socket) -> None:
    connection.recv(1024)


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize(
    "proxy", [refusing, babbling, hanging_up, None], ids=lambda one: getattr(one, "__name__", "refused")
)
def test_what_goes_wrong_on_the_way_through_a_proxy_names_it_and_sent_nothing(kind: str, proxy: Any) -> None:
    if kind == "socks5":
        pytest.importorskip("socksio")
        proxy = no_method if proxy is refusing else proxy
    with accepting(proxy or hanging_up) as port:
        at = port if proxy is not None else 1
        address = f"{kind}://me:s3cr3t@127.0.0.1:{at}"
        with Client("https://a.test", proxy=address, max_retries=2) as client:
            tick(client, Ticks())
            named = rf"no connection: through the proxy 127\.0\.0\.1:{at} \(proxy=\)"
            with pytest.raises(ConnectError, match=named) as caught:
                client.request("POST", "x")
    assert [attempt.outcome for attempt in caught.value.attempts] == [Outcome.NOT_SENT] * 3
    assert "s3cr3t" not in caught.value.explain()


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_that_is_silent_is_given_up_when_the_time_for_connecting_is_over(kind: str) -> None:
    if kind == "socks5":
        pytest.importorskip("socksio")

    def silent(connection: socket.socket) -> None:
        while connection.recv(1024):
            pass

    with accepting(silent) as port:
        limits = Timeouts(connect=0.05, read=0.05)
        options: dict[str, Any] = {
            "proxy": f"{kind}://127.0.0.1:{port}",
            "timeouts": limits,
            "deadline": None,
        }
        with pytest.raises(
            RequestTimeoutError, match=r"the connect timeout of \S+ s passed: through the proxy"
        ) as caught:
            got("https://a.test", **options)
    assert caught.value.outcome is Outcome.NOT_SENT


def test_a_request_that_left_through_a_tunnel_may_have_been_acted_on(
    certificates: Certificates,
) -> None:
    def hears_and_hangs_up(connection: socket.socket) -> None:
        head_of(connection)

    seen: list[bytes] = []
    with accepting(hears_and_hangs_up, certificates.server()) as port, accepting(tunnelling(seen)) as through:
        options: dict[str, Any] = {"verify": certificates.authority, "max_retries": 3}
        with pytest.raises(TransportError) as caught:
            got(f"https://127.0.0.1:{port}", proxy=f"127.0.0.1:{through}", **options)
    assert (caught.value.outcome, len(seen)) == (Outcome.UNKNOWN, 1)


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_way_through_a_proxy_that_failed_leaves_no_socket_open(kind: str) -> None:
    if kind == "socks5":
        pytest.importorskip("socksio")
    closed = threading.Event()

    def no_use(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(
            b"\x05\xff" if kind == "socks5" else b"HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n"
        )
        if connection.recv(1024) == b"":
            closed.set()

    with accepting(no_use) as port:
        with Client("https://a.test", proxy=f"{kind}://127.0.0.1:{port}", max_retries=0) as client:
            with pytest.raises(ConnectError):
                client.request("GET", "x")
            assert closed.wait(60)


# -- the other side
# ----------------------------------------------------------------------------------------------------


def http2(connection: socket.socket) -> None:
    """Send SETTINGS, and GOAWAY when the preface is none (RFC 9113 §3.4)."""
    connection.sendall(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64")
    connection.recv(1024)
    connection.sendall(b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + b"\x00" * 7 + b"\x01")


def alerting(connection: socket.socket) -> None:
    """Answer as TLS does to what is no TLS (RFC 8446 §6)."""
    connection.recv(1024)
    connection.sendall(b"\x15\x03\x01\x00\x02\x02\x46")


def plain(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")


def test_a_server_of_http2_alone_is_called_that() -> None:
    with accepting(http2) as port, pytest.raises(TransportError, match=re.escape(HTTP2_ONLY)):
        got(f"http://127.0.0.1:{port}")


def test_a_server_that_agrees_on_no_protocol_of_ours_is_called_that(certificates: Certificates) -> None:
    from veneer._core.connect_errors import why

    refused = ssl.SSLError(1, "no application protocol")
    refused.reason = "TLSV1_ALERT_NO_APPLICATION_PROTOCOL"
    assert why(refused, "a.test:443").startswith(f"a.test:443: {HTTP2_ONLY}")


def test_tls_on_a_plain_address_says_https() -> None:
    with (
        accepting(alerting) as port,
        pytest.raises(TransportError, match="speaks TLS on this port: use https://"),
    ):
        got(f"http://127.0.0.1:{port}")


def test_plain_http_on_an_address_of_tls_says_http() -> None:
    with (
        accepting(plain) as port,
        pytest.raises(
            ConnectError, match=rf"127\.0\.0\.1:{port} does not speak TLS on this port: use http://"
        ),
    ):
        got(f"https://127.0.0.1:{port}")


def test_a_refused_connection_names_the_server() -> None:
    with pytest.raises(
        ConnectError, match=r"no connection: 127\.0\.0\.1:1: \[Errno \d+\] Connection refused"
    ):
        got("http://127.0.0.1:1")


@pytest.mark.parametrize("way", ["direct", "forwarded", "tunnel"])
def test_the_system_asks_after_a_peer_that_is_silent(certificates: Certificates, way: str) -> None:
    if not hasattr(socket, "TCP_KEEPIDLE"):
        pytest.skip("this system has no figures for a single socket")
    tls = certificates.server() if way == "tunnel" else None
    options: dict[str, Any] = {"verify": certificates.authority}
    with accepting(answering(), tls) as port, accepting(tunnelling([])) as through:
        if way != "direct":
            options["proxy"] = f"127.0.0.1:{through}"
        with Client(f"{'https' if tls else 'http'}://127.0.0.1:{port}", **options) as client:
            client.request("GET", "x")
            (idle,) = client._session._engines.get()._pool._idle.values()
            kept: Any = idle[0]
            stream = kept._stream if way == "direct" else kept.backend.stream
            sock = stream.get_extra_info("socket")
            figures = [
                sock.getsockopt(socket.IPPROTO_TCP, option)
                for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            ]
            assert (sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), figures) == (1, [60, 60, 5])


# -- idle connections
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["a connection is made", "many requests were served"])
def test_idle_connections_of_any_origin_that_the_server_ended_are_closed(when: str) -> None:
    ended = threading.Event()

    def ends_soon(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(OK)
        ended.wait(60)

    with accepting(answering()) as port, accepting(answering()) as third:
        with Client(f"http://127.0.0.1:{port}") as client:
            client.request("GET", "x")
            pool: Any = client._session._engines.get()._pool
            with accepting(ends_soon) as other:
                client.with_options(base_url=f"http://127.0.0.1:{other}").request("GET", "x")
                (kept,) = pool._idle["http", "127.0.0.1", other]
                sock = kept._stream.get_extra_info("socket")
                ended.set()
            assert sock.fileno() != -1 or not pool._idle["http", "127.0.0.1", other]
            if when == "a connection is made":
                client.with_options(base_url=f"http://127.0.0.1:{third}").request("GET", "x")
            else:
                for _ in range(64):
                    client.request("GET", "x")
            assert (sock.fileno(), pool._idle["http", "127.0.0.1", other]) == (-1, [])
            assert len(pool._idle["http", "127.0.0.1", port]) == 1


def test_idle_connections_make_way_for_new_ones() -> None:
    with accepting(answering()) as one, accepting(answering()) as two, accepting(answering()) as three:
        with Client(f"http://127.0.0.1:{one}", max_connections=2) as client:
            for port in (one, two, three):
                client.with_options(base_url=f"http://127.0.0.1:{port}").request("GET", "x")
            idle = client._session._engines.get()._pool._idle
            assert [len(idle["http", "127.0.0.1", port]) for port in (one, two, three)] == [0, 1, 1]
