"""Aerostack's typed dicts say what the contract says, and the SDK's methods take what they say."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from platforms.test_flavours import namespaces_of
from veneer.aerostack import SDK, httpclient, models
from veneer.arguments import as_model

CONTRACT = (
    Path(__file__).resolve().parents[2] / "generated" / "veneer_generated" / "contracts" / "aerostack.json"
)
SCHEMAS: dict[str, Any] = json.loads(CONTRACT.read_text(encoding="utf-8"))["components"]["schemas"]
REQUESTS = sorted(name for name in SCHEMAS if name.endswith("Request"))


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


@pytest.mark.parametrize("name", [*REQUESTS, "ChatMessage", "StreamOptions"])
def test_a_typed_dict_has_the_fields_of_its_schema(name: str) -> None:
    schema, typed = SCHEMAS[name], getattr(models, f"{name}TypedDict")
    assert typed.__required_keys__ == {snake(field) for field in schema.get("required", ())}
    assert typed.__required_keys__ | typed.__optional_keys__ == {
        snake(field) for field in schema["properties"]
    }


@pytest.mark.parametrize("name", [name for name in REQUESTS if name != "UploadRequest"])
def test_each_field_reaches_the_contracts_name(name: str) -> None:
    samples: dict[Any, Any] = {"array": [], "integer": 1, "number": 0.5, "boolean": False, "object": {}}
    wire = {
        field: samples.get(schema.get("type"), "x") for field, schema in SCHEMAS[name]["properties"].items()
    }
    wire = {
        field: {} if "$ref" in SCHEMAS[name]["properties"][field] else value for field, value in wire.items()
    }
    model = getattr(models, name)
    assert as_model(model, {snake(field): value for field, value in wire.items()}).to_dict() == wire
    assert as_model(model, wire).to_dict() == wire


def test_each_operation_takes_its_request_as_model_and_as_dict() -> None:
    sdk, untyped = SDK("k"), []
    names = namespaces_of(SDK)
    assert len(names) == 8
    for namespace in (getattr(sdk, name) for name in names):
        for name, method in inspect.getmembers(namespace, inspect.ismethod):
            if name.startswith("_") or "request" not in inspect.signature(method).parameters:
                continue
            hint = inspect.signature(method).parameters["request"].annotation
            model, _, given = str(hint).partition(" | ")
            if f"{model}Param" != given.removesuffix(" | None"):
                untyped.append(name)
    assert untyped == []


def test_each_operation_is_known_by_the_published_names_of_its_request_and_answer() -> None:
    sdk, missing = SDK("k"), []
    for namespace in (getattr(sdk, name) for name in namespaces_of(SDK)):
        for name, method in inspect.getmembers(namespace, inspect.ismethod):
            if name.startswith("_") or name.endswith(("_async", "_iter", "_stream", "_download")):
                continue
            signature = inspect.signature(method)
            title = name.title().replace("_", "")
            if "request" in signature.parameters:
                given = signature.parameters["request"].annotation.split(" | ")[1]
                if getattr(models, f"{title}RequestBody") is not getattr(models, given):
                    missing.append(f"{title}RequestBody")
            answer = getattr(models, f"{title}ResponseBody", bytes)
            if answer.__name__ != signature.return_annotation:
                missing.append(f"{title}ResponseBody")
    assert missing == []


def test_any_http_client_of_the_engine_is_one() -> None:
    assert issubclass(httpx.Client, httpclient.HttpClient)
    assert issubclass(httpx.AsyncClient, httpclient.AsyncHttpClient)
