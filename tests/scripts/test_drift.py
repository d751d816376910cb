"""Whatever no longer follows from its source is named, in one report with one exit code."""

from __future__ import annotations

import dataclasses
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from scripts import codegen_project as project
from veneer_codegen import coverage, drift, generator, lock, regenerate, unasync

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project.make(tmp_path_factory.mktemp("drift"))
    regenerate.regenerate(root)
    return root


@pytest.fixture
def root(current: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(unasync, "compare", lambda *_, **__: [])  # has tests of its own
    return shutil.copytree(current, tmp_path / "copy")


def edit(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = root / "openapi/shop.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def run(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = drift.main([*arguments, "--root", str(root)])
    return code, "".join(capsys.readouterr())


def test_an_unchanged_tree_is_proved_without_generating_anything(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def generate(*_: object) -> None:
        raise AssertionError("something was generated")

    monkeypatch.setattr(generator, "generate", generate)
    assert run(root, capsys) == (0, "drift: none\n")


def test_an_unchanged_tree_is_what_generating_it_anew_gives(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, capsys, "--full") == (0, "drift: none\n")


def test_one_changed_field_fails_and_is_named_until_the_client_is_generated_anew(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(
        root,
        lambda content: content["components"]["schemas"]["Item"]["properties"]["count"].update(
            type="string", default="1"
        ),
    )
    code, output = run(root, capsys)
    assert code == 3
    assert (
        "openapi/shop.json: breaking: #/components/schemas/Item/properties/count: the type changed from integer to string"
        in output
    )
    assert "make generate" in output
    assert regenerate.main(["--root", str(root)]) == 0
    capsys.readouterr()
    assert run(root, capsys) == (0, "drift: none\n")


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (
            lambda c: c["components"]["schemas"]["Order"].update(description="Other."),
            1,
            "only descriptions differ: #/components/schemas/Order/description was changed",
        ),
        (
            lambda c: c["components"]["schemas"]["Order"]["properties"].update(note={"type": "string"}),
            1,
            "compatible: #/components/schemas/Order/properties/note",
        ),
        (
            lambda c: c["components"]["schemas"]["Order"]["properties"]["status"].update(
                enum=["open", "paid", "x"]
            ),
            2,
            "risky: ",
        ),
        (lambda c: c["paths"].pop("/files"), 3, "breaking: #/paths/~1files/post: POST /files was removed"),
    ],
    ids=["words", "compatible", "risky", "breaking"],
)
def test_the_exit_code_is_the_worst_change_of_a_contract(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, Any]], object],
    code: int,
    words: str,
) -> None:
    edit(root, change)
    found, output = run(root, capsys)
    assert found == code
    assert words in output


@pytest.mark.parametrize(
    ("spoil", "file", "words"),
    [
        (
            lambda p: (p / "shop/models/item.py").write_bytes(
                (p / "shop/models/item.py").read_bytes() + b"\n"
            ),
            "shop/models/item.py",
            "edited by hand",
        ),
        (lambda p: (p / "shop/models/item.py").unlink(), "shop/models/item.py", "missing"),
        (
            lambda p: (p / "shop/api/more.txt").write_text(""),
            "shop/api/more.txt",
            "was not generated: remove it",
        ),
        (lambda p: (p / "shop/py.typed").write_text(" "), "shop/py.typed", "edited by hand"),
        (lambda p: (p / "contracts/shop.json").write_text("{}"), "contracts/shop.json", "edited by hand"),
        (lambda p: (p / "../README.md").write_text("x"), "../README.md", "missing or edited by hand"),
        (lambda p: (p / "../stray.py").write_text(""), "../stray.py", "was not generated: remove it"),
        (
            lambda p: (p / "lock.toml").write_text((p / "lock.toml").read_text() + "\n"),
            "lock.toml",
            "edited by hand",
        ),
        (
            lambda p: (p / "lock.toml").write_text(
                (p / "lock.toml").read_text().replace("operations = 3", "operations = 4")
            ),
            "lock.toml",
            "edited by hand",
        ),
        (lambda p: (p / "lock.toml").unlink(), "lock.toml", "missing or unreadable"),
        (lambda p: (p / "lock.toml").write_text("tools = 1"), "lock.toml", "missing or unreadable"),
    ],
    ids=[
        "byte added",
        "deleted",
        "file added",
        "marker",
        "contract",
        "page",
        "stray",
        "lock line",
        "lock number",
        "lock deleted",
        "lock broken",
    ],
)
def test_a_hand_edit_anywhere_in_the_generated_tree_is_named(
    root: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], file: str, words: str
) -> None:
    spoil(root / "generated/acme")
    code, output = run(root, capsys)
    assert code == 4
    assert f"generated/acme/{file}: {words}".replace("acme/../", "") in output


def test_an_edit_that_also_forged_the_lock_is_found_by_generating_anew(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = root / "generated/acme"
    edited = package / "shop/models/item.py"
    edited.write_text(edited.read_text() + "# forged\n")
    recorded = lock.read(package / "lock.toml")
    assert recorded
    forged = dataclasses.replace(
        recorded, files={**recorded.files, "shop/models/item.py": lock.sha256(edited)}
    )
    (package / "lock.toml").write_text(forged.dump())
    assert run(root, capsys) == (0, "drift: none\n")
    code, output = run(root, capsys, "--full")
    assert code == 4
    assert "generated/acme/shop/models/item.py: does not match the contract" in output


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"ruff" = "', '"ruff" = "0.0.', "generated with ruff 0.0."),
        ('pipeline = "', 'pipeline = "x', "the pipeline's code or templates have changed"),
    ],
)
def test_another_tool_or_pipeline_than_the_one_that_wrote_the_tree_is_named(
    root: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    path = root / "generated/acme/lock.toml"
    path.write_text(path.read_text().replace(old, new))
    code, output = run(root, capsys)
    assert code == 4
    assert words in output


def test_contracts_added_to_and_dropped_from_the_list_are_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "openapi/contracts.toml").write_text(
        project.LIST.replace('"tiny"', '"small"').replace("acme.tiny", "acme.small")
    )
    _, output = run(root, capsys)
    assert "contract tiny is no longer listed" in output
    assert "small: not generated yet" in output


def test_a_contract_that_cannot_be_read_is_an_error_of_its_own(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "openapi/shop.json").write_text("{")
    code, output = run(root, capsys)
    assert code == 4
    assert output.startswith("error: ")
    assert "openapi/shop.json: line 1 column 2: not JSON" in output


def test_a_stale_sync_twin_is_part_of_the_report(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unasync, "compare", lambda *_, **__: ["overlay/veneer/_sync/x.py: missing"])
    assert run(root, capsys) == (4, "overlay/veneer/_sync/x.py: missing\ndrift: 1 problem\n")


class TestCoverage:
    @pytest.fixture(autouse=True)
    def facade(self, root: Path) -> None:
        path = root / "openapi/facades/shop.toml"
        path.parent.mkdir(parents=True)
        path.write_text('[methods.upload]\nreason = "written by hand, some day"\ncall = false\n')
        regenerate.regenerate(root)

    def test_an_operation_that_no_method_calls_is_named(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, output = run(root, capsys)
        assert code == 4
        assert (
            output
            == "shop: no method calls files.upload (call it, or excuse it in openapi/coverage.toml), then `make drift`\ndrift: 1 problem\n"
        )

    @pytest.mark.parametrize(
        ("listed", "words"),
        [
            ('"files.upload" = "until there is a method"', "drift: none"),
            ('"files.upload" = ""', "shop.files.upload has no reason"),
            ('"files.upload" = "x"\n"files.gone" = "x"', "shop.files.gone does not exist"),
            (
                '"files.upload" = "x"\n"orders.get_order" = "x"',
                "shop.orders.get_order is called by a method: remove it",
            ),
            ('"files.upload" = 3', "each exception is"),
        ],
    )
    def test_an_exception_needs_a_reason_and_something_to_excuse(
        self, root: Path, capsys: pytest.CaptureFixture[str], listed: str, words: str
    ) -> None:
        (root / "openapi/coverage.toml").write_text(f"[exceptions.shop]\n{listed}\n")
        assert words in run(root, capsys)[1]

    @pytest.mark.parametrize(
        "source",
        [
            "from acme.shop.api.orders import get_order\nf(get_order)",
            "from acme.shop.api.orders import get_order as g\nf(g)",
            "from acme.shop.api import orders\nf(orders.get_order)",
            "from acme.shop import api\nf(api.orders.get_order)",
            "import acme.shop.api.orders.get_order\nf(acme.shop.api.orders.get_order)",
            "import acme.shop.api.orders.get_order as g\nf(g)",
            "def f():\n  from acme.shop.api.orders import get_order\n  return call(get_order)",
        ],
    )
    def test_a_use_is_recognised_however_the_module_was_imported(self, source: str) -> None:
        assert "orders.get_order" in coverage.used_modules(source, "acme.shop")
