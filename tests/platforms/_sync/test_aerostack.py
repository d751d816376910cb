# Derived from tests/platforms/_async/test_aerostack.py by scripts/unasync.py: edit that file, not this one.
"""Aerostack: requests as dicts, streams, lists and files; documented handlers keep working; none of the known defects of its published client."""

from __future__ import annotations

import io
import json
import logging
import pickle
import sys
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from core.kit import KEY, Ticks, Wire, reply, tick

from veneer import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    DeadlineExceededError,
    NotFoundError,
    Outcome,
    PaginationLoopError,
    RateLimitError,
    RedirectError,
    RequestTimeoutError,
    RetryPolicy,
    ServerError,
    StreamTruncatedError,
    TransportError,
)
from veneer.aerostack import SDK, ChatCompletionChunk, File, StreamLimits, errors
from veneer.aerostack.models import (
    CacheKeyRequest,
    ChatMessage,
    ChatRequest,
    UploadRequest,
)
from veneer.aerostack.platform import PLATFORM
from veneer.aerostack.utils import BackoffStrategy, RetryConfig
from veneer.sandbox import Sandbox
from veneer.testing import AddFault

pytestmark = pytest.mark.anyio

BASE = "https://api.test/v1"
HELLO: Any = {"messages": [{"role": "user", "content": "Hello there"}]}
SSE = {"content-type": "text/event-stream"}
NO_WAIT = RetryConfig("backoff", BackoffStrategy(0, 0, 1, 60_000), True)
NEVER = RetryConfig("none", BackoffStrategy(0, 0, 1, 0), False)


def wired(wire: Wire, ticks: Ticks | None = None, **options: Any) -> SDK:
    """Make an SDK whose requests go to the wire."""
    engine = httpx.Client(transport=httpx.MockTransport(wire), trust_env=False)
    made = SDK(client=engine, **{"api_key_auth": KEY, "server_url": BASE, **options})
    tick(made._client, ticks or Ticks())
    return made


def sent(wire: Wire) -> list[Any]:
    return [json.loads(body) for body in wire.bodies]


def parts(wire: Wire, index: int = 0) -> dict[str, tuple[str | None, str, bytes]]:
    """Read a multipart body with the standard library's parser: each part's file name, type and content."""
    head = f"content-type: {wire.requests[index].headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + wire.bodies[index])
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_filename(),
            part.get_content_type(),
            bytes(part.get_payload(decode=True)),
        )
        for part in message.iter_parts()
    }


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def drain(chunks: Iterator[ChatCompletionChunk], into: list[ChatCompletionChunk]) -> None:
    for one in chunks:
        into.append(one)  # noqa: PERF401  # what came before a failure counts


# -- the main job --------------------------------------------------------------------------------------------------


def test_chat_sql_cache_and_files_of_a_project(sandbox: Sandbox) -> None:
    with SDK() as sdk:
        answer = sdk.ai.ai_chat(request=HELLO)
        rows = sdk.database.db_query({"sql": "SELECT name FROM users", "params": []})
        sdk.cache.cache_set({"key": "k", "value": {"a": [1]}, "ttl": 60})
        cached = sdk.cache.cache_get({"key": "k"})
        sdk.storage.storage_upload({"file": {"content": b"abc", "file_name": "a"}, "key": "f"})
        content = sdk.storage.storage_get({"key": "f"})
    assert answer.text == "You said: Hello there"
    assert [row["name"] for row in rows.results] == ["Ada", "Grace", "Alan"]
    assert (cached.value, cached.exists, content) == ({"a": [1]}, True, b"abc")


def test_a_chat_streams_typed_chunks_and_its_usage(sandbox: Sandbox) -> None:
    with SDK() as sdk:
        request: Any = {**HELLO, "stream_options": {"include_usage": True}}
        with sdk.ai.ai_chat_stream(request) as stream:
            chunks = [chunk for chunk in stream]
    assert "".join(chunk.text for chunk in chunks) == "You said: Hello there"
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == [6]


def test_a_consumer_chats_at_the_expense_of_their_wallet(sandbox: Sandbox) -> None:
    with SDK(consumer_key="consumer_sandbox") as sdk:
        sdk.gateway.gateway_chat("my-model", HELLO)
        chunks = [chunk for chunk in sdk.gateway.gateway_chat_stream("my-model", HELLO)]
        wallet = (sdk.gateway.gateway_get_wallet("my-model")).wallet
    assert (len(chunks) > 3, wallet.balance + wallet.total_consumed, wallet.balance < 1000) == (
        True,
        1000,
        True,
    )


# -- requests ------------------------------------------------------------------------------------------------------


def test_empty_messages_can_be_sent_as_documented() -> None:
    wire = Wire(reply(json={"response": "hi"}))
    answer = wired(wire).ai.ai_chat(request={"messages": [{}], "model": "m"})
    assert (sent(wire), answer.text) == ([{"messages": [{}], "model": "m"}], "hi")


def test_snake_case_keys_become_the_contracts_names_and_data_stays_as_it_is() -> None:
    wire = Wire(reply(json={"success": True}))
    wired(wire).services.services_invoke({"service_name": "a", "data": {"service_name": 1}})
    wired(wire).storage.storage_copy({"source_key": "a", "dest_key": "b"})
    assert sent(wire) == [
        {"serviceName": "a", "data": {"service_name": 1}},
        {"sourceKey": "a", "destKey": "b"},
    ]


def test_models_and_dicts_are_the_same_request() -> None:
    wire = Wire(reply(json={"response": "hi"}))
    ai = wired(wire).ai
    ai.ai_chat(ChatRequest([ChatMessage("user", "a")]))
    ai.ai_chat({"messages": [ChatMessage("user", "a")]})
    ai.ai_chat({"messages": [{"role": "user", "content": "a"}]})
    assert sent(wire) == [{"messages": [{"role": "user", "content": "a"}]}] * 3


def test_keys_of_the_future_and_names_of_the_contract_are_sent() -> None:
    wire = Wire(reply(json={"exists": False}))
    request: Any = {"jobId": "j", "shard": 7}
    wired(wire).queue.queue_get_job(request)
    assert sent(wire) == [{"jobId": "j", "shard": 7}]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "messages is missing"),
        ({"messages": 3}, "messages is integer, the contract says array"),
        ({"messages": ["hi"]}, r"messages\[0\] is string, the contract says object"),
        ({"messages": [{}], "stream": True}, "ai_chat_stream"),
        ("Hello", "ChatRequest: give one, or a mapping of its members, not str"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_request_that_does_not_fit_is_refused_unsent(request_: Any, message: str) -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError, match=message):
        wired(wire).ai.ai_chat(request_)
    assert wire.requests == []


def test_a_place_deep_in_a_request_is_named() -> None:
    queries: Any = {"queries": [{"sql": "SELECT 1"}, {"params": []}]}
    with pytest.raises(ConfigurationError, match=r"queries\[1\]\.sql is missing"):
        wired(Wire()).database.db_batch(queries)


# -- settings ------------------------------------------------------------------------------------------------------


def test_each_route_takes_its_own_key() -> None:
    wire = Wire(reply(json={"wallet": {"balance": 1, "total_consumed": 0}, "exists": False}))
    sdk = wired(wire, consumer_key="consumer")
    sdk.cache.cache_get({"key": "k"})
    sdk.gateway.gateway_get_wallet("m")
    assert wire.sent("x-aerostack-key") == [KEY, None]
    assert wire.sent("authorization") == [None, "Bearer consumer"]


def test_a_key_can_be_a_function_asked_for_each_request() -> None:
    keys, wire = iter(["one", "two"]), Wire(reply(json={"exists": False}))
    sdk = wired(wire, api_key_auth=lambda: next(keys))
    for _ in range(2):
        sdk.cache.cache_get({"key": "k"})
    assert wire.sent("x-aerostack-key") == ["one", "two"]


def test_without_a_key_the_first_call_that_needs_one_names_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AEROSTACK_API_KEY", raising=False)
    with SDK() as sdk:
        with pytest.raises(ConfigurationError, match="AEROSTACK_API_KEY"):
            sdk.cache.cache_get({"key": "k"})
    wire = Wire(reply(json={"exists": False}))
    wired(wire, api_key_auth=None).cache.cache_get({"key": "k"})
    assert wire.sent("x-aerostack-key") == [None]


def test_the_server_is_the_url_then_the_environments_then_the_one_by_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AEROSTACK_SERVER_URL", raising=False)
    local, production = "http://localhost:8787/v1", "https://api.aerostack.ai/v1"
    assert [repr(SDK(KEY)), repr(SDK(KEY, 0)), repr(SDK(KEY, 1))] == [
        f"SDK({url!r})" for url in (production, production, local)
    ]
    assert repr(SDK(KEY, 1, "http://127.0.0.1:1/v1")) == "SDK('http://127.0.0.1:1/v1')"
    monkeypatch.setenv("AEROSTACK_SERVER_URL", "http://127.0.0.1:2/v1")
    assert repr(SDK(KEY, 1)) == repr(SDK(KEY)) == "SDK('http://127.0.0.1:2/v1')"
    monkeypatch.delenv("AEROSTACK_SERVER_URL")
    for index in (-1, 2):
        with pytest.raises(ConfigurationError, match="server_idx"):
            SDK(KEY, index)


def test_a_call_can_have_its_own_server_headers_time_out_and_idempotency_key() -> None:
    wire = Wire(reply(json={"success": True}))
    sdk = wired(wire, http_headers={"x-team": "a"}, timeout_ms=5_000)
    sdk.cache.cache_set(
        {"key": "k", "value": 1},
        server_url="https://other.test/v9",
        http_headers={"x-call": "b"},
        timeout_ms=250,
        idempotency_key="once",
    )
    sdk.cache.cache_set({"key": "k", "value": 1})
    assert [str(request.url) for request in wire.requests] == [
        "https://other.test/v9/cache/set",
        f"{BASE}/cache/set",
    ]
    assert [request.extensions["timeout"]["read"] for request in wire.requests] == [0.25, 5]
    assert (wire.sent("x-team"), wire.sent("x-call")) == (["a", "a"], ["b", None])
    assert wire.sent("idempotency-key") == ["once", None]


@pytest.mark.parametrize("seconds", [None, 5.0])
def test_the_deadline_of_all_calls_can_be_set(seconds: float | None) -> None:
    assert wired(Wire(), deadline=seconds)._client.options.deadline == seconds


def test_an_object_around_an_http_client_sends_and_builds(sandbox: Sandbox) -> None:
    class Custom:
        def __init__(self, client: httpx.Client) -> None:
            self.client = client

        def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
            request.headers["client-level-header"] = "added by client"
            return self.client.send(request, **options)

        def build_request(self, method: str, url: Any, **parts: Any) -> httpx.Request:
            return self.client.build_request(method, url, **parts)

    with httpx.Client(headers={"x-custom-header": "someValue"}) as engine:
        seen: list[httpx.Headers] = []

        def note(request: httpx.Request) -> None:
            seen.append(request.headers)

        engine.event_hooks["request"].append(note)
        with SDK(client=Custom(engine)) as sdk:
            sdk.ai.ai_chat(HELLO)
        assert not engine.is_closed
    assert (seen[0]["x-custom-header"], seen[0]["client-level-header"]) == ("someValue", "added by client")


# -- repeats -------------------------------------------------------------------------------------------------------


def test_a_retry_config_is_in_milliseconds_and_ends_with_its_time() -> None:
    ticks, wire = Ticks(), Wire(429)
    sdk = wired(wire, ticks, retry_config=RetryConfig("backoff", BackoffStrategy(100, 250, 2, 900), False))
    with pytest.raises(RateLimitError):
        sdk.cache.cache_get({"key": "k"})
    assert ticks.sleeps == [0.1, 0.2, 0.25, 0.25]


def test_a_call_has_its_own_retries_by_position_or_name() -> None:
    settings: list[dict[str, Any]] = [{}, {"retry_config": NO_WAIT}]
    for options in settings:
        wire = Wire(503)
        sdk = wired(wire, **options)
        with pytest.raises(ServerError):
            sdk.cache.cache_get({"key": "k"}, NEVER)
        with pytest.raises(ServerError):
            sdk.cache.cache_get(request={"key": "k"}, retries=RetryPolicy(max_retries=1, base=0))
        assert len(wire.requests) == 3


def test_a_retry_config_may_leave_lost_connections_alone() -> None:
    lost = RetryConfig("backoff", BackoffStrategy(1, 1, 1, 60_000), False)
    wire = Wire(httpx.ConnectError("refused"))
    with pytest.raises(ConnectError):
        wired(wire, retry_config=lost).cache.cache_get({"key": "k"})
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "wrong", [BackoffStrategy(-1, 1, 1, 1), BackoffStrategy(1, 1, 0.5, 1), BackoffStrategy(1, -1, 1, 1)]
)
def test_a_backoff_out_of_range_is_refused(wrong: BackoffStrategy) -> None:
    with pytest.raises(ConfigurationError, match="takes"):
        SDK(KEY, retry_config=RetryConfig("backoff", wrong, True))


def test_posts_that_only_read_are_repeated_and_others_are_not() -> None:
    lost = httpx.ReadError("cut")
    reading, writing = Wire(lost, reply(json={"exists": True})), Wire(lost)
    assert (wired(reading).storage.storage_exists({"key": "k"})).exists
    with pytest.raises(TransportError) as caught:
        wired(writing).cache.cache_increment({"key": "n"})
    assert (len(writing.requests), caught.value.outcome) == (1, Outcome.UNKNOWN)


# -- lists ---------------------------------------------------------------------------------------------------------


def test_lists_are_whole_however_the_server_says_that_there_is_more(sandbox: Sandbox) -> None:
    with SDK() as sdk:
        for number in range(5):
            sdk.queue.queue_enqueue({"type": "mail", "data": {"n": number}})
            sdk.cache.cache_set({"key": f"k{number}", "value": number})
            sdk.storage.storage_upload({"file": {"content": b"x"}, "key": f"f{number}"})
        jobs = [job for job in sdk.queue.queue_list_jobs_iter({"limit": 2})]
        keys = [one.key for one in sdk.cache.cache_list_iter({"limit": 2})]
        files = [one.key for one in sdk.storage.storage_list_iter({"limit": 2})]
        page = sdk.storage.storage_list({"limit": 2})
    assert [job.to_dict()["data"]["n"] for job in jobs] == list(range(5))
    assert (keys, files) == ([f"k{n}" for n in range(5)], [f"f{n}" for n in range(5)])
    assert (len(page.objects), page.truncated, bool(page.cursor)) == (2, True, True)


@pytest.mark.parametrize("name", ["cache", "queue", "storage"])
def test_a_list_can_be_gone_on_with(sandbox: Sandbox, name: str) -> None:
    with SDK() as sdk:
        for n in range(5):
            sdk.cache.cache_set({"key": f"k{n}", "value": n})
            sdk.queue.queue_enqueue({"type": "mail", "data": {"n": n}})
            sdk.storage.storage_upload({"file": {"content": b"x"}, "key": f"k{n}"})
        lists: dict[str, Any] = {
            "cache": sdk.cache.cache_list_iter,
            "queue": sdk.queue.queue_list_jobs_iter,
            "storage": sdk.storage.storage_list_iter,
        }
        whole = lists[name]().collect()
        pager = lists[name]({"limit": 2})
        first = [next(pager) for _ in range(3)]
        state = json.loads(json.dumps(pager.state))
        rest = lists[name]({"limit": 2}, resume_from=state).collect()
    assert first + rest == whole
    assert len(whole) == 5


def test_a_repeated_cursor_ends_the_walk(sandbox: Sandbox, fault: AddFault) -> None:
    with SDK() as sdk:
        sdk.cache.cache_set_many({"entries": [{"key": f"k{n}", "value": n} for n in range(9)]})
        fault("repeat-cursor", platform="aerostack")
        with pytest.raises(PaginationLoopError) as caught:
            sdk.cache.cache_list_iter({"limit": 2}).collect()
    assert isinstance(caught.value, errors.SDKBaseError)


# -- files ---------------------------------------------------------------------------------------------------------


def test_bytes_files_and_paths_are_uploaded(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"jpeg" * 50_000)
    told: list[tuple[int, int | None]] = []
    with SDK() as sdk:
        storage = sdk.storage
        with path.open("rb") as file:
            storage.storage_upload(
                {"content_type": "image/jpeg", "file": {"content": file, "file_name": "x"}, "key": "file"}
            )
        storage.storage_upload(
            {"file": {"content": path}, "key": "path"}, progress=lambda *at: told.append(at)
        )
        storage.storage_upload({"file": {"content": path.read_bytes()}, "key": "bytes"})
        storage.storage_upload(UploadRequest(File(io.BytesIO(path.read_bytes())), "model"))
        sizes = {one.key: one.size for one in storage.storage_list_iter()}
        kind = (storage.storage_get_metadata({"key": "file"})).content_type
    assert sizes == dict.fromkeys(("file", "path", "bytes", "model"), 200_000)
    assert (kind, told[-1]) == ("image/jpeg", (200_000, 200_000))


def test_a_file_keeps_its_name_and_its_content_adds_no_fields(tmp_path: Path) -> None:
    path = tmp_path / "evil.txt"
    path.write_bytes(b'x\r\n--+++\r\ncontent-disposition: form-data; name="role"\r\n\r\nadmin\r\n--+++--\r\n')
    wire = Wire(reply(json={"url": "u"}))
    wired(wire).storage.storage_upload({"file": {"content": path}, "key": "a/b", "content_type": "t/x"})
    form = parts(wire)
    assert form.keys() == {"file", "key", "contentType"}
    assert form["file"] == ("evil.txt", "text/plain", path.read_bytes())
    assert (form["key"][2], form["contentType"][2]) == (b"a/b", b"t/x")


def test_a_file_may_stand_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    wire = Wire(reply(json={"url": "u"}))
    for file in (b"abc", path, io.BytesIO(b"abc"), File(io.BytesIO(b"abc"), "a.txt")):
        wired(wire).storage.storage_upload({"file": file, "key": "k"})
    sent_files = [parts(wire, index)["file"] for index in range(4)]
    assert [content for _, _, content in sent_files] == [b"abc"] * 4
    assert [name for name, _, _ in sent_files] == ["file", "a.txt", "file", "a.txt"]


def test_a_path_as_text_is_not_uploaded_as_its_letters() -> None:
    wire = Wire()
    request: Any = {"file": "photo.jpg", "key": "k"}
    with pytest.raises(ConfigurationError, match="bytes, a Path, or a file opened in binary mode"):
        wired(wire).storage.storage_upload(request)
    assert wire.requests == []


class Once:
    """A file that cannot be rewound."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(size)


def test_a_file_that_can_be_rewound_is_sent_again_whole_and_another_only_once() -> None:
    again: Any = {"file": {"content": io.BytesIO(b"abc" * 40_000), "file_name": "a"}, "key": "k"}
    wire = Wire(429, reply(json={"url": "u"}))
    wired(wire).storage.storage_upload(again)
    assert [parts(wire, index)["file"][2] for index in range(2)] == [b"abc" * 40_000] * 2
    once: Any = {"file": {"content": Once(b"abc"), "file_name": "a"}, "key": "k"}
    wire = Wire(429)
    with pytest.raises(RateLimitError, match="cannot be sent twice"):
        wired(wire).storage.storage_upload(once)
    assert [parts(wire, index)["file"][2] for index in range(len(wire.requests))] == [b"abc"]


@pytest.mark.parametrize(
    "content", ["text", io.StringIO("text"), None, 3], ids=["str", "text file", "None", "int"]
)
def test_content_that_is_not_bytes_is_refused_unsent(content: Any) -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError, match="bytes, a Path, or a file opened in binary mode"):
        wired(wire).storage.storage_upload({"file": {"content": content}, "key": "k"})
    assert wire.requests == []


@pytest.mark.parametrize(
    "request_", [{"key": "k"}, {"file": {"content": b""}}, {"key": "k", "file": {"file_name": "a"}}], ids=str
)
def test_an_upload_without_file_key_or_content_is_refused_unsent(request_: Any) -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError, match="is missing"):
        wired(wire).storage.storage_upload(request_)
    assert wire.requests == []


def test_a_file_is_downloaded_to_a_path_in_flat_memory(sandbox: Sandbox, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with SDK() as sdk:
        sdk.storage.storage_upload({"file": {"content": b"x" * 300_000}, "key": "k"})
        done = sdk.storage.storage_download(
            {"key": "k"}, to=tmp_path / "out", progress=lambda *at: told.append(at)
        )
        with pytest.raises(NotFoundError):
            sdk.storage.storage_download({"key": "none"}, to=tmp_path / "none")
    assert told[-1] == (300_000, 300_000)
    assert (done.bytes, done.path, names(tmp_path)) == (300_000, str(tmp_path / "out"), ["out"])


def test_a_cut_download_raises_and_leaves_no_file(sandbox: Sandbox, fault: AddFault, tmp_path: Path) -> None:
    with SDK() as sdk:
        sdk.storage.storage_upload({"file": {"content": b"x" * 300_000}, "key": "k"})
        fault("truncate=200000", path="/v1/storage/get")
        with pytest.raises(StreamTruncatedError) as caught:
            sdk.storage.storage_download({"key": "k"}, to=tmp_path / "out")
    assert isinstance(caught.value, errors.SDKBaseError)
    assert (caught.value.bytes, names(tmp_path)) == (200_000, [])


# -- streams -------------------------------------------------------------------------------------------------------


def test_the_server_is_asked_for_a_stream() -> None:
    wire = Wire(reply(content=b'data: {"choices": []}\n\ndata: [DONE]\n\n', headers=SSE))
    assert len([one for one in wired(wire).ai.ai_chat_stream(HELLO)]) == 1
    assert sent(wire) == [{**HELLO, "stream": True}]


def test_a_stream_without_its_end_raises_after_its_chunks(sandbox: Sandbox, fault: AddFault) -> None:
    fault("no-terminator", platform="aerostack")
    chunks: list[ChatCompletionChunk] = []
    with SDK() as sdk:
        with pytest.raises(StreamTruncatedError) as caught:
            drain(sdk.ai.ai_chat_stream(HELLO), chunks)
    assert isinstance(caught.value, errors.SDKBaseError)
    assert caught.value.events == len(chunks) > 3


def test_a_silent_stream_is_left(sandbox: Sandbox, fault: AddFault) -> None:
    fault("heartbeats-only;pace=0.01", platform="aerostack")
    with SDK() as sdk:
        with pytest.raises(TimeoutError):
            drain(sdk.ai.ai_chat_stream(HELLO, limits=StreamLimits(first_event=0.1)), [])


# -- errors --------------------------------------------------------------------------------------------------------


def test_the_platforms_error_has_everything_that_is_documented(sandbox: Sandbox) -> None:
    with SDK() as sdk:
        with pytest.raises(errors.SDKBaseError) as caught:
            sdk.authentication.auth_signin({"email": "a@b.c", "password": "wrong-password"})
    error = caught.value
    assert isinstance(error, errors.ErrorResponse)
    assert isinstance(error, AuthenticationError)
    assert (error.data.code, error.data.message) == ("INVALID_CREDENTIALS", "Wrong email or password")
    assert error.data.details == {"email": "a@b.c"}
    assert (error.status_code, json.loads(error.body)["code"]) == (401, "INVALID_CREDENTIALS")
    assert error.headers["content-type"].startswith("application/json")
    assert isinstance(error.raw_response, httpx.Response)
    assert "Wrong email or password" in error.message
    assert "wrong-password" not in error.explain()


def test_documented_codes_compare_with_their_constants() -> None:
    wire = Wire(reply(429, json={"code": "RATE_LIMIT_EXCEEDED", "message": "slow"}))
    with pytest.raises(errors.ErrorResponse) as caught:
        wired(wire).cache.cache_get({"key": "k"}, NEVER)
    assert caught.value.data.code == errors.Code.RATE_LIMIT_EXCEEDED
    assert isinstance(caught.value, RateLimitError)


def test_an_error_of_another_shape_is_no_error_response() -> None:
    page = "<html>Bad gateway</html>"
    with pytest.raises(errors.SDKBaseError) as caught:
        wired(Wire(httpx.Response(502, html=page))).ai.ai_chat(HELLO)
    assert not isinstance(caught.value, errors.ErrorResponse)
    assert isinstance(caught.value, ServerError)
    assert (caught.value.status_code, caught.value.body, caught.value.data) == (502, page, None)


def test_a_success_that_does_not_fit_says_where_and_why() -> None:
    with pytest.raises(errors.ResponseValidationError) as caught:
        wired(Wire(reply(json={"value": 1})), strict=True).cache.cache_get({"key": "k"})
    error = caught.value
    assert (error.path, error.status_code, error.body) == ("$.exists", 200, '{"value":1}')
    assert isinstance(error.cause, KeyError)
    assert not isinstance(error, APIError)


def test_a_deadline_that_passes_while_the_engine_is_loaded_does_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = PLATFORM.error_type(DeadlineExceededError)
    assert issubclass(whole, errors.SDKDeadlineError)
    assert issubclass(whole, httpx.TimeoutException)
    monkeypatch.delitem(sys.modules, "veneer.aerostack.network")
    monkeypatch.setitem(sys.modules, "httpx", ModuleType("httpx"))  # another thread is loading it
    assert PLATFORM.error_type(DeadlineExceededError) is errors.SDKDeadlineError


@pytest.mark.parametrize(
    ("raised", "engines", "librarys"),
    [
        (httpx.ConnectError("refused"), httpx.ConnectError, ConnectError),
        (httpx.ReadTimeout("slow"), httpx.TimeoutException, RequestTimeoutError),
        (httpx.ReadError("cut"), httpx.RequestError, TransportError),
    ],
    ids=["connect", "timeout", "cut"],
)
def test_without_an_answer_documented_handlers_of_the_engine_catch(
    raised: Exception, engines: type[Exception], librarys: type[Exception]
) -> None:
    with pytest.raises(engines) as caught:
        wired(Wire(raised)).ai.ai_chat(HELLO, NEVER)
    error = caught.value
    assert isinstance(error, librarys)
    assert isinstance(error, errors.SDKBaseError)
    assert (error.status_code, error.body, error.data, error.raw_response) == (0, "", None, None)
    assert dict(error.headers) == {}
    with pytest.raises(RuntimeError):
        _ = error.request  # type: ignore[attr-defined]  # the engine's own answer for a request it does not know
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.outcome, str(again)) == (type(error), error.outcome, str(error))


def test_a_deadline_is_a_time_out_to_documented_handlers(sandbox: Sandbox, fault: AddFault) -> None:
    fault("blackhole", platform="aerostack")
    with SDK() as sdk:
        with pytest.raises(httpx.TimeoutException) as caught:
            sdk.cache.cache_get({"key": "k"}, deadline=0.1)
    assert isinstance(caught.value, DeadlineExceededError)


def test_errors_of_answers_can_be_pickled(sandbox: Sandbox) -> None:
    with SDK() as sdk:
        with pytest.raises(errors.ErrorResponse) as caught:
            sdk.storage.storage_get({"key": "none"})
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), again.data.code, again.status_code) == (type(caught.value), "NOT_FOUND", 404)


# -- what users of the published client lived with (defects A1 … A7) -----------------------------------------------


def test_a1_every_limit_is_finite_and_a_short_one_is_kept(sandbox: Sandbox, fault: AddFault) -> None:
    wire = Wire(reply(json={"exists": False}))
    wired(wire).cache.cache_get({"key": "k"})
    assert None not in wire.requests[0].extensions["timeout"].values()
    fault("blackhole", platform="aerostack")
    with SDK(timeout_ms=100, retry_config=NEVER) as sdk:
        with pytest.raises(httpx.TimeoutException):
            sdk.ai.ai_chat(HELLO)


def test_a2_a_redirect_to_another_origin_gets_neither_key_nor_body() -> None:
    moved = httpx.Response(307, headers={"location": "https://evil.test/v1/ai/chat"})
    wire = Wire(moved)
    with pytest.raises(errors.SDKBaseError) as caught:
        wired(wire).ai.ai_chat(HELLO)
    assert isinstance(caught.value, RedirectError)
    assert [request.url.host for request in wire.requests] == ["api.test"]
    assert caught.value.status_code == 307


@pytest.mark.parametrize("asked", ["99999999", "inf", "-1", "nan"])
def test_a3_a_wait_beyond_reason_is_refused_or_ignored(asked: str) -> None:
    ticks, wire = Ticks(), Wire(reply(503, json={}, headers={"retry-after": asked}))
    with pytest.raises(ServerError):
        wired(wire, ticks).cache.cache_get({"key": "k"})
    assert sum(ticks.sleeps) < 60


def test_a5_a_repeated_post_carries_one_key_and_one_without_a_key_is_not_repeated() -> None:
    wire = Wire(500, 500, reply(json={"jobId": "j", "success": True}))
    job: Any = {"type": "mail", "data": {}}
    wired(wire).queue.queue_enqueue(job, idempotency_key="once")
    assert wire.sent("idempotency-key") == ["once"] * 3
    keyless = Wire(500)
    with pytest.raises(ServerError):
        wired(keyless).queue.queue_enqueue(job)
    assert len(keyless.requests) == 1


def test_a6_the_debug_log_has_no_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wire = Wire(reply(json={"exists": False, "wallet": {"balance": 1, "total_consumed": 0}}))
    sdk = wired(wire, debug_logger=logging.getLogger("aerostack"), consumer_key="sk-consumer")
    sdk.cache.cache_get(CacheKeyRequest("k"))
    sdk.gateway.gateway_get_wallet("m")
    assert {"aerostack"} <= {record.name for record in caplog.records}
    assert "/cache/get" in caplog.text
    assert KEY not in caplog.text + repr(sdk) + repr(sdk._client)
    assert "sk-consumer" not in caplog.text + repr(sdk._client)


def test_a7_a_refused_connection_is_typed_and_was_not_sent() -> None:
    with SDK(KEY, server_url="http://127.0.0.1:9/v1", retry_config=NEVER) as sdk:
        with pytest.raises(errors.SDKConnectError) as caught:
            sdk.ai.ai_chat(HELLO)
    assert caught.value.outcome is Outcome.NOT_SENT


def test_a_call_without_the_key_that_it_needs_says_which_argument_takes_it() -> None:
    """Before anything is sent: the project's key is none of a gateway's consumer."""
    sdk = wired(wire := Wire(200))
    with pytest.raises(
        ConfigurationError, match=r"consumerKey \(header `Authorization: Bearer …`\); pass consumer_key=$"
    ):
        sdk.gateway.gateway_chat("my-model", HELLO)
    assert wire.requests == []
