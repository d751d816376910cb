"""The reference of a client: a page for each namespace that says what its methods are, follows from the contract, and can be run."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from ruff import find_ruff_bin  # type: ignore[import-untyped]  # the wheel carries no stubs

from veneer_codegen import contracts, coverage, drift, pages, unasync
from veneer_codegen.errors import ContractError, GeneratorError
from veneer_codegen.reference import agents, markdown
from veneer_codegen.regenerate import regenerate
from veneer_codegen.scaffold import project

WORD, INTEGER = {"type": "string"}, {"type": "integer"}
MARKS = "a `code` b <script>alert(1)</script> | c ![i](http://x.test) \\ {{ 7*7 }} {% x %} $( ) \u202e*e*"
JSON = "application/json"


def answer(schema: Any, kind: str = JSON) -> dict[str, Any]:
    return {"200": {"description": "", "content": {kind: {"schema": schema}}}}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def query(name: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


ORDER_ID = {"name": "orderId", "in": "path", "required": True, "schema": {**WORD, "example": "ord_1"}}
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": f"Shop {MARKS}\n# Not a heading", "version": "1", "contact": {"name": 'A "B"\n[x]'}},
    "servers": [{"url": "https://shop.test/v1"}],
    "externalDocs": {"url": "https://shop.test/docs"},
    "tags": [
        {"name": "orders", "description": f"What was bought. {MARKS}\n\n# Shouted\n\n```\nnever closed"},
        {"name": "con", "description": "A name that Windows keeps."},
    ],
    "paths": {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "tags": ["orders"],
                "summary": f"List orders {MARKS}",
                "description": "Newest first.\n\n## A heading of theirs\n\n- one\n- two\n\n```json\n{\"a\": 1}\n```\n\n<!-- a comment",
                "parameters": [
                    query("cursor", WORD),
                    query("limit", INTEGER, description=MARKS),
                    query("status", {"enum": ["open", "paid"]}, required=True),
                ],
                "responses": {**answer(reference("Orders")), "404": {"description": f"None {MARKS}"}},
            },
            "post": {
                "operationId": "createOrder",
                "tags": ["orders"],
                "summary": "Create an order.",
                "requestBody": {"required": True, "content": {JSON: {"schema": reference("NewOrder")}}},
                "responses": answer(reference("Order")),
            },
        },
        "/orders/{orderId}": {
            "parameters": [ORDER_ID],
            "get": {"operationId": "getOrder", "tags": ["orders"], "responses": answer(reference("Order"))},
            "delete": {"operationId": "deleteOrder", "tags": ["orders"], "responses": {"204": {"description": ""}}},
        },
        "/orders/{orderId}/events": {
            "parameters": [ORDER_ID],
            "get": {"operationId": "watch", "tags": ["orders"], "responses": answer(reference("Order"), "text/event-stream")},
        },
        "/orders/{orderId}/invoice": {
            "parameters": [ORDER_ID],
            "get": {"operationId": "getInvoice", "tags": ["con"], "responses": answer({**WORD, "format": "binary"}, "application/pdf")},
            "put": {
                "operationId": "putInvoice", "tags": ["con"], "responses": {"204": {"description": ""}},
                "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": {
                    "type": "object", "required": ["file", "at"],
                    "properties": {"file": {**WORD, "format": "binary"}, "at": {**WORD, "format": "date-time"}},
                }}}},
            },
        },
    },
    "components": {
        "schemas": {
            "Orders": {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": reference("Order")}, "nextCursor": WORD}},
            "Order": {"type": "object", "required": ["id"], "properties": {"id": {**WORD, "description": MARKS}, "total": {"type": "number"}}},
            "NewOrder": {
                "type": "object", "required": ["lines", "type", "gift"],
                "properties": {"lines": {"type": "array", "items": reference("Line")}, "type": {"enum": ["a", "b"]}, "gift": {"type": "boolean"}},
            },
            "Line": {"type": "object", "required": ["skuCode", "type", "count"], "properties": {"skuCode": WORD, "type": WORD, "count": {**INTEGER, "examples": [3]}}},
        },
        "securitySchemes": {"k|`ey": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
    "security": [{"k|`ey": []}],
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of a contract whose words would be headings, HTML and images of their own."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "c.json").write_text(json.dumps(CONTRACT), encoding="utf-8")
    return project.new("acme-shop", str(folder / "c.json"), folder / "project").folder


@pytest.fixture
def copied(shop: Path, tmp_path: Path) -> Path:
    """The project, to be changed."""
    return shutil.copytree(shop, tmp_path / "project")


def written(folder: Path) -> list[Path]:
    """Every Markdown file of a project that is its own."""
    return [path for path in sorted(folder.rglob("*.md")) if ".venv" not in path.parts]


def headings(path: Path) -> list[str]:
    tokens = MarkdownIt().parse(path.read_text(encoding="utf-8"))
    return [after.content for token, after in itertools.pairwise(tokens) if token.type == "heading_open"]  # fmt: skip


def test_each_namespace_has_a_page_with_each_of_its_methods(shop: Path) -> None:
    folder = shop / "docs/reference"
    assert sorted(path.name for path in folder.iterdir()) == ["con_.md", "index.md", "orders.md"]
    methods = ["list", "iter", "create", "get", "delete", "stream_watch"]
    types = ["Types", "`NewOrder`", "`Order`"]
    found = headings(folder / "orders.md")
    assert found[0] == "`client.orders`"
    assert [one for one in found if one.startswith("`orders.")] == [f"`orders.{name}`" for name in methods]
    assert found[7] == types[0]
    page = (folder / "orders.md").read_text(encoding="utf-8")
    assert "`GET /orders` · async: `await`" in page
    assert "`GET /orders` · async: `async for`" in page
    assert "`GET /orders/{orderId}/events` · async: `async with`" in page
    assert "- `NotFoundError`: 404: None" in page


def test_no_words_of_a_contract_are_read_as_html_images_or_headings(shop: Path) -> None:
    for path in written(shop):
        tokens = MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8"))
        inner = [child for token in tokens for child in token.children or ()]
        kinds = {token.type for token in [*tokens, *inner]}
        # The marks of a derived page are comments; they are all the HTML that there is.
        html = [token.content for token in [*tokens, *inner] if token.type.startswith("html")]
        assert all(one.startswith((pages.MARK, agents.END)) for one in html), path
        assert "image" not in kinds, path
        assert not {"Shouted", "A heading of theirs", "Not a heading"} & set(headings(path)), path


def test_a_description_keeps_its_lists_and_code(shop: Path) -> None:
    page = (shop / "docs/reference/orders.md").read_text(encoding="utf-8")
    assert "- one\n- two\n" in page
    assert '```json\n{"a": 1}\n```' in page


def test_what_the_contract_calls_itself_breaks_no_file_of_a_project(shop: Path) -> None:
    import tomllib

    settings = tomllib.loads((shop / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["urls"] == {"API documentation": "https://shop.test/docs"}
    assert (shop / "LICENSE").read_text(encoding="utf-8").splitlines()[2] == 'Copyright (c) A "B" [x]'
    for path in shop.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")


OPENED = "from acme_shop import AcmeShopClient\n\nclient = AcmeShopClient()\n"


def examples(folder: Path) -> list[str]:
    """The examples of the reference and the README, each as a program."""
    found: list[str] = []
    for path in [*sorted((folder / "docs/reference").iterdir()), folder / "README.md"]:
        blocks = re.findall(
            r"^```python\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
        for block in blocks:
            if block.startswith("# "):  # the README's, a method after the other
                found += [f"{OPENED}{one}" for one in block.split("\n\n")]
            elif "import" in block:
                found.append(block)
    return found


def test_every_example_is_typed_as_the_client_is(shop: Path, tmp_path: Path) -> None:
    found = examples(shop)
    assert len(found) >= 10
    assert any('lines=[{"sku_code": "sku_code", "type": "type", "count": 1}]' in one for one in found)
    assert not [one for one in found if "(...)" in one]
    for number, one in enumerate(found):
        (tmp_path / f"example_{number}.py").write_text(one, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *(f"example_{n}.py" for n in range(len(found)))],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "MYPYPATH": f"{shop / 'overlay'}{os.pathsep}{shop / 'generated'}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_and_the_reference_are_laid_out_as_a_project_s_check_asks(shop: Path) -> None:
    done = subprocess.run(
        [find_ruff_bin(), "format", "--no-cache", "--check", "--isolated", "--line-length=110", "README.md", "docs"],
        cwd=shop, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_coverage_page_lists_every_operation_with_the_methods_that_send_it(shop: Path) -> None:
    rows = re.findall(r"^\| ([A-Z]+ /\S*) \| (.*) \|$", (shop / coverage.PAGE).read_text(), re.MULTILINE)
    assert dict(rows)["GET /orders"] == "`orders.list`, `orders.iter`"
    assert dict(rows)["GET /orders/{orderId}/invoice"] == "`con.get_invoice`, `con.download_invoice`"
    assert all(methods for _, methods in rows)
    assert len(rows) == 7


OWN = '''
    async def cheapest(self) -> Order:
        """Return the order that costs least."""
        from acme_shop_generated.acme_shop.api.orders import list_orders

        return await self.call(list_orders, status="open").items[0]
'''


def test_a_method_of_the_owners_is_in_the_reference_with_the_operation_that_it_sends(copied: Path) -> None:
    own = copied / "overlay/acme_shop/_async/__init__.py"
    own.write_text(own.read_text() + OWN)
    unasync.write(copied)
    assert "docs/coverage.md" in {problem.place for problem in drift.check(copied)}
    regenerate(copied)
    page = (copied / "docs/reference/index.md").read_text()
    assert "client.cheapest() -> Order\n```\n\n`GET /orders` · async: `await`" in page
    assert "| GET /orders | `cheapest`, `orders.list`, `orders.iter` |" in (copied / coverage.PAGE).read_text()  # fmt: skip
    assert not list(drift.check(copied))


def test_drift_names_each_page_that_is_not_what_is_derived_and_generating_mends_it(copied: Path) -> None:
    folder = copied / "docs/reference"
    (copied / "docs/guide.md").write_text("# Mine\n")
    (folder / "notes.md").write_text("# Mine too\n")
    (folder / "gone.md").write_text((folder / "con_.md").read_text())
    (folder / "con_.md").unlink()
    (folder / "orders.md").write_text((folder / "orders.md").read_text() + "\nmore\n")
    assert [(problem.place, problem.message.split(": ")[0]) for problem in drift.check(copied)] == [
        ("docs/reference/orders.md", "does not match the contract and the client"),
        ("docs/reference/con_.md", "missing"),
        ("docs/reference/gone.md", "describes nothing any more"),
    ]
    regenerate(copied)
    assert not list(drift.check(copied))
    assert sorted(path.name for path in folder.iterdir()) == ["con_.md", "index.md", "notes.md", "orders.md"]
    assert (copied / "docs/guide.md").read_text() == "# Mine\n"


def test_a_page_of_a_persons_is_never_overwritten(copied: Path) -> None:
    page = copied / "docs/reference/orders.md"
    page.write_text("# Mine\n")
    before = (copied / "generated/acme_shop_generated/lock.toml").read_text()
    with pytest.raises(GeneratorError, match=r"docs/reference/orders\.md is not written by `make generate`"):
        regenerate(copied, fresh=True)
    assert page.read_text() == "# Mine\n"
    assert (copied / "generated/acme_shop_generated/lock.toml").read_text() == before


@pytest.mark.parametrize("folder", ["/tmp/x", "../x", "docs/../../x", 7, "a//b"])
def test_the_folder_of_the_reference_is_below_the_project(copied: Path, folder: Any) -> None:
    listed = copied / contracts.LIST
    listed.write_text(listed.read_text().replace('"docs/reference"', json.dumps(folder)))
    with pytest.raises(ContractError, match="is not a folder below the project's"):
        contracts.read(copied)


TEXTS = st.text(st.sampled_from("ab `~<>!|[]()#=-*_\\\n\t\u2028&;:/\"'"), max_size=40)


@given(TEXTS)
def test_no_text_is_more_than_paragraphs_lists_and_code(text: str) -> None:
    tokens = MarkdownIt().parse(f"before\n\n{markdown.prose(text)}\n\n# after")
    kinds = [child.type for token in tokens for child in [token, *(token.children or ())]]
    assert not {"html_block", "html_inline", "image"} & set(kinds)
    assert kinds.count("heading_open") == 1


@given(TEXTS)
def test_a_text_on_one_line_is_one_paragraph(text: str) -> None:
    tokens = MarkdownIt().parse(f"before {markdown.line(text)}")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    kinds = {child.type for child in tokens[1].children or ()}
    assert not {"html_inline", "image"} & kinds


@given(TEXTS)
def test_a_code_span_says_what_it_is_given(text: str) -> None:
    (paragraph,) = [
        token for token in MarkdownIt().parse(f"x {markdown.code(text)}") if token.type == "inline"
    ]
    shown = [child.content for child in paragraph.children or () if child.type == "code_inline"]
    words = " ".join(text.replace("\u2028", "\N{REPLACEMENT CHARACTER}").split())
    assert shown == ([words] if words else [])
