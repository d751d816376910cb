"""Faults on command: each name of the grammar does what docs/sandbox.md says, when and as often as asked."""

from __future__ import annotations

import email.utils
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import until
from veneer_sandbox.faults import NAMES, FaultError, Faults, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from veneer.sandbox import Sandbox

PLANS = "/api/v2/plans"
INVOKE = "/api/v2/abps/abp_demo/invoke"


@pytest.fixture
def client(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("velerian", check=False)


BRIEF = httpx.Timeout(60, read=0.1)
"""Ends the wait for an answer that never comes, and no other: a busy machine may take its time to connect."""


def get(client: httpx.Client, fault: str, path: str = PLANS, **options: Any) -> httpx.Response:
    return client.get(path, headers={"x-sandbox-fault": fault}, **options)


# Instead of the answer


def test_a_status_comes_in_the_platforms_own_error_shape(connect: Callable[..., httpx.Client]) -> None:
    bodies = {
        name: connect(name, check=False).get("/x", headers={"x-sandbox-fault": "status=503"}).json()
        for name in ("hybridb", "hestiaos", "velerian", "aerostack")
    }
    assert bodies["velerian"] == {"detail": "Service Unavailable (simulated)"}
    assert bodies["hybridb"]["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert bodies["aerostack"]["code"] == bodies["hestiaos"]["code"] == "SERVICE_UNAVAILABLE"


@pytest.mark.parametrize("status", [200, 204, 301, 404, 429, 500, 520])
def test_any_status_can_be_asked_for(client: httpx.Client, status: int) -> None:
    assert get(client, f"status={status}").status_code == status


def test_headers_are_added(client: httpx.Client) -> None:
    answer = get(client, "status=429;retry-after=1.5;header.X-Should-Retry=false")
    assert (answer.headers["retry-after"], answer.headers["x-should-retry"]) == ("1.5", "false")
    dated = email.utils.parsedate_to_datetime(
        get(client, "status=503;retry-after-date=30").headers["retry-after"]
    )
    assert dated.timestamp() == 1767225600 + 30
    assert get(client, "header.x-extra=1").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"), [("html", "text/html"), ("text", "text/plain"), ("json", "application/json")]
)
def test_a_status_can_come_with_another_body(client: httpx.Client, body: str, kind: str) -> None:
    assert get(client, f"status=502;body={body}").headers["content-type"] == kind
    assert get(client, "status=502;body=empty").content == b""


def test_a_simulated_failure_has_no_effect_unless_applied_is_said(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    def invoke(fault: str) -> int:
        return client.post(INVOKE, json={"payload": {}}, headers={"x-sandbox-fault": fault}).status_code

    assert invoke("status=504") == 504
    assert sandbox.effects() == []
    assert invoke("status=504;applied") == 504
    assert len(sandbox.effects("invocation.created")) == 1


# Time and connection


def test_latency_is_waited_for(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        get(client, "latency=1000", timeout=BRIEF)
    assert get(client, "latency=0.01").status_code == 200


def test_a_black_hole_never_answers(client: httpx.Client, sandbox: Sandbox) -> None:
    with pytest.raises(httpx.ReadTimeout):
        get(client, "blackhole", timeout=BRIEF)
    until(sandbox.journal, "the request does not come")
    assert client.get(PLANS).status_code == 200
    assert sandbox.journal()[0]["status"] is None


@pytest.mark.parametrize(("when", "effects"), [("before", 0), ("after", 1), ("body", 1)])
def test_a_reset_comes_before_or_after_the_effect(
    client: httpx.Client, sandbox: Sandbox, when: str, effects: int
) -> None:
    with pytest.raises(httpx.ReadError) as caught:
        client.post(INVOKE, json={"payload": {}}, headers={"x-sandbox-fault": f"reset={when}"})
    assert "reset" in str(caught.value).lower()
    assert len(sandbox.effects("invocation.created")) == effects
    assert sandbox.journal()[0]["outcome"] == ("cut" if when == "body" else "reset")


def test_a_body_can_be_cut(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="received 7 bytes"):
        get(client, "truncate=7")


def test_a_body_can_dribble(client: httpx.Client) -> None:
    headers = {"x-sandbox-fault": "dribble=0.001"}
    with client.stream("GET", PLANS, headers=headers) as answer:
        chunks = list(answer.iter_raw())
    assert b"".join(chunks) == client.get(PLANS).content
    assert len(chunks) > 20


# What the answer says


def test_content_is_distorted_as_asked(client: httpx.Client) -> None:
    assert get(client, "content-type=text/html").headers["content-type"] == "text/html"
    with pytest.raises(json.JSONDecodeError):
        get(client, "bad-json").json()
    with pytest.raises(UnicodeDecodeError):
        get(client, "bad-utf8").content.decode()
    assert get(client, "extra-field").json()[0]["sandbox_extra"] == {"added": True}
    assert "name" not in get(client, "missing-field=name").json()[0]
    assert get(client, "null-field=name").json()[0]["name"] is None
    twice = get(client, "duplicate-field=items", "/api/v2/abps").text
    assert twice.count('"items":') == 2


def test_enum_values_can_be_unknown(client: httpx.Client, connect: Callable[..., httpx.Client]) -> None:
    assert get(client, "unknown-enum", "/api/v2/abps").json()["items"][0]["status"] == "sandbox_unknown"
    run = connect("hestiaos", check=False).post(
        "/api/v1/run", json={"input": "x"}, headers={"x-sandbox-fault": "unknown-enum"}
    )
    assert run.json()["mode"] == "sandbox_unknown"


def test_a_repeated_cursor_gives_the_same_page_again_and_claims_more(
    client: httpx.Client, connect: Callable[..., httpx.Client]
) -> None:
    pages = [get(client, "repeat-cursor", "/api/v2/audit-log", params={"offset": n}).json() for n in (0, 50)]
    assert pages[0] == pages[1]
    assert pages[1]["total"] > 50
    cache = connect("aerostack", check=False)
    cache.post("/cache/set", json={"key": "a", "value": 1})
    listed = [
        cache.post(
            "/cache/list", json={"cursor": "YQ=="}, headers={"x-sandbox-fault": "repeat-cursor"}
        ).json()
        for _ in range(2)
    ]
    assert listed[0] == listed[1]
    assert (listed[0]["list_complete"], listed[0]["cursor"]) == (False, "sandbox_unknown")
    trail = connect("hybridb", check=False)
    data = trail.get("/api/v1/audit/actions?page=9", headers={"x-sandbox-fault": "repeat-cursor"}).json()[
        "data"
    ]
    assert (data["hasMore"], len(data["data"])) == (True, 50)


# Streams


def stream(connect: Callable[..., httpx.Client], fault: str, limit: int = 1000) -> list[str]:
    client = connect("hestiaos", check=False)
    headers = {"x-sandbox-fault": fault}
    lines: list[str] = []
    with client.stream("POST", "/api/v1/run/stream", json={"input": "a b c d"}, headers=headers) as answer:
        for line in answer.iter_lines():
            lines.append(line)
            if len(lines) >= limit:
                break
    return lines


def kinds(lines: list[str]) -> list[str]:
    return [json.loads(line[6:])["type"] for line in lines if line.startswith('data: {"')]


def test_a_stream_can_be_cut_after_some_events(connect: Callable[..., httpx.Client]) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        stream(connect, "cut-sse=2")
    assert kinds(stream(connect, "cut-sse=2;clean")) == ["start", "token"]
    assert "done" not in kinds(stream(connect, "no-terminator"))


def test_a_stream_can_be_reset_after_some_events(connect: Callable[..., httpx.Client]) -> None:
    with pytest.raises(httpx.ReadError):
        stream(connect, "cut-sse=2;reset=body")


def test_a_stream_can_be_all_heartbeats(connect: Callable[..., httpx.Client]) -> None:
    lines = stream(connect, "heartbeats-only;pace=0.001", limit=40)
    assert set(lines) == {": ping", ""}


def test_a_thousand_streams_are_held_at_once(sandbox: Sandbox) -> None:
    import asyncio

    request = (
        b"POST /hestiaos/api/v1/run/stream HTTP/1.1\r\nhost: sandbox\r\ncontent-type: application/json\r\n"
        b"x-sandbox-fault: heartbeats-only;pace=5\r\ncontent-length: 13\r\n\r\n" + b'{"input":"x"}'
    )
    port = int(sandbox.url.rpartition(":")[2])

    async def hold() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        assert b" 200 " in await reader.readuntil(b"\r\n")
        await reader.readuntil(b": ping")
        open_streams.append(writer)

    open_streams: list[asyncio.StreamWriter] = []

    async def main() -> None:
        for _ in range(10):
            await asyncio.gather(*(hold() for _ in range(100)))
        journal = sandbox.journal(operation="run_stream")
        assert [one["outcome"] for one in journal] == ["open"] * 1000
        for writer in open_streams:
            writer.close()

    asyncio.run(main())


# When


def test_a_fault_comes_so_often_and_from_then_on_not(client: httpx.Client) -> None:
    fault = "status=503;after=1;times=2"
    assert [get(client, fault).status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    assert get(client, f"{fault};id=other").status_code == 200


def test_a_rule_stands_for_what_it_matches_until_removed(
    client: httpx.Client, sandbox: Sandbox, doors: httpx.Client
) -> None:
    rule = {"fault": "status=500", "platform": "velerian", "method": "get", "path": "/api/v2/ab*"}
    made = doors.post("/faults", json=rule)
    assert (made.status_code, made.json()["method"]) == (201, "GET")
    assert [client.get(f"/api/v2/{path}").status_code for path in ("abps", "plans")] == [500, 200]
    assert client.post(INVOKE, json={"payload": {}}).status_code == 200
    assert doors.get("/faults").json()["faults"][0]["hits"] == 1
    assert doors.delete(f"/faults/{made.json()['id']}").json() == {"removed": 1}
    assert doors.delete(f"/faults/{made.json()['id']}").status_code == 404
    assert client.get("/api/v2/abps").status_code == 200
    sandbox.fault("status=500")
    assert client.get(PLANS).status_code == 500
    sandbox.clear_faults()
    assert client.get(PLANS).status_code == 200


def test_a_rate_is_kept_and_the_same_in_each_run(client: httpx.Client, sandbox: Sandbox) -> None:
    def statuses() -> list[int]:
        sandbox.reset()
        sandbox.fault("status=500;rate=0.2", platform="velerian")
        return [client.get(PLANS).status_code for _ in range(200)]

    first = statuses()
    assert 20 <= first.count(500) <= 60
    assert first == statuses()


@pytest.mark.parametrize(
    "text",
    ["", ";", "nonsense", "status=x", "rate=2", "reset=sometimes", "latency=-1", "bad-json=1", "latency=nan"],
)
def test_a_fault_text_that_is_wrong_is_refused_with_the_reason(
    client: httpx.Client, doors: httpx.Client, text: str
) -> None:
    with pytest.raises(FaultError):
        parse(text)
    answer = get(client, text)
    assert (answer.status_code, "X-Sandbox-Fault" in answer.json()["error"]) == (400, True)
    assert doors.post("/faults", json={"fault": text}).status_code == 400


@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        parse(text)
    except FaultError:
        return
    names = {part.partition("=")[0].strip() for part in text.split(";") if part.strip()}
    assert all(name in NAMES or name.startswith("header.") for name in names)


@given(times=st.integers(0, 5), after=st.integers(0, 5), calls=st.integers(0, 15))
def test_times_and_after_count_exactly(times: int, after: int, calls: int) -> None:
    faults = Faults()
    faults.add(f"status=500;times={times};after={after}")
    fired = [faults.pick(None, "velerian", "GET", "/") is not None for _ in range(calls)]
    assert fired == [after <= n < after + times for n in range(calls)]
