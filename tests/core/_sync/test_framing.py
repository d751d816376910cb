# Derived from tests/core/_async/test_framing.py by scripts/unasync.py: edit that file, not this one.
"""A caller's own framing headers leave no doubt about where a request ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from faultserver import FaultServer

from veneer import Client, ConfigurationError

pytestmark = pytest.mark.anyio


def pieces() -> Iterator[bytes]:
    yield b"a"
    yield b"bc"


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ({"content": b"abc"}, b"abc"),
        ({"json": [1]}, b"[1]"),
        ({"content": pieces}, b"abc"),
        ({"data": {"a": "b"}}, b"a=b"),
        ({}, b""),
    ],
    ids=["bytes", "JSON", "pieces", "form", "nothing"],
)
@pytest.mark.parametrize("where", ["call", "client", "hook"])
def test_a_body_that_is_to_be_sent_in_chunks_has_no_length(
    faults: FaultServer, body: dict[str, Any], whole: bytes, where: str
) -> None:
    space, own = faults.space(), {"Transfer-Encoding": "chunked"}
    options: dict[str, Any] = {"client": {"headers": own}, "call": {}}.get(
        where, {"on_request": [lambda request: request.headers.update(own)]}
    )
    given = {name: value() if callable(value) else value for name, value in body.items()}
    with Client(space.url(), **options) as client:
        client.request("POST", "x", headers=own if where == "call" else None, **given)
        client.request("GET", "x")
    request, _ = space.requests()
    sent = {name.lower(): value for name, value in request.headers}
    assert (request.body, sent["transfer-encoding"]) == (whole, "chunked")
    assert "content-length" not in sent


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"transfer-encoding": "gzip, chunked"}, "can only be chunked"),
        ({"transfer-encoding": "identity"}, "can only be chunked"),
        ({"transfer-encoding": ""}, "can only be chunked"),
        ({"Transfer-Encoding": "chunked", "Content-Length": "3"}, "only one of the headers"),
        ({"content-length": "three"}, "not a number"),
        ({"content-length": "-1"}, "not a number"),
        ({"content-length": "3, 3"}, "not a number"),
        ({"content-length": "\xb2"}, "not a number"),
    ],
    ids=str,
)
def test_framing_that_cannot_be_right_is_refused_in_words(
    faults: FaultServer, headers: dict[str, str], said: str
) -> None:
    space = faults.space()
    with Client(space.url()) as client:
        with pytest.raises(ConfigurationError, match=said):
            client.request("POST", "x", content=b"abc", headers=headers)
    assert space.requests() == []
