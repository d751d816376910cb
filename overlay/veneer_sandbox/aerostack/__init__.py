"""Aerostack: AI, search, users, cache, SQL, queue, services and storage of one project per key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from veneer_sandbox.responses import Refusal, Response, fields_of
from veneer_sandbox.web import Platform, Request, Route

from . import ai, data, search, storage  # noqa: F401 - they register the handlers
from .common import operation

if TYPE_CHECKING:
    from veneer_sandbox.state import State

# Two projects, so that a test can show that they are isolated.
KEYS: Final = {"ak_sandbox": "sandbox", "ak_other": "other"}
CONSUMERS: Final = ("consumer_sandbox",)


def _wrong(refusal: Refusal) -> Response:
    body = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        body["details"] = refusal.details
    return Response(body, refusal.status)


def _guard(request: Request, route: Route) -> None:
    if "consumerKey" in route.options["schemes"]:
        token = request.bearer() or ""
        if request.store.get("aerostack.wallet", token) is None:
            raise Refusal(401, "UNAUTHORIZED", "The consumer key is missing or not valid")
        request.state.meter(token)
        request.who = {"consumer": token, "project": "sandbox"}
        return
    known = request.store.get("aerostack.key", request.headers.get("x-aerostack-key", ""))
    if known is None:
        raise Refusal(401, "UNAUTHORIZED", "The API key is missing or not valid")
    request.state.meter(request.headers["x-aerostack-key"])
    request.who = known


def _seed(state: State) -> None:
    for key, project in KEYS.items():
        state.store.put("aerostack.key", key, {"project": project})
    for consumer in CONSUMERS:
        state.store.put("aerostack.wallet", consumer, {"balance": 1000.0, "total_consumed": 0.0})
    data.seed(state.store)


PLATFORM: Final = Platform(
    "aerostack", "aerostack", operation.complete(), _guard, _wrong, lambda problems: _wrong(fields_of(problems)), _seed,
    operation.document.content,
)  # fmt: skip
