"""What type checkers must see of the public API. Never run: `make types` checks it with mypy --strict and pyright.

A wrong call is marked as an expected error; the checkers complain when such a mark is not needed, so a seam that stops checking fails here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, assert_type

import veneer
from veneer import AsyncClient, CallResult, Client
from veneer.hestiaos import AsyncClient as AsyncHestia
from veneer.hybridb import HybriDBClient
from veneer.velerian import AsyncVelerianClient, VelerianClient
from veneer_generated.hybridb.models import AuditEntry
from veneer_generated.velerian.api.abps import invoke_abp
from veneer_generated.velerian.api.audit import list_audit_log
from veneer_generated.velerian.api.pack_runs import get_pack_run
from veneer_generated.velerian.models import Abp, AbpsInvokeRequest, AbpsInvokeResponse, AuditPage, PackRun


def a_call_has_the_operations_arguments_and_result(client: Client, body: AbpsInvokeRequest) -> None:
    assert_type(client.call(list_audit_log, action="abp.invoke", limit=50), AuditPage)
    assert_type(client.call(invoke_abp, "abp_demo", body=body), AbpsInvokeResponse)
    assert_type(client.call_raw(list_audit_log), CallResult[AuditPage])
    assert_type(client.with_options(deadline=20).call(list_audit_log), AuditPage)


async def so_has_an_awaited_one(client: AsyncClient) -> None:
    assert_type(await client.call(list_audit_log, action="abp.invoke"), AuditPage)


def a_wrong_call_is_an_error(client: Client, body: AbpsInvokeRequest) -> None:
    client.call(list_audit_log, acton="abp.invoke")  # type: ignore[call-arg]
    client.call(list_audit_log, limit="fifty")  # type: ignore[arg-type]
    client.call(invoke_abp, body=body)  # type: ignore[call-arg]
    client.with_options(dedline=20)  # type: ignore[call-arg]


def a_wait_gives_the_operations_result(client: Client) -> None:
    assert_type(client.wait(get_pack_run, "run_1", until=lambda run: run.status == "succeeded"), PackRun)


def a_typed_stream_gives_the_parsers_values(client: Client) -> None:
    def parse(data: object) -> int:
        return len(str(data))

    assert_type(client.stream(list_audit_log, event=parse), veneer.Stream[int])
    assert_type(client.stream(list_audit_log), veneer.Stream[veneer.Event])


def a_page_has_rows_a_length_and_a_next_page(hybridb: HybriDBClient) -> None:
    page = hybridb.audit.list(limit=10)
    for entry in page:
        assert_type(entry, AuditEntry)
    assert_type(len(page), int)
    assert_type(page.has_next, bool)
    assert_type(page.next_page(), veneer.Page[AuditEntry] | None)
    assert_type(page.to_dict(), dict[str, Any])
    assert_type(page.to_json(indent=2), str)
    for row in hybridb.audit.get_page():
        assert_type(row, AuditEntry)
    page[0]  # type: ignore[index]


async def so_has_an_async_one(client: AsyncVelerianClient) -> None:
    page = await client.abps.list()
    for abp in page:
        assert_type(abp, Abp)
        assert_type(abp.to_json(), str)
        abp["id"]  # type: ignore[index]
    assert_type(await page.next_page(), veneer.AsyncPage[Abp] | None)


def doors_are_typed(hybridb: HybriDBClient, velerian: VelerianClient) -> None:
    assert_type(
        hybridb.request_decision(decision_type="a", action="b", input_data={}).outcome.startswith("app"), bool
    )
    assert_type(velerian.invoke_abp("abp_demo", payload={}).is_allowed, bool)
    velerian.invoke_abp("abp_demo", paylod={})  # type: ignore[call-arg]


async def async_doors_are_typed(velerian: AsyncVelerianClient, hestia: AsyncHestia) -> None:
    assert_type((await velerian.invoke_abp("abp_demo", payload={})).outcome.startswith("a"), bool)
    events: AsyncIterator[object] = hestia.run_stream("create a report")
    async for _ in events:
        pass
