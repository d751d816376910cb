"""Typed calls take short cuts where nothing unusual is asked for: with the same results."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer import ConfigurationError
from veneer._core.call import from_endpoint
from veneer._core.page_styles import NextLinkPages, OffsetPages, style_of
from veneer._core.pages import PageWalk
from veneer._core.urls import check_path
from veneer_generated.hybridb.api.decisions import get_decision
from veneer_generated.velerian import types
from veneer_generated.velerian.api.audit import list_audit_log
from veneer_generated.velerian.client.results import InvokeResult
from veneer_generated.velerian.models import AbpsInvokeResponse

SENT = {
    "invocation_id": "inv_1",
    "outcome": "allowed",
    "is_allowed": True,
    "requires_human": False,
    "withheld": False,
    "constraint_count": 0,
    "aggregated_conditions": [],
    "output": None,
    "later": 1,
}


@given(st.text() | st.text("aZ09-_.~ /%", max_size=12))
def test_generated_code_encodes_a_part_of_a_path_as_the_standard_library_does(text: str) -> None:
    try:
        expected = quote(text, safe="")
    except UnicodeEncodeError:
        with pytest.raises(UnicodeEncodeError):
            types.quote(text)
    else:
        assert types.quote(text) == expected


@given(
    st.lists(
        st.sampled_from(
            ["a", "a.b", ".a", "%41", "a b", "a\\", "a\x7f", "", ".", "..", "%2e", "%2E.", ".%2e"]
        )
    )
)
def test_a_path_is_refused_exactly_for_its_segments(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    inner, last = segments[:-1], segments[-1:]
    dots = {".", "..", "%2e", "%2e%2e", ".%2e", "%2e."}
    bad = "" in inner or any(one.lower() in dots or set(one) & set(" \\\x7f") for one in (*inner, *last))
    if bad:
        with pytest.raises(ConfigurationError):
            check_path(path)
    else:
        check_path(path)


@pytest.mark.parametrize("value", [".", "..", ""])
def test_a_path_parameter_that_would_retarget_the_request_is_refused_by_position_and_by_name(
    value: str,
) -> None:
    for arguments in ({"decision_id": value}, {}):
        with pytest.raises(ConfigurationError):
            from_endpoint(get_decision, *([] if arguments else [value]), **arguments)


def test_arguments_that_are_not_given_and_null_are_left_out_of_the_query() -> None:
    call = from_endpoint(list_audit_log, action=None, since=None, limit=0)
    assert call.params == {"limit": 0}
    assert from_endpoint(list_audit_log).params == {}


def test_a_result_is_the_same_as_by_its_own_init_and_stays_frozen() -> None:
    model = AbpsInvokeResponse.from_dict(SENT)
    result = InvokeResult.of(model)
    names = {one.name for one in dataclasses.fields(InvokeResult)}
    assert result == InvokeResult(**{name: one for name, one in SENT.items() if name in names}, raw=SENT)  # type: ignore[arg-type]
    assert result.approval_id is None
    assert pickle.loads(pickle.dumps(result)) == result
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.outcome = "denied"  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Slotted(InvokeResult):
    """A result with slots."""


@dataclass(frozen=True)
class Checked(InvokeResult):
    """A result that checks itself."""

    def __post_init__(self) -> None:
        if self.outcome == "allowed":
            raise ValueError("it is allowed")


def test_a_subclass_of_a_result_may_have_slots_and_checks_of_its_own() -> None:
    model = AbpsInvokeResponse.from_dict(SENT)
    assert Slotted.of(model).invocation_id == "inv_1"
    with pytest.raises(ValueError, match="it is allowed"):
        Checked.of(model)


class Unread:
    """A response whose headers and URL nobody may look up."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def test_a_counted_page_looks_up_neither_headers_nor_the_url_of_its_response() -> None:
    response = Unread()
    page = PageWalk(OffsetPages()).receive({"items": [1, 2]}, response=response)
    assert page.response is response
    with pytest.raises(AssertionError, match="url"):
        PageWalk(NextLinkPages()).receive({"items": [1, 2]}, response=response)


def test_a_style_is_made_once_for_the_same_facts() -> None:
    facts = {"style": "offset", "items": "rows"}
    assert style_of(facts) is style_of(facts)
    assert style_of({"style": "offset"}) != style_of(facts)
