"""A client is added to a repository that is there: beside what it has, in its places and style, everything or nothing."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.kit import invoke
from scripts.codegen_project import SHOP, TINY, snapshot
from veneer_codegen import contracts, drift, regenerate, unasync
from veneer_codegen.errors import CodegenError, ContractError
from veneer_codegen.scaffold import add, edits, place, stock
from veneer_codegen.scaffold.project import UsageError

HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
PROJECT = """\
# what this is
[project]
name = "my-app"  # not the package's
version = "1"
requires-python = ">=3.11"
dependencies = [
    "click",  # the command line
    "httpx>=0.28",
]
"""
RUFF = '\n[tool.ruff]\nline-length = 70\nextend-exclude = [\n    "old",\n]\n'


def repository(folder: Path, pyproject: str = f"{PROJECT}\n{HATCH}{RUFF}", *, src: bool = True) -> Path:
    """Make a repository with a package, a test and a Makefile of its own."""
    package = folder / ("src/my_app" if src else "my_app")
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Mine."""\n')
    (package / "_async").mkdir()
    (package / "_async/work.py").write_text("async def work() -> None: ...\n")
    (folder / "tests").mkdir()
    (folder / "tests/test_client.py").write_text("def test_mine() -> None: ...\n")
    (folder / "Makefile").write_text("test:\n\tpytest\n\ndrift:\n\techo mine\n")
    (folder / "README.md").write_text("# Mine\n")
    (folder / "pyproject.toml").write_text(pyproject)
    return folder


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("contract") / "shop.json"
    document = copy.deepcopy(SHOP) | {"servers": [{"url": "https://shop.test/v1"}]}
    document["paths"]["/orders"]["get"] = {
        "operationId": "list_orders",
        "tags": ["orders"],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}}}}},
    }  # fmt: skip
    file.write_text(json.dumps(document))
    return str(file)


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    """A contract of one operation, for tests that only look at files."""
    (tmp_path / "ping.yaml").write_text(TINY)
    return str(tmp_path / "ping.yaml")


@pytest.fixture(scope="module")
def added(
    contract: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, bytes], add.Addition]:
    """A repository with a client, what it had before, and what was said."""
    root = repository(tmp_path_factory.mktemp("added"))
    before = snapshot(root)
    return root, before, add.add("acme_shop", contract, root)


# Those of this environment that take seconds to load and that no client's tests are about.
PLUGINS = ["-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest"]


def run(root: Path, *arguments: str) -> str:
    """Run Python in a repository, its packages importable."""
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_client_is_beside_the_repositorys_own_packages_and_nothing_else_of_it_changed(added: Any) -> None:
    root, before, addition = added
    after = snapshot(root)
    changed = {path for path in before if after.get(path) != before[path]}
    assert changed == {"pyproject.toml", "Makefile"} == set(addition.changed)
    assert {path: after[path].decode() for path in addition.new} == addition.new
    for path in (
        "src/acme_shop/_async/__init__.py",
        "src/acme_shop/_sync/__init__.py",
        "src/acme_shop_generated/acme_shop/api/orders/get_order.py",
        "src/acme_shop_generated/contracts/acme_shop.json",
        "tests/test_acme_shop_client.py",
        "scripts/regenerate.py",
        "openapi/acme_shop.json",
    ):
        assert path in addition.new
    assert not [path for path in addition.new if path.split("/")[0] in {"overlay", "generated", "README.md"}]


def test_every_line_of_the_repositorys_settings_is_kept_and_the_clients_are_among_them(added: Any) -> None:
    root, before, _ = added
    old, new = before["pyproject.toml"].decode(), (root / "pyproject.toml").read_text()
    assert [line for line in old.splitlines() if line not in new.splitlines()] == []
    found = tomllib.loads(new)
    assert found["project"]["dependencies"][:2] == ["click", "httpx>=0.28"]
    assert found["tool"]["ruff"]["extend-exclude"] == [
        "old",
        "src/acme_shop_generated",
        "src/acme_shop/_sync",
    ]
    assert found["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [
        "src/my_app",
        "src/acme_shop",
        "src/acme_shop_generated",
    ]


def test_nothing_has_drifted_and_the_repositorys_own_async_code_is_left_alone(added: Any) -> None:
    root, _, _ = added
    assert [str(problem) for problem in drift.check(root)] == []
    assert [twin.source for twin in unasync.twins_below(root)] == ["src/acme_shop/_async"]


def test_the_scripts_the_tests_and_the_linter_of_the_repository_pass(added: Any) -> None:
    root, _, _ = added
    assert run(root, "scripts/drift.py") == "drift: none\n"
    assert "passed" in run(root, "-m", "pytest", *PLUGINS, "-q", "tests")
    run(root, "-m", "ruff", "check", "--no-cache", ".")
    run(root, "-m", "ruff", "format", "--no-cache", "--check", "src/acme_shop", "scripts", "tests")


def test_a_target_of_the_repositorys_own_keeps_its_name(added: Any) -> None:
    root, _, _ = added
    text = (root / "Makefile").read_text()
    assert text.startswith("test:\n\tpytest\n\ndrift:\n\techo mine\n\ngenerate:")
    assert "\nveneer-drift:  ##" in text
    assert "\tpython scripts/drift.py $(ARGS)\n" in text


def test_another_contract_is_added_to_the_same_repository(added: Any, contract: str, tmp_path: Path) -> None:
    source, _, _ = added
    root = tmp_path / "again"
    subprocess.run(["cp", "-r", str(source), str(root)], check=True)
    addition = add.add("acme-two", contract, root, only=("orders",))
    assert sorted(addition.changed) == [
        "docs/coverage.md",
        "openapi/contracts.toml",
        "pyproject.toml",
        "tests/conftest.py",
    ]
    assert [one.package for one in contracts.read(root)] == [
        "acme_shop_generated.acme_shop",
        "acme_two_generated.acme_two",
    ]
    assert [str(problem) for problem in drift.check(root)] == []
    with pytest.raises(UsageError, match=r"contracts\.toml lists acme_two already"):
        add.add("acme-two", contract, root)


def test_a_page_of_the_repositorys_own_is_not_asked_to_make_room(tiny: str, tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    (root / "docs").mkdir()
    (root / "docs/coverage.md").write_text("# My coverage\n")
    addition = add.add("acme", tiny, root)
    assert not [path for path in addition.new if path.startswith("docs/")]
    assert (root / "docs/coverage.md").read_text() == "# My coverage\n"
    assert [str(problem) for problem in drift.check(root)] == []


def test_a_hand_written_line_that_no_longer_fits_is_named_in_its_place(added: Any, tmp_path: Path) -> None:
    source, _, _ = added
    root = tmp_path / "changed"
    subprocess.run(["cp", "-r", str(source), str(root)], check=True)
    client = root / "src/acme_shop/_async/__init__.py"
    client.write_text(
        client.read_text()
        + "\n    async def newest(self) -> str:\n        return (await self.orders.get('1')).id\n"
    )
    file = root / "openapi/acme_shop.json"
    document = json.loads(file.read_text())
    document["components"]["schemas"]["Order"]["properties"]["number"] = document["components"]["schemas"][
        "Order"
    ]["properties"].pop("id")
    document["components"]["schemas"]["Order"]["required"] = ["number", "status"]
    file.write_text(json.dumps(document))
    named = [one.place for one in drift.preview(root).problems]
    assert any(place.startswith("src/acme_shop/_async/__init__.py:") for place in named), named


def test_a_dry_run_writes_nothing_and_prints_a_patch_that_does_what_adding_does(
    added: Any, contract: str, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repo")
    before = snapshot(root)
    done = invoke("add", "-c", contract, "--package", "acme_shop", "--into", str(root), "--dry-run")
    assert (done.exit_code, snapshot(root)) == (0, before)
    assert "would edit pyproject.toml" in done.stderr
    subprocess.run(
        ["git", "apply", "--unsafe-paths", "-"], cwd=root, input=done.stdout, text=True, check=True
    )
    assert {path: (root / path).read_text() for path in added[2].changed} == {
        path: after for path, (_, after) in added[2].changed.items()
    }


SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
POETRY = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
OLD_POETRY = f'[tool.poetry]\nname = "my-app"\nversion = "1"\n\n[tool.poetry.dependencies]\npython = "^3.11"\nclick = "*"\n\n{POETRY}'
UV = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
PDM = '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n'
WANT = edits.Wanted(
    ("veneer>=1", "httpx>=0.27,<0.29"),
    ("veneer[codegen]>=1", "pytest>=8.3"),
    ">=3.11",
    ("acme", "acme_generated"),
    "acme_generated",
    {"acme": "acme.__main__:main"},
)


def found_in(value: Any, dotted: str) -> Any:
    for key in dotted.split("."):
        value = value[key]
    return value


@pytest.mark.parametrize(
    ("pyproject", "src", "key", "expected"),
    [
        pytest.param(f"{PROJECT}\n{HATCH}", False, "tool.hatch.build.targets.wheel.packages", ["my_app", "acme", "acme_generated"], id="hatchling, flat"),
        pytest.param(f"{PROJECT}\n{SETUPTOOLS}", False, "tool.setuptools.packages.find.include", ["my_app*", "acme*", "acme_generated*"], id="setuptools, flat"),
        pytest.param(f'{PROJECT}\n{SETUPTOOLS}\n[tool.setuptools.packages.find]\nwhere = ["src"]\ninclude = ["my_app*"]\n', True, "tool.setuptools.packages.find.include", ["my_app*", "acme*", "acme_generated*"], id="setuptools, a list of patterns"),
        pytest.param(f"{PROJECT}\n{SETUPTOOLS}", True, "tool.setuptools.package-data", {"acme_generated": ["**/*.json", "**/*.toml", "**/py.typed"], "acme": ["py.typed"]}, id="setuptools, src"),
        pytest.param(f"{PROJECT}\n{POETRY}", True, "tool.poetry.packages", [{"include": one, "from": "src"} for one in ("my_app", "acme", "acme_generated")], id="poetry, src"),
        pytest.param(OLD_POETRY, False, "tool.poetry.packages", [{"include": one} for one in ("my_app", "acme", "acme_generated")], id="poetry without [project]"),
        pytest.param(OLD_POETRY, False, "tool.poetry.dependencies", {"python": "^3.11", "click": "*", "veneer": ">=1", "httpx": ">=0.27,<0.29"}, id="poetry's own dependencies"),
        pytest.param(OLD_POETRY, False, "tool.poetry.group.dev.dependencies", {"veneer": {"version": ">=1", "extras": ["codegen"]}, "pytest": ">=8.3"}, id="poetry's own groups"),
        pytest.param(OLD_POETRY, False, "tool.poetry.scripts", {"acme": "acme.__main__:main"}, id="poetry's own commands"),
        pytest.param(f"{PROJECT}\n{UV}", True, "tool.uv.build-backend.module-name", ["my_app", "acme", "acme_generated"], id="uv"),
        pytest.param(f'{PROJECT}\n{PDM}\n[tool.pdm.build]\nincludes = ["src/my_app"]\n', True, "tool.pdm.build.includes", ["src/my_app", "src/acme", "src/acme_generated"], id="pdm, a list"),
        pytest.param(f"{PROJECT}\n{PDM}", True, "project.scripts", {"acme": "acme.__main__:main"}, id="commands"),
        pytest.param(f"{PROJECT}\n{PDM}", True, "dependency-groups.dev", ["veneer[codegen]>=1", "pytest>=8.3"], id="a group that is made"),
        pytest.param(f'{PROJECT}\n[dependency-groups]\ndev = [\n  "pytest",\n]\n', True, "dependency-groups.dev", ["pytest", "veneer[codegen]>=1"], id="a group that is there"),
        pytest.param(f'{PROJECT}\n[project.optional-dependencies]\ndev = ["pytest"]\n', True, "project.optional-dependencies.dev", ["pytest", "veneer[codegen]>=1"], id="an extra that is there"),
        pytest.param(f'{PROJECT}\n[tool.uv]\ndev-dependencies = []\n', True, "tool.uv.dev-dependencies", ["veneer[codegen]>=1", "pytest>=8.3"], id="uv's own list"),
    ],
)  # fmt: skip
def test_settings_are_edited_as_the_repositorys_tools_read_them(
    pyproject: str, src: bool, key: str, expected: Any, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repo", pyproject, src=src)
    made = edits.find(place.find(root), WANT)
    text = made.texts["pyproject.toml"]
    assert found_in(tomllib.loads(text), key) == expected
    assert [line for line in pyproject.splitlines() if line not in text and not line.endswith("]")] == []  # fmt: skip
    (root / "pyproject.toml").write_text(text)
    for package in WANT.packages:
        (root / ("src" if src else ".") / package).mkdir()
    assert edits.find(place.find(root), WANT).texts == {}  # nothing is said twice


@pytest.mark.parametrize(
    ("pyproject", "words"),
    [
        ('[project]\nname = "a"\ndynamic = ["dependencies"]\n', "dependencies are dynamic"),
        (PROJECT.replace("httpx>=0.28", "httpx<0.27"), "'httpx<0.27' is listed already"),
        (PROJECT.replace(">=3.11", ">=3.9"), "Python >=3.9 in pyproject.toml: the client needs >=3.11"),
        (f'{PROJECT}\n{HATCH}\n[tool.hatch.build.targets.wheel]\nonly-include = ["src"]\n', "have hatchling pack src/acme and src/acme_generated"),
        (f'{PROJECT}\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n', "flit packs one package"),
        (f'{PROJECT}\n[project.scripts]\nacme = "other:main"\n', "a command acme exists already (other:main)"),
        (f"{PROJECT}\n[tool.black]\n", "black: exclude x"),
        ("[tool.ruff]\n", "lists no dependencies"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_safely_is_said_with_what_to_do(
    pyproject: str, words: str, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repo", pyproject)
    made = edits.find(place.find(root), edits.Wanted(**{**vars(WANT), "excluded": ("x",)}))
    assert any(words in line for line in made.by_hand), made.by_hand


def test_a_repository_without_settings_is_told_what_to_install(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    (root / "pyproject.toml").unlink()
    made = edits.find(place.find(root), WANT)
    assert made.texts == {}
    assert 'install "veneer>=1", "httpx>=0.27,<0.29", for development' in made.by_hand[0]


@pytest.mark.parametrize(
    ("pyproject", "more", "expected"),
    [
        (PROJECT, (), ("src", "tests", "", "python")),
        (f"{PROJECT}\n{UV}\n[tool.uv.build-backend]\nmodule-root = \"\"\n", ("uv.lock",), (".", "tests", "uv_build", "uv run python")),
        (f'{PROJECT}\n{SETUPTOOLS}\n[tool.setuptools.package-dir]\n"" = "lib"\n', ("poetry.lock",), ("lib", "tests", "setuptools", "poetry run python")),
        (f'{PROJECT}\n[tool.pytest.ini_options]\ntestpaths = ["src"]\n', ("pdm.lock",), ("src", "src", "", "pdm run python")),
    ],
)  # fmt: skip
def test_the_layout_of_a_repository_is_found(
    pyproject: str, more: tuple[str, ...], expected: Any, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repo", pyproject)
    for name in more:
        (root / name).touch()
    found = place.find(root)
    assert (found.packages, found.tests, found.backend, found.runner) == expected


def _taken(root: Path) -> None:
    (root / "scripts").mkdir()
    (root / "scripts/drift.py").write_text("mine\n")
    (root / "openapi").mkdir()
    (root / "openapi/acme.yaml").write_text("{}\n")


@pytest.mark.parametrize(
    ("prepare", "arguments", "code", "words"),
    [
        (_taken, ["--package", "acme"], 2, ["openapi/acme.yaml exists already: rename it", "scripts/drift.py exists already: choose another folder of the entry points with --scripts"]),
        (lambda root: (root / "src/acme").mkdir(), ["--package", "acme"], 2, ["src/acme exists already: choose another --package"]),
        (lambda root: (root / "pyproject.toml").write_text("[project\n"), ["--package", "acme"], 1, ["pyproject.toml cannot be read", "mend it first"]),
        (lambda root: None, ["--package", "json"], 2, ["Python or its tools have a package of this name"]),
        (lambda root: None, ["--package", "acme", "--scripts", "../x"], 2, ["not a name of a folder"]),
        (lambda root: None, [], 2, ["`add` needs --package"]),
        (lambda root: None, ["--on", "nothing"], 2, ["there is no package nothing"]),
        (lambda root: None, ["--on", "my_app"], 2, ["my_app is not a client of openapi-python-client: it has no client.py, types.py, api, models"]),
        (lambda root: (root / "tests/test_client.py").unlink() or (root / "tests").rmdir() or (root / "tests").write_text(""), ["--package", "acme"], 1, ["nothing was changed"]),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_named_with_the_remedy_and_nothing_is_written(
    prepare: Callable[[Path], object],
    arguments: list[str],
    code: int,
    words: list[str],
    tiny: str,
    tmp_path: Path,
) -> None:
    root = repository(tmp_path / "repo")
    prepare(root)
    before = snapshot(root)
    folders = {path for path in root.rglob("*") if path.is_dir()}
    done = invoke("add", "-c", tiny, "--into", str(root), *arguments)
    assert done.exit_code == code, done.stderr
    assert all(one in done.stderr for one in words), done.stderr
    assert "Traceback" not in done.stderr
    assert (snapshot(root), {path for path in root.rglob("*") if path.is_dir()}) == (before, folders)


def test_the_folder_of_packages_in_the_list_is_one_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "openapi").mkdir()
    for text, words in (
        ('[layout]\npackages = "../x"\n', "not a folder of this project"),
        ('[layout]\nelse = "x"\n', "has one key"),
    ):
        (tmp_path / contracts.LIST).write_text(text)
        with pytest.raises(ContractError, match=words):
            contracts.packages(tmp_path)


# On top of a client of openapi-python-client


@pytest.fixture(scope="module")
def shop_client(contract: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a package that the stock generator wrote."""
    root = repository(tmp_path_factory.mktemp("stock"))
    config = root.parent / f"{root.name}.yml"
    config.write_text("post_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    target = ["--path", contract, "--config", str(config), "--output-path", str(root / "src/shop_client")]
    subprocess.run([*command, *target], check=True, capture_output=True, timeout=120)
    return root


def copied(root: Path, target: Path) -> Path:
    subprocess.run(["cp", "-r", str(root), str(target)], check=True)
    return target


def test_a_stock_client_stays_as_it_is_and_is_called_through_its_overlay(
    shop_client: Path, contract: str, tmp_path: Path
) -> None:
    root = copied(shop_client, tmp_path / "repo")
    before = snapshot(root)
    done = invoke("add", "--on", "shop_client", "-c", contract, "--into", str(root))
    assert done.exit_code == 0, done.stderr
    after = snapshot(root)
    assert {path for path in before if after[path] != before[path]} == {"pyproject.toml"}
    assert sorted(after.keys() - before.keys()) == [
        "docs/shop-migration.md",
        "src/shop/__init__.py",
        "src/shop/_platform.py",
        "src/shop/py.typed",
        "tests/test_shop_operations.py",
    ]
    assert "4 operations of shop_client can be called as they are" in done.stderr
    assert "orders.list_orders.sync → client.orders.list" in done.stderr
    assert "shop_client does not say retries: " in done.stderr
    assert (
        "| `orders.get_order.sync` | `client.orders.get` |" in (root / "docs/shop-migration.md").read_text()
    )
    assert "passed" in run(root, "-m", "pytest", *PLUGINS, "-q", "tests")
    run(root, "-m", "ruff", "check", "--no-cache", "src/shop", "tests")
    run(root, "-m", "ruff", "format", "--no-cache", "--check", "src/shop", "tests")
    address = "import shop; print(shop.ShopClient(api_key='k'))"
    assert "https://shop.test/v1" in run(root, "-c", address)


def test_a_package_that_is_a_stock_client_is_recognised_and_needs_no_contract(
    shop_client: Path, tmp_path: Path
) -> None:
    root = copied(shop_client, tmp_path / "repo")
    done = invoke("add", "--package", "shop_client", "--into", str(root), "--dry-run")
    assert done.exit_code == 0, done.stderr
    assert "no contract was given" in done.stderr
    assert "src/shop/ (3 files)" in done.stderr
    assert not (root / "src/shop").exists()


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        (
            "def _get_kwargs(): ...\ndef _parse_response(*, response): ...\n",
            None,
            "an early generator wrote it",
        ),
        ("def sync_detailed(): ...\n", None, "it has no _get_kwargs and _parse_response"),
        ("def helper(): ...\n", None, ""),
        ("def (", None, "it is not Python"),
        (
            'def _get_kwargs(a, *, client, b=1):\n    return {"method": "get", "url": "/x/{a}".format(a=a)}\ndef _parse_response(*, client, response): ...\n',
            stock.Operation("m", "GET", "/x/{a}", free=False, takes_client=True),
            "",
        ),
    ],
)
def test_each_module_of_a_stock_client_is_read_and_one_that_cannot_be_called_is_named(
    text: str, expected: stock.Operation | None, reason: str
) -> None:
    found, why = stock.read_module("m", text)
    assert (found, reason in why, bool(why)) == (expected, True, bool(reason))


def test_a_folder_that_is_empty_is_for_a_new_project(tmp_path: Path, contract: str) -> None:
    with pytest.raises(CodegenError, match=r"is empty: `veneer new` starts a project"):
        add.add("acme", contract, tmp_path)


def test_generating_elsewhere_leaves_the_pages_about_a_client_alone(added: Any, tmp_path: Path) -> None:
    root, _, _ = added
    before = snapshot(root / "docs")
    regenerate.regenerate(root, destination=tmp_path)
    assert snapshot(root / "docs") == before != {}


@pytest.mark.parametrize(
    ("own", "expected", "left"),
    [
        ("import os\n", 'import os\n\npytest_plugins = ["acme.testing"]\n', False),
        (
            'pytest_plugins = ["a"]  # mine\nX = [1]\n',
            'pytest_plugins = ["a", "acme.testing"]  # mine\nX = [1]\n',
            False,
        ),
        (
            'pytest_plugins = [\n    "a",\n]\n',
            'pytest_plugins = [\n    "a", "acme.testing"]\n',
            False,
        ),
        ('pytest_plugins = ("a",)\n', 'pytest_plugins = ("a",)\n', True),
        ('pytest_plugins = ["acme.testing"]\n', 'pytest_plugins = ["acme.testing"]\n', False),
    ],
)
def test_the_fixtures_are_loaded_by_the_conftest_that_is_there(
    own: str, expected: str, left: bool, tiny: str, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repo")
    (root / "tests/conftest.py").write_text(own)
    layout = place.find(root)
    files, edited = {"tests/conftest.py": "ours", "x": "y"}, dict[str, str]()
    said = add.load_plugin(layout, "acme", files, edited)
    assert edited.get("tests/conftest.py", own) == expected
    assert (bool(said), files) == (left, {"x": "y"})
