"""A small project with two contracts, for the tests of the pipeline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/orders/{order_id}": {
            "get": {
                "operationId": "get_order",
                "tags": ["orders"],
                "summary": "Read an order",
                "parameters": [
                    {"name": "order_id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "fields", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    {"name": "since", "in": "query", "schema": {"type": "string", "format": "date-time"}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "boolean"}},
                ],
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                    "404": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
                },
            }
        },
        "/orders": {
            "post": {
                "operationId": "create_order",
                "tags": ["orders"],
                "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                "responses": {"204": {"description": ""}},
            }
        },
        "/files": {
            "post": {
                "operationId": "upload",
                "tags": ["files"],
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["file"],
                                "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
                            }
                        }
                    },
                },
                "responses": {"200": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object",
                "description": "What somebody bought.",
                "required": ["id", "status"],
                "properties": {
                    "id": {"type": "string"},
                    "status": {"enum": ["open", "paid"]},
                    "createdAt": {"type": ["string", "null"], "format": "date-time"},
                    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
                    "payment": {"oneOf": [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Bill"}]},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "parent": {"$ref": "#/components/schemas/Order"},
                },
            },
            "Item": {"type": "object", "properties": {"sku": {"type": "string"}, "count": {"type": "integer", "default": 1}}},
            "Card": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "card"}, "last4": {"type": "string"}}},
            "Bill": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "bill"}, "iban": {"type": "string"}}},
            "Stock": {"type": "object", "properties": {"place": {"type": "string"}}, "additionalProperties": {"$ref": "#/components/schemas/Bill"}},
            "Problem": {"type": "object", "properties": {"message": {"type": "string"}, "stock": {"$ref": "#/components/schemas/Stock"}, "prices": {"$ref": "#/components/schemas/Prices"}}},
            "Prices": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Bill"}},
        }
    },
}  # fmt: skip

TINY = """\
openapi: 3.0.3
info: {title: Tiny, version: '1'}
paths:
  /ping: {get: {operationId: ping, responses: {'200': {description: ok, content: {application/json: {schema: {type: boolean}}}}}}}
"""

LIST = """\
[[contract]]
name = "shop"
file = "shop.json"
package = "acme.shop"

[[contract]]
name = "tiny"
file = "tiny.yaml"
package = "acme.tiny"
"""


def make(root: Path) -> Path:
    """Write the project's contracts below `root`; nothing is generated yet."""
    (root / "openapi").mkdir(parents=True)
    (root / "openapi/shop.json").write_text(json.dumps(SHOP, indent=2), encoding="utf-8")
    (root / "openapi/tiny.yaml").write_text(TINY, encoding="utf-8")
    (root / "openapi/contracts.toml").write_text(LIST, encoding="utf-8")
    return root


def snapshot(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder, but for bytecode."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
