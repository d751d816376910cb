"""Drivers of a walk without a network: a server is a function, and requests in flight are a list."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from veneer._core.call import Call
from veneer._core.pages import PageRequest, PageStyle, PageValue, PageWalk, paged

BASE = "https://api.example/hub/api"


class StatusError(Exception):
    """An error status that the shell would raise as its own class."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


@dataclass
class Reply:
    """What the scripted server answers."""

    payload: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """A server as a function of the call, which remembers the calls."""

    answer: Callable[[Call], Reply]
    calls: list[Call] = field(default_factory=list)

    def send(self, call: Call) -> tuple[Reply, str]:
        self.calls.append(call)
        url = call.target if call.target.startswith("http") else f"{BASE}{call.target}"
        request = httpx.Request(call.method, url, params=call.params or None)
        return self.answer(call), str(request.url)


def receive(walk: PageWalk, style: PageStyle, reply: Reply, url: str) -> PageValue[Any]:
    """What the shell does with an answer: statuses that mean "no rows" are None, other errors are raised."""
    if reply.status in style.empty_statuses:
        return walk.receive(None, url=url)
    if reply.status >= 400:
        raise StatusError(reply.status)
    return walk.receive(reply.payload, headers=reply.headers, url=url, response=reply)


def walk_of(style: PageStyle, call: Call, **options: Any) -> PageWalk:
    return PageWalk(style, params=call.params, body=call.json, base_url=BASE, **options)


def sequential(server: Server, call: Call, style: PageStyle, **options: Any) -> Iterator[PageValue[Any]]:
    walk = walk_of(style, call, **options)
    while (request := walk.next()) is not None:
        yield receive(walk, style, *server.send(paged(call, request)))


def concurrent(
    server: Server, call: Call, style: PageStyle, width: int = 3, **options: Any
) -> Iterator[PageValue[Any]]:
    """The driver with requests in flight: they are sent at once and taken in order; what turns out wrong is dropped."""
    walk = walk_of(style, call, **options)
    flight: list[tuple[PageRequest, tuple[Reply, str]]] = []
    while wanted := walk.ahead(width):
        kept = list(
            itertools.takewhile(lambda pair: pair[0][0] == pair[1], zip(flight, wanted, strict=False))
        )
        flight = [
            *(sent for sent, _ in kept),
            *((request, server.send(paged(call, request))) for request in wanted[len(kept) :]),
        ]
        _, answer = flight.pop(0)
        yield receive(walk, style, *answer)
    walk.next()


def items(pages: Iterator[PageValue[Any]]) -> list[Any]:
    """All rows of a walk."""
    return [item for page in pages for item in page]
