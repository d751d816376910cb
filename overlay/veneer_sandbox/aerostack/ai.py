"""Emulate Aerostack's chat, its gateway with wallets, its users and its services.

The model repeats the last user message, so that a test knows the result. A token is a word.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from veneer_sandbox.responses import Refusal, Response, events
from veneer_sandbox.store import Doc, dump, iso
from veneer_sandbox.web import Request, Stream

from .common import operation

MODEL: Final = "@cf/meta/llama-3-8b-instruct"
SESSION_S: Final = 7 * 86_400


# Chat


@operation
def ai_chat(request: Request) -> Response:
    """Complete a chat."""
    return _complete(request)[0]


@operation
def gateway_chat(request: Request) -> Response:
    """Complete a chat on a consumer's account for one unit per token; an empty wallet is refused."""
    wallet = request.store.get("aerostack.wallet", request.who["consumer"]) or {}
    if wallet["balance"] <= 0:
        raise Refusal(429, "QUOTA_EXCEEDED", "The wallet is empty")
    response, tokens = _complete(request)
    _charge(request, request.who["consumer"], tokens)
    return response


def _complete(request: Request) -> tuple[Response, int]:
    words, finish = _reply(request.data)
    asked = sum(len(str(one.get("content") or "").split()) for one in request.data["messages"])
    usage = {"prompt_tokens": asked, "completion_tokens": len(words), "total_tokens": asked + len(words)}
    head = {"id": request.store.new_id("chatcmpl-"), "created": int(request.clock.now())}
    head["model"] = request.data["model"] or MODEL
    request.effect(f"chat.completed {head['id']}")
    if request.data["stream"]:
        with_usage = (request.data["stream_options"] or {}).get("include_usage")
        frames = _frames(request, head, words, finish, usage if with_usage else None)
        return events(frames), usage["total_tokens"]
    message = {"role": "assistant", "content": " ".join(words)}
    choices = [{"index": 0, "message": message, "finish_reason": finish}]
    body = {**head, "object": "chat.completion", "choices": choices, "usage": usage}
    return Response(body), usage["total_tokens"]


def _reply(data: Doc) -> tuple[list[str], str]:
    """Return the words of the reply, and why it ends."""
    said = [str(one.get("content") or "") for one in data["messages"] if one.get("role") in (None, "user")]
    words = f"You said: {said[-1]}".split() if said and said[-1] else ["Hello!", "What", "can", "I", "do?"]
    most = data["max_tokens"]
    return (words, "stop") if most is None or most >= len(words) else (words[:most], "length")


def _frames(request: Request, head: Doc, words: list[str], finish: str, usage: Doc | None) -> Stream:
    def frame(delta: Doc, reason: str | None = None) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
        return f"data: {dump({**head, 'object': 'chat.completion.chunk', 'choices': choices})}\n\n".encode()

    done = False
    try:
        yield frame({"role": "assistant", "content": ""})
        for at, word in enumerate(words):
            yield frame({"content": word if at == 0 else f" {word}"})
        yield frame({}, finish)
        if usage is not None:
            last = {**head, "object": "chat.completion.chunk", "choices": [], "usage": usage}
            yield f"data: {dump(last)}\n\n".encode()
        yield b"data: [DONE]\n\n"
        done = True
    finally:
        request.effect(f"stream.{'done' if done else 'cancelled'} {head['id']}")


# Wallets


def _charge(request: Request, consumer: str, units: float) -> None:
    wallet = request.store.get("aerostack.wallet", consumer)
    if wallet is not None:
        spent = {"balance": wallet["balance"] - units, "total_consumed": wallet["total_consumed"] + units}
        request.store.put("aerostack.wallet", consumer, spent)
        request.effect(f"wallet.charged {units:g}")


@operation
def gateway_get_wallet(request: Request) -> Response:
    """Return the consumer's balance."""
    return Response({"wallet": request.store.get("aerostack.wallet", request.who["consumer"])})


@operation
def gateway_billing_log(request: Request) -> Response:
    """Log the units that a consumer used, and charge a known consumer's wallet."""
    _charge(request, request.data["consumerId"], request.data["units"])
    request.effect(f"billing.logged {request.data['units']:g}")
    return Response({"success": True, "loggedUnits": request.data["units"]})


# Users


@operation
def auth_signup(request: Request) -> Response:
    """Sign up a new user of the project."""
    where = f"{request.who['project']}/{request.data['email'].lower()}"
    if request.store.get("aerostack.user", where) is not None:
        raise Refusal(409, "USER_EXISTS", "A user with this email exists")
    user = {"id": request.store.new_id("user_"), "email": request.data["email"], "createdAt": request.now()}
    user |= {name: request.data[name] for name in ("name", "metadata") if request.data[name] is not None}
    request.store.put("aerostack.user", where, {"user": user, "password": _hash(request.data["password"])})
    request.effect(f"user.created {user['id']}")
    return _session(request, user, 201)


@operation
def auth_signin(request: Request) -> Response:
    """Sign in."""
    known = request.store.get("aerostack.user", f"{request.who['project']}/{request.data['email'].lower()}")
    if known is None or known["password"] != _hash(request.data["password"]):
        raise Refusal(401, "INVALID_CREDENTIALS", "Wrong email or password", {"email": request.data["email"]})
    return _session(request, known["user"], 200)


def _session(request: Request, user: Doc, status: int) -> Response:
    token = request.store.new_id("sess_", 16)
    request.effect("session.created")
    return Response({"token": token, "user": user, "expiresAt": iso(request.clock.now() + SESSION_S)}, status)


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


# Services


@operation
def services_invoke(request: Request) -> Response:
    """Invoke a service: `echo` returns its data, `sum` adds numbers, others only report the call."""
    name, data = request.data["serviceName"], request.data["data"]
    request.effect(f"service.invoked {name}")
    result: Any = {"service": name, "received": data}
    if name == "echo":
        result = data
    elif name == "sum" and isinstance(data.get("numbers"), list):
        result = {"sum": sum(one for one in data["numbers"] if isinstance(one, int | float))}
    return Response({"success": True, "result": result})
