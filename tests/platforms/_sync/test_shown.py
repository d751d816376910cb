# Derived from tests/platforms/_async/test_shown.py by scripts/unasync.py: edit that file, not this one.
"""What clients give shows itself: namespaces, pagers, pages, streams and downloads; a repr asks for nothing."""

from __future__ import annotations

import httpx
import pytest
from core.kit import KEY, Wire, reply
from platforms.door_kit import on

from veneer.hestiaos import Client
from veneer.velerian import VelerianClient
from veneer_generated.velerian.api.evidence import get_export_content

pytestmark = pytest.mark.anyio

SSE = {"content-type": "text/event-stream"}


def row(name: str) -> dict[str, str]:
    return {"id": name, "name": f"<{name}>", "status": "active", "created_at": "2026-11-02T09:30:00+00:00"}


def listed(*names: str, offset: int) -> httpx.Response:
    return reply(json={"items": [row(name) for name in names], "limit": 2, "total": 3, "offset": offset})


def test_a_namespace_names_its_client_and_its_methods() -> None:
    client = on(VelerianClient, Wire())
    assert repr(client.abps) == ("<Abps of VelerianClient('https://api.test', bearer='***'): iter, list>")


def test_a_pager_says_how_far_it_came_and_asks_for_nothing() -> None:
    pages = [
        listed("a", "b", offset=0),
        listed("c", offset=2),
    ]
    wire = Wire(*pages)
    client = on(VelerianClient, wire)
    pager = client.abps.iter(page_size=2)
    assert repr(pager) == "Pager(list_abps, not begun)"
    assert pager._repr_html_() == (
        "<table><caption>Pager(list_abps, not begun)</caption><tbody></tbody></table>"
    )
    assert wire.requests == []
    next(pager)
    assert repr(pager) == "Pager(list_abps, pages=1, items=2)"
    assert "<td>&lt;a&gt;</td>" in pager._repr_html_()
    assert len(wire.requests) == 1
    assert [one.id for one in pager] == ["b", "c"]
    assert repr(pager) == "Pager(list_abps, pages=2, items=3, over)"
    assert KEY not in repr(pager) + pager._repr_html_()


def test_a_page_has_a_length_rows_facts_and_a_next_page_until_the_last() -> None:
    pages = [
        listed("a", "b", offset=0),
        listed("c", offset=2),
    ]
    client = on(VelerianClient, Wire(*pages))
    page = client.abps.list(limit=2)
    assert ([one.id for one in page], len(page), page.has_next) == (["a", "b"], 2, True)
    assert repr(page).startswith("Page(items=[Abp(id='a', name='<a>', … 2 more)")
    assert page.to_dict()["items"] == [row("a"), row("b")]
    assert page._repr_html_().startswith(
        "<table><caption>Page: 2 rows, limit=2, total=3, offset=0, has_next=True</caption>"
    )
    last = page.next_page()
    assert last is not None
    assert ([one.id for one in last], last.has_next, last.next_page()) == (["c"], False, None)


def test_a_stream_and_a_download_say_what_they_are_and_how_far_they_came() -> None:
    events = 'data: {"type": "start", "data": {}, "trace_id": "t", "timestamp": "2026-11-02T09:30:00Z"}\n\n'
    stream = on(Client, Wire(reply(headers=SSE, content=events.encode()))).run_stream("secret plan")
    assert repr(stream) == "Stream(run_stream, not open, events=0)"
    with stream:
        next(stream)
        assert repr(stream) == "Stream(run_stream, open, events=1)"
    assert repr(stream) == "Stream(run_stream, closed, events=1)"
    body = on(VelerianClient, Wire(reply(content=b"12345"))).chunks(get_export_content, "e1")
    assert repr(body) == "Chunks(get_export_content, not open, bytes=0)"
    with body:
        assert repr(body) == "Chunks(get_export_content, open, bytes=0)"
        assert [piece for piece in body] == [b"12345"]
    assert repr(body) == "Chunks(get_export_content, closed, bytes=5)"
