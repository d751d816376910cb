"""A platform that is emulated by hand has a handler for each operation of its contract, and takes requests as the contract says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from veneer_sandbox.operations import OperationHandlers
from veneer_sandbox.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from veneer_sandbox.web import Request


def test_a_handler_that_is_called_as_no_operation_is_refused_with_the_near_name() -> None:
    operation = OperationHandlers("velerian")

    def list_plan(_request: Request) -> Response:
        return Response({})

    with pytest.raises(
        LookupError, match=r"no operation list_plan without a handler; did you mean list_plans\?"
    ):
        operation(list_plan)


def test_an_operation_without_a_handler_is_named() -> None:
    operation = OperationHandlers("hestiaos")

    @operation
    def run(_request: Request) -> Response:
        return Response({})

    with pytest.raises(LookupError, match="have no handler: agents_run, chat_run, get_health"):
        operation.complete()
    with pytest.raises(LookupError, match="no operation run without a handler"):
        operation(run)


@pytest.mark.parametrize(
    ("query", "loc", "message"),
    [
        ("limit=0", ["query", "limit"], "Input should be greater than or equal to 1"),
        ("limit=x", ["query", "limit"], "Input should be a valid integer"),
        ("limit=1&limit=2", ["query", "limit"], "Input should be given once"),
        ("since=yesterday", ["query", "since"], "Input should be a valid date-time"),
        ("until=2026-01-01T23:59:60Z", ["query", "until"], "Input should be a valid date-time"),
    ],
)
def test_parameters_are_taken_as_the_contract_has_them(
    connect: Callable[..., httpx.Client], query: str, loc: list[str], message: str
) -> None:
    answer = connect("velerian").get(f"/api/v2/audit-log?{query}")
    assert answer.status_code == 422
    assert [(one["loc"], one["msg"]) for one in answer.json()["detail"]] == [(loc, message)]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"keys": "a"}, [("body.keys", "Input should be a valid list")]),
        ({"keys": ["a"] * 101}, [("body.keys", "List should have at most 100 items")]),
        ({"keys": [1]}, [("body.keys.0", "Input should be a valid string")]),
        ({}, [("body.keys", "Field required")]),
        ([], [("body", "Input should be a valid dictionary")]),
    ],
)
def test_bodies_are_taken_as_the_contract_has_them(
    connect: Callable[..., httpx.Client], body: Any, fields: list[tuple[str, str]]
) -> None:
    answer = connect("aerostack").post("/cache/getMany", json=body)
    assert answer.status_code == 400
    assert [(one["field"], one["message"]) for one in answer.json()["details"]["fields"]] == fields
