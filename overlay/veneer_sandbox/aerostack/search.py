"""Emulate Aerostack's search: documents ranked by the words that they share with a query."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from veneer_sandbox.responses import Response
from veneer_sandbox.store import Doc, dump
from veneer_sandbox.web import Request

from .common import operation

if TYPE_CHECKING:
    from collections.abc import Iterable


def _kind(request: Request) -> str:
    return f"aerostack.search.{request.who['project']}"


def _words(content: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", content.lower()))


def rank(query: str, docs: Iterable[Doc]) -> list[tuple[float, Doc]]:
    """Return documents with the cosine of their words and the query's, words weighted by rarity."""
    counted = [(_words(doc["content"]), doc) for doc in docs]
    spread = Counter(word for words, _ in counted for word in words)
    weight = {word: math.log(1 + len(counted) / number) for word, number in spread.items()}

    def vector(words: Counter[str]) -> dict[str, float]:
        return {word: count * weight.get(word, 1.0) for word, count in words.items()}

    wanted = vector(_words(query))
    norm = math.hypot(*wanted.values())
    found = []
    for words, doc in counted:
        held = vector(words)
        length = math.hypot(*held.values())
        dot = sum(value * held.get(word, 0.0) for word, value in wanted.items())
        if dot > 0:
            found.append((round(min(1.0, dot / (norm * length)), 6), doc))
    # The sort is stable: ties stay in order of arrival.
    return sorted(found, key=lambda one: -one[0])


@operation
def ai_search_ingest(request: Request) -> Response:
    """Add a document, or replace the one with this id."""
    _save(request, request.data["id"] or request.store.new_id("doc_"), request.data["type"])
    return Response({"success": True})


@operation
def ai_search_update(request: Request) -> Response:
    """Replace a document's content; without a type it keeps its type."""
    known = request.store.get(_kind(request), request.data["id"])
    if known is None:
        return Response({"success": False})
    _save(request, request.data["id"], request.data["type"] or known["type"])
    return Response({"success": True})


def _save(request: Request, key: str, kind: str) -> None:
    doc = {"id": key, "content": request.data["content"], "type": kind}
    request.store.put(_kind(request), key, {**doc, "metadata": request.data["metadata"] or {}})
    request.effect(f"search.saved {key}")


@operation
def ai_search_query(request: Request) -> Response:
    """Return the best documents for a text; `filter` compares fields of their metadata."""
    types, wanted = request.data["types"], request.data["filter"] or {}
    docs = [
        doc
        for doc in request.store.rows(_kind(request))
        if (not types or doc["type"] in types)
        and all(dump(doc["metadata"].get(name)) == dump(value) for name, value in wanted.items())
    ]
    found = rank(request.data["text"], docs)[: request.data["topK"]]
    return Response({"results": [{**doc, "score": score} for score, doc in found]})


@operation
def ai_search_get(request: Request) -> Response:
    """Return one document."""
    doc = request.store.get(_kind(request), request.data["id"])
    return Response({"result": doc, "exists": doc is not None})


@operation
def ai_search_count(request: Request) -> Response:
    """Return the number of documents."""
    return Response({"count": request.store.count(_kind(request), {"type": request.data["type"]})})


@operation
def ai_search_delete(request: Request) -> Response:
    """Remove a document."""
    removed = request.store.remove(_kind(request), request.data["id"])
    if removed:
        request.effect(f"search.removed {request.data['id']}")
    return Response({"success": removed})


@operation
def ai_search_delete_by_type(request: Request) -> Response:
    """Remove all documents of a type."""
    for doc in request.store.rows(_kind(request), {"type": request.data["type"]}):
        request.store.remove(_kind(request), doc["id"])
        request.effect(f"search.removed {doc['id']}")
    return Response({"success": True})


@operation
def ai_search_list_types(request: Request) -> Response:
    """Return the types in use."""
    counts = Counter(doc["type"] for doc in request.store.rows(_kind(request)))
    return Response({"types": [{"type": name, "count": count} for name, count in sorted(counts.items())]})


@operation
def ai_search_configure(request: Request) -> Response:
    """Choose a model, which the sandbox's ranking ignores."""
    chosen = {"embeddingModel": request.data["embeddingModel"]}
    request.store.put("aerostack.search_config", request.who["project"], chosen)
    request.effect("search.configured")
    return Response({"success": True})
