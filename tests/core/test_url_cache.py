"""Prepared addresses are those that httpx would make, only sooner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from faultserver import FaultServer, Space
from veneer import Client
from veneer._core.errors import ConfigurationError
from veneer._core.heard import Heard
from veneer._core.options import Options, Timeouts
from veneer._core.requests import plain_request, with_host
from veneer._core.url_cache import Prepared, encode_query
from veneer._core.urls import check_path, join

BASES = (
    "https://api.example",
    "http://127.0.0.1:8443/v1",
    "https://Grüße.example:443/a%20b",
    "http://[::1]:80",
)
SCALARS = st.one_of(st.text(), st.integers(), st.floats(), st.booleans())
PARAMS = st.dictionaries(st.text(min_size=1), st.one_of(SCALARS, st.lists(SCALARS, min_size=1)), max_size=4)
SEGMENTS = st.text(st.characters(exclude_characters="/?#\\%", exclude_categories=["C", "Z"]), min_size=1)


def by_httpx(text: str, params: Mapping[str, Any]) -> httpx.URL:
    return httpx.URL(text).copy_merge_params(params) if params else httpx.URL(text)


def parts(url: httpx.URL) -> tuple[Any, ...]:
    return (
        str(url), url.raw_scheme, url.raw_host, url.port, url.netloc, url.raw_path, url.query, url.fragment,
        url.userinfo, url.params, url.is_absolute_url,
    )  # fmt: skip


@pytest.mark.parametrize("base", BASES)
@given(segments=st.lists(SEGMENTS, max_size=4), params=PARAMS)
@example(segments=[], params={})
@example(segments=["a%2Fb", "~x", "50%", "ü"], params={"q": "a b&c=d+é", "empty": ""})
@example(segments=["x" * 5000], params={"long": "y" * 40_000})
def test_an_address_is_the_one_that_httpx_makes(
    base: str, segments: list[str], params: dict[str, Any]
) -> None:
    prepared = Prepared(Options(base))
    text = base + "".join(f"/{segment}" for segment in segments if segment not in {".", ".."})
    assert parts(prepared.url(text, params)) == parts(by_httpx(text, params))


@given(params=PARAMS)
def test_a_query_is_encoded_as_httpx_encodes_it(params: dict[str, Any]) -> None:
    assert encode_query(params) == str(httpx.QueryParams(params))


def test_a_query_in_the_path_stays_and_the_calls_parameters_join_it() -> None:
    prepared = Prepared(Options("https://api.example", query={"tenant": "a", "off": None}))
    assert str(prepared.url("https://api.example/x?cursor=1", {"limit": 5})) == (
        "https://api.example/x?cursor=1&tenant=a&limit=5"
    )


def test_a_calls_parameter_stands_over_the_options_and_none_takes_it_out() -> None:
    prepared = Prepared(Options("https://api.example", query={"a": 1, "b": 2}))
    assert str(prepared.url("https://api.example/x", {"a": 3, "b": None})) == "https://api.example/x?a=3"
    assert str(prepared.url("https://api.example/x", {"a": None, "b": None})) == "https://api.example/x"


def test_time_outs_have_httpxs_names() -> None:
    prepared = Prepared(Options("https://api.example", timeouts=Timeouts(1, 2, 3, 4)))
    assert prepared.timeouts == httpx.Timeout(connect=1, read=2, write=3, pool=4).as_dict()


@pytest.mark.parametrize(
    ("method", "content", "chunked", "length"),
    [
        ("GET", b"", False, None),
        ("POST", b"", False, "0"),
        ("PUT", b"abc", False, "3"),
        ("POST", b"abc", True, None),
    ],
)
def test_a_request_built_without_httpxs_constructor_is_the_one_that_it_builds(
    method: str, content: bytes, *, chunked: bool, length: str | None
) -> None:
    """Their attributes are the same, so a release of httpx that adds or renames one fails here."""
    url = httpx.URL("https://api.example/x?q=1")
    extensions = {"timeout": {"read": 1.0}}
    fields = with_host([(b"accept", b"a/b")], url)
    ours = plain_request(method, url, fields, content, extensions, chunked=chunked)
    headers = {"host": "api.example", "accept": "a/b"} | (
        {} if length is None else {"content-length": length}
    )
    theirs = httpx.Request(
        method, url, headers=headers, stream=httpx.ByteStream(content), extensions=extensions
    )
    theirs.read()
    for made in (ours, theirs):
        assert isinstance(made.stream, httpx.ByteStream)
    assert {**vars(ours), "headers": vars(ours.headers), "stream": vars(ours.stream)} == (
        {**vars(theirs), "headers": vars(theirs.headers), "stream": vars(theirs.stream)}
    )
    ours.headers["x-hook"] = "1"  # it has its own headers
    assert "x-hook" not in plain_request(method, url, fields, content, extensions).headers


def refused(path: str, template: str | None) -> bool:
    """The rule without its short cut: segments that are empty or dots retarget a request, and so do unencoded characters."""
    if any(ord(char) <= 0x20 or char in "\x7f\\" for char in path):
        return True
    segments = path.partition("?")[0].split("/")
    shape = template.split("/") if template is not None else None
    for index, segment in enumerate(segments):
        if segment.lower().replace("%2e", ".") in {".", ".."}:
            return True
        by_design = shape[index] == "" if shape and index < len(shape) else index == len(segments) - 1
        if segment == "" and index and not by_design:
            return True
    return False


@given(
    path=st.lists(st.sampled_from(["/", ".", "%2e", "%2E", "a", "?", "", " ", "\\", "é", "..", "b.c"])).map(
        "".join
    ),
    template=st.one_of(st.none(), st.sampled_from(["/a/{id}", "/a//{id}/", "/", "a/{x}/b"])),
)
def test_the_short_cut_refuses_the_paths_that_the_rule_refuses(path: str, template: str | None) -> None:
    try:
        check_path(path, template)
    except ConfigurationError:
        assert refused(path, template)
    else:
        assert not refused(path, template)


@pytest.mark.parametrize(
    "target", ["//evil.example/x", "https://evil.example/x", "\\\\evil.example", "/\\evil.example"]
)
def test_join_lets_no_target_leave_the_origin(target: str) -> None:
    with pytest.raises(ConfigurationError):
        join("https://api.example", target)


CALLS: list[dict[str, Any]] = [
    {"method": "GET"},
    {"method": "GET", "headers": {"x-one": "1"}},
    {"method": "GET", "headers": {"x-one": "2"}},
    {"method": "GET", "headers": {"X-One": "1", "x-one": "3"}},
    {"method": "GET", "headers": {"x-one": 5, "X-Two": "\xe9\tx"}},
    {"method": "GET", "headers": {"Accept": "a/b", "user-agent": "me", "x-retry-count": "7"}},
    {"method": "GET", "headers": {"Authorization": "Basic x"}},
    {"method": "GET", "headers": {"cookie": "a=1"}},
    {"method": "GET", "headers": {"Host": "third.test"}},
    {"method": "POST"},
    {"method": "POST", "json": {"a": 1}},
    {"method": "POST", "json": {"a": 1}, "headers": {"Content-Type": "application/json"}},
    {"method": "POST", "json": {"a": 2}, "headers": {"content-type": "application/vnd.x+json"}},
    {"method": "POST", "json": {"a": 2}, "headers": {"Idempotency-Key": "one"}},
    {"method": "POST", "json": {"a": 2}, "headers": {"Idempotency-Key": "two"}},
    {"method": "POST", "json": {"a": 2}, "headers": {"Idempotency-Key": "two", "content-length": "99"}},
    {"method": "PUT", "content": b"abc"},
    {"method": "DELETE"},
    {"method": "HEAD"},
]
VIEWS: list[dict[str, Any]] = [
    {},
    {"headers": {"content-type": "application/merge-patch+json", "x-team": "a"}},
    {"headers": {"host": "other.test"}},
]


def sent(space: Space) -> list[tuple[Any, ...]]:
    return [(request.method, request.headers, request.body) for request in space.requests()]


@given(order=st.lists(st.tuples(st.sampled_from(range(len(VIEWS))), st.sampled_from(CALLS)), max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_request_says_the_same_whatever_was_sent_before(
    faults: FaultServer, order: list[tuple[int, dict[str, Any]]]
) -> None:
    keys = iter(["key-one", "key-two"] * 12)
    ours, fresh = faults.space({}), faults.space({})
    with Client(ours.url(), api_key=lambda: next(keys)) as client:
        views = [client.with_options(**view) for view in VIEWS]
        for view, call in order:
            views[view].request(path="/x", **call)
    keys = iter(["key-one", "key-two"] * 12)
    for view, call in order:
        with Client(fresh.url(), api_key=next(keys)) as client:
            client.with_options(**VIEWS[view]).request(path="/x", **call)
    assert sent(ours) == sent(fresh)


@pytest.mark.parametrize(
    ("changes", "serves"),
    [
        ({"deadline": 3.0, "strict": True, "heard": Heard()}, True),
        ({"headers": {"x-tenant": "b"}}, False),
        ({"headers": {"x-tenant": None}}, False),
        ({"timeout": 3.0}, False),
        ({"base_url": "https://other.example"}, False),
        ({"query": {"a": 1}}, False),
    ],
)
def test_views_share_what_is_prepared_where_their_requests_are_the_same(changes: Any, serves: bool) -> None:
    options = Options(base_url="https://api.example", headers={"x-tenant": "a"})
    assert Prepared(options).serves(options.merged(**changes)) is serves


def test_options_with_a_query_share_nothing_as_equal_values_may_be_sent_differently() -> None:
    options = Options(base_url="https://api.example", query={"a": 1})
    assert not Prepared(options).serves(options.merged(query={"a": True}))


@pytest.mark.parametrize("value", ["a\r\nx-evil: 1", "\0", "\u20ac", b"bytes", ["list"]])
def test_a_header_that_cannot_be_sent_is_refused_also_where_one_of_its_name_was_sent(
    faults: FaultServer, value: Any
) -> None:
    space = faults.space({})
    with Client(space.url()) as client:
        client.request("GET", "x", headers={"x-one": "1"})
        with pytest.raises(ConfigurationError):
            client.request("GET", "x", headers={"x-one": value})
        client.request("GET", "x", headers={"x-one": "2"})
    assert [dict(request.headers)["x-one"] for request in space.requests()] == ["1", "2"]


def test_values_of_a_calls_own_headers_are_not_kept(faults: FaultServer) -> None:
    with Client(faults.space({}).url()) as client:
        client.request("GET", "x", headers={"x-secret": "swordfish"})
        (kept,) = client._session._prepare(client.options).headers.values()
    assert b"x-secret" in str(kept.fields).encode()
    assert "swordfish" not in str(kept)
