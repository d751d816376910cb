"""HestiaOS: runs under governance with traces, SSE streams, chat, agents, secrets.

The input decides. Text that would destroy data (`rm -rf`, `drop table`, `delete all`) is refused with 403.
`restricted` gets 200 with mode BLOCK and no output; `bulk` and `everything` are throttled; all else is allowed.
In a stream, `use tool` adds a tool call and `fail` replaces the final event with an error. `options.timeout_ms`
is ignored. With `older_hestiaos`, chat, agents and metrics respond in the form of older servers (`result`,
`metrics`). Streams contain heartbeats, blank lines and JSON over several data lines.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .check import Problem
from .operations import OperationHandlers
from .responses import Refusal, Response, detail_of, events
from .store import Doc, dump, iso
from .web import Platform, Request, Route, Stream

if TYPE_CHECKING:
    from .state import State

DESTRUCTIVE: Final = ("rm -rf", "drop table", "delete all")
RESTRICTED: Final = ("restricted",)
THROTTLED: Final = ("bulk", "everything")
VERSION: Final = "1.0.1"


operation = OperationHandlers("hestiaos")


# Words and refusals


def _wrong(refusal: Refusal) -> Response:
    if refusal.status == 403:
        return Response({"detail": refusal.message, **(refusal.details or {})}, 403)
    if refusal.status == 422:
        return detail_of([Problem(("body",), refusal.message, "value_error")])
    body = {"error": refusal.message, "message": refusal.message, "code": refusal.code}
    return Response({**body, **(refusal.details or {})}, refusal.status)


def _guard(request: Request, _route: Route) -> None:
    token = request.bearer()
    if token is None and "authorization" not in request.headers and not request.state.options.require_key:
        return
    if request.store.get("hestiaos.key", token or "") is None:
        raise Refusal(401, "unauthorized", "The API key is not valid")


# Governance


def govern(given: str) -> Doc:
    """Return the verdict on a text: decision, reason, risk, budget and violations."""
    lower = given.lower()
    for words, decision, risk, budget in (
        (DESTRUCTIVE, "BLOCK", 0.95, 0.0),
        (RESTRICTED, "BLOCK", 0.75, 0.0),
        (THROTTLED, "THROTTLE", 0.5, 0.4),
    ):
        for word in words:
            if word in lower:
                severity = "critical" if risk > 0.9 else "warning"
                found = [{"reason": f"the input contains {word!r}", "severity": severity}]
                return {
                    "decision": decision, "reason": f"rule {word!r}", "risk_score": risk, "budget": budget,
                    "policy": "sandbox-default", "violations": found,
                }  # fmt: skip
    return {
        "decision": "ALLOW", "reason": "no rule applies", "risk_score": 0.1, "budget": 0.9,
        "policy": "sandbox-default", "violations": [],
    }  # fmt: skip


def _trace(request: Request, verdict: Doc, latency_ms: float = 12.0) -> Doc:
    trace = {"trace_id": request.store.new_id("trace-"), **verdict, "mode": verdict["decision"]}
    trace |= {"latency_ms": latency_ms, "timestamp": request.now()}
    request.store.put("hestiaos.trace", trace["trace_id"], trace)
    request.effect(f"trace.created {trace['trace_id']}")
    return trace


def _judge(request: Request, given: str) -> Doc:
    """Return a request's trace; refuse a request that is hard-blocked."""
    trace = _trace(request, govern(given))
    if trace["risk_score"] > 0.9:
        message = f"Blocked by governance: {trace['reason']}"
        raise Refusal(403, "governance_block", message, {"trace_id": trace["trace_id"]})
    return trace


# Runs


@operation
def run(request: Request) -> Response:
    """Run a text through governance."""
    trace = _judge(request, request.data["input"])
    output = None if trace["decision"] == "BLOCK" else f"processed: {request.data['input']}"
    request.effect(f"run.done {trace['trace_id']}")
    facts = {name: trace[name] for name in ("mode", "budget", "trace_id", "latency_ms")}
    return Response({"result": output or "BLOCK", "output": output, **facts})


@operation
def run_stream(request: Request) -> Response:
    """Stream a run word by word."""
    trace = _judge(request, request.data["input"])
    return events(_events(request, trace))


def _events(request: Request, trace: Doc) -> Stream:
    """Yield start → (token | tool_call)* → (final | error) → done, with heartbeats as real servers send."""
    given, done = request.data["input"], False

    def event(kind: str, **data: Any) -> bytes:
        value = {"type": kind, "data": data, "trace_id": trace["trace_id"], "timestamp": request.now()}
        if kind == "final":
            # A legal event whose JSON spans several data lines.
            lines = json.dumps(value, indent=1).splitlines()
            return "".join(f"data: {line}\n" for line in lines).encode() + b"\n"
        return f"data: {dump(value)}\n\n".encode()

    try:
        yield b": ping\n\n"
        yield event("start", mode=trace["decision"], budget=trace["budget"])
        if "use tool" in given.lower():
            yield event("tool_call", name="search", arguments={"query": given})
        for at, word in enumerate(f"processed: {given}".split(" ")):
            yield event("token", text=word if at == 0 else f" {word}", index=at)
            if at % 4 == 3:
                yield b": ping\n\n\n"
        if "fail" in given.lower():
            yield event("error", code="run_failed", message="The run failed, as its input asked")
        else:
            yield event("final", result=f"processed: {given}", mode=trace["decision"])
        yield event("done")
        yield b"data: [DONE]\n\n"
        done = True
    finally:
        request.effect(f"run.{'done' if done else 'cancelled'} {trace['trace_id']}")


@operation
def get_trace(request: Request) -> Response:
    """Return what governance decided, and why."""
    return Response(_kept_trace(request, request.params["trace_id"]))


def _kept_trace(request: Request, trace_id: str) -> Doc:
    return request.kept("hestiaos.trace", trace_id, "not_found", f"There is no trace {trace_id}")


@operation
def get_health(request: Request) -> Response:
    """Alive."""
    return Response(
        {"status": "healthy", "version": VERSION, "uptime_seconds": _uptime(request), "api_version": "v1"}
    )


def _uptime(request: Request) -> float:
    return round(max(0.0, request.clock.now() - request.state.started), 3)


# Chat and agents


@operation
def chat_run(request: Request) -> Response:
    """Reply in a session that counts its messages."""
    trace = _judge(request, request.data["message"])
    session_id = request.data["session_id"] or request.store.new_id("session-")
    session = request.store.get("hestiaos.session", session_id) or {"messages": []}
    session["messages"].append(request.data["message"])
    request.store.put("hestiaos.session", session_id, session)
    request.effect(f"chat.message {session_id}")
    reply = f"You said: {request.data['message']} (message {len(session['messages'])} of this session)"
    body = {"session_id": session_id, "trace_id": trace["trace_id"]}
    if request.state.options.older_hestiaos:
        return Response({**body, "result": reply})
    return Response({**body, "response": reply, "processing_time": 0.012, "model": "sandbox-1"})


@operation
def agents_run(request: Request) -> Response:
    """Do any task with any agent, except one that contains `fail` or is soft-blocked."""
    trace = _judge(request, request.data["task"])
    body = {"agent_id": request.data["agent_id"], "trace_id": trace["trace_id"]}
    if trace["decision"] == "BLOCK":
        return Response({**body, "status": "BLOCKED", "error": trace["reason"]})
    request.effect(f"agent.ran {request.data['agent_id']}")
    done = f"{request.data['agent_id']} did: {request.data['task']}"
    if request.state.options.older_hestiaos:
        return Response({**body, "result": done})
    if "fail" in request.data["task"].lower():
        return Response({**body, "status": "FAILED", "error": "The task failed, as it asked"})
    return Response({**body, "status": "COMPLETED", "output": done})


# System


@operation
def system_status(request: Request) -> Response:
    """Return the status of the system."""
    parts = {"ollama": True, "vllm": False, "dsgk": True, "storage": True}
    return Response({"status": "healthy", "version": VERSION, "uptime_seconds": _uptime(request), **parts})


@operation
def system_config(_ask: Request) -> Response:
    """Settings."""
    return Response({"governance": {"policy": "sandbox-default"}, "models": {"default": "sandbox-1"}})


@operation
def system_metrics(request: Request) -> Response:
    """Return metrics, of which the counts are real."""
    values = {"cpu_percent": 12.5, "memory_percent": 40.0, "avg_latency_ms": 12.0}
    values["active_sessions"] = request.store.count("hestiaos.session")
    values["requests_total"] = request.state.requests["hestiaos"]
    return Response({"metrics": values} if request.state.options.older_hestiaos else values)


# Secrets


@operation
def secrets_set(request: Request) -> Response:
    """Store a secret: 201 for a new one, 200 for a replacement."""
    key = request.data["credential_ref"]
    known = request.store.get("hestiaos.secret", key) is not None
    kept = {name: request.data[name] for name in ("secret", "provider", "allowed_tools")}
    request.store.put("hestiaos.secret", key, kept)
    request.effect(f"secret.{'replaced' if known else 'created'} {key}")
    return Response(status=200 if known else 201)


@operation
def secrets_get(request: Request) -> Response:
    """Return a secret's value."""
    return Response({"value": _secret(request)["secret"]})


@operation
def secrets_delete(request: Request) -> Response:
    """Delete a secret."""
    _secret(request)
    request.store.remove("hestiaos.secret", request.params["key"])
    request.effect(f"secret.deleted {request.params['key']}")
    return Response(status=204)


def _secret(request: Request) -> Doc:
    return request.kept("hestiaos.secret", request.params["key"], "not_found", "There is no such secret")


# Governance's own routes


@operation
def governance_explain(request: Request) -> Response:
    """Return the verdict on a command without running it."""
    verdict = govern(f"{request.data['command_type']} {dump(request.data['command_input'])}")
    return Response({"command_type": request.data["command_type"], **verdict})


@operation
def governance_stability(request: Request) -> Response:
    """Return how often each decision was made."""
    counts = {
        name: request.store.count("hestiaos.trace", {"decision": name})
        for name in ("ALLOW", "THROTTLE", "BLOCK")
    }
    return Response({"status": "stable", "decisions": counts})


@operation
def governance_trace(request: Request) -> Response:
    """Return a trace by its command's id, which in the sandbox is the trace's own."""
    command_id = request.params["command_id"]
    return Response({"command_id": command_id, **_kept_trace(request, command_id)})


# A fresh platform


def _seed(state: State) -> None:
    store = state.store
    store.put("hestiaos.key", "hestia_sandbox", {})
    fixture = {"trace_id": "abc-123-def", **govern("create a report"), "mode": "ALLOW", "latency_ms": 12.0}
    store.put("hestiaos.trace", "abc-123-def", {**fixture, "timestamp": iso(state.clock.now())})
    store.put(
        "hestiaos.secret", "my-key", {"secret": "my-value", "provider": "custom", "allowed_tools": ["*"]}
    )


PLATFORM: Final = Platform(
    "hestiaos", "hestiaos", operation.complete(), _guard, _wrong, detail_of, _seed, operation.document.content
)
