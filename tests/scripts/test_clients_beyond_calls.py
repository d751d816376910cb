"""What a contract says beside its calls is in the client: webhooks, and what is to go away. In both flavours and styles."""

from __future__ import annotations

import copy
import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import veneer
from scripts import codegen_project as project
from veneer._core import deprecation
from veneer.testing import sign_webhook
from veneer_codegen import regenerate
from veneer_codegen.errors import ContractError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ORDER = b'{"type": "order.paid", "id": "o1"}'
PLAIN = copy.deepcopy(project.SHOP)
PLAIN["paths"]["/old/{kind}"] = {
    "parameters": [
        {"name": "kind", "in": "path", "required": True, "schema": {"type": "string"}},
        {
            "name": "page",
            "in": "query",
            "schema": {"type": "string", "description": "The page."},
            "deprecated": True,
        },
        {"name": "kept", "in": "query", "schema": {"type": "string"}, "deprecated": True},
    ],
    "post": {
        "operationId": "old_search",
        "tags": ["old"],
        "deprecated": True,
        "parameters": [
            {"name": "kept", "in": "query", "schema": {"type": "string", "description": "Kept."}},
            {"name": "by", "in": "header", "schema": {"$ref": "#/components/schemas/By"}},
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Search"}}},
        },
        "responses": {"204": {"description": ""}},
    },
}
PLAIN["components"]["schemas"] |= {
    "By": {"type": "string", "deprecated": True},
    "Search": {
        "allOf": [
            {
                "type": "object",
                "properties": {"text": {"type": "string", "deprecated": True, "description": "What for."}},
            },
            {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}},
        ]
    },
}
PLAIN["components"]["schemas"]["OrderPaid"] = {
    "type": "object",
    "required": ["type", "id"],
    "properties": {"type": {"const": "order.paid"}, "id": {"type": "string"}},
}
PAID = {"schema": {"$ref": "#/components/schemas/OrderPaid"}}
PLAIN["webhooks"] = {
    "order.paid": {
        "post": {
            "requestBody": {"required": True, "content": {"application/json": PAID}},
            "responses": {"204": {"description": ""}},
        }
    }
}
TAGGED = copy.deepcopy(PLAIN)
TAGGED["x-veneer-webhooks"] = {"scheme": "stripe", "header": "Shop-Signature"}
TAGGED["paths"] = {
    "/orders": PLAIN["paths"]["/orders"],
    "/webhooks": {
        "get": {"operationId": "unwrap", "tags": ["webhooks"], "responses": {"204": {"description": ""}}},
        "post": {"operationId": "create", "tags": ["webhooks"], "responses": {"204": {"description": ""}}},
    },
}
LIST = "".join(
    f'[[contract]]\nname = "{name}"\nfile = "{name}.json"\npackage = "signed.{name}"\n'
    for name in ("plain", "tagged")
)


def written(root: Path, contracts: dict[str, dict[str, Any]]) -> None:
    """Generate a client of each contract."""
    (root / "openapi/facades").mkdir(parents=True)
    (root / "openapi/contracts.toml").write_text(LIST, encoding="utf-8")
    (root / "openapi/facades/tagged.toml").write_text('[client]\nstyle = "request"\n', encoding="utf-8")
    for name, contract in contracts.items():
        (root / f"openapi/{name}.json").write_text(json.dumps(contract), encoding="utf-8")
    regenerate.regenerate(root)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("webhooks")
    written(root, {"plain": PLAIN, "tagged": TAGGED})
    sys.path.insert(0, str(root / "generated"))
    yield root
    sys.path.remove(str(root / "generated"))


@pytest.fixture(params=["PlainClient", "AsyncPlainClient", "TaggedClient"])
def client(request: pytest.FixtureRequest, generated: Path) -> Any:
    name = "tagged" if request.param == "TaggedClient" else "plain"
    made = getattr(importlib.import_module(f"signed.{name}.client"), request.param)
    return made(
        **{"server_url" if name == "tagged" else "base_url": "http://127.0.0.1:1"}, webhook_secret=SECRET
    )


def unwrap(client: Any, body: bytes, **more: Any) -> Any:
    tagged = type(client).__name__ == "TaggedClient"
    scheme = TAGGED["x-veneer-webhooks"] if tagged else "standard"
    headers = sign_webhook(body, SECRET, scheme=scheme)
    return getattr(client.webhooks, "unwrap_" if tagged else "unwrap")(body, headers, **more)


def test_a_signed_event_is_the_model_of_the_contract(client: Any) -> None:
    event = unwrap(client, ORDER)
    assert (type(event).__name__, event.id) == ("OrderPaid", "o1")


def test_an_event_that_the_contract_does_not_have_is_kept_with_its_name(client: Any) -> None:
    assert unwrap(client, b'{"type": "order.lost"}') == veneer.UnknownEvent(
        "order.lost", {"type": "order.lost"}
    )


def test_another_secret_than_the_clients_is_taken_for_one_call(client: Any) -> None:
    with pytest.raises(veneer.WebhookVerificationError, match="no signature"):
        unwrap(client, ORDER, secret="whsec_b2xk")
    assert unwrap(client, ORDER, secret=["whsec_b2xk", SECRET]).id == "o1"


def test_operations_of_a_tag_called_webhooks_stay_where_they_are(generated: Path) -> None:
    client = importlib.import_module("signed.tagged.client").TaggedClient(server_url="http://127.0.0.1:1")
    assert {"unwrap", "unwrap_async", "create", "create_async", "unwrap_"} <= set(dir(client.webhooks))


def test_the_public_surface_has_the_method(generated: Path) -> None:
    surface = (generated / "generated/signed/plain/api.toml").read_text()
    assert "webhooks.unwrap" in surface
    assert "WebhookEvent | " in surface


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        pytest.param("svix", "no webhook scheme is called 'svix'", id="no such scheme"),
        pytest.param(["stripe"], "is the name of a scheme, or a mapping", id="a list"),
        pytest.param({"digest": "md5"}, "digest of a webhook scheme is one of", id="a weak digest"),
        pytest.param({"header": 1}, "header of a webhook scheme is text", id="no text"),
    ],
)
def test_a_scheme_that_cannot_be_used_is_refused_with_its_place(
    declared: Any, words: str, tmp_path: Path
) -> None:
    tiny = {**TAGGED, "x-veneer-webhooks": declared}
    with pytest.raises(ContractError, match=f"#/x-veneer-webhooks: {words}"):
        written(tmp_path, {"plain": tiny, "tagged": tiny})


# -- what is to go away ------------------------------------------------------------------------------------------


@pytest.fixture
def old(generated: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client on a scripted transport, and its method that is to go away."""
    monkeypatch.setattr(deprecation, "_warned", set())
    engine = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(204)))
    return importlib.import_module("signed.plain.client").PlainClient(
        "http://127.0.0.1:1", http_client=engine
    )


def test_a_method_that_is_to_go_away_says_so_to_type_checkers_in_both_flavours(generated: Path) -> None:
    for flavour, name in (("_sync", "Old"), ("_async", "AsyncOld")):
        found = getattr(importlib.import_module(f"signed.plain.client.{flavour}.old"), name)
        assert found.search.__deprecated__ == "POST /old/{kind} is deprecated"
    other = importlib.import_module("signed.plain.client._sync.orders").Orders
    assert not hasattr(other.create, "__deprecated__")


def test_its_call_warns_the_line_that_made_it_once(old: Any) -> None:
    with old, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        old.old.search("a", size=1)
        old.old.search("b", size=1)
    (one,) = caught
    assert (str(one.message), one.filename) == ("POST /old/{kind} (old_search) is deprecated", __file__)


def test_arguments_that_are_to_go_away_are_told_in_the_docstring(generated: Path) -> None:
    doc = importlib.import_module("signed.plain.client._sync.old").Old.search.__doc__
    arguments = [line.strip() for line in doc.partition("Args:")[2].splitlines() if ":" in line]
    assert sorted(arguments) == [
        "by: Deprecated.",
        "kept: Kept.",
        "page: Deprecated. The page.",
        "text: Deprecated. What for.",
    ]
