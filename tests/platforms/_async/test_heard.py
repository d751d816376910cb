"""Status, headers and request id of any method's answer: `with_options(heard=…)`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from core.kit import Wire, reply
from platforms._async.test_aerostack import async_wired
from platforms.door_kit import async_on
from veneer import Heard
from veneer.velerian import AsyncVelerianClient, VelerianNotFoundError
from veneer_generated.velerian.api.evidence import get_export_content
from veneer_generated.velerian.api.pack_runs import get_pack_run

pytestmark = pytest.mark.anyio

PAGE = {"items": [], "total": 0, "limit": 50, "offset": 0}


async def test_a_view_hears_status_headers_and_request_id_of_every_method() -> None:
    wire = Wire(
        reply(json=PAGE, headers={"x-request-id": "one", "x-region": "eu"}),
        reply(json={"attachment_id": "a", "upload_url": "https://s.test/x"}, headers={"request-id": "two"}),
    )
    client, heard = async_on(AsyncVelerianClient, wire), Heard()
    view = client.with_options(heard=heard)
    await view.abps.list()
    assert (heard.status_code, heard.request_id, heard.headers["x-region"]) == (200, "one", "eu")
    await view.attachments.register("a.txt", "text/plain", 1)
    assert heard.request_id == "two"
    assert [response.status_code for response in heard.responses] == [200, 200]


async def test_pages_streams_and_transfers_are_heard_by_the_same_view(tmp_path: Path) -> None:
    def told(number: int, **body: Any) -> httpx.Response:
        return reply(headers={"x-request-id": str(number), **body.pop("headers", {})}, **body)

    more = PAGE | {"items": [{"id": "a", "user_id": "u"}], "total": 2, "limit": 1}
    wire = Wire(
        told(1, json=more), told(2, json=more | {"items": [{"id": "b", "user_id": "u"}], "offset": 1}), told(3, json=PAGE),
        told(4, content=b"12345"), told(5, content=b"123"), told(6, json={"id": "r", "status": "succeeded"}),
        told(7, json={}), told(8, headers={"content-type": "text/event-stream"}, content=b"data: 1\n\n"),
    )  # fmt: skip
    client, heard = async_on(AsyncVelerianClient, wire), Heard()
    view = client.with_options(heard=heard)
    assert len([one async for one in view.agent_runs.iter(page_size=1)]) == 2
    await view.list_audit_log()
    await view.download(get_export_content, "e1", to=tmp_path / "file")
    async with view.chunks(get_export_content, "e1") as body:
        assert [piece async for piece in body] == [b"123"]
    await view.wait(get_pack_run, "r", until=lambda run: run.status == "succeeded")
    await view.request("GET", "elsewhere")
    async with view.stream("events") as stream:
        assert [event.data async for event in stream] == ["1"]
    assert [response.headers["x-request-id"] for response in heard.responses] == list("12345678")
    assert (heard.request_id, heard.status_code) == ("8", 200)


async def test_a_view_hears_an_error_too_and_a_client_without_it_keeps_nothing() -> None:
    wire = Wire(reply(404, json={"detail": "no such run"}, headers={"x-request-id": "gone"}))
    client, heard = async_on(AsyncVelerianClient, wire), Heard()
    with pytest.raises(VelerianNotFoundError):
        await client.with_options(heard=heard).get_run("run_1")
    assert (heard.status_code, heard.request_id) == (404, "gone")


def test_before_an_answer_there_is_nothing_to_ask_for() -> None:
    with pytest.raises(LookupError, match="heard="):
        _ = Heard().status_code


async def test_a_client_for_threads_and_tasks_has_views_that_hear_too() -> None:
    wire = Wire(reply(json={"objects": [{"key": "a", "size": 1}], "truncated": False}, headers={"etag": "1"}))
    sdk, heard = async_wired(wire), Heard()
    found = await sdk.with_options(heard=heard).storage.storage_list_async()
    assert ([one.key for one in found], len(found)) == (["a"], 1)
    assert (heard.status_code, heard.headers["etag"]) == (200, "1")
