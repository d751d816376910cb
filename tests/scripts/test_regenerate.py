"""One command brings the generated tree up to date, the same bytes everywhere, or changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from scripts import codegen_project as project
from veneer_codegen import formatting, imports, regenerate, rendering

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project.make(tmp_path_factory.mktemp("project"))
    regenerate.regenerate(root)
    return root


@pytest.fixture
def root(generated: Path, tmp_path: Path) -> Path:
    return shutil.copytree(generated, tmp_path / "copy")


def edit(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = root / "openapi/shop.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_a_second_run_finds_nothing_to_do_and_changes_no_byte(root: Path) -> None:
    before = project.snapshot(root)
    outcomes = regenerate.regenerate(root)
    assert [(outcome.operations, outcome.report) for outcome in outcomes] == [(3, None), (1, None)]
    assert project.snapshot(root) == before


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_bytes_do_not_depend_on_hash_seed_working_directory_or_path(
    generated: Path, tmp_path: Path, seed: str
) -> None:
    root = project.make(tmp_path / f"elsewhere{seed}")
    code = "import sys; from veneer_codegen.regenerate import main; sys.exit(main(['--root', sys.argv[1]]))"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PATH": "", "COLUMNS": "40", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert project.snapshot(root / "generated") == project.snapshot(generated / "generated")


def test_one_changed_field_changes_only_what_follows_from_it(root: Path) -> None:
    before = project.snapshot(root / "generated/acme")
    edit(
        root,
        lambda content: content["components"]["schemas"]["Item"]["properties"].update(
            weight={"type": "number"}
        ),
    )
    outcomes = regenerate.regenerate(root)
    after = project.snapshot(root / "generated/acme")
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == {
        "contracts/shop.json", "lock.toml", "shop/api.toml", "shop/client/params.py", "shop/models/item.py",
    }  # fmt: skip
    assert outcomes[1].report is None, "the other contract costs nothing"


def test_a_contract_that_is_no_longer_listed_leaves_no_file(root: Path) -> None:
    (root / "openapi/contracts.toml").write_text(project.LIST.split("\n\n")[0])
    regenerate.regenerate(root)
    assert not any("tiny" in path for path in project.snapshot(root / "generated/acme"))


def test_a_hand_edit_is_undone(root: Path) -> None:
    before = project.snapshot(root / "generated")
    (root / "generated/acme/shop/models/item.py").write_text("x = 1\n")
    (root / "generated/acme/shop/extra.txt").write_text("")
    regenerate.regenerate(root)
    assert project.snapshot(root / "generated") == before


def test_every_python_file_names_its_contract_and_the_command(generated: Path) -> None:
    for path in (generated / "generated/acme").rglob("*.py"):
        assert path.read_text().startswith("# Written by scripts/regenerate.py from openapi/"), path
    assert (
        (generated / "generated/acme/shop/models/item.py")
        .read_text()
        .startswith("# Written by scripts/regenerate.py from openapi/shop.json:")
    )


def test_nothing_but_the_package_is_left_behind(generated: Path) -> None:
    assert sorted(path.name for path in (generated / "generated").iterdir()) == ["README.md", "acme"]
    paths = project.snapshot(generated / "generated")
    names = {path.rpartition("/")[2] for path in paths}
    assert "acme/shop/client.py" not in paths, "the generator's own client is not used"
    assert not any(name.startswith(".") for name in names)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(paths=[]), "openapi/shop.json: #/paths: not an object"),
        (lambda c: c.update(openapi="2.0"), "#/openapi: the document says openapi: '2.0'"),
        (
            lambda c: c["components"]["schemas"].pop("Item"),
            "reference at #/components/schemas/Order/properties/items/items: #/components/schemas/Item leads nowhere",
        ),
        (
            lambda c: c["paths"]["/orders"]["post"].update(parameters=[{"name": "x", "in": "nowhere"}]),
            "parameter-location at #/paths/~1orders/post/parameters/0: x in 'nowhere' cannot be sent",
        ),
    ],
    ids=["paths", "version", "reference", "parameter"],
)
def test_a_contract_that_cannot_be_generated_gives_one_message_with_the_place_and_changes_nothing(
    root: Path, change: Callable[[dict[str, Any]], object], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(root, change)
    before = project.snapshot(root)
    assert regenerate.main(["--root", str(root)]) == 1
    assert message in capsys.readouterr().err
    assert project.snapshot(root) == before
    assert sorted(path.name for path in (root / "generated").iterdir()) == ["README.md", "acme"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[contract]]\nname = 'a'\nfile = 'gone.yaml'\npackage = 'acme.a'", "gone.yaml: cannot be read"),
        ("[[contract]]\nname = 'a'\nfile = 'shop.json'", "contract 1: 'package' is missing"),
        ("[[contract]]\nname = 'a'\nfile = 'shop.json'\npackage = 'acme'", "is not a dotted name"),
        (
            "[[contract]]\nname = 'a'\nfile = 'shop.json'\npackage = 'acme.a'\nsafe = true",
            "unknown key 'safe'",
        ),
        (project.LIST.replace("tiny", "shop"), "two contracts have the name 'shop'"),
        ("[[contract", "not TOML"),
    ],
)
def test_a_wrong_list_of_contracts_is_refused_with_the_entry(
    root: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "openapi/contracts.toml").write_text(text)
    before = project.snapshot(root)
    assert regenerate.main(["--root", str(root)]) == 1
    assert message in capsys.readouterr().err
    assert project.snapshot(root) == before


def test_full_validation_names_the_first_wrong_place(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(root, lambda content: content["info"].pop("version"))
    assert regenerate.main(["--root", str(root)]) == 0, "a client can be generated without it"
    (root / "openapi/contracts.toml").write_text(
        project.LIST
        + "validate = true\n"
        + project.LIST.split("\n\n")[0].replace('"shop"', '"strict"').replace("acme.shop", "acme.strict")
        + "\nvalidate = true\n"
    )
    assert regenerate.main(["--root", str(root)]) == 1
    # The validator's back ends quote names differently.
    assert "openapi/shop.json: #/info: 'version' is a required property" in capsys.readouterr().err.replace(
        '"', "'"
    )


def test_a_loss_that_is_allowed_by_name_is_recorded_in_the_lock(root: Path) -> None:
    edit(root, lambda content: content["components"]["schemas"].pop("Item"))
    allowed = 'allow = ["reference at */Order/properties/items/items: *"]\n\n'
    (root / "openapi/contracts.toml").write_text(project.LIST.replace("\n\n", f"\n{allowed}", 1))
    assert regenerate.main(["--root", str(root)]) == 0
    assert (
        'allowed_losses = ["reference at #/components/schemas/Order/properties/items/items'
        in (root / "generated/acme/lock.toml").read_text()
    )


def test_a_patch_corrects_what_is_generated_and_a_pointless_one_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patch = root / "openapi/fix.yaml"
    patch.write_text(
        "overlay: 1.0.0\nactions:\n- {target: \"$.paths['/orders'].post\", update: {deprecated: true}, description: it is}\n"
    )
    (root / "openapi/contracts.toml").write_text(
        project.LIST.replace("\n\n", '\npatches = ["fix.yaml"]\n\n', 1)
    )
    assert regenerate.main(["--root", str(root)]) == 0
    assert (
        "POST /orders (deprecated)" in (root / "generated/acme/shop/api/orders/create_order.py").read_text()
    )
    patch.write_text("overlay: 1.0.0\nactions:\n- {target: $.gone, remove: true, description: it is}\n")
    assert regenerate.main(["--root", str(root)]) == 1
    assert "fix.yaml: #/actions/0: target $.gone matches nothing" in capsys.readouterr().err


def test_the_operations_whose_answer_is_described_are_counted_beside_all_and_so_are_webhooks(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(shop: dict[str, Any]) -> None:
        payload = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
        shop["webhooks"] = {"paid": {"post": payload}}
        shop["paths"]["/mystery"] = {"get": {"operationId": "mystery"}}

    edit(root, change)
    assert regenerate.main(["--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "shop: 4 operations (3 typed) and 1 webhook in " in said
    assert "tiny: 1 operation (all typed), unchanged" in said
    assert (
        "weaker: untyped-operation at #/paths/~1mystery/get: the contract describes no parameter, body or "
        "response: the response is returned as it is"
    ) in said
    assert regenerate.main(["--root", str(root)]) == 0
    assert "shop: 4 operations (3 typed) and 1 webhook, unchanged" in capsys.readouterr().out


MODULE = '''"""Read a thing

    from typing import Any, Mapping
"""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from attrs import define as _define, field as _field

from ..models.thing import Thing, check_thing

if TYPE_CHECKING:
    import httpx

made: Any = _field
'''


def test_an_import_that_a_template_did_not_need_is_dropped_and_no_other_line_changes() -> None:
    dropped = imports.tidy(MODULE)
    assert dropped == (
        MODULE.replace("import datetime\n", "")
        .replace("from io import BytesIO\n", "")
        .replace("TYPE_CHECKING, Any, cast", "TYPE_CHECKING, Any")
        .replace("define as _define, field as _field", "field as _field")
    )
    assert imports.tidy(dropped) == dropped


UNSORTED = """from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from .. import models, types
from ..types import UNSET, empty, Unset
from ..types import define as _define

from ..models.a_kind import AKind
from ..models.a_kind import check_a_kind
from ..models.a_kind_that_has_a_rather_long_name_indeed import AKindThatHasARatherLongNameIndeed
from ..models.a_kind_that_has_a_rather_long_name_indeed import check_a_kind_that_has_a_rather_long_name_indeed
from ..types import UNSET, UnknownTag
import datetime
from typing import cast

if TYPE_CHECKING:
    from ..models.thing import Thing
    from ..models.thing import check_thing


@_define
class Made(types.Open):
    a: AKind | Unset = UNSET
    b: AKindThatHasARatherLongNameIndeed
    day: datetime.date
    thing: Thing
    other: Any = cast("Any", models.Other)
    tag = UnknownTag
"""


@pytest.mark.parametrize(
    "text",
    [
        UNSORTED,
        UNSORTED.replace(" = UNSET", "").replace(" | Unset", ""),
        UNSORTED.replace("tag = UnknownTag", "tag = None"),
        UNSORTED.replace("datetime.date", "UUID"),
        UNSORTED.replace("models.Other", "Other").replace("types.Open", "Open"),
    ],
    ids=[
        "all",
        "a-first-line-without-use",
        "a-second-line-without-use",
        "another-module",
        "none-of-the-package",
    ],
)
def test_imports_are_left_as_the_formatter_leaves_them(text: str, tmp_path: Path) -> None:
    made = imports.tidy(text)
    assert made != text
    path = tmp_path / "made.py"
    for one in (made, text):
        path.write_text(one)
        formatting._ruff(tmp_path, "check", "--select=I,F401", "--fix-only", *formatting._SETTINGS, str(path))
        assert path.read_text() == made


@pytest.mark.parametrize(
    "text",
    ["one line", "a \n\nb", "x.  \xa0\xa0\n\nb", "two  spaces", "a\tb", "a\nb", "long " * 30, "no\xa0break"],
)
def test_a_short_paragraph_is_filled_as_a_long_one_is(text: str) -> None:
    filled = [
        textwrap.fill(one, 100, break_long_words=False, break_on_hyphens=False)
        for one in text.strip().split("\n\n")
    ]
    assert rendering.reflow(text) == "\n\n".join(filled)


@pytest.mark.parametrize("text", ["", "x = 1\n", '"""Words."""\n\nimport os\n'])
def test_a_module_that_no_template_began_stays_as_it_is(text: str) -> None:
    assert imports.tidy(text) == text
