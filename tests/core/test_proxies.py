"""Which proxy a request goes through: variables and `proxy=`, read as curl and httpx read them."""

from __future__ import annotations

import pytest

from veneer import AsyncClient, Client, ConfigurationError
from veneer._core.proxies import Proxy, given_proxy, proxy_for
from veneer._http._async.transport import _proxy_variables

NAMED = "http://proxy.test:3128"
CURL = "curl 8: lib/noproxy.c, CURLOPT_NOPROXY(3)"
HTTPX = "httpx 0.28: get_environment_proxies"
URLLIB = "CPython 3.13: urllib.request.getproxies_environment"


def origin(url: str) -> tuple[str, str, int]:
    scheme, _, rest = url.partition("://")
    host, _, port = rest.rpartition(":")
    return scheme, host.strip("[]"), int(port)


@pytest.mark.parametrize(
    ("variables", "url", "expected", "source"),
    [
        ({"http_proxy": NAMED}, "http://a.test:80", NAMED, CURL),
        ({"http_proxy": NAMED}, "https://a.test:443", None, CURL),
        ({"HTTPS_PROXY": NAMED}, "https://a.test:443", NAMED, CURL),
        ({"HTTP_PROXY": NAMED}, "http://a.test:80", NAMED, HTTPX),
        ({"HTTP_PROXY": NAMED, "REQUEST_METHOD": "GET"}, "http://a.test:80", None, "https://httpoxy.org"),
        ({"http_proxy": NAMED, "REQUEST_METHOD": "GET"}, "http://a.test:80", NAMED, URLLIB),
        ({"HTTPS_PROXY": NAMED, "REQUEST_METHOD": "GET"}, "https://a.test:443", NAMED, URLLIB),
        ({"ALL_PROXY": NAMED}, "https://a.test:443", NAMED, CURL),
        ({"all_proxy": NAMED, "https_proxy": "http://other.test:1"}, "http://a.test:80", NAMED, CURL),
        (
            {"https_proxy": "http://other.test:1", "all_proxy": NAMED},
            "https://a.test:443",
            "http://other.test:1",
            CURL,
        ),
        ({"http_proxy": NAMED, "HTTP_PROXY": "http://other.test:1"}, "http://a.test:80", NAMED, URLLIB),
        ({"http_proxy": "", "HTTP_PROXY": NAMED}, "http://a.test:80", None, URLLIB),
        ({"http_proxy": "  "}, "http://a.test:80", None, "an empty value sets nothing"),
        ({"http_proxy": "", "ALL_PROXY": NAMED}, "http://a.test:80", NAMED, URLLIB),
        ({"http_proxy": "proxy.test:3128"}, "http://a.test:80", NAMED, CURL),
        ({"ALL_PROXY": " proxy.test:3128 "}, "http://a.test:80", NAMED, "urllib strips no space, curl refuses"),
        ({"http_proxy": "proxy.test"}, "http://a.test:80", "http://proxy.test:80", HTTPX),
        ({"http_proxy": "HTTP://proxy.test:3128/"}, "http://a.test:80", NAMED, HTTPX),
        ({"http_proxy": "https://proxy.test"}, "http://a.test:80", "https://proxy.test:443", HTTPX),
        ({"http_proxy": "socks5h://[::1]"}, "http://a.test:80", "socks5h://[::1]:1080", HTTPX),
        ({"http_proxy": NAMED, "ALL_PROXY": "socks://gnome.test:1/"}, "http://a.test:80", NAMED, "GNOME sets both"),
        ({"FTP_PROXY": "ftp://proxy.test", "NO_PROXY": "x"}, "http://a.test:80", None, CURL),
    ],
)  # fmt: skip
def test_the_environment_names_the_proxy(
    variables: dict[str, str], url: str, expected: str | None, source: str
) -> None:
    found = proxy_for(variables, *origin(url))
    assert (found and found.url) == expected, source


@pytest.mark.parametrize(
    ("entries", "url", "direct", "source"),
    [
        ("*", "http://a.test:80", True, CURL),
        ("b.test,*", "http://a.test:80", True, HTTPX),
        ("a.test", "http://a.test:80", True, CURL),
        ("A.Test", "http://a.test:80", True, CURL),
        ("a.test", "http://A.TEST:80", True, CURL),
        ("a.test", "http://www.a.test:80", True, CURL),
        ("a.test", "http://nota.test:80", False, CURL),
        ("www.a.test", "http://a.test:80", False, CURL),
        (".a.test", "http://a.test:80", True, CURL),
        (".a.test", "http://www.a.test:80", True, CURL),
        (".a.test", "http://nota.test:80", False, CURL),
        ("a.test.", "http://a.test:80", True, CURL),
        ("a.test", "http://a.test.:80", True, CURL),
        (".", "http://a.test:80", False, "an entry of nothing means nobody"),
        ("", "http://a.test:80", False, CURL),
        (" , ,", "http://a.test:80", False, CURL),
        ("*.a.test", "http://www.a.test:80", False, "curl: the only wildcard is * alone"),
        ("b.test, a.test", "http://a.test:80", True, CURL),
        ("b.test a.test", "http://a.test:80", True, CURL),
        ("b.test\ta.test,", "http://a.test:80", True, CURL),
        ("a.test:8080", "http://a.test:8080", True, URLLIB),
        ("a.test:8080", "http://www.a.test:8080", True, URLLIB),
        ("a.test:8080", "http://a.test:80", False, URLLIB),
        ("a.test:", "http://a.test:80", True, "no port is any port"),
        ("127.0.0.1", "http://127.0.0.1:80", True, CURL),
        ("127.0.0.1:81", "http://127.0.0.1:80", False, URLLIB),
        ("0.0.1", "http://127.0.0.1:80", False, "curl: addresses are no names"),
        (".0.1", "http://127.0.0.1:80", False, CURL),
        ("127.*", "http://127.0.0.1:80", False, CURL),
        ("127.0.0.0/8", "http://127.9.9.9:80", True, CURL),
        ("127.0.0.1/8", "http://127.9.9.9:80", True, CURL),
        ("10.0.0.0/8", "http://127.0.0.1:80", False, CURL),
        ("10.0.0.0/8", "http://10.test:80", False, CURL),
        ("0.0.0.0/0", "http://127.0.0.1:80", True, CURL),
        ("0.0.0.0/0", "http://[::1]:80", False, CURL),
        ("10.0.0.0/99", "http://10.0.0.1:80", False, CURL),
        ("::1", "http://[::1]:80", True, CURL),
        ("[::1]", "http://[::1]:80", True, URLLIB),
        ("[::1]:80", "http://[::1]:80", True, URLLIB),
        ("[::1]:81", "http://[::1]:80", False, URLLIB),
        ("0:0:0:0:0:0:0:1", "http://[::1]:80", True, CURL),
        ("fd00::/8", "http://[fd12::1]:80", True, CURL),
        ("[fd00::]/8", "http://[fd12::1]:80", True, CURL),
        ("fd00::/8", "http://[fe80::1]:80", False, CURL),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]:80", True, "the same machine (RFC 4291 §2.5.5.2)"),
        ("localhost,127.0.0.1,::1,fe80::/10", "http://[fe80::7]:80", True, CURL),
        ("bücher.test", "http://xn--bcher-kva.test:80", True, "RFC 5890 §2.3.2.1"),
        ("\x80" * 80, "http://a.test:80", False, "no name at all"),
    ],
)  # fmt: skip
def test_no_proxy_names_the_hosts_that_are_reached_directly(
    entries: str, url: str, direct: bool, source: str
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        found = proxy_for({"http_proxy": NAMED, name: entries}, *origin(url))
        assert (found is None) is direct, source


def test_no_proxy_in_lower_case_wins_also_where_it_is_empty() -> None:
    variables = {"http_proxy": NAMED, "no_proxy": "", "NO_PROXY": "*"}
    assert proxy_for(variables, "http", "a.test", 80) is not None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("socks://proxy.test:1080", "its scheme is not one of .*version 4 or 5"),
        ("socks4://proxy.test:1080", "its scheme is not one of"),
        ("ftp://proxy.test", "its scheme is not one of"),
        ("://proxy.test", "its scheme is not one of"),
        ("http://", "its host is empty"),
        ("http://:3128", "its host is empty"),
        ("http://[::1", "its host and port cannot be read"),
        ("http://[::1]x:1", "its host and port cannot be read"),
        ("http://[nobody]:1", "its host is not an IP address"),
        ("http://proxy.test:99999", "its port is not between 1 and 65535"),
        ("http://proxy.test:0", "its port is not between"),
        ("http://proxy.test:http", "its host and port cannot be read"),
        ("http://a b:1", "its host has a character"),
        ("http://a..b:1", "its host has an empty label"),
        (f"http://{'a' * 64}.test:1", "its host has a label of more than 63"),
        ("http://me:pa/ss@proxy.test:1", "/, . and # in a user name or password must be percent-encoded"),
        ("http://me:pa#ss@proxy.test:1", "/, . and # in a user name or password must be percent-encoded"),
        ("http://me:\udcff@proxy.test:1", "it is not Unicode text"),
        ("http://☃.test:1", "its host is not an international domain name"),
    ],
)
def test_a_value_that_names_no_proxy_is_refused_by_the_name_of_its_variable(value: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^HTTPS_PROXY does not name a proxy: {reason}") as caught:
        proxy_for({"HTTPS_PROXY": value}, "https", "a.test", 443)
    assert not any(part in str(caught.value) for part in ("pa/ss", "pa#ss"))


def test_a_bad_value_is_no_matter_of_requests_that_do_not_need_it() -> None:
    variables = {"https_proxy": "ftp://x", "http_proxy": NAMED, "no_proxy": "a.test"}
    assert proxy_for(variables, "http", "b.test", 80) is not None
    assert proxy_for(variables, "https", "a.test", 443) is None


def test_name_and_password_are_percent_decoded_and_never_shown() -> None:
    found = given_proxy("http://us%40er:p%3Ass%2F@proxy.test:3128", "proxy=")
    assert found == Proxy("http", "proxy.test", 3128, ("us@er", "p:ss/"), "proxy=")
    assert repr(found) == str(found) == "Proxy('http://***@proxy.test:3128', source='proxy=')"
    assert given_proxy("http://token@proxy.test", "proxy=").auth == ("token", "")
    assert given_proxy("http://a:b@c@proxy.test", "proxy=").auth == ("a", "b@c")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("value", ["ftp://me:s3cr3t@proxy.test", "http://me:s3cr3t@", ""])
def test_a_proxy_argument_that_names_none_is_refused_when_the_client_is_made(kind: type, value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^proxy= does not name a proxy") as caught:
        kind("http://a.test", proxy=value)
    assert "s3cr3t" not in str(caught.value)


def test_only_variables_about_proxies_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("REQUEST_METHOD", "GET")
    assert _proxy_variables() == {}
    monkeypatch.setenv("HTTP_PROXY", NAMED)
    assert _proxy_variables() == {"HTTP_PROXY": NAMED, "REQUEST_METHOD": "GET"}
