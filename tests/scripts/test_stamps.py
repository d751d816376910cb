"""Unchanged projects: what was proven is not proven again, and no stamp survives a changed byte."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scripts import codegen_project as project
from veneer_codegen import drift, lock, optional, regenerate, stamps, unasync
from veneer_codegen.surface import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

HEAVY = ("openapi_python_client", "yaml", "pydantic", "jinja2", "griffe", "httpx", "openapi_spec_validator")


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that both commands have proven."""
    root = project.make(tmp_path_factory.mktemp("stamps"))
    source = root / "overlay/shop_kit/_async"
    source.mkdir(parents=True)
    (source / "client.py").write_text('"""A client."""\n\n\nasync def read() -> None:\n    """Read."""\n')
    assert unasync.main([], root=root) == 0
    for _ in "generate, then prove":
        assert regenerate.main(["--root", str(root)]) == 0
    assert drift.main(["--root", str(root)]) == 0
    return root


@pytest.fixture
def root(proven: Path, tmp_path: Path) -> Path:
    return shutil.copytree(proven, tmp_path / "copy")


def imports(code: str, names: Sequence[str] = HEAVY) -> set[str]:
    """Return the named modules that some code has imported in a process of its own."""
    listed = f"import sys\n{code}\nprint()\nprint(*(set({names!r}) & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("module", ["regenerate", "drift"])
def test_an_unchanged_project_costs_no_import_of_a_generator_or_parser(root: Path, module: str) -> None:
    code = f"from veneer_codegen.{module} import main\nassert main(['--root', {str(root)!r}]) == 0"
    assert imports(code) == set()


def test_help_costs_no_import_of_a_client_or_pipeline() -> None:
    code = "from veneer_cli import main\nsys.argv = ['veneer', '--help']\nassert main() == 0"
    assert imports(code) == set()


def test_a_contract_is_validated_without_the_grammars_of_optional_formats(root: Path) -> None:
    code = (
        "from veneer_codegen import contracts\nfrom pathlib import Path\n"
        f"contracts.validate(contracts.read(Path({str(root)!r}))[0].load().content, '')"
    )
    found = imports(
        code, ("rfc3987_syntax", "isoduration", "requests", "jsonschema", "openapi_spec_validator")
    )
    assert found == {"jsonschema", "openapi_spec_validator"}


def test_a_module_that_was_kept_out_can_be_imported_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with optional.without("colorsys", "json"):
        assert sys.modules["json"], "what is loaded stays"
        with pytest.raises(ImportError):
            importlib.import_module("colorsys")
    assert importlib.import_module("colorsys")


def test_one_changed_contract_reads_only_its_own_surface(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "openapi/shop.json"
    path.write_text(path.read_text().replace("Read an order", "Read one order"))
    read: list[str] = []
    surface = reading.Reader.surface

    def counted(reader: reading.Reader) -> object:
        read.append(reader.home)
        return surface(reader)

    monkeypatch.setattr(reading.Reader, "surface", counted)
    assert regenerate.main(["--root", str(root)]) == 0
    assert read == ["acme.shop.client"]


def test_unchanged_sync_modules_are_neither_parsed_nor_formatted(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError("a module was derived")

    monkeypatch.setattr(unasync, "sync_source", refuse)
    assert unasync.main(["--check"], root=root) == 0
    assert (
        imports(
            f"from pathlib import Path\nfrom veneer_codegen import unasync\nunasync.main([], root=Path({str(root)!r}))"
        )
        == set()
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda root: _append(root / "openapi/shop.json", " "), id="a contract"),
        pytest.param(lambda root: _append(root / "openapi/contracts.toml", "\n"), id="the list"),
        pytest.param(lambda root: _append(next(root.glob("generated/*/shop/types.py")), "#\n"), id="a generated file"),
        pytest.param(lambda root: _append(root / "overlay/shop_kit/_async/client.py", "#\n"), id="a hand-written file"),
        pytest.param(lambda root: (root / "overlay/shop_kit/more.py").write_text(""), id="a new file"),
        pytest.param(lambda root: (root / "overlay/shop_kit/_sync/client.py").unlink(), id="a lost file"),
    ],
)  # fmt: skip
def test_one_changed_byte_is_noticed_with_size_and_times_as_they_were(
    root: Path, change: Callable[[Path], object]
) -> None:
    before = lock.state(root)
    assert before
    assert stamps.Stamps(root).get("drift", before) is True
    change(root)
    assert lock.state(root) not in {"", before}


def test_a_byte_that_changed_within_the_same_size_and_time_is_noticed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(root.glob("generated/*/shop/types.py"))
    times = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Unset", b"unset", 1))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert drift.main(["--root", str(root)]) == 4
    assert "types.py: edited by hand" in capsys.readouterr().out


def test_another_installed_version_undoes_every_stamp(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lock.state(root)
    (tmp_path / "site/ruff-99.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    stamps.environment.cache_clear()
    stamps.tools.cache_clear()
    try:
        assert lock.state(root) not in {"", before}
    finally:
        monkeypatch.undo()
        stamps.environment.cache_clear()
        stamps.tools.cache_clear()


def test_drift_leaves_no_stamp(root: Path) -> None:
    (root / "overlay/shop_kit/_sync/client.py").unlink()
    assert drift.main(["--root", str(root)]) == 4
    assert drift.main(["--root", str(root)]) == 4
    assert stamps.Stamps(root).get("drift", lock.state(root)) is None


def test_a_folder_that_is_a_link_cannot_be_proven(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "overlay/linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert lock.state(root) == ""
    assert drift.main(["--root", str(root)]) == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"drift": 1}'])
def test_an_unreadable_stamp_file_proves_nothing(root: Path, text: str) -> None:
    (root / stamps.FILE).write_text(text)
    assert stamps.Stamps(root).get("drift", lock.state(root)) is None
    assert drift.main(["--root", str(root)]) == 0
    assert stamps.Stamps(root).get("drift", lock.state(root)) is True


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)
