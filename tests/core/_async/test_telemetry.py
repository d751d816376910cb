"""One span a call, one an attempt, in OpenTelemetry's own words; nothing where its API is not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core.kit import KEY, Wire, async_wired, endpoint, reply
from veneer import VeneerError

pytestmark = pytest.mark.anyio

GET = endpoint("get")


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield exporter
    provider.shutdown()


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def test_a_call_is_one_span_and_each_attempt_another_inside(spans: InMemorySpanExporter) -> None:
    await async_wired(Wire(503, 200)).call(GET, q=KEY)
    first, second, whole = spans.get_finished_spans()
    assert (whole.name, whole.kind.name, attributes(whole)) == (
        "generic get_item",
        "INTERNAL",
        {"veneer.platform": "generic", "veneer.operation": "get_item"},
    )
    common = {
        "http.request.method": "GET",
        "url.full": "https://api.test/v1/items/1?q=***",
        "server.address": "api.test",
        "server.port": 443,
    }
    assert attributes(first) == {**common, "http.response.status_code": 503, "error.type": "503"}
    assert attributes(second) == {**common, "http.response.status_code": 200, "http.request.resend_count": 1}
    assert whole.context is not None
    for span in (first, second):
        assert (span.name, span.kind.name) == ("GET", "CLIENT")
        assert span.parent is not None
        assert span.parent.span_id == whole.context.span_id
    assert [span.status.status_code.name for span in (first, second, whole)] == ["ERROR", "UNSET", "UNSET"]


@pytest.mark.parametrize(
    ("answer", "attempt", "whole"),
    [
        (404, "404", "NotFoundError"),
        (httpx.ReadError(KEY), "ReadError", "TransportError"),
        (302, None, "RedirectError"),
    ],
    ids=str,
)
async def test_a_failure_is_named_and_nothing_else_of_it_recorded(
    spans: InMemorySpanExporter, answer: Any, attempt: str | None, whole: str
) -> None:
    with pytest.raises(VeneerError):
        await async_wired(Wire(answer), max_retries=0).call(GET)
    one, call = spans.get_finished_spans()
    assert (attributes(one).get("error.type"), attributes(call)["error.type"]) == (attempt, whole)
    assert (call.status.status_code.name, call.events, one.events) == ("ERROR", (), ())
    assert KEY not in one.to_json() + call.to_json()


async def test_the_server_can_join_the_trace(spans: InMemorySpanExporter) -> None:
    wire = Wire(503, 200)
    await async_wired(wire).call(GET)
    ids = [format(span.context.span_id, "016x") for span in spans.get_finished_spans()[:2] if span.context]
    assert [str(header).split("-")[2] for header in wire.sent("traceparent")] == ids


async def test_another_origin_is_not_told_of_the_trace(spans: InMemorySpanExporter) -> None:
    wire = Wire(reply(302, headers={"location": "https://elsewhere.test/"}), 200)
    await async_wired(wire).call(GET)
    assert [header is not None for header in wire.sent("traceparent")] == [True, False]


async def test_an_unknown_method_is_other(spans: InMemorySpanExporter) -> None:
    await async_wired(Wire()).request("PURGE", "x")
    one = spans.get_finished_spans()[0]
    assert (
        one.name,
        attributes(one)["http.request.method"],
        attributes(one)["http.request.method_original"],
    ) == (
        "HTTP",
        "_OTHER",
        "PURGE",
    )


async def test_without_the_api_everything_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "opentelemetry.trace")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    wire = Wire(503, 200)
    await async_wired(wire).call(GET)
    assert wire.sent("traceparent") == [None, None]


async def test_without_a_tracer_nothing_is_sent() -> None:
    wire = Wire(503, 200)
    await async_wired(wire).call(GET)
    assert wire.sent("traceparent") == [None, None]


async def test_what_a_callers_code_raises_is_named_as_it_is(spans: InMemorySpanExporter) -> None:
    def hook(_: httpx.Response) -> None:
        raise LookupError(KEY)

    with pytest.raises(LookupError):
        await async_wired(Wire(200), on_response=[hook]).call(GET)
    one, call = spans.get_finished_spans()
    assert [attributes(span)["error.type"] for span in (one, call)] == ["LookupError", "LookupError"]
    assert KEY not in one.to_json() + call.to_json()


async def test_a_repeat_of_what_a_redirect_led_to_is_a_span_of_its_own_request(
    spans: InMemorySpanExporter,
) -> None:
    wire = Wire(reply(303, headers={"location": f"/result?sig={KEY}"}), 503, 200)
    await async_wired(wire).call(endpoint("post", "/items"))
    first, second, _ = spans.get_finished_spans()
    assert [(span.name, attributes(span)["url.full"]) for span in (first, second)] == [
        ("POST", "https://api.test/v1/items"),
        ("GET", "https://api.test/result?sig=***"),
    ]
    assert wire.sent("traceparent")[2] != wire.sent("traceparent")[1]
