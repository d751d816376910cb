"""100 audit entries from bytes to models and back: ours, the generator's own, pydantic. Imported by workers."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import timing
from loopback import AUDIT_PAGE

Codec = tuple[Callable[[bytes], Any], Callable[[Any], object]]


def batch(who: str, what: str) -> timing.Batch:
    """Return a batch that decodes, encodes, or counts the bytes that a decoded page keeps."""
    decode, encode = CODECS[who]()
    page = decode(AUDIT_PAGE)
    if what == "kept":
        return lambda _: _kept(lambda: decode(AUDIT_PAGE))
    return timing.each((lambda: decode(AUDIT_PAGE)) if what == "decode" else (lambda: encode(page)))


def _kept(function: Callable[[], object]) -> int:
    function()
    tracemalloc.start()
    result = function()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result is not None
    return kept


def _bare() -> Codec:
    return json.loads, lambda value: json.dumps(value, separators=(",", ":")).encode()


def _stock() -> Codec:
    page = importlib.import_module("stock.models").AppApiV2AuditSchemasPage
    return lambda raw: page.from_dict(json.loads(raw)), lambda value: json.dumps(value.to_dict())


def _veneer() -> Codec:
    """Return the functions with which a client reads a response and writes a body."""
    from veneer._core.call import encode_json, json_body
    from veneer._core.jsontext import loads
    from veneer_generated.velerian.models.audit_page import AuditPage

    return lambda raw: AuditPage.from_dict(loads(raw)), lambda value: encode_json(json_body(value))


def _pydantic() -> Codec:
    """Return the same for hand-written pydantic models."""
    from pydantic import BaseModel, create_model

    entry = create_model(
        "Entry",
        id=str,
        created_at=dt.datetime,
        action=str,
        resource_kind=(str | None, None),
        resource_id=(str | None, None),
        actor_user_id=(str | None, None),
        details=(dict[str, Any] | None, None),
    )
    page: type[BaseModel] = create_model(
        "Page",
        items=list[entry],  # type: ignore[valid-type]  # a class made at run time
        limit=int,
        offset=int,
        total=(int | None, None),
    )
    return page.model_validate_json, page.model_dump_json


CODECS = {"stock": _stock, "veneer": _veneer, "pydantic": _pydantic, "json": _bare}
