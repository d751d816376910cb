"""What clients give shows itself: namespaces, pagers, pages, streams and downloads; a repr asks for nothing."""

from __future__ import annotations

import httpx
import pytest

from core.kit import KEY, Wire, reply
from platforms.door_kit import async_on
from veneer.hestiaos import AsyncClient
from veneer.velerian import AsyncVelerianClient
from veneer_generated.velerian.api.evidence import get_export_content

pytestmark = pytest.mark.anyio

SSE = {"content-type": "text/event-stream"}


def row(name: str) -> dict[str, str]:
    return {"id": name, "name": f"<{name}>", "status": "active", "created_at": "2026-11-02T09:30:00+00:00"}


def listed(*names: str, offset: int) -> httpx.Response:
    return reply(json={"items": [row(name) for name in names], "limit": 2, "total": 3, "offset": offset})


async def test_a_namespace_names_its_client_and_its_methods() -> None:
    client = async_on(AsyncVelerianClient, Wire())
    assert repr(client.abps) == (
        "<AsyncAbps of AsyncVelerianClient('https://api.test', bearer='***'): iter, list>"
    )


async def test_a_pager_says_how_far_it_came_and_asks_for_nothing() -> None:
    pages = [
        listed("a", "b", offset=0),
        listed("c", offset=2),
    ]
    wire = Wire(*pages)
    client = async_on(AsyncVelerianClient, wire)
    pager = client.abps.iter(page_size=2)
    assert repr(pager) == "AsyncPager(list_abps, not begun)"
    assert pager._repr_html_() == (
        "<table><caption>AsyncPager(list_abps, not begun)</caption><tbody></tbody></table>"
    )
    assert wire.requests == []
    await anext(pager)
    assert repr(pager) == "AsyncPager(list_abps, pages=1, items=2)"
    assert "<td>&lt;a&gt;</td>" in pager._repr_html_()
    assert len(wire.requests) == 1
    assert [one.id async for one in pager] == ["b", "c"]
    assert repr(pager) == "AsyncPager(list_abps, pages=2, items=3, over)"
    assert KEY not in repr(pager) + pager._repr_html_()


async def test_a_page_has_a_length_rows_facts_and_a_next_page_until_the_last() -> None:
    pages = [
        listed("a", "b", offset=0),
        listed("c", offset=2),
    ]
    client = async_on(AsyncVelerianClient, Wire(*pages))
    page = await client.abps.list(limit=2)
    assert ([one.id for one in page], len(page), page.has_next) == (["a", "b"], 2, True)
    assert repr(page).startswith("AsyncPage(items=[Abp(id='a', name='<a>', … 2 more)")
    assert page.to_dict()["items"] == [row("a"), row("b")]
    assert page._repr_html_().startswith(
        "<table><caption>AsyncPage: 2 rows, limit=2, total=3, offset=0, has_next=True</caption>"
    )
    last = await page.next_page()
    assert last is not None
    assert ([one.id for one in last], last.has_next, await last.next_page()) == (["c"], False, None)


async def test_a_stream_and_a_download_say_what_they_are_and_how_far_they_came() -> None:
    events = 'data: {"type": "start", "data": {}, "trace_id": "t", "timestamp": "2026-11-02T09:30:00Z"}\n\n'
    stream = async_on(AsyncClient, Wire(reply(headers=SSE, content=events.encode()))).run_stream(
        "secret plan"
    )
    assert repr(stream) == "AsyncStream(run_stream, not open, events=0)"
    async with stream:
        await anext(stream)
        assert repr(stream) == "AsyncStream(run_stream, open, events=1)"
    assert repr(stream) == "AsyncStream(run_stream, closed, events=1)"
    body = async_on(AsyncVelerianClient, Wire(reply(content=b"12345"))).chunks(get_export_content, "e1")
    assert repr(body) == "AsyncChunks(get_export_content, not open, bytes=0)"
    async with body:
        assert repr(body) == "AsyncChunks(get_export_content, open, bytes=0)"
        assert [piece async for piece in body] == [b"12345"]
    assert repr(body) == "AsyncChunks(get_export_content, closed, bytes=5)"
