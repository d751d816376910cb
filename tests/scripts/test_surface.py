"""The public surface of a client is a file: read without running it, compared in sentences, held against releases."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
import zipfile
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scripts import codegen_project as project
from veneer_codegen import drift, regenerate, surface, unasync
from veneer_codegen.changes import Severity
from veneer_codegen.errors import ContractError
from veneer_codegen.surface import release, shapes

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM = """\
from acme.shop.client import AsyncShopClient as Derived


class AsyncShopClient(Derived):
    async def buy(self, order_id: str) -> None:
        await self.orders.get(order_id, since=None)
"""


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project.make(tmp_path_factory.mktemp("surface"))
    (root / "pyproject.toml").write_text('[project]\nname = "acme"\nversion = "0.3.1"\n')
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


def written(root: Path) -> surface.Surface:
    return surface.load((root / "generated/acme/shop/api.toml").read_text())


def changed(root: Path, change: Callable[[dict[str, Any]], Any]) -> list[str]:
    edit(root, change)
    return [str(one) for outcome in regenerate.regenerate(root) for one in outcome.differences]


class TestFile:
    def test_it_has_a_line_for_each_name_with_its_signature(self, root: Path) -> None:
        found = written(root)
        assert found.package == "acme.shop.client"
        assert found.table("client")["orders.get"] == (
            "await (order_id: str, *, fields: Sequence[str] | None = None, filter_: Mapping[str, Any] | None = None, "
            "since: datetime.datetime | str | None = None, x_trace: bool | None = None) -> Order"
        )
        assert found.table("models")["Item.count"] == "int | Unset = UNSET"
        assert found.table("params")["ItemParam.count"] == "NotRequired[int]"
        assert found.table("enums")["OrderStatus"] == "Literal['open', 'paid'] | str"
        assert found.table("wire")["orders.get_order"] == "GET /orders/{order_id}, no credential"
        assert found.table("operations")["files.upload"].startswith("(*, body: ")

    def test_its_lines_are_sorted_and_it_is_read_back_as_it_was_written(self, root: Path) -> None:
        text = (root / "generated/acme/shop/api.toml").read_text()
        assert surface.dump(surface.load(text), "openapi/shop.json") == text
        for table in text.split("\n[")[1:]:
            names = [line.partition(" = ")[0].strip('"') for line in table.splitlines()[1:] if line]
            assert names == sorted(names)

    def test_a_hand_written_package_of_several_words_takes_the_place_of_the_derived_one(
        self, tmp_path: Path
    ) -> None:
        derived, room = tmp_path / "generated/acme/my_shop/client", tmp_path / "overlay/my_shop"
        for folder, method in ((derived, "derived"), (room, "own")):
            folder.mkdir(parents=True)
            (folder / "__init__.py").write_text(
                "".join(
                    f"class {prefix}ShopClient:\n    def {method}(self) -> int: ...\n"
                    for prefix in ("", "Async")
                )
            )
        found = surface.read(
            "acme.my_shop",
            [tmp_path / "generated", tmp_path / "overlay"],
            surface.room_of(tmp_path, "acme.my_shop"),
        )
        assert (found.package, found.table("client")) == ("my_shop", {"own": "() -> int"})

    def test_what_is_no_surface_is_refused(self) -> None:
        with pytest.raises(ContractError, match="not a public surface"):
            surface.load("[client]\n", "x.toml")

    def test_hand_written_classes_count_and_a_flavour_of_its_own_has_its_own_line(self, root: Path) -> None:
        room = root / "overlay/shop"
        room.mkdir(parents=True)
        (room / "__init__.py").write_text(
            "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n"
            "    from shop.client import AsyncShopClient as AsyncShopClient\n"
            "    from shop.client import ShopClient as ShopClient\n"
            "    from shop.client import ShopError as ShopError\n"
            "def ping(count: int = 1) -> bool: ...\n"
            "LIMIT: int = 3\n"
        )
        (room / "client.py").write_text(
            "from acme.shop import client as derived\n"
            "class ShopError(Exception):\n"
            "    code: str\n"
            "class ShopClient(derived.ShopClient):\n"
            "    def buy(self, order_id: str) -> None: ...\n"
            "    def only(self) -> int: ...\n"
            "class AsyncShopClient(derived.AsyncShopClient):\n"
            "    async def buy(self, order_id: str, *, late: bool = False) -> None: ...\n"
        )
        found = surface.read(
            "acme.shop", [root / "generated", root / "overlay"], surface.room_of(root, "acme.shop")
        )
        client = found.table("client")
        assert found.package == "shop"
        assert client["buy"] == "(order_id: str) -> None"
        assert client["buy (async)"] == "await (order_id: str, *, late: bool = False) -> None"
        assert client["only (sync)"] == "() -> int"
        assert client["files.upload"].startswith("await ("), "what is derived is inherited"
        assert found.table("errors") == {"ShopError": "class(Exception)", "ShopError.code": "str"}
        assert found.table("functions") == {"ping": "(count: int = 1) -> bool"}
        assert found.table("constants") == {"LIMIT": "int = 3"}


class TestDifferences:
    @pytest.mark.parametrize(
        ("table", "old", "new", "sentence"),
        [
            ("client", "() -> X", "(*, a: str | None = None) -> X", "takes a new optional argument `a: str`"),
            ("client", "() -> X", "(a: str) -> X", "needs a new argument `a: str`: breaking"),
            ("client", "(a: str) -> X", "() -> X", "no longer takes `a`: breaking"),
            ("client", "(a: str) -> X", "(b: str) -> X", "takes `b` in place of `a`: breaking"),
            ("client", "(**a: X) -> X", "(**b: X) -> X", "takes `b` in place of `a`"),
            ("client", "(a: str = '') -> X", "(a: str) -> X", "needs `a`, which could be left out: breaking"),
            ("client", "(a: str) -> X", "(a: str = '') -> X", "no longer needs `a`"),
            ("client", "(a: str) -> X", "(a: int) -> X", "takes `int` for `a` now, was `str`: breaking"),
            ("client", "(a: str) -> X", "(a: int | str) -> X", "takes `int | str` for `a` now, was `str`"),
            ("client", "(a: int = 1) -> X", "(a: int = 2) -> X", "takes 2 for `a` unless given, was 1 (calls may behave differently)"),
            ("client", "(a: X) -> X", "(*, a: X) -> X", "takes `a` by its name only: breaking"),
            ("client", "(a: X, b: Y) -> X", "(b: Y, a: X) -> X", "takes its positional arguments in another order: `b`, `a`: breaking"),
            ("client", "() -> X", "() -> Y", "returns `Y` now, was `X`: breaking"),
            ("client", "() -> X", "await () -> X", "must be awaited in the async flavour: breaking"),
            ("client", "await (a: A) -> X; (b: B) -> X", "await (a: A, *, c: int = 1) -> X; (b: B, *, c: int = 1) -> X", "takes a new optional argument `c: int`"),
            ("enums", "Literal['a']", "Literal['a', 'b']", "has `'b'` too (calls may behave differently)"),
            ("enums", "Literal['a', 'b']", "Literal['a']", "no longer has `'b'`: breaking"),
            ("models", "str | Unset = UNSET", "str", "must be given: breaking"),
            ("classes", "str", "int", "is `int` now, was `str`: breaking"),
            ("params", "NotRequired[str]", "str", "must be given: breaking"),
            ("params", "str", "str | int", "is `str | int` now, was `str`"),
            ("wire", "GET /x, bearer", "GET /x, key", "is sent with key now, was with bearer (calls may behave differently)"),
            ("wire", "GET /x, bearer", "PUT /y, bearer", "is PUT /y now, was GET /x (calls may behave differently)"),
        ],
    )  # fmt: skip
    def test_a_change_is_one_sentence(self, table: str, old: str, new: str, sentence: str) -> None:
        before, after = (surface.Surface("x", {table: {"a.b": value}}) for value in (old, new))
        (found,) = surface.compare(before, after)
        assert str(found).partition("` ")[2] == sentence

    @pytest.mark.parametrize("table", ["client", "classes", "params", "models", "enums", "functions", "wire"])
    def test_any_change_of_a_line_is_told(self, table: str) -> None:
        values = ["str", "int = 3", "() -> X", "await (*args: int) -> X", "(**k: int) -> X", "class(A)", "(a: X) -> X; () -> X",
                  "Literal['a']", "NotRequired[int]", "-> int", "property", "GET /x, y"]  # fmt: skip
        for old in values:
            for new in values:
                before, after = (surface.Surface("x", {table: {"a.b": value}}) for value in (old, new))
                assert bool(surface.compare(before, after)) == (old != new), (old, new)

    def test_a_namespace_that_is_gone_is_one_sentence_with_its_methods(self) -> None:
        before = surface.Surface(
            "x", {"client": {"a.get": "() -> X", "a.list": "() -> Y", "b.get": "() -> X"}}
        )
        after = surface.Surface("x", {"client": {"b.get": "() -> X"}})
        assert [str(one) for one in surface.compare(before, after)] == [
            "`client.a` is gone, with `get`, `list`: breaking"
        ]

    def test_a_member_that_no_method_takes_by_name_is_told_with_the_operations_that_send_it(self) -> None:
        """A method may make the object of arguments with other names: its own signature stays as it is."""
        sent = {"run.run": "(*, body: RunRequest) -> Run", "run.read": "() -> RunRequest"}
        tables = {"operations": sent, "client": {"run": "(input: str) -> Run"}}
        before = surface.Surface("x", {**tables, "models": {"RunRequest.options": "O | Unset = UNSET"}})
        after = surface.Surface("x", {**tables, "models": {"RunRequest.options": "O"}})
        (told,) = surface.compare(before, after)
        assert str(told) == "`RunRequest.options` must be given, in the body of `api.run.run`: breaking"

        by_name = surface.Surface("x", {**after.tables, "client": {"run": "(input: str, options: O) -> Run"}})
        assert [str(one) for one in surface.compare(before, by_name)] == [
            "`client.run` needs a new argument `options: O`: breaking",
            "`RunRequest.options` must be given: breaking",
        ]


class TestGenerate:
    def test_it_says_what_a_change_of_the_contract_did_to_the_public_client(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        edit(
            root,
            lambda c: c["paths"]["/orders/{order_id}"]["get"]["parameters"].append(
                {"name": "priority", "in": "query", "schema": {"type": "string"}}
            ),
        )
        assert regenerate.main(["--root", str(root)]) == 0
        assert (
            "    `client.orders.get` takes a new optional argument `priority: str`\n"
            in capsys.readouterr().out
        )
        assert regenerate.main(["--root", str(root)]) == 0
        assert capsys.readouterr().out == (
            "shop: 3 operations (all typed), unchanged\ntiny: 1 operation (all typed), unchanged\n"
        )

    def test_words_alone_change_no_surface(self, root: Path) -> None:
        assert changed(root, lambda c: c["components"]["schemas"]["Item"].update(description="Other.")) == []

    def test_an_operation_that_is_gone_is_told_once(self, root: Path) -> None:
        found = changed(root, lambda c: c["paths"].pop("/files"))
        assert "`client.files` is gone, with `upload`: breaking" in found
        assert len([one for one in found if "upload" in one and "client" in one]) == 1


class TestOlderNames:
    FACADE = '[methods.get_order]\nreason = "read says it better"\nname = "orders.read"\nwas = ["get", "fetch", "old.get"]\n'

    def test_an_older_name_goes_on_with_a_warning_that_names_the_new_one(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (root / "openapi/facades").mkdir()
        (root / "openapi/facades/shop.toml").write_text(self.FACADE)
        (outcome, _) = regenerate.regenerate(root)
        assert (
            "`client.orders.get` keeps working under its old name, with a DeprecationWarning (use `client.orders.read`)"
            in [str(one) for one in outcome.differences]
        )
        assert (
            written(root)
            .table("client")["old.get"]
            .startswith("deprecated: use `client.orders.read`; await (")
        )
        spec = util.find_spec("veneer")
        assert spec is not None
        monkeypatch.syspath_prepend(str(root / "generated"))
        from acme.shop.client import ShopClient  # type: ignore[import-not-found]

        client = ShopClient("http://localhost:9")
        monkeypatch.setattr(type(client), "call", lambda *_, **__: "sent")
        with pytest.warns(DeprecationWarning, match=r"call `client\.orders\.read`") as caught:
            assert client.orders.fetch("7") == client.old.get("7") == "sent"
        assert {warning.filename for warning in caught} == {__file__}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert client.orders.read("7") == "sent"


class TestDrift:
    def run(self, root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
        code = drift.main([*arguments, "--root", str(root)])
        return code, "".join(capsys.readouterr())

    def test_it_says_what_generating_would_do_and_writes_nothing(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = project.snapshot(root / "generated")
        edit(root, lambda c: c["components"]["schemas"]["Item"]["properties"].pop("sku"))
        code, output = self.run(root, capsys)
        assert code == Severity.BREAKING
        assert "changes that `make generate` will make to the public surface of shop:\n" in output
        assert "  `ItemParam.sku` is gone: breaking\n" in output
        assert project.snapshot(root / "generated") == before
        assert "`ItemParam.sku` is gone" in str(
            json.loads(self.run(root, capsys, "--format", "json")[1])["surfaces"]
        )

    def test_a_facade_that_changed_is_generated_too(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (root / "openapi/facades").mkdir()
        (root / "openapi/facades/shop.toml").write_text(
            '[methods.get_order]\nreason = "it reads"\nname = "orders.read"\n'
        )
        _, output = self.run(root, capsys)
        assert "`client.orders.get` is gone (is it `client.orders.read` now?): breaking" in output

    def test_a_facade_that_no_longer_fits_its_contract_is_named(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (root / "openapi/facades").mkdir()
        (root / "openapi/facades/shop.toml").write_text(
            '[methods.get_order]\nreason = "x"\npositional = ["since"]\n'
        )
        regenerate.regenerate(root)
        edit(root, lambda c: c["paths"].pop("/orders/{order_id}"))
        _, output = self.run(root, capsys)
        assert (
            "openapi/facades/shop.toml: the facade names 'get_order', which the contract does not have: "
            in output
        )

    def test_hand_written_lines_that_no_longer_fit_are_named(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        room = root / "overlay/shop"
        (room / "_async").mkdir(parents=True)
        (room / "__init__.py").write_text("")
        (room / "_async/client.py").write_text(ROOM)
        regenerate.regenerate(root)
        parameters = "/orders/{order_id}"
        edit(root, lambda c: c["paths"][parameters]["get"]["parameters"][3].update(name="from_time"))
        _, output = self.run(root, capsys)
        assert (
            "overlay/shop/_async/client.py:6: no longer fits: "
            'Unexpected keyword argument "since" for "get" of "AsyncOrders": fix it, then `make generate`\n'
        ) in output

    def test_a_hand_written_class_that_changed_makes_the_surface_old(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        room = root / "overlay/shop"
        room.mkdir(parents=True)
        (room / "__init__.py").write_text("def ping() -> None: ...\n")
        assert regenerate.main(["--root", str(root)]) == 0
        capsys.readouterr()
        (room / "__init__.py").write_text("def ping(count: int) -> None: ...\n")
        code, output = self.run(root, capsys)
        assert code == Severity.BREAKING
        assert output.splitlines() == [
            "generated/acme/shop/api.toml: `ping` needs a new argument `count: int`: breaking: run `make generate`",
            "drift: 1 problem",
        ]


class TestRelease:
    @pytest.fixture
    def tagged(self, root: Path) -> Path:
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["tag", "v0.3.1"]):
            subprocess.run(
                ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(root), *command],
                check=True,
            )
        return root

    def run(self, root: Path, capsys: pytest.CaptureFixture[str], base: str) -> tuple[int, str]:
        code = release.main([base, "--root", str(root)])
        return code, "".join(capsys.readouterr())

    def test_a_tree_as_it_was_released_is_that_release(
        self, tagged: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(tagged, capsys, "v0.3.1") == (0, "the public surface is that of v0.3.1 (0.3.1)\n")

    def test_what_breaks_asks_for_a_version_and_writes_the_changelog(
        self, tagged: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        edit(tagged, lambda c: c["paths"].pop("/files"))
        regenerate.regenerate(tagged)
        code, output = self.run(tagged, capsys, "v0.3.1")
        assert code == 1
        assert (
            "### Removed\n\n- acme.shop.client: **Breaking:** `client.files` is gone, with `upload`.\n"
            in output
        )
        assert "0.3.1 → 0.4.0 (something breaks: minor, before 1.0.0)\n" in output
        assert output.endswith(
            "the project says 0.3.1: write 0.4.0 to pyproject.toml, then `make release-check BASE=v0.3.1`\n"
        )
        project_file = tagged / "pyproject.toml"
        project_file.write_text(project_file.read_text().replace("0.3.1", "0.4.0"))
        assert self.run(tagged, capsys, "v0.3.1")[0] == 0

    def test_a_method_that_has_another_name_may_keep_the_old_one(
        self, tagged: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tagged / "openapi/facades").mkdir()
        (tagged / "openapi/facades/shop.toml").write_text(
            '[methods.get_order]\nreason = "x"\nname = "orders.read"\n'
        )
        regenerate.regenerate(tagged)
        assert '`was = ["orders.get"]` below its operation' in self.run(tagged, capsys, "v0.3.1")[1]

    def test_a_wheel_is_a_base_too(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        wheel = root / "acme-1.2.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as packed:
            for name in ("shop", "tiny"):
                packed.write(root / f"generated/acme/{name}/api.toml", f"acme/{name}/api.toml")
            packed.writestr("acme-1.2.0.dist-info/METADATA", "Name: acme\nVersion: 1.2.0\n")
        (root / "pyproject.toml").write_text('[project]\nversion = "1.3.0"\n')
        edit(root, lambda c: c["components"]["schemas"]["Item"]["properties"].update(note={"type": "string"}))
        regenerate.regenerate(root)
        code, output = self.run(root, capsys, str(wheel))
        assert (code, "1.2.0 → 1.3.0 (nothing breaks: minor for what is new, else patch)\n" in output) == (
            0,
            True,
        )

    @pytest.mark.parametrize("base", ["no-such-tag", "none.whl", "--help-me"])
    def test_a_base_that_cannot_be_read_is_one_message(
        self, tagged: Path, capsys: pytest.CaptureFixture[str], base: str
    ) -> None:
        if base.startswith("--"):
            with pytest.raises(SystemExit):
                self.run(tagged, capsys, base)
            return
        code, output = self.run(tagged, capsys, base)
        assert code == 2
        assert output.startswith("error: ")


class TestModels:
    MODEL = (
        "# Written by scripts/regenerate.py from openapi/shop.json: change the contract, not this file.\n"
        "class Item(Open):\n"
        "    name: str\n"
        "    count: int = 0\n\n"
        "    def to_dict(self) -> dict[str, Any]:\n"
        "        return {}\n\n"
        "    @classmethod\n"
        "    def from_dict(\n"
        "        cls, src_dict: Mapping[str, Any]\n"
        "    ) -> Self:\n"
        "        def inner() -> None: ...\n\n"
        "        return cls()\n\n\n"
        "_known = frozenset\n"
    )

    @pytest.mark.parametrize(
        "doc", ["", '    """Call it so:\n\n    def main() -> None:\n        Item()\n    """\n\n']
    )
    def test_a_model_reads_the_same_with_and_without_the_bodies_of_its_methods(
        self, tmp_path: Path, doc: str
    ) -> None:
        text = self.MODEL.replace("    name: str\n", f"{doc}    name: str\n")
        tables = []
        for place, start in (("whole", 1), ("short", 0)):  # without its first line, nothing is left out
            package = tmp_path / place / "made"
            (package / "models").mkdir(parents=True)
            (package / "models/__init__.pyi").write_text("from .item import Item as Item\n")
            (package / "models/item.py").write_text("\n".join(text.split("\n")[start:]))
            tables.append(surface.read("made", [tmp_path / place]).tables)
        assert tables[0] == tables[1]
        assert tables[0]["models"] == {"Item": "class(Open)", "Item.name": "str", "Item.count": "int = 0"}


@pytest.mark.parametrize("platform", ["aerostack", "hestiaos", "hybridb", "velerian"])
def test_modules_read_by_their_shape_have_the_names_of_their_whole_source(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read() -> surface.Surface:
        top = Path(__file__).parents[2]
        return surface.read(f"veneer_generated.{platform}", [top / "generated", top / "overlay"])

    found = read()
    reduced = shapes.without_bodies
    monkeypatch.setattr(
        shapes, "without_bodies", lambda text, kind: text if kind == "api" else reduced(text, kind)
    )
    for name, nothing in (("listed", ()), ("model", None), ("values", ""), ("endpoint", None)):
        monkeypatch.setattr(shapes, name, lambda *_, nothing=nothing: nothing)
    assert read() == found


MODEL = """# Written by scripts/regenerate.py from a.json
from ..types import define as _attrs_define


@_attrs_define(repr=False)
class Thing(types.Open):
    \"\"\"A thing.

    other: str
    \"\"\"

    name: str
    \"\"\"Its name. Written as

    name: str = "a"
    \"\"\"

    kinds: (
        list[Kind] | Unset
    ) = UNSET
    secret: str | Unset = _attrs_field(default=UNSET, repr=False)

    _NAMES: ClassVar[dict[str, str]] = {"name": "name"}

    def to_dict(self) -> dict[str, Any]:
        return {}
"""


def test_the_shape_of_a_model_has_its_fields_and_nothing_of_its_docstrings() -> None:
    shape = shapes.model(MODEL, "Thing")
    assert shape == (
        "types.Open",
        {
            "name": "str",
            "kinds": "(\n        list[Kind] | Unset\n    ) = UNSET",
            "secret": "str | Unset = _attrs_field(default=UNSET, repr=False)",
        },
    )


@pytest.mark.parametrize(
    "text",
    [
        MODEL.replace("_NAMES:", "_LABELS:"),
        MODEL.replace("class Thing", "class Other"),
        MODEL.replace("    name: str\n", "    def name(self) -> str: ...\n", 1),
        MODEL.replace("def to_dict", "def name"),
    ],
    ids=["no-names", "another-class", "a-method-among-fields", "a-method-named-as-a-field"],
)
def test_a_module_of_another_shape_than_a_model_is_read_whole(text: str) -> None:
    assert shapes.model(text, "Thing") is None


ENDPOINT = """# Written by scripts/regenerate.py from a.json
\"\"\"Read a thing

GET /things
\"\"\"

from __future__ import annotations

_OPERATION: Final[dict[str, Any]] = {
    "id": "read",
    "method": "get",
}


def _get_kwargs(
    name: str,
    *,
    page: int | Unset = UNSET,
) -> dict[str, Any]:
    return {}


def _parse_response(*, client: Any, response: httpx.Response) -> list[Thing] | None:
    return None
"""


def test_the_shape_of_an_endpoint_has_its_parameters_result_and_facts() -> None:
    assert shapes.endpoint(ENDPOINT) == (
        ["name: str", "*", "page: int | Unset = UNSET"],
        "list[Thing] | None",
        '{\n    "id": "read",\n    "method": "get",\n}',
    )


@pytest.mark.parametrize(
    "text",
    [
        ENDPOINT.replace("# Written", "# Changed"),
        ENDPOINT.replace("GET /things", "_OPERATION: Final = 1"),
        ENDPOINT.replace("GET /things", "def _get_kwargs() -> None:"),
        ENDPOINT.replace("name: str", 'name: Literal["a, b"]'),
        ENDPOINT.replace("list[Thing]", 'Literal["a"]'),
        ENDPOINT.replace("_parse_response", "_parsed"),
    ],
    ids=["by-hand", "facts-in-words", "a-function-in-words", "a-literal", "a-literal-result", "no-result"],
)
def test_a_module_of_another_shape_than_an_endpoint_is_read_whole(text: str) -> None:
    assert shapes.endpoint(text) is None
