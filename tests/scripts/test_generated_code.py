"""What the pipeline writes behaves: requests go out as the contract says, answers come in whole, upstream's differences are watched."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import importlib
import io
import os
import pickle
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import attrs
import httpx
import openapi_python_client
import pytest
from openapi_python_client.parser import GeneratorData

from scripts import codegen_project as project
from veneer import arguments
from veneer_codegen import documents, generator, normalise, regenerate
from veneer_codegen.client import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

UPSTREAM = Path(openapi_python_client.__file__).parent / "templates"
ORDER = {
    "id": "o1",
    "status": "open",
    "createdAt": "2026-11-02T09:30:00+00:00",
    "items": [{"sku": "a", "count": 2}],
    "payment": {"kind": "bill", "iban": "DE00"},
    "labels": {"a": "b"},
    "parent": {"id": "o0", "status": "paid", "createdAt": None},
    "added_later": [1],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    root = project.make(tmp_path_factory.mktemp("generated"))
    regenerate.regenerate(root)
    path = str(root / "generated")
    sys.path.insert(0, path)
    try:
        yield SimpleNamespace(
            root=root,
            models=importlib.import_module("acme.shop.models"),
            types=importlib.import_module("acme.shop.types"),
            get_order=importlib.import_module("acme.shop.api.orders.get_order"),
            create_order=importlib.import_module("acme.shop.api.orders.create_order"),
            upload=importlib.import_module("acme.shop.api.files.upload"),
        )
    finally:
        sys.path.remove(path)
        for name in [name for name in sys.modules if name.partition(".")[0] == "acme"]:
            del sys.modules[name]


def answer(module: ModuleType, status: int, payload: Any) -> Any:
    return module._parse_response(client=None, response=httpx.Response(status, json=payload))


def test_an_answer_is_read_into_models_and_given_back_as_it_was(shop: SimpleNamespace) -> None:
    order = answer(shop.get_order, 200, ORDER)
    assert order.created_at == dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
    assert type(order.payment).__name__ == "Bill"
    assert order.labels == {"a": "b"}
    assert order.parent.created_at is None
    assert order.additional_properties == {"added_later": [1]}
    assert order.to_dict() == ORDER


def test_a_dictionary_for_unknown_fields_is_made_when_it_is_asked_for(shop: SimpleNamespace) -> None:
    order = shop.models.Order.from_dict({"id": "o1", "status": "open"})
    assert order.to_dict() == {"id": "o1", "status": "open"}
    assert order._unknown is None
    assert order.additional_properties is order.additional_properties
    order.additional_properties["added"] = 1
    assert order.to_dict() == {"added": 1, "id": "o1", "status": "open"}


def test_unknown_fields_are_an_attribute_like_the_others(shop: SimpleNamespace) -> None:
    read, made = shop.models.Card.from_dict({"kind": "card"}), shop.models.Card(kind="card")
    assert read == made
    assert repr(read) == "Card(kind='card')"
    read.additional_properties = {"added": 1}
    assert read != made
    assert repr(read) == "Card(kind='card', additional_properties={'added': 1})"
    assert attrs.asdict(read)["additional_properties"] == {"added": 1}


def test_a_model_with_members_is_no_mapping_and_one_without_is_a_whole_one(shop: SimpleNamespace) -> None:
    card, prices = shop.models.Card(kind="card"), shop.models.Prices.from_dict({"eur": {"kind": "bill"}})
    for attempt in (lambda: card["kind"], lambda: "kind" in card, lambda: list(card), lambda: len(card)):
        with pytest.raises(TypeError):
            attempt()
    assert isinstance(prices, Mapping)
    assert arguments.as_one_of(prices, shop.models.Card, shop.models.Prices) is prices
    assert dict(prices) == {"eur": shop.models.Bill(kind="bill")}
    prices["usd"] = shop.models.Bill(kind="bill", iban="b")
    assert ("usd" in prices, len(prices), prices.get("gbp")) == (True, 2, None)
    del prices["eur"]
    assert prices.to_dict() == {"usd": {"kind": "bill", "iban": "b"}}
    assert prices == shop.models.Prices.from_dict({"usd": {"kind": "bill", "iban": "b"}})


def test_unknown_fields_do_not_hide_known_ones(shop: SimpleNamespace) -> None:
    card = shop.models.Card(kind="card")
    card.additional_properties["kind"] = "bill"
    assert card.to_dict() == {"kind": "card"}


def test_unknown_fields_of_a_described_kind_are_read_into_it(shop: SimpleNamespace) -> None:
    stock = shop.models.Stock.from_dict({"place": "here", "a1": {"kind": "bill"}})
    assert stock.additional_properties["a1"] == shop.models.Bill(kind="bill")
    assert stock.to_dict() == {"place": "here", "a1": {"kind": "bill"}}
    assert shop.models.Stock(place="there").to_dict() == {"place": "there"}


def test_an_answer_is_not_changed_by_reading_it(shop: SimpleNamespace) -> None:
    before = repr(ORDER)
    shop.models.Order.from_dict(ORDER)
    assert repr(ORDER) == before


def test_what_is_not_given_is_unset_and_is_not_sent(shop: SimpleNamespace) -> None:
    order = shop.models.Order(id="o1", status="open")
    assert not order.items
    assert repr(order.items) == "UNSET"
    assert order.to_dict() == {"id": "o1", "status": "open"}


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copied_or_pickled_model_equals_the_original_and_leaves_out_what_it_does(
    shop: SimpleNamespace, again: Callable[[Any], Any]
) -> None:
    order = shop.models.Order(id="o1", status="open", parent=shop.models.Order(id="o0", status="paid"))
    twin = again(order)
    assert twin == order
    assert twin.items is shop.types.UNSET
    assert twin.to_dict() == {"id": "o1", "status": "open", "parent": {"id": "o0", "status": "paid"}}


def test_a_model_made_by_hand_is_written_without_an_answer_having_been_read_before(
    shop: SimpleNamespace,
) -> None:
    code = (
        "from acme.shop.models import Order, Bill, Item\n"
        "print(Order(id='o', status='paid', payment=Bill(kind='bill'), items=[Item(sku='s')]).to_dict())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shop.root / "generated", capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(
        {"id": "o", "status": "paid", "items": [{"sku": "s"}], "payment": {"kind": "bill"}}
    )


@pytest.mark.parametrize("status", [200, 201, 299])
def test_a_success_that_the_contract_does_not_list_is_read_as_the_one_that_it_lists(
    shop: SimpleNamespace, status: int
) -> None:
    assert answer(shop.get_order, status, ORDER).id == "o1"


@pytest.mark.parametrize("status", [404, 500, 520, 999])
def test_any_other_status_is_none_and_no_error(shop: SimpleNamespace, status: int) -> None:
    assert answer(shop.get_order, status, {"message": "x"}) is None


def test_an_unknown_enum_value_and_a_changed_constant_are_kept(shop: SimpleNamespace) -> None:
    order = answer(
        shop.get_order, 200, {"id": "o1", "status": "refunded", "payment": {"kind": "crypto", "iban": "x"}}
    )
    assert order.status == "refunded"
    assert type(order.payment).__name__ == "Bill", "the class that knows most of its fields"
    assert order.to_dict()["payment"] == {"kind": "crypto", "iban": "x"}


def test_a_moment_that_the_standard_library_does_not_read_is_read_as_iso_8601_has_it(
    shop: SimpleNamespace,
) -> None:
    order = answer(shop.get_order, 200, {"id": "o1", "status": "open", "createdAt": "2026-11-02T24:00:00z"})
    assert order.created_at == dt.datetime(2026, 11, 3, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["soon", "2026-13-01T00:00:00Z", "", "\u0661"])
def test_a_text_that_is_no_moment_is_a_value_error_where_it_stands(shop: SimpleNamespace, text: str) -> None:
    rows = {"id": "o1", "status": "open", "parent": {"id": "o0", "status": "open", "createdAt": text}}
    with pytest.raises(ValueError):  # noqa: PT011 (the words are the standard library's, or dateutil's)
        answer(shop.get_order, 200, rows)


def test_an_unknown_member_of_a_closed_union_is_an_error_that_names_the_union(shop: SimpleNamespace) -> None:
    with pytest.raises(TypeError, match=r"int fits no member of Bill \| Card"):
        shop.models.Order.from_dict({"id": "o", "status": "open", "payment": 3})


def test_an_object_that_fits_no_member_is_an_error_that_names_the_union(shop: SimpleNamespace) -> None:
    with pytest.raises(TypeError, match=r"dict fits no member of Bill \| Card"):
        shop.models.Order.from_dict({"id": "o", "status": "open", "payment": {"iban": "x"}})


def test_a_missing_required_field_is_a_key_error_that_names_it(shop: SimpleNamespace) -> None:
    with pytest.raises(KeyError, match="status"):
        shop.models.Order.from_dict({"id": "o"})


def test_a_request_is_written_as_the_contract_says(shop: SimpleNamespace) -> None:
    kwargs = shop.get_order._get_kwargs(
        "../a b",
        fields=["x", "y"],
        filter_={"k": 1},
        since=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        x_trace=True,
    )
    assert kwargs == {
        "method": "get",
        "url": "/orders/..%2Fa%20b",
        "params": {"fields": "x,y", "filter[k]": "1", "since": "2026-01-01T00:00:00+00:00"},
        "headers": {"X-Trace": "true"},
    }


def test_what_is_left_out_of_a_request_is_not_sent(shop: SimpleNamespace) -> None:
    assert shop.get_order._get_kwargs("a")["params"] == {}


def test_a_multipart_form_leaves_its_boundary_to_the_engine_so_that_files_cannot_add_fields(
    shop: SimpleNamespace,
) -> None:
    body = shop.models.UploadBody(file=shop.types.File(io.BytesIO(b"--+++\r\n"), "a.txt"), name="n")
    kwargs = shop.upload._get_kwargs(body=body)
    assert "headers" not in kwargs
    boundaries = {
        httpx.Request("POST", "http://x/", files=kwargs["files"]).headers["content-type"] for _ in range(2)
    }
    assert len(boundaries) == 2
    assert not any("+++" in boundary for boundary in boundaries)


def test_the_facts_of_the_contract_stand_in_the_endpoint_module(shop: SimpleNamespace) -> None:
    assert shop.get_order._OPERATION == {
        "id": "get_order", "method": "get", "path": "/orders/{order_id}", "safe": True,
        "accept": "application/json", "errors": {"404": "Problem"},
        "arguments": {"filter_": "filter", "x_trace": "X-Trace"},  # what Python calls otherwise
    }  # fmt: skip
    assert shop.get_order.__doc__.startswith(
        "Read an order\n\nGET /orders/{order_id}\n\nArgs:\n    order_id (str):"
    )


def loaded(shop: SimpleNamespace, code: str) -> list[str]:
    """The models, and modules of the engine, that a process has loaded after some code."""
    show = "print(*sorted(m for m in sys.modules if m.startswith(('acme.shop.models.', 'httpx'))))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{show}"],
        cwd=shop.root / "generated", capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_importing_an_endpoint_loads_neither_models_nor_the_engine(shop: SimpleNamespace) -> None:
    assert loaded(shop, "import acme.shop.api.orders.get_order") == []


def test_reading_an_answer_loads_the_models_that_it_is_made_of_and_no_others(shop: SimpleNamespace) -> None:
    code = """
from types import SimpleNamespace
from acme.shop.api.orders import get_order
answer = {"id": "o", "status": "open", "payment": {"kind": "bill"}}
get_order._parse_response(client=None, response=SimpleNamespace(status_code=200, json=lambda: answer))
"""
    assert loaded(shop, code) == [f"acme.shop.models.{name}" for name in ("bill", "order", "order_status")]


def test_the_models_package_offers_what_it_lists_and_refuses_the_rest(shop: SimpleNamespace) -> None:
    assert shop.models.Order.__module__ == "acme.shop.models.order"
    assert dir(shop.models) == sorted(shop.models.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Nope'"):
        shop.models.Nope  # noqa: B018


def test_a_misspelt_model_is_an_error_for_the_type_checker_although_models_load_lazily(
    shop: SimpleNamespace, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from acme.shop.models import Order\nfrom acme.shop.models import Ordr\nreveal_type(Order(id='a', status='b').items)\n"
    )
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        str(program),
    ]
    done = subprocess.run(
        command,
        cwd=shop.root / "generated",
        env={**os.environ, "MYPYPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'has no attribute "Ordr"' in done.stdout
    assert "list[acme.shop.models.item.Item] | acme.shop.types.Unset" in done.stdout


# What upstream writes, and why it is replaced: each of these fails when upstream has caught up.


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    destination = tmp_path_factory.mktemp("stock") / "client"
    normalised = normalise.normalise(
        documents.load(project.make(tmp_path_factory.mktemp("contracts")) / "openapi/shop.json").content
    )
    config = generator._config(normalised, destination)
    data = GeneratorData.from_dict(normalised.document, config=config)
    assert isinstance(data, GeneratorData)
    openapi_python_client.Project(openapi=data, config=config).build()
    return destination


CAUGHT_UP = "upstream has caught up: drop the template that replaces this"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("models/order_status.py", "raise TypeError("),
        ("models/card.py", "raise ValueError("),
        ("models/order.py", "d = dict(src_dict)"),
        ("models/order.py", "def _parse_payment(data: object)"),
        ("models/__init__.py", "from .order import Order"),
        ("api/files/upload.py", "boundary=+++"),
        ("api/orders/get_order.py", "import httpx"),
        ("api/orders/get_order.py", "HTTPStatus(response.status_code)"),
        ("__init__.py", "from .client import"),
        (
            "types.py",
            "class Unset:\n    def __bool__(self) -> Literal[False]:\n        return False\n\n\nUNSET",
        ),
    ],
)
def test_upstream_still_writes_what_a_template_here_replaces(stock: Path, file: str, text: str) -> None:
    assert text in (stock / file).read_text(), CAUGHT_UP


def test_upstream_still_escapes_quotes_in_defaults_twice() -> None:
    from openapi_python_client.parser.properties.string import StringProperty

    assert StringProperty.convert_value('"').python_code.as_unembedded_code() != repr('"'), (
        "upstream has caught up: drop _plain"
    )


def test_upstream_s_templates_are_the_ones_that_ours_were_written_against() -> None:
    recorded = tomllib.loads((generator.TEMPLATES / "upstream.toml").read_text())
    ours = {path.relative_to(generator.TEMPLATES).as_posix() for path in generator.TEMPLATES.rglob("*.jinja")}
    replaced = {name for name in ours if (UPSTREAM / name).is_file()}
    assert set(recorded["replaced"]) == replaced, (
        "upstream.toml lists exactly the templates that replace one of upstream's"
    )
    for group in ("replaced", "used"):
        for name, digest in recorded[group].items():
            assert hashlib.sha256((UPSTREAM / name).read_bytes()).hexdigest() == digest, (
                f"upstream changed {name}: look at ours again"
            )


def test_a_union_within_brackets_is_part_of_a_member() -> None:
    annotation = "Sequence[str | Sequence[str | int]] | dict[str, int | None] | None"
    members = ["Sequence[str | Sequence[str | int]]", "dict[str, int | None]", "None"]
    assert list(types._alternatives(annotation)) == members
