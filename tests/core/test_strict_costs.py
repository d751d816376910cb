"""A response that fits its contract costs the same whether misfits would be kept or be errors."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType
from typing import Any

import httpx
import pytest

from core import counts
from veneer import Client
from veneer_generated.velerian.api.audit import list_audit_log


def functions(client: Client) -> Counter[str]:
    """Return how often a call enters each Python function."""
    entered: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            entered[frame.f_code.co_qualname] += 1

    client.call(list_audit_log)
    sys.setprofile(note)
    try:
        client.call(list_audit_log)
    finally:
        sys.setprofile(None)
    return entered


@pytest.mark.skipif(sys.gettrace() is not None, reason="coverage adds calls")
def test_a_lenient_call_whose_answer_fits_enters_the_same_functions_as_a_strict_one() -> None:
    answers = httpx.MockTransport(lambda _: httpx.Response(200, content=counts.PAGE))
    with Client("http://127.0.0.1:9", api_key="key-x", http_client=httpx.Client(transport=answers)) as client:
        lenient, strict = functions(client), functions(client.with_options(strict=True))
    assert lenient == strict
    assert lenient["AuditEntry.from_dict"] == 100
