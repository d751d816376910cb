"""Link headers are read by RFC 8288, and a next link never leads a credential to another origin."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veneer._core import links as links_module
from veneer._core.links import Link, next_link, parse_links, same_origin_target

TABLES = Path(__file__).parent / "cases"
HEADERS: list[dict[str, Any]] = json.loads((TABLES / "link_header_cases.json").read_text())["cases"]
ORIGINS: list[dict[str, str]] = json.loads((TABLES / "pagination_cases.json").read_text())[
    "next_link_origin"
]["cases"]
ATTACKS = {
    "ReDoS: 10k spaces": '; rel="' + " " * 10_000 + '",',
    "ReDoS: octokit attack string": "<" * 100_000 + ">",
}


@pytest.mark.parametrize("case", HEADERS, ids=lambda case: case["name"])
def test_header_gives_its_links(case: dict[str, Any]) -> None:
    value = case["value"] if "value" in case else ATTACKS[case["name"]]
    links = parse_links(value)
    if "links" in case:
        assert [{"uri": link.uri, "rel": [*link.rel], **link.params} for link in links] == case["links"]
    if "next" in case:
        assert next_link(value, case.get("request_url", "")) == case["next"]


def test_the_tables_are_whole() -> None:
    assert (len(HEADERS), len(ORIGINS)) == (31, 19)


@pytest.mark.parametrize("case", ORIGINS, ids=lambda case: case["next"])
def test_next_link_is_followed_only_where_credentials_may_go(case: dict[str, str]) -> None:
    if case["decision"] == "follow":
        assert same_origin_target(case["base"], case["next"]).startswith("https://api.example/v1")
    else:
        with pytest.raises(ValueError, match="link"):
            same_origin_target(case["base"], case["next"])


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/v1/items?cursor=2", "https://api.example/v1/items?cursor=2"),
        ("?cursor=2", "https://api.example/v1/items?cursor=2"),
        ("more/2", "https://api.example/v1/more/2"),
        ("../v1/items", "https://api.example/v1/items"),
        ("https://API.EXAMPLE:443/v1/items?cursor=2#top", "https://api.example/v1/items?cursor=2"),
        ("/v1/items?cursor=eyJv+/==&x=1%25", "https://api.example/v1/items?cursor=eyJv+/==&x=1%25"),
        ("/v1/objets/é?q=東", "https://api.example/v1/objets/%C3%A9?q=%E6%9D%B1"),
    ],
)
def test_a_followed_link_is_absolute_and_encoded_once(target: str, expected: str) -> None:
    assert (
        same_origin_target("https://api.example/v1", target, "https://api.example/v1/items?cursor=1")
        == expected
    )


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("https://other.example/v1", "another origin, https://other.example, not https://api.example"),
        ("https://api.example:444/v1", "another origin, https://api.example:444"),
        ("https://api.example:port/v1", "not a URL"),
        ("https://[::1/v1", "not a URL"),
        ("https:items", "not an http"),
        ("https://user:secret@api.example/v1", "carries a user name"),
        ("/v1/items\nx", "control character"),
        ("/v2/items", "outside of /v1/"),
        ("/v1evil", "outside of /v1/"),
        ("/v1/%2e%2E/admin", "climbs"),
        ("/v1/..%2fadmin", "climbs"),
        ("/v1/..%5cadmin", "climbs"),
        ("https://api.example/v1/../../admin", "climbs"),
    ],
)
def test_a_refused_link_says_why_and_never_repeats_a_password(target: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        same_origin_target("https://api.example/v1", target)
    assert "secret" not in str(caught.value)


def test_a_base_without_a_path_allows_all_paths_of_its_origin() -> None:
    assert (
        same_origin_target("http://localhost:8000", "/hub/api?offset=2")
        == "http://localhost:8000/hub/api?offset=2"
    )


@given(st.text(alphabet="<>;,=\"\\ \t*'relnxt/?%a", max_size=60))
@example('a="<https://evil.example>; rel=next", <b>')
def test_any_header_is_read_without_an_error(value: str) -> None:
    for link in parse_links(value):
        assert ">" not in link.uri
        assert link.rel == tuple(rel.lower() for rel in link.rel)


class Line(str):
    """A header that counts the characters looked at: by `find`, one by one, and by slices."""

    __slots__ = ("seen",)
    seen: int

    def find(self, part: str, start: int = 0) -> int:  # type: ignore[override]  # as it is called here
        found = super().find(part, start)
        self.seen += (len(self) if found < 0 else found) - start + 1
        return found

    def __getitem__(self, key: Any) -> str:
        got = super().__getitem__(key)
        self.seen += len(got)
        return got


class Counting:
    """A pattern that adds to a line's count what it passed over; none of ours goes back over it."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def __getattr__(self, name: str) -> Any:
        def read(line: Line, at: int) -> Any:
            match = getattr(self._pattern, name)(line, at)
            line.seen += (match.end() if match else len(line)) - at + 1
            return match

        return read


@pytest.mark.parametrize(
    "value",
    [
        *(unit * 4_000 for unit in ["<", "<>", '"', '<a>;"', "<a>;b=\\", "; rel=", ",;", "<a>;b;c=,"]),
        *ATTACKS.values(),
        "<" * 100_000 + ">" + "<" * 100_000,
    ],
    ids=lambda value: f"{value[:9]} … {value[-4:]}",
)
def test_hostile_headers_take_linear_time(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked at again and again: four times for each character is more than any header takes."""
    for name in ("_NAME_END", "_TOKEN_END", "_LINK_START", "_CLOSING_QUOTE"):
        monkeypatch.setattr(links_module, name, Counting(getattr(links_module, name)))
    line = Line(value)
    line.seen = 0
    parse_links([line])
    assert 0 < line.seen <= 4 * len(line) + 4


def test_a_quoted_member_that_is_no_link_hides_none_inside() -> None:
    assert [link.uri for link in parse_links('a="<https://evil.example>; rel=next", <b>; rel=next')] == ["b"]


WORDS = st.text(alphabet="abcxyz019-", min_size=1)
QUOTED = st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]))


@given(
    st.lists(
        st.builds(
            Link,
            WORDS,
            st.lists(WORDS, min_size=1).map(tuple),
            st.dictionaries(WORDS.map("p".__add__), QUOTED),
        ),
        max_size=4,
    )
)
def test_what_is_written_by_the_rules_is_read_back(links: list[Link]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    header = ", ".join(
        f"<{link.uri}>; rel={quoted(' '.join(link.rel))}"
        + "".join(f"; {name}={quoted(value)}" for name, value in link.params.items())
        for link in links
    )
    assert parse_links(header) == links


def test_the_first_next_link_counts_and_other_relations_can_be_asked_for() -> None:
    header = ['<a>; rel="prev next"', "<b>; rel=next", "<c>; rel=last"]
    assert next_link(header, "https://x.example/") == "https://x.example/a"
    assert next_link(header, "https://x.example/", rel="last") == "https://x.example/c"
    assert next_link(header, "https://x.example/", rel="first") is None
