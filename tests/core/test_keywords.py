"""A wrong keyword is refused at the call, in the name of the method that was called, with the right one."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from core.kit import Wire, endpoint, reply, wired
from veneer import AsyncClient, Client, check_keywords
from veneer._core.keywords import unexpected_keyword
from veneer.aerostack import SDK
from veneer.hybridb import AsyncHybriDBClient, HybriDBClient
from veneer.velerian import AsyncVelerianClient, VelerianClient
from veneer_generated.velerian.api.audit import list_audit_log

URL = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("wrong", "known", "hint"),
    [
        ("page_size", ["action", "limit", "offset"], "did you mean 'limit'?"),
        ("limit", ["action", "page_size"], "did you mean 'page_size'?"),
        ("skip", ["limit", "offset"], "did you mean 'offset'?"),
        ("page_token", ["cursor", "limit"], "did you mean 'cursor'?"),
        ("acton", ["action", "limit"], "did you mean 'action'?"),
        ("colour", ["limit", "action"], "it takes action, limit"),
        ("colour", [], "it takes no keywords"),
        ("x", [f"p{number:02}" for number in range(20)], "it takes p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, …"),
    ],
)  # fmt: skip
def test_the_right_keyword_is_named(wrong: str, known: list[str], hint: str) -> None:
    message = f"walk() got an unexpected keyword argument {wrong!r}; {hint}"
    assert str(unexpected_keyword("walk", wrong, known)) == message


PAGERS: list[tuple[type[Any], Callable[[Any], Any], str, str, str]] = [
    (VelerianClient, lambda c: c.iter_audit_log, "iter_audit_log", "limit", "page_size"),
    (VelerianClient, lambda c: c.iter_evidence_packs, "iter_evidence_packs", "evidence_limit", "page_size"),
    (VelerianClient, lambda c: c.iter_paginated, "iter_paginated", "per_page", "page_size"),
    (VelerianClient, lambda c: c.agent_runs.iter, "iter", "limit", "page_size"),
    (VelerianClient, lambda c: c.approvals.iter, "iter", "prefetched", "prefetch"),
    (VelerianClient, lambda c: c.api_keys.iter, "iter", "state", "resume_from"),
    (HybriDBClient, lambda c: c.audit.iter, "iter", "limit", "page_size"),
    (SDK, lambda c: c.storage.storage_list_iter, "storage_list_iter", "state", "resume_from"),
    (SDK, lambda c: c.queue.queue_list_jobs_iter, "queue_list_jobs_iter", "retry", "retries"),
    (SDK, lambda c: c.cache.cache_list_iter, "cache_list_iter", "header", "http_headers"),
    (SDK, lambda c: c.ai.ai_chat_stream, "ai_chat_stream", "limit", "limits"),
    (SDK, lambda c: c.cache.cache_list_iter_async, "cache_list_iter_async", "resume", "resume_from"),
]


def _client(kind: type[Any]) -> Any:
    return kind(server_url=URL, api_key_auth="k") if kind is SDK else kind(api_key="k", base_url=URL)


@pytest.mark.parametrize(("kind", "method", "name", "wrong", "right"), PAGERS, ids=[row[2] for row in PAGERS])
def test_a_platforms_pager_refuses_it_at_the_call(
    kind: type[Any], method: Callable[[Any], Any], name: str, wrong: str, right: str
) -> None:
    client = _client(kind)
    with pytest.raises(TypeError) as caught:
        method(client)(**{wrong: 1})
    start = f"{name}() got an unexpected keyword argument {wrong!r}; "
    assert str(caught.value).startswith(start)
    if wrong not in {"evidence_limit", "header"}:
        assert str(caught.value) == f"{start}did you mean {right!r}?"


@pytest.mark.parametrize("kind", [AsyncVelerianClient, AsyncHybriDBClient])
def test_an_async_pager_refuses_it_at_the_call_and_not_at_the_first_item(kind: type[Any]) -> None:
    client = kind(api_key="k", base_url=URL)
    method = client.iter_audit_log if kind is AsyncVelerianClient else client.audit.iter
    with pytest.raises(TypeError, match="unexpected keyword argument 'limit'; did you mean 'page_size'"):
        method(limit=5)


def test_an_operation_of_aerostack_refuses_an_option_that_there_is_not() -> None:
    with pytest.raises(
        TypeError,
        match=r"cache_flush\(\) got an unexpected keyword argument 'timout'; did you mean 'timeout'",
    ):
        _client(SDK).cache.cache_flush(timout=3)  # fmt: skip


@pytest.mark.parametrize("method", ["call", "stream", "chunks"])
def test_a_generic_method_names_the_operation(method: str) -> None:
    client = Client(URL)
    with pytest.raises(TypeError) as caught:
        getattr(client, method)(list_audit_log, page_size=5)
    assert str(caught.value) == (
        "list_audit_log() got an unexpected keyword argument 'page_size'; did you mean 'limit'?"
    )


def test_a_generic_async_method_names_the_operation_too() -> None:
    client = AsyncClient(URL)
    with pytest.raises(TypeError, match=r"list_audit_log\(\) .* did you mean 'limit'"):
        client.stream(list_audit_log, page_size=5)
    with pytest.raises(TypeError, match=r"list_audit_log\(\) .* did you mean 'limit'"):
        asyncio.run(client.call(list_audit_log, page_size=5))  # type: ignore[call-arg]


def test_query_parameters_of_a_route_are_refused_beside_an_operation() -> None:
    with pytest.raises(TypeError, match=r"list_audit_log\(\) got an unexpected keyword argument 'params'"):
        Client(URL).paginate(list_audit_log, params={"action": "a"})


def test_an_operation_with_a_parameter_called_params_gets_it() -> None:
    wire = Wire(reply(json=[1]))
    wired(wire).paginate(endpoint(pagination={"style": "offset", "items": ""}), params="p").first()
    assert dict(wire.requests[0].url.params) == {"params": "p"}


def test_an_error_inside_an_operation_is_its_own() -> None:
    def _get_kwargs(*, body: Any) -> dict[str, Any]:
        return {"json": body + 1}

    broken = endpoint()
    broken._get_kwargs = _get_kwargs
    with pytest.raises(TypeError, match=r"can only concatenate|unsupported operand|must be str"):
        Client(URL).call(broken, body="x")


def test_a_checked_method_keeps_its_signature_and_its_own_errors() -> None:
    class Things:
        @check_keywords("prefetch")
        def iter_things(self, kind: str, *, limit: int = 1, **walk: object) -> tuple[str, int, object]:
            """Iterate things."""
            return kind, limit, walk

    things = Things()
    assert things.iter_things("a", limit=2, prefetch=True) == ("a", 2, {"prefetch": True})
    assert list(inspect.signature(things.iter_things).parameters) == ["kind", "limit", "walk"]
    assert things.iter_things.__doc__ == "Iterate things."
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'kind'"):
        things.iter_things()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^iter_things\(\) .*'limits'; did you mean 'limit'\?$"):
        things.iter_things("a", limits=2)
