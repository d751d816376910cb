"""Each of the minimal contracts gives all its operations with their types, or is refused with the place and the reason."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import pytest

from veneer_codegen import documents, generator, normalise
from veneer_codegen.contract.operations import find_operations
from veneer_codegen.errors import CodegenError
from veneer_codegen.formatting import format_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent / "contracts"
CASES = sorted(path.name for path in HERE.iterdir() if path.suffix in {".json", ".yaml"})
EXPECTED = HERE / "expected.txt"


def build(destination: Path) -> dict[str, str]:
    """Generate every case below `destination` and give the refusals."""
    refused = {}
    (destination / "__init__.py").touch()
    for name in CASES:
        try:
            document = documents.load(HERE / name)
            normalised = normalise.normalise(document.content)
            losses = [str(loss) for loss in normalised.report.losses()]
            assert len(normalised.operations) == len(list(find_operations(document.content))) or losses
            generator.generate(normalised, destination / Path(name).stem)
            if losses:
                refused[name] = "; ".join(losses)
        except CodegenError as error:
            refused[name] = str(error).replace(f"{HERE}/", "")
    format_tree(destination, select="I,F401")
    return refused


def describe(package: Path) -> list[str]:
    """List what a generated package offers: operations with arguments and result, classes with fields, enums."""
    lines = []
    for path in sorted([*package.glob("api/*/*.py"), *package.glob("models/*.py")]):
        if path.name == "__init__.py":
            continue
        nodes = ast.parse(path.read_text(encoding="utf-8")).body
        functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
        if "_get_kwargs" in functions:
            arguments = ast.unparse(functions["_get_kwargs"].args)
            returns = functions["_parse_response"].returns
            lines.append(
                f"{path.parent.name}.{path.stem}({arguments}) -> {ast.unparse(returns) if returns else ''}"
            )
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                fields = [ast.unparse(item) for item in node.body if isinstance(item, ast.AnnAssign)]
                public = [field for field in fields if not field.startswith(("_", "additional_properties:"))]
                lines.append(f"class {node.name}: {'; '.join(public)}".rstrip())
            elif (
                isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias" and node.value
            ):
                lines.append(f"{ast.unparse(node.target)} = {ast.unparse(node.value)}")
    return lines


def read_expected() -> dict[str, list[str]]:
    sections = re.split(r"^## (.+)\n", EXPECTED.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {name: body.strip().splitlines() for name, body in zip(sections[::2], sections[1::2], strict=True)}


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[Path, dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="veneer-cases-") as scratch:
        package = Path(scratch) / "veneer_cases"
        package.mkdir()
        yield package, build(package)


@pytest.mark.parametrize("name", CASES)
def test_every_operation_has_its_type_or_the_document_is_refused_with_place_and_reason(
    name: str, built: tuple[Path, dict[str, str]]
) -> None:
    package, refused = built
    found = [f"refused: {refused[name]}"] if name in refused else describe(package / Path(name).stem)
    assert found == read_expected()[name]


def test_every_generated_module_imports_and_every_name_of_the_models_resolves(
    built: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    package, _ = built
    monkeypatch.syspath_prepend(str(package.parent))
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        if path.relative_to(package).parts[1:] == ("models", "__init__.py"):
            assert all(getattr(module, public) for public in module.__all__)


@pytest.mark.usefixtures("built")
def test_a_template_is_compiled_for_the_first_client_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jinja2.Environment, "compile", lambda *_, **__: pytest.fail("compiled again"))
    generator.generate(normalise.normalise(documents.load(HERE / CASES[0]).content), tmp_path / "client")


def test_everything_generated_passes_mypy_strict(built: tuple[Path, dict[str, str]]) -> None:
    package, _ = built
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--warn-unreachable", "--config-file=", str(package)],
        capture_output=True, text=True, check=False, cwd=package.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="veneer-cases-") as folder:
        refusals = build(Path(folder))
        described = {
            name: [f"refused: {refusals[name]}"]
            if name in refusals
            else describe(Path(folder) / Path(name).stem)
            for name in CASES
        }
    EXPECTED.write_text(
        "\n".join("\n".join([f"## {name}", *lines, ""]) for name, lines in described.items()),
        encoding="utf-8",
    )
