"""Aerostack's search: documents ranked by how much of a query's words they hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from veneer.sandbox.check import array, integer, mapping, opt, shape, text
from veneer.sandbox.store import Doc, dump
from veneer.sandbox.web import Answer, Ask, Routes

if TYPE_CHECKING:
    from collections.abc import Iterable

routes = Routes()


def _kind(ask: Ask) -> str:
    return f"aerostack.search.{ask.who['project']}"


def _words(content: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", content.lower()))


def rank(query: str, docs: Iterable[Doc]) -> list[tuple[float, Doc]]:
    """Documents by the cosine between their words and the query's, each word weighed by how rare it is."""
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
    # The sort is stable: equals stay in order of arrival.
    return sorted(found, key=lambda one: -one[0])


@routes(
    "POST", "/v1/ai/search/ingest",
    body=shape(content=text(), type=text(), id=opt(text()), metadata=opt(mapping())),
)  # fmt: skip
def ai_search_ingest(ask: Ask) -> Answer:
    """Add a document, or replace the one with this id."""
    _save(ask, ask.data["id"] or ask.store.new_id("doc_"), ask.data["type"])
    return Answer({"success": True})


@routes(
    "POST", "/v1/ai/search/update",
    body=shape(id=text(), content=text(), type=opt(text()), metadata=opt(mapping())),
)  # fmt: skip
def ai_search_update(ask: Ask) -> Answer:
    """Replace a document's content; without a type it keeps the one it had."""
    known = ask.store.get(_kind(ask), ask.data["id"])
    if known is None:
        return Answer({"success": False})
    _save(ask, ask.data["id"], ask.data["type"] or known["type"])
    return Answer({"success": True})


def _save(ask: Ask, key: str, kind: str) -> None:
    doc = {"id": key, "content": ask.data["content"], "type": kind, "metadata": ask.data["metadata"] or {}}
    ask.store.put(_kind(ask), key, doc)
    ask.effect(f"search.saved {key}")


@routes(
    "POST", "/v1/ai/search/query",
    body=shape(text=text(), topK=opt(integer(1), 5), types=opt(array(text())), filter=opt(mapping())),
)  # fmt: skip
def ai_search_query(ask: Ask) -> Answer:
    """The best documents for a text; `filter` compares fields of their metadata."""
    types, wanted = ask.data["types"], ask.data["filter"] or {}
    docs = [
        doc
        for doc in ask.store.rows(_kind(ask))
        if (not types or doc["type"] in types)
        and all(dump(doc["metadata"].get(name)) == dump(value) for name, value in wanted.items())
    ]
    found = rank(ask.data["text"], docs)[: ask.data["topK"]]
    return Answer({"results": [{**doc, "score": score} for score, doc in found]})


@routes("POST", "/v1/ai/search/get", body=shape(id=text()))
def ai_search_get(ask: Ask) -> Answer:
    """One document."""
    doc = ask.store.get(_kind(ask), ask.data["id"])
    return Answer({"result": doc, "exists": doc is not None})


@routes("POST", "/v1/ai/search/count", body=shape(type=opt(text())))
def ai_search_count(ask: Ask) -> Answer:
    """How many documents there are."""
    return Answer({"count": ask.store.count(_kind(ask), {"type": ask.data["type"]})})


@routes("POST", "/v1/ai/search/delete", body=shape(id=text()))
def ai_search_delete(ask: Ask) -> Answer:
    """Remove a document."""
    removed = ask.store.remove(_kind(ask), ask.data["id"])
    if removed:
        ask.effect(f"search.removed {ask.data['id']}")
    return Answer({"success": removed})


@routes("POST", "/v1/ai/search/deleteByType", body=shape(type=text()))
def ai_search_delete_by_type(ask: Ask) -> Answer:
    """Remove all documents of a type."""
    for doc in ask.store.rows(_kind(ask), {"type": ask.data["type"]}):
        ask.store.remove(_kind(ask), doc["id"])
        ask.effect(f"search.removed {doc['id']}")
    return Answer({"success": True})


@routes("GET", "/v1/ai/search/listTypes")
def ai_search_list_types(ask: Ask) -> Answer:
    """The types in use."""
    counts = Counter(doc["type"] for doc in ask.store.rows(_kind(ask)))
    return Answer({"types": [{"type": name, "count": count} for name, count in sorted(counts.items())]})


@routes("POST", "/v1/ai/search/configure", body=shape(embeddingModel=text()))
def ai_search_configure(ask: Ask) -> Answer:
    """Choose a model; ranking does not depend on it here."""
    ask.store.put(
        "aerostack.search_config", ask.who["project"], {"embeddingModel": ask.data["embeddingModel"]}
    )
    ask.effect("search.configured")
    return Answer({"success": True})
