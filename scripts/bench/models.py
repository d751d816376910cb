"""Measure 100 audit entries from bytes to models and back, beside stock generated code and pydantic."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import json
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import timing

if TYPE_CHECKING:
    from harness import Bench, Result, Samples, Spread, Subject

STOCK, OURS, PYDANTIC, BARE = "stock generated", "veneer", "pydantic", "json alone"
FAST_JSON = ("msgspec", "orjson")
WAYS = {"with msgspec and orjson": (), "without msgspec and orjson": FAST_JSON}
BOUNDS = {("decode", "with msgspec and orjson"): 0.36, ("decode", "without msgspec and orjson"): 0.50}
ENCODE_BOUND, MEMORY_BOUND = 0.35, 0.60


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(stock: str | None, hidden: list[str]) -> dict[str, timing.Batch]:
    """Return subjects that decode, encode and size the page.

    `hidden` modules cannot be imported.
    """
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # how importlib marks a module as missing
    from loopback import AUDIT_PAGE

    codecs = {BARE: (json.loads, _compact), **_ours(), **(_pydantic() if "pydantic" not in hidden else {})}
    if stock is not None:
        codecs = {STOCK: _stock(stock), **codecs}
    found: dict[str, timing.Batch] = {}
    for who, (decode, encode) in codecs.items():
        page = decode(AUDIT_PAGE)
        found[f"decode {who}"] = timing.each(lambda d=decode: d(AUDIT_PAGE))  # type: ignore[misc]  # PEP 484 has no default for lambdas
        found[f"encode {who}"] = timing.each(lambda e=encode, p=page: e(p))  # type: ignore[misc]
        found[f"memory {who}"] = lambda _, d=decode: _kept(lambda: d(AUDIT_PAGE))  # type: ignore[misc]
    return found


def _kept(function: Callable[[], object]) -> int:
    """Return the bytes that a result keeps."""
    function()
    tracemalloc.start()
    result = function()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result is not None
    return kept


Codec = tuple[Callable[[bytes], Any], Callable[[Any], object]]


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _stock(folder: str) -> Codec:
    sys.path.append(folder)
    page = importlib.import_module("stock.models").AppApiV2AuditSchemasPage
    return lambda raw: page.from_dict(json.loads(raw)), lambda value: json.dumps(value.to_dict())


def _ours() -> dict[str, Codec]:
    """Return the functions with which a client reads a response and writes a body."""
    from veneer._core.call import encode_json
    from veneer._core.jsontext import loads
    from veneer_generated.velerian.models.audit_page import AuditPage

    return {OURS: (lambda raw: AuditPage.from_dict(loads(raw)), lambda value: encode_json(value.to_dict()))}


def _pydantic() -> dict[str, Codec]:
    """Return the same for hand-written pydantic models, or nothing if it is not installed."""
    if importlib.util.find_spec("pydantic") is None:
        return {}
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
    return {PYDANTIC: (page.model_validate_json, page.model_dump_json)}


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Compare them in two processes, one of them without the faster JSON libraries."""
    from harness import Check, Result, Spread, Table, spread
    from report import number, show

    result = Result()
    stock = bench.stock()
    with ExitStack() as stack:
        every: dict[str, Subject] = {}
        for way, hidden in WAYS.items():
            found = stack.enter_context(
                bench.worker("models", python=Path(sys.executable), stock=stock, hidden=hidden)
            )
            every |= {f"{name}, {way}": subject for name, subject in found.items()}
        timed = {name: subject for name, subject in every.items() if not name.startswith("memory")}
        samples = bench.compare(timed, batch=max(1, bench.size.batch // 5), rounds=bench.size.rounds)
        kept = {name: float(every[name](1).value) for name in every if name.startswith("memory")}
    for way in WAYS:
        bare = kept.get(f"memory {STOCK}, {way}")
        rows = []
        for who in (STOCK, OURS, PYDANTIC, BARE):
            memory = kept.get(f"memory {who}, {way}")
            rows.append(
                [
                    who,
                    *(
                        show(spread(samples, f"{what} {who}, {way}", "cpu"), 1e6)
                        for what in ("decode", "encode")
                    ),
                    *(show(_share(samples, what, who, way)) for what in ("decode", "encode")),
                    number(memory / 1024) if memory else "–",
                    number(memory / bare) if memory and bare else "–",
                ]
            )
        columns = [
            "",
            "decode, µs",
            "encode, µs",
            "decode, ratio",
            "encode, ratio",
            "kept, KiB",
            "kept, ratio",
        ]
        result.tables.append(Table(f"100 audit entries, {way}", columns, rows))
        what = f"100 audit entries, {way}"
        memory = kept[f"memory {OURS}, {way}"] / bare if bare else None
        result.checks += [
            Check(
                f"decode {what}",
                f"{STOCK} from_dict + json",
                _share(samples, "decode", OURS, way),
                BOUNDS["decode", way],
            ),
            Check(
                f"encode {what}",
                f"{STOCK} to_dict + json.dumps",
                _share(samples, "encode", OURS, way),
                ENCODE_BOUND,
            ),
            Check(
                f"memory of {what}", STOCK, Spread(memory, memory, memory) if memory else None, MEMORY_BOUND
            ),
        ]
    return result


def _share(samples: Samples, what: str, who: str, way: str) -> Spread | None:
    from harness import ratio

    return ratio(samples, f"{what} {who}, {way}", f"{what} {STOCK}, {way}", "cpu")
