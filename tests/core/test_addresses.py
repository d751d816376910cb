"""A base URL is refused in words when the client is made, or it works."""

from __future__ import annotations

import contextlib

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veneer import AsyncClient, Client, ConfigurationError
from veneer._core.options import Options
from veneer._core.url_cache import Prepared
from veneer._core.urls import check_base_url


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("a..b", "has an empty label"),
        (".a", "has an empty label"),
        (".", "has an empty label"),
        (f"{'a' * 64}.test", "has a label of more than 63 characters"),
        (".".join(["abcdefgh"] * 34), "has more than 253 characters"),
        ("☃.test", "is not an international domain name"),
        ("xn--\xff.test", "is not an international domain name"),
        ("0177.0.0.1", "is not an IP address"),
        ("1.2.3.400", "is not an IP address"),
        ("[::1%25lo]", "has a zone id"),
        ("[fe80::1%eth0]", "has a zone id"),
        ("127.0.0%2E1", "has a character that no host name has"),
        ("a,b", "has a character that no host name has"),
        ("a*b", "has a character that no host name has"),
    ],
)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_host_that_nobody_can_have_is_refused_in_words(kind: type, host: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^base_url cannot be used: its host {reason}"):
        kind(f"http://{host}/v1")
    with pytest.raises(ConfigurationError, match=f"its host {reason}"):
        kind("http://a.test").with_options(base_url=f"https://{host}:8443")


@pytest.mark.parametrize(
    "url", ["http://ho st", "http://a\n", "http://\udcff.test", "http://a/\udcff", "http://a/" + "x" * 9000]
)
def test_an_address_that_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url must be an absolute"):
        Client(url)


@pytest.mark.parametrize(
    "host",
    ["my_host.test", "a.test.", "bücher.test", "xn--bcher-kva.test", "127.1", "[::1]", "[::ffff:1.2.3.4]", "a-b.c", "3.test"],
)  # fmt: skip
def test_a_host_that_somebody_may_have_is_taken(host: str) -> None:
    assert check_base_url(f"http://{host}/v1/") == f"http://{host}/v1"


HOSTS = st.one_of(
    st.text(max_size=12),
    st.text("abc.-_%[]:0179xn", max_size=12),
    st.lists(st.sampled_from(["1", "255", "256", "01", "a"]), min_size=1, max_size=5).map(".".join),
)


@given(host=HOSTS, path=st.one_of(st.just(""), st.text(max_size=6).map("/{}".format)))
@example(host="[::1]x", path="")
@example(host="a\u3002b", path="")
@example(host="a", path="/\x80")
def test_whatever_is_taken_makes_requests(host: str, path: str) -> None:
    with contextlib.suppress(ConfigurationError):
        options = Options(base_url=f"http://{host}{path}")
        url = Prepared(options).url("/x", {"q": "1"})
        assert url.raw_host.decode("ascii") == httpx.URL(options.base_url).raw_host.decode("ascii") != ""
