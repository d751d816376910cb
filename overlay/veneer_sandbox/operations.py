"""Emulate a platform by hand: one handler per operation of its contract.

    operation = OperationHandlers("velerian")

    @operation(scope="read")
    def list_plans(request: Request) -> Response: ...

A handler has the name of its operation. Method, path, parameters, body and security come from the contract.
"""

from __future__ import annotations

import difflib
import importlib.util
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, overload
from urllib.parse import urlsplit

from .check import Problem
from .contract.inputs import read
from .contract.reading import ContractDocument, ContractOperation
from .responses import JSON, Invalid, Refusal
from .store import iso, parse_iso
from .web import Handler, Request, Route

_MULTIPART: Final = "multipart/form-data"


def contract_file(name: str) -> Path | None:
    """Return the path of a platform's contract, found without importing generated code."""
    spec = importlib.util.find_spec("veneer_generated")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "contracts" / f"{name}.json"
        if file.is_file():
            return file
    return None


def moment(values: Mapping[str, Any], name: str, place: str = "query") -> str | None:
    """Return a given time in the sandbox's format; None if it is absent. Raises Invalid."""
    if values[name] is None:
        return None
    try:
        return iso(parse_iso(values[name]))
    except (ValueError, OverflowError):  # a leap second, or a year out of range
        problem = Problem((place, name), "Input should be a valid date-time", "string_format")
        raise Invalid([problem]) from None


class OperationHandlers:
    """The operations of a platform's contract and their handlers."""

    def __init__(self, name: str) -> None:
        file = contract_file(name)
        if file is None:
            raise RuntimeError(f"the contract of {name} is not installed: install veneer again")
        self.document = ContractDocument(json.loads(file.read_text(encoding="utf-8")))
        self.routes: list[Route] = []
        servers = self.document.content.get("servers") or [{"url": ""}]
        # The part of the address that precedes every path of the contract.
        self.prefix = urlsplit(servers[0]["url"]).path.rstrip("/")
        self._left = {_function(one): one for one in self.document.operations}

    @overload
    def __call__(self, handler: Handler, /) -> Handler: ...
    @overload
    def __call__(self, /, **options: Any) -> Callable[[Handler], Handler]: ...
    def __call__(self, handler: Handler | None = None, /, **options: Any) -> Any:
        """Register a function as the handler of the operation of its name; `options` are for the platform's guard."""
        if handler is None:
            return lambda function: self._take(function, options)
        return self._take(handler, {})

    def _take(self, handler: Handler, options: dict[str, Any]) -> Handler:
        operation = self._left.pop(handler.__name__, None)
        if operation is None:
            near = difflib.get_close_matches(handler.__name__, self._left, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise LookupError(f"the contract has no operation {handler.__name__} without a handler{hint}")
        security = operation.node.get("security", self.document.content.get("security"))
        schemes = {scheme for need in security or () for scheme in need}
        self.routes.append(
            Route(
                operation.method,
                f"{self.prefix}{operation.path}",
                handler,
                read=_reader(self.document, operation),
                form=_MULTIPART in operation.body[0],
                options={**options, "schemes": schemes},
            )
        )
        return handler

    def complete(self) -> list[Route]:
        """Return the routes. Raises LookupError if an operation has no handler."""
        if self._left:
            raise LookupError(
                f"these operations of the contract have no handler: {', '.join(sorted(self._left))}"
            )
        return self.routes


def _function(operation: ContractOperation) -> str:
    """Return an operation's id without the path and method that FastAPI adds."""
    added = f"{re.sub(r'[^a-z0-9]', '_', operation.path.lower())}_{operation.method.lower()}"
    return operation.name.removesuffix(added)


def _reader(document: ContractDocument, operation: ContractOperation) -> Callable[[Request], None]:
    schemas, schema = document.schemas, operation.body_schema
    defaults = {
        one["name"]: document.said(one.get("schema", True), "default")
        for one in operation.parameters
        if one["in"] == "query"
    }
    members = dict.fromkeys(document.members(schema))
    is_json = JSON in operation.body[0]

    def fill(request: Request) -> None:
        """Fill `args` and `data`; absent values get their default, else None. Raises Invalid."""
        again = [
            Problem(("query", name), "Input should be given once", "too_many")
            for name in defaults
            if len(request.query.get(name, ())) > 1
        ]
        try:
            given = read(document, operation, request)
        except Refusal as refusal:  # 415: none of the contracts declares it
            raise Invalid([Problem(("body",), refusal.message, "content_type")]) from None
        if problems := again + given.problems:
            raise Invalid(problems)
        request.args = defaults | given.query
        if is_json:
            request.data = members | schemas.settle(given.body, schema).value
            key = request.headers.get("idempotency-key") or request.data.get("idempotencyKey")
            request.idempotency_key = key if isinstance(key, str) else None

    return fill
