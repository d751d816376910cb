"""A journal that cannot be used is refused, and none of its files stays open."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from veneer import ConfigurationError, MapJournal
from veneer._core.mapping import result_text
from veneer._journal import Writer


def _of_another_operation(path: Path) -> Any:
    Writer(path, "one", ()).close()
    return Writer(path, "two", ())


def _of_other_bytes(path: Path) -> Any:
    path.write_bytes(b"x" * 5000)
    return MapJournal(path)


def _with_another_lock(path: Path) -> Any:
    Path(f"{path}-lock").write_bytes(b"x" * 5000)
    return Writer(path, "one", ())


@pytest.mark.parametrize("attempt", [_of_another_operation, _of_other_bytes, _with_another_lock])
def test_a_journal_that_is_refused_is_not_left_open(attempt: Callable[[Path], Any], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        attempt(tmp_path / "run.sqlite")
    gc.collect()  # Python 3.13 warns of a connection that nothing closes, and warnings are errors here


def test_a_result_that_json_cannot_hold_is_kept_as_text_or_by_its_type() -> None:
    cyclic: list[object] = []
    cyclic.append(cyclic)
    odd = {"a": float("nan"), 3: b"x", "s": "\ud800", "password": b"y", "t": {1}}
    assert json.loads(result_text(odd)) == {
        "a": "nan",
        "3": "<bytes>",
        "s": "?",
        "password": "***",
        "t": "<set>",
    }
    assert '"<list>"' in result_text(cyclic)
