"""The small responses that each platform's `read` and `write` calls expect."""

from __future__ import annotations

from typing import Any, Final

ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "velerian": {
        "plans": [{"id": "plan_1", "name": "Standard", "seats": 5}],
        "read": {"items": [], "limit": 50, "offset": 0, "total": 0},
        "write": {
            "invocation_id": "inv_1",
            "outcome": "allowed",
            "is_allowed": True,
            "requires_human": False,
            "withheld": False,
            "constraint_count": 0,
            "aggregated_conditions": [],
        },
    },
    "hybridb": {
        "read": {"success": True, "data": {"decisionId": "dec_1", "outcome": "approved"}},
        "write": {"success": True, "data": {"decisionId": "dec_1", "outcome": "approved"}},
    },
    "hestiaos": {
        "read": {
            "status": "OK",
            "ollama": True,
            "vllm": True,
            "dsgk": True,
            "storage": True,
            "version": "1.0",
            "uptime_seconds": 1.0,
        },
        "write": {
            "result": "ALLOW",
            "output": "done",
            "mode": "ALLOW",
            "budget": 1.0,
            "trace_id": "t-1",
            "latency_ms": 1.0,
        },
    },
    "aerostack": {"read": {"value": 1, "exists": True}, "write": {"success": True, "result": {}}},
    "core": {"read": {}, "write": {}},
    "openai": {
        "read": {"id": "m-1", "object": "model", "created": 1760000000, "owned_by": "bench"},
        "write": {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1760000000,
            "model": "m-1",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "word"}, "finish_reason": "stop"}
            ],
        },
    },
}
