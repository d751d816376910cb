"""A change of a contract is followed to the lines of the overlay, the methods users call, the version and the changelog."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scripts import codegen_project as project
from veneer_codegen import contracts, drift, impact, reports
from veneer_codegen.changes import Change, Severity, compare

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SOURCES = dict(impact.overlay_sources(ROOT))


def contract(name: str) -> contracts.Contract:
    (found,) = [contract for contract in contracts.read(ROOT) if contract.name == name]
    return found


def parameters(document: dict[str, Any], path: str, method: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["paths"][path][method]["parameters"]
    return found


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def rename_property(name: str, old: str, new: str) -> Callable[[dict[str, Any]], object]:
    def change(document: dict[str, Any]) -> None:
        properties = schema(document, name)["properties"]
        properties[new] = properties.pop(old)

    return change


# platform, change, generated name, file, what the line says, public method around it
SEEDED: list[tuple[str, Callable[[dict[str, Any]], object], str, str, str, str]] = [
    ("velerian", rename_property("PackRun", "output_text", "text"), "models.PackRun.output_text", "velerian/_async/__init__.py", "PackRun", "AsyncVelerianClient.await_run"),
    ("hestiaos", lambda d: schema(d, "Run")["properties"].pop("budget"), "models.RunResponse.budget", "hestiaos/_async/__init__.py", "RunResponse", "AsyncClient.run_async"),
    ("aerostack", rename_property("ChatCompletion", "response", "text"), "models.ChatCompletion.response", "aerostack/results.py", "self.response", "ChatCompletion.text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "change", "name", "file", "text", "method"),
    SEEDED,
    ids=[f"{row[0]}-{row[2]}" for row in SEEDED],
)
def test_a_seeded_change_names_the_generated_name_and_the_lines_of_the_overlay_that_use_it(
    platform: str, change: Callable[[dict[str, Any]], object], name: str, file: str, text: str, method: str
) -> None:
    entry = contract(platform)
    old = entry.load().content
    new = copy.deepcopy(old)
    change(new)
    assert compare(old, new)
    found = impact.measure(entry, old, new, SOURCES.items())
    assert name in {changed.name for changed in found.names}
    lines = [
        use for use in found.uses if file in use.file and text in SOURCES[use.file].splitlines()[use.line - 1]
    ]
    assert lines, [str(use) for use in found.uses]
    assert f":{method}\n" in "".join(f"{public}\n" for public in found.methods)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = project.make(tmp_path / "project")
    (root / "pyproject.toml").write_text('[project]\nversion = "1.4.2"\n')
    (root / "overlay").mkdir()
    (root / "overlay/shop.py").write_text(
        "from acme.shop.api.orders import create_order, get_order\n"
        "from acme.shop.models import Item, Order\n\n\n"
        "class Shop:\n"
        "    def buy(self, sku: str) -> None:\n"
        "        self.call(create_order, body=Order(id='x', status='open', items=[Item(sku=sku)]))\n\n"
        "    def read(self, order_id: str) -> Order:\n"
        "        order = self.call(get_order, order_id)\n"
        "        print(order.labels)\n"
        "        return order\n"
    )
    return root


def upstream(root: Path, change: Callable[[dict[str, Any]], object]) -> str:
    content = copy.deepcopy(project.SHOP)
    change(content)
    (root / "upstream.json").write_text(json.dumps(content))
    return str(root / "upstream.json")


def run(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    options = list(arguments)
    code = drift.main(["--root", str(root), "--upstream", *options])
    return code, capsys.readouterr().out


def test_a_removed_field_is_followed_to_lines_methods_signatures_and_version(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = upstream(
        root, lambda content: content["components"]["schemas"]["Order"]["properties"].pop("labels")
    )
    code, output = run(root, capsys, source, "shop")
    assert code == 3
    assert (
        output
        == """\
breaking: #/components/schemas/Order/properties/labels: property labels was removed (request, response) [GET /orders/{order_id}, POST /orders]

generated names that change:
  - models.Order.labels

lines of the overlay that use changed names:
  overlay/shop.py:7: uses api.orders.create_order, which holds models.Order in Shop.buy
  overlay/shop.py:7: uses models.Order, whose fields change in Shop.buy
  overlay/shop.py:7: uses models.Order.labels in Shop.buy
  overlay/shop.py:9: uses models.Order, whose fields change in Shop.read (its signature)
  overlay/shop.py:10: uses api.orders.get_order, which holds models.Order in Shop.read
  overlay/shop.py:11: uses models.Order.labels in Shop.read

public methods around those lines:
  shop:Shop.buy
  shop:Shop.read

public signatures that change:
  shop:Shop.read

next version: 2.0.0
drift: 1 breaking, 0 risky, 0 compatible
"""
    )


def test_no_change_is_no_report(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, capsys, upstream(root, lambda _: None), "shop") == (0, "drift: none\n")


def change_of(severity: Severity) -> Change:
    return Change(severity, "default-changed", "#/x", "the default changed")


@pytest.mark.parametrize(
    ("severities", "current", "version"),
    [
        ([], "1.4.2", "1.4.2"),
        ([Severity.BREAKING], "1.4.2", "2.0.0"),
        ([Severity.BREAKING], "0.4.2", "0.5.0"),
        ([Severity.RISKY], "1.4.2", "1.5.0"),
        ([Severity.RISKY], "0.4.2", "0.4.3"),
        ([Severity.COMPATIBLE], "1.4.2", "1.4.3"),
        ([Severity.COMPATIBLE, Severity.BREAKING], "1.4", "2.0.0"),
    ],
)
def test_the_next_version_follows_from_the_worst_change(
    severities: list[Severity], current: str, version: str
) -> None:
    assert impact.release([change_of(severity) for severity in severities], current) == version


def test_the_changelog_gets_one_entry_that_marks_what_breaks(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "CHANGELOG.md"
    path.write_text(
        "# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.4.2]\n\n- Old.\n"
    )
    source = upstream(root, lambda content: content["paths"].pop("/files"))
    for _ in range(2):  # a second run adds nothing
        run(root, capsys, source, "shop", "--write-changelog")
    assert path.read_text() == (
        "# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n### Changed\n\n"
        "- **shop** follows a new version of its contract.\n"
        "  - Breaking: POST /files was removed (`POST /files`)\n\n"
        "## [1.4.2]\n\n- Old.\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Changelog\n", "# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- new\n"),
        ("# C\n\n## [1.0]\n\n- a\n", "# C\n\n## [Unreleased]\n\n### Changed\n\n- new\n\n## [1.0]\n\n- a\n"),
        (
            "# C\n\n## [Unreleased]\n\n### Changed\n\n- a\n",
            "# C\n\n## [Unreleased]\n\n### Changed\n\n- new\n- a\n",
        ),
    ],
)
def test_the_entry_finds_its_place_in_any_changelog(before: str, after: str, tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(before)
    assert impact.write_changelog(path, "- new\n")
    assert path.read_text() == after
    assert not impact.write_changelog(path, "- new\n")


def test_patches_are_applied_to_the_other_version_too_and_those_that_no_longer_fit_are_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actions = [
        {"target": "$.info", "update": {"title": "Patched"}, "description": "it is"},
        {"target": "$.paths['/files'].post", "update": {"deprecated": True}, "description": "it is"},
    ]
    (root / "openapi/fix.json").write_text(json.dumps({"overlay": "1.0.0", "actions": actions}))
    (root / "openapi/contracts.toml").write_text(
        project.LIST.replace("\n\n", '\npatches = ["fix.json"]\n\n', 1)
    )
    source = upstream(root, lambda content: content["paths"]["/files"]["post"].update(deprecated=True))
    code, output = run(root, capsys, source, "shop")
    assert code == 0
    assert (
        "patch fix.json #/actions/1 no longer fits: target $.paths['/files'].post: the contract already has this"
        in output
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x.json", "nope"), "no contract is called 'nope'"),
        (("shop",), "shop has no `upstream`"),
        (("gone.json", "shop"), "gone.json: cannot be read"),
    ],
)
def test_what_cannot_be_compared_is_said(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert drift.main(["--root", str(root), "--upstream", *arguments]) == 4
    assert message in capsys.readouterr().err


class TestFormats:
    @pytest.fixture
    def source(self, root: Path) -> str:
        return upstream(root, lambda content: content["paths"]["/orders"]["post"].update(deprecated=True))

    def test_json_holds_all_facts(self, root: Path, capsys: pytest.CaptureFixture[str], source: str) -> None:
        code, output = run(root, capsys, source, "shop", "--format", "json")
        facts = json.loads(output)
        assert code == facts["exit_code"] == 2
        assert facts["changes"] == [
            {
                "severity": "risky",
                "kind": "operation-deprecated",
                "place": "#/paths/~1orders/post",
                "message": "is deprecated now",
                "directions": [""],
                "operations": ["POST /orders"],
            }
        ]
        assert facts["version"] == "1.5.0"

    def test_sarif_has_one_result_per_finding_with_level_and_file(
        self, root: Path, capsys: pytest.CaptureFixture[str], source: str
    ) -> None:
        _, output = run(root, capsys, source, "shop", "--format", "sarif")
        log = json.loads(output)
        (only,) = log["runs"]
        (result,) = only["results"]
        assert log["version"] == "2.1.0"
        assert (result["ruleId"], result["level"]) == ("operation-deprecated", "warning")
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "openapi/shop.json"
        assert only["tool"]["driver"]["rules"] == [{"id": "operation-deprecated"}]

    def test_github_annotations_are_one_line_each(
        self, root: Path, capsys: pytest.CaptureFixture[str], source: str
    ) -> None:
        _, output = run(root, capsys, source, "shop", "--format", "github")
        assert output == (
            "::warning file=openapi/shop.json,line=1,title=operation-deprecated::#/paths/~1orders/post: is deprecated now\n"
        )

    def test_a_line_break_in_a_message_stays_in_its_annotation(self) -> None:
        report = reports.Report(problems=[reports.Problem("a,b.py", "50%\nmore")])
        assert reports.github(report) == "::error file=a%2Cb.py,line=1,title=drift::50%25%0Amore\n"
