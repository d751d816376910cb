"""The site is made of the pages that docs/index.md lists, and of every public name; `make docs` renders it strictly."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import veneer
from docs.pages import ROOT


def loaded() -> ModuleType:
    """Load scripts/docs.py, which is no package's module."""
    spec = importlib.util.spec_from_file_location("site_builder", ROOT / "scripts" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


builder: Any = loaded()


@pytest.fixture(scope="module")
def site() -> list[Any]:
    return [*builder.written(), *builder.reference()]


def test_each_page_of_the_project_is_once_in_the_site(site: list[Any]) -> None:
    places = [page.place for page in site]
    assert len(places) == len(set(places))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"} <= set(places)
    assert places[0] == "index.md"
    assert site[0].text.startswith("# veneer")


def test_a_page_that_the_list_lacks_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# All\n\n## One\n\n- [One](one.md): the first\n")
    (tmp_path / "docs" / "one.md").write_text("# One\n")
    assert [page.title for page in builder.written(tmp_path)] == ["One", "All pages"]
    (tmp_path / "docs" / "two.md").write_text("# Two\n")
    with pytest.raises(builder.DocumentationError, match=r"does not list docs/two\.md"):
        builder.written(tmp_path)


def test_links_lead_to_pages_of_the_site_and_else_to_the_repository(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "examples").mkdir()
    (tmp_path / "README.md").write_text("# P\n")
    text = (
        "[a](../README.md#x) [b](../examples) [c](https://d.test/) [e](#f)\n\n```\n[g](../README.md)\n```\n"
    )
    (tmp_path / "docs" / "one.md").write_text(text)
    repository = builder.PROJECT["urls"]["Repository"]
    assert builder.linked(tmp_path, "docs/one.md", {"README.md": "index.md"}) == (
        f"[a](index.md#x) [b]({repository}/tree/main/examples) [c](https://d.test/) [e](#f)\n\n"
        "```\n[g](../README.md)\n```\n"
    )


def test_every_public_name_of_veneer_and_of_the_platforms_is_in_the_reference(site: list[Any]) -> None:
    text = "\n".join(page.text for page in site)
    modules = [
        "veneer",
        *builder.MODULES.values(),
        *(f"veneer.{name}" for name in builder.PLATFORMS.values()),
    ]
    for module in modules:
        found = importlib.import_module(module)
        names = [name for name in found.__all__ if not inspect.ismodule(getattr(found, name))]
        missing = [name for name in names if f"::: {module}.{name}" not in text and name != "__version__"]
        assert (module, missing) == (module, [])
    assert len(veneer.__all__) > 50


def test_a_name_without_a_docstring_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare:
        pass

    monkeypatch.setattr(veneer, "Bare", Bare, raising=False)
    with pytest.raises(builder.DocumentationError, match="without a docstring: Bare"):
        builder.names_of("veneer", "Title", ["Bare"])


def test_llms_txt_has_every_page_below_its_section(site: list[Any]) -> None:
    text = builder.index_for_models(site)
    assert re.match(r"# veneer\n\n> .+\n\n## Start\n\n- \[README\]\(index\.md\): ", text)
    assert text.count("\n- [") == len(site)
    assert "](reference/clients.html)" in text


def test_the_supported_versions_are_those_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
    named = re.findall(r"Python :: (3\.\d+)$", "\n".join(project["classifiers"]), re.MULTILINE)
    assert set(named) <= set(re.findall(r"3\.\d+", page.partition("## Dependencies")[0]))
    rows = dict(re.findall(r"^\| ([\w-]+) \| ([<>=].*?) \|$", page, re.MULTILINE))
    assert [f"{name}{bounds}" for name, bounds in rows.items()] == project["dependencies"]
