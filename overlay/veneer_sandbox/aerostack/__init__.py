"""Aerostack: AI, search, users, cache, SQL, queue, services and storage of one project per key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from veneer.sandbox.check import Problem
from veneer.sandbox.web import Answer, Ask, Platform, Refuse, Route, Routes

from . import ai, data, search, storage

if TYPE_CHECKING:
    from veneer.sandbox.world import World

# Two projects, so that a test can show that they do not see each other.
KEYS: Final = {"ak_sandbox": "sandbox", "ak_other": "other"}
CONSUMERS: Final = ("consumer_sandbox",)


def _wrong(refusal: Refuse) -> Answer:
    body = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        body["details"] = refusal.details
    return Answer(body, refusal.status)


def _invalid(problems: list[Problem]) -> Answer:
    fields = [{"field": ".".join(map(str, one.loc)), "message": one.msg} for one in problems]
    return _wrong(Refuse(400, "VALIDATION_ERROR", "The request is not valid", {"fields": fields}))


def _guard(ask: Ask, route: Route) -> None:
    if route.options.get("consumer"):
        token = ask.bearer() or ""
        if ask.store.get("aerostack.wallet", token) is None:
            raise Refuse(401, "UNAUTHORIZED", "The consumer key is missing or not valid")
        ask.world.meter(token)
        ask.who = {"consumer": token, "project": "sandbox"}
        return
    known = ask.store.get("aerostack.key", ask.headers.get("x-aerostack-key", ""))
    if known is None:
        raise Refuse(401, "UNAUTHORIZED", "The API key is missing or not valid")
    ask.world.meter(ask.headers["x-aerostack-key"])
    ask.who = known


def _seed(world: World) -> None:
    for key, project in KEYS.items():
        world.store.put("aerostack.key", key, {"project": project})
    for consumer in CONSUMERS:
        world.store.put("aerostack.wallet", consumer, {"balance": 1000.0, "total_consumed": 0.0})
    data.seed(world.store)


routes = Routes([*ai.routes, *search.routes, *data.routes, *storage.routes])
PLATFORM: Final = Platform("aerostack", "aerostack", routes, _guard, _wrong, _invalid, _seed)
