"""One operation over many inputs, by the methods of a platform's client and of its namespaces."""

from __future__ import annotations

import json

import httpx
import pytest

from core.kit import Wire, reply
from platforms._async.test_aerostack import async_wired
from platforms.door_kit import async_on
from veneer.velerian import AsyncVelerianClient

pytestmark = pytest.mark.anyio


def page(request: httpx.Request) -> httpx.Response:
    """Answer with as many rows as were asked for."""
    limit = int(request.url.params["limit"])
    row = {"id": "abp_1", "name": "One", "status": "deployed", "created_at": "2026-01-01T00:00:00Z"}
    return reply(json={"items": [row] * limit, "total": 9, "limit": limit, "offset": 0})


async def test_a_method_of_a_client_and_one_of_a_namespace_are_mapped() -> None:
    client = async_on(AsyncVelerianClient, Wire(page))
    async with client.map(client.abps.list, [{"limit": 1}, {"limit": 2}]) as pages:
        assert [len(result.unwrap()) async for result in pages] == [1, 2]
    client = async_on(AsyncVelerianClient, Wire(httpx.Response(200, content=b"evidence")))
    async with client.map(client.export_content, ["exp_1", "exp_2"], concurrency="auto") as contents:
        assert [result.unwrap() async for result in contents] == [b"evidence", b"evidence"]


async def test_a_client_of_both_flavours_maps_the_methods_of_either() -> None:
    wire = Wire(reply(json={"success": True}))
    sdk = async_wired(wire)
    inputs = [{"request": {"key": f"k{number}", "value": number}} for number in range(3)]
    async with sdk.map_async(sdk.cache.cache_set_async, inputs) as results:
        assert [result.unwrap().success async for result in results] == [True] * 3
    assert sorted(json.loads(body)["key"] for body in wire.bodies) == ["k0", "k1", "k2"]
