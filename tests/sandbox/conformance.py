"""Hold a response against the contract of its platform: documented status, media type and schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_schema_validator import OAS32Validator, oas32_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    import httpx

CONTRACTS = Path(__file__).parents[2] / "generated" / "veneer_generated" / "contracts"
PREFIXES = {
    "hybridb": "/hybridb",
    "hestiaos": "/hestiaos",
    "velerian": "/velerian",
    "aerostack": "/aerostack/v1",
}


class Contract:
    """A platform's contract, ready to judge responses."""

    def __init__(self, name: str) -> None:
        self.document = json.loads((CONTRACTS / f"{name}.json").read_text())
        self.prefix = PREFIXES[name]
        resource = DRAFT202012.create_resource(self.document)
        self._registry = Registry().with_resource("urn:contract", resource)
        self.operations = {
            (method, path): operation
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "put", "post", "patch", "delete")
        }
        self._patterns = [
            (method, path, re.compile(self.prefix + re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$"))
            # Fixed paths before templates: `/pipelines/trigger` is not a pipeline's id.
            for method, path in sorted(self.operations, key=lambda key: key[1].count("{"))
        ]

    def resolve(self, node: Any) -> Any:
        """Follow `$ref` within the document."""
        while "$ref" in node:
            target: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def check(self, response: httpx.Response) -> str:
        """Raise AssertionError for a response that the contract does not have; else the operation's id."""
        raw_path = response.request.url.raw_path.decode().partition("?")[0]
        method = response.request.method.lower()
        found = next(
            ((one, path) for one, path, shape in self._patterns if one == method and shape.match(raw_path)),
            None,
        )
        assert found is not None, f"{method} {raw_path} is not an operation"
        operation = self.operations[found]
        documented = operation["responses"]
        status = str(response.status_code)
        key = next((one for one in (status, f"{status[0]}XX", "default") if one in documented), None)
        assert key is not None, f"{operation['operationId']} does not document {status}"
        content = self.resolve(documented[key]).get("content", {})
        kind = response.headers.get("content-type", "").partition(";")[0]
        if not content:
            assert response.content == b"", f"{operation['operationId']} {status} documents no body"
            return str(operation["operationId"])
        assert kind in content, f"{operation['operationId']} {status} does not document {kind!r}"
        if kind == "application/json":
            self.validate(response.json(), content[kind]["schema"])
        elif kind == "text/event-stream":
            for event in events(response.text):
                self.validate_data(event, content[kind]["itemSchema"]["properties"]["data"])
        return str(operation["operationId"])

    def validate_data(self, text: str, schema: dict[str, Any]) -> None:
        """Raise for an event's data that is none of what the contract lets it be: JSON, or a constant."""
        choices = schema.get("anyOf", [schema])
        if not any(one.get("const") == text for one in choices):
            (content,) = (one["contentSchema"] for one in choices if "contentSchema" in one)
            self.validate(json.loads(text), content)

    def validate(self, value: Any, schema: dict[str, Any]) -> None:
        """Raise for a value that does not fit a schema of the document."""
        text = json.dumps(schema).replace('"#/', '"urn:contract#/')
        # OpenAPI 3.2's vocabulary, which 3.1 shares.
        validator = OAS32Validator(
            json.loads(text), registry=self._registry, format_checker=oas32_format_checker
        )
        problems = [f"{one.json_path}: {one.message}" for one in validator.iter_errors(value)]
        assert not problems, problems


def events(body: str) -> list[str]:
    """The data of each event of a stream that uses LF line ends."""
    blocks = (block.split("\n") for block in body.split("\n\n"))
    datas = (
        "\n".join(line[5:].removeprefix(" ") for line in lines if line.startswith("data:"))
        for lines in blocks
    )
    return [data for data in datas if data]
