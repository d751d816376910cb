"""A contract with what a command line meets, and a client of it as `veneer new` makes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from veneer_cli.project import application
from veneer_cli.service import generated
from veneer_codegen import generator
from veneer_codegen.client import facade
from veneer_codegen.normalise import normalise

JSON = "application/json"
NAME = "cli_shop"


def answer(schema: Any, kind: str = JSON) -> dict[str, Any]:
    return {"200": {"description": "", "content": {kind: {"schema": schema}}}}


def body(schema: Any, kind: str = JSON) -> dict[str, Any]:
    return {"required": True, "content": {kind: {"schema": schema}}}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


PET_ID = {
    "name": "petId",
    "in": "path",
    "required": True,
    "schema": {"type": "integer"},
    "description": "Its number.",
}
PAGES = {"style": "offset", "limit": "limit", "offset": "offset", "items": "items", "total": "total"}
LISTED = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "default": 20},
        "description": "How many.",
    },
    {"name": "offset", "in": "query", "schema": {"type": "integer"}},
    {"name": "status", "in": "query", "schema": {"type": "string", "enum": ["available", "sold"]}},
    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "json", "in": "query", "schema": {"type": "boolean"}},
    {"name": "since", "in": "query", "schema": {"type": "string", "format": "date-time"}},
    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
]
CHAT = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}, "stream": {"type": "boolean"}},
}
FORM = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "no": {"type": "boolean"}},
}
BOX = {
    "type": "object",
    "properties": {
        "word": {"type": "string", "format": "password"},
        "password": {"type": "string"},
        "note": {"type": "string"},
    },
}
UPLOAD = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "caption": {"type": "string"}},
}
SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets [bold]& more[/bold]", "version": "1"},
    "servers": [{"url": "http://127.0.0.1:1"}],
    "security": [{"key": []}],
    "tags": [
        {"name": "pets", "description": "All about [red]pets[/red]."},
        {"name": "config", "description": "Settings of the shop."},
    ],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "list_pets",
                "tags": ["pets"],
                "summary": "List pets, a page at a time.",
                "parameters": LISTED,
                "responses": answer(
                    {
                        "type": "object",
                        "properties": {
                            "items": {"type": "array", "items": ref("Pet")},
                            "total": {"type": "integer"},
                        },
                    }
                ),
                "x-veneer-pagination": PAGES,
            },
            "post": {
                "operationId": "create_pet",
                "tags": ["pets"],
                "summary": "Add a pet.",
                "requestBody": body(ref("NewPet")),
                "responses": answer(ref("Pet")),
            },
        },
        "/pets/{petId}": {
            "get": {
                "operationId": "get_pet",
                "tags": ["pets"],
                "summary": "Show a pet.\x1b[31m",
                "parameters": [PET_ID],
                "responses": answer(ref("Pet")),
            },
            "delete": {
                "operationId": "delete_pet",
                "tags": ["pets"],
                "deprecated": True,
                "parameters": [PET_ID],
                "responses": {"204": {"description": ""}},
            },
        },
        "/pets/{petId}/photo": {
            "post": {
                "operationId": "upload_photo",
                "tags": ["pets"],
                "parameters": [PET_ID],
                "requestBody": body(UPLOAD, "multipart/form-data"),
                "responses": answer({"type": "object"}),
            },
            "get": {
                "operationId": "get_photo",
                "tags": ["pets"],
                "parameters": [PET_ID],
                "responses": answer({"type": "string", "format": "binary"}, "image/png"),
            },
        },
        "/roles/{id}": {
            "get": {
                "operationId": "get_role",
                "tags": ["pets"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "id", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                ],
                "responses": answer({"type": "object"}),
            }
        },
        "/watch": {
            "get": {
                "operationId": "watch",
                "tags": ["pets"],
                "responses": answer({"type": "object"}, "text/event-stream"),
            }
        },
        "/batch": {
            "post": {
                "operationId": "import_pets",
                "tags": ["pets"],
                "requestBody": body({"type": "array", "items": ref("NewPet")}),
                "responses": answer({"type": "array", "items": ref("Pet")}),
            }
        },
        "/chat": {
            "post": {
                "operationId": "chat",
                "summary": "Talk to a pet.",
                "requestBody": body(CHAT),
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            JSON: {"schema": {"type": "object"}},
                            "text/event-stream": {"schema": {"type": "object"}},
                        },
                    }
                },
                "x-veneer-stream": {"request": {"stream": True}, "terminator": "[DONE]"},
            }
        },
        "/tally": {
            "get": {
                "operationId": "tally",
                "tags": ["pets"],
                "parameters": [
                    {"name": "rate", "in": "query", "schema": {"type": "number"}},
                    {"name": "each", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": answer({"type": "object"}),
            }
        },
        "/box": {
            "post": {
                "operationId": "open_box",
                "tags": ["pets"],
                "requestBody": body(BOX),
                "responses": answer({"type": "object"}),
            }
        },
        "/config": {
            "get": {"operationId": "get_config", "tags": ["config"], "responses": answer({"type": "object"})}
        },
        "/form": {
            "post": {
                "operationId": "send_form",
                "tags": ["pets"],
                "requestBody": body(FORM, "application/x-www-form-urlencoded"),
                "responses": answer({"type": "string"}),
            }
        },
    },
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "admin": {"type": "http", "scheme": "bearer"},
        },
        "schemas": {
            "Owner": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string", "description": "Who."}, "age": {"type": "integer"}},
            },
            "NewPet": {
                "type": "object",
                "required": ["name", "kind"],
                "properties": {
                    "name": {"type": "string", "description": "How it is called."},
                    "kind": {"type": "string", "enum": ["cat", "dog"], "default": "cat"},
                    "weight": {"type": "number"},
                    "vaccinated": {"type": "boolean", "default": False},
                    "owner": ref("Owner"),
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "lives": {"type": "integer", "enum": [1, 9]},
                },
            },
            "Pet": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "integer"},
                    "name": {"type": "string"},
                    "owner": ref("Owner"),
                    "kind": {"type": "string"},
                },
            },
        },
    },
}

PLATFORM = """\
import veneer

PLATFORM = veneer.Platform(
    name="cli_shop",
    base_url="http://127.0.0.1:1",
    env_base_url="CLI_SHOP_BASE_URL",
    env_api_key="CLI_SHOP_API_KEY",
    schemes={"key": veneer.Scheme("X-Key"), "admin": veneer.Scheme("Authorization", "Bearer ")},
)
"""


SERVICE = generated(
    NAME, f"{NAME}_generated.{NAME}", f"{NAME}._platform", program="cli-shop", rules=f"{NAME}.sandbox"
)


def make(root: Path, document: dict[str, Any], name: str = NAME) -> Path:
    """Write the packages of a project below `root` that its command line reads."""
    generated = root / f"{name}_generated"
    (generated / "contracts").mkdir(parents=True)
    for package in (generated, generated / "contracts", root / name):
        package.mkdir(exist_ok=True)
        (package / "__init__.py").write_text('"""A client of pets."""\n')
    (generated / "contracts" / f"{name}.json").write_text(json.dumps(document))
    (root / name / "_platform.py").write_text(PLATFORM)
    public = generator.Public(document, facade.read(None), f"{name}_generated.{name}", "ShopClient")
    generator.generate(normalise(document), generated / name, public)
    return root


def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run the project's command line in this process."""
    app = application(SERVICE, "A client of Pets [bold]& more[/bold].")
    return CliRunner().invoke(app, list(arguments), input=stdin, prog_name="cli-shop", catch_exceptions=False)
