"""What models cost, in counts that no other load on the machine moves: loaded modules, Python calls, kept memory."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from core.test_speed import python_calls
from veneer._core.completeness import StreamReader, Terminator
from veneer._core.sse import Decoder
from veneer_generated.aerostack.models import ChatCompletionChunk
from veneer_generated.velerian.models import AuditPage

pytestmark = pytest.mark.usefixtures("much_json")

ROW = {
    "id": "aud_0123456789",
    "created_at": "2026-11-01T12:00:00+00:00",
    "action": "abp.invoke",
    "resource_kind": "abp",
    "resource_id": "abp_demo",
    "actor_user_id": "user_ada",
    "details": {"n": 1, "outcome": "allowed"},
}
TEXT = json.dumps({"items": [ROW] * 100, "limit": 100, "offset": 0, "total": 100})
PAGE = json.loads(TEXT)
READ = AuditPage.from_dict(PAGE)
CHUNK: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1760000000,
    "model": "m-1",
    "choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": None}],
}


@pytest.mark.parametrize("platform", ["hybridb", "hestiaos", "velerian", "aerostack"])
def test_importing_all_operations_of_a_platform_loads_none_of_its_models(platform: str) -> None:
    code = f"""
import importlib, pkgutil, sys
import veneer_generated.{platform}.api as api
found = [module.name for module in pkgutil.walk_packages(api.__path__, api.__name__ + ".") if not module.ispkg]
for name in found:
    importlib.import_module(name)
print(len(found), *(name for name in sys.modules if ".models." in name))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, *models = done.stdout.split()
    assert int(count) > 10
    assert models == []


def test_a_call_loads_the_models_of_its_own_answer_and_no_others() -> None:
    code = f"""
import sys
import httpx
from veneer import Client
from veneer_generated.velerian.api.audit import list_audit_log
answers = httpx.MockTransport(lambda request: httpx.Response(200, content={TEXT.encode()!r}))
with Client("http://127.0.0.1:9", api_key="key-x", http_client=httpx.Client(transport=answers)) as client:
    assert len(client.call(list_audit_log).items) == 100
print(*sorted(name.rpartition(".")[2] for name in sys.modules if ".models." in name))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["audit_entry", "audit_page"]


@pytest.mark.parametrize(
    ("subject", "bound"),
    [
        # For each object: itself, its creation, the look for unknown fields, and a call for each field that is optional or no plain value.
        (lambda: AuditPage.from_dict(PAGE), 100 * (3 + 4 + 2) + 10),
        (lambda: ChatCompletionChunk.from_dict(CHUNK), 3 * 3 + 10 + 5),
        (READ.to_dict, 100 * 2 + 10),
    ],
    ids=["read a page", "read a chunk", "write a page"],
)
def test_models_take_no_more_calls_than_they_did(subject: Callable[[], object], bound: int) -> None:
    subject()
    assert python_calls(subject) <= bound


def test_an_event_of_a_typed_chat_takes_no_more_calls_than_it_did() -> None:
    chunk = b"data: " + json.dumps(CHUNK).encode() + b"\n\n"
    reader = StreamReader(Decoder(), Terminator.of("[DONE]"))

    def read() -> None:
        for event in reader.feed(chunk):
            ChatCompletionChunk.from_dict(event.json())

    read()
    assert python_calls(read) <= 48


def kept(make: Callable[[], object]) -> int:
    """The bytes that ten of something keep."""
    make()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        held = [make() for _ in range(10)]
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        del held
        return after - before
    finally:
        tracemalloc.stop()


def test_models_keep_a_fifth_less_memory_than_the_json_that_they_are_read_from() -> None:
    assert kept(lambda: AuditPage.from_dict(json.loads(TEXT))) < 0.8 * kept(lambda: json.loads(TEXT))
