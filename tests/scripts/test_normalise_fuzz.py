"""However wrong a contract is, the pipeline answers with a client, a loss, or a refusal, never with a crash."""

from __future__ import annotations

import contextlib
import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import codegen_project as project
from veneer_codegen import generator
from veneer_codegen.changes import compare
from veneer_codegen.errors import CodegenError, ContractError
from veneer_codegen.normalise import normalise

JUNK = st.sampled_from([None, True, False, 0, -1, 1.5, "", "string", "#/components/schemas/Order", "#/nowhere", [], [None], {}, {"$ref": "#/nowhere"}, {"type": "x"}, {"allOf": [{"$ref": "#/components/schemas/Order"}]}])  # fmt: skip


def places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List every place in a JSON value."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in children for place in places(value, (*path, key)))]


PLACES = [place for place in places(project.SHOP) if place and place[0] in {"paths", "components"}]


def put(document: Any, place: tuple[str | int, ...], value: Any) -> None:
    """Write a value into a place, if it is still there."""
    *way, last = place
    for key in way:
        if not has(document, key):
            return
        document = document[key]
    if isinstance(document, dict) or has(document, last):
        document[last] = value


def has(node: Any, key: str | int) -> bool:
    return (
        key in node
        if isinstance(node, dict)
        else isinstance(node, list) and isinstance(key, int) and key < len(node)
    )


EDITS = st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4)
Edits = list[tuple[tuple[str | int, ...], Any]]


def spoiled(edits: Edits) -> dict[str, Any]:
    document = copy.deepcopy(project.SHOP)
    for place, value in edits:
        put(document, place, copy.deepcopy(value))
    return document


@given(EDITS)
@settings(max_examples=100, deadline=None)
def test_junk_anywhere_in_a_contract_is_survived_by_the_normaliser_and_the_comparison(edits: Edits) -> None:
    document = spoiled(edits)
    compare(project.SHOP, document)
    compare(document, project.SHOP)
    with contextlib.suppress(CodegenError):
        json.dumps(normalise(document).document)


@given(EDITS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_normaliser_lets_through_without_a_loss_the_generator_takes(edits: Edits) -> None:
    with contextlib.suppress(ContractError), tempfile.TemporaryDirectory() as scratch:
        done = normalise(spoiled(edits))
        if not done.report.losses():
            generator.generate(done, Path(scratch) / "client")
