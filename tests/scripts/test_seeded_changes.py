"""A sample of `make seeded`: contracts are changed, and nothing is lost in silence."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from veneer_codegen.surface import fitting

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("hybridb", "hestiaos", "velerian", "aerostack")


@pytest.fixture(scope="module")
def seeded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("seeded_changes", ROOT / "scripts/seeded_changes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_there_are_sixty_the_same_each_time_of_every_kind_and_contract(seeded: Any) -> None:
    first, second = seeded.seeds(NAMES), seeded.seeds(NAMES)
    assert len(first) == 60
    assert [(one.contract, one.what, one.change) for one in first] == [
        (one.contract, one.what, one.change) for one in second
    ]
    assert {(one.what, one.change) for one in first} == set(seeded.KINDS)
    assert {one.contract for one in first} == set(NAMES)


@pytest.mark.parametrize("kind", [("parameter", "rename"), ("header", "retype")], ids=" ".join)
def test_the_client_follows_a_change(
    seeded: Any, kind: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "misfits", lambda *_: [])  # has tests of its own
    (seed,) = [one for one in seeded.seeds(("velerian",), 29) if (one.what, one.change) == kind]
    assert "follows" in seeded.judge(seed, tmp_path).said


def test_a_change_that_nobody_sees_is_silent(
    seeded: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "misfits", lambda *_: [])

    def words(document: dict[str, Any], _: object) -> Any:
        document["info"]["description"] = "Other words."
        return seeded.Edited("info", ("words",))

    seed = replace(seeded.seeds(("velerian",), 1)[0], edit=words)
    verdict = seeded.judge(seed, tmp_path)
    assert (verdict.said, verdict.evidence) == ("SILENT", "nothing was reported")
