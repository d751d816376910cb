"""Build a platform from a contract: a route per operation, its keys, its errors and its initial data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from veneer_sandbox.check import Problem
from veneer_sandbox.responses import Invalid, Refusal, Response
from veneer_sandbox.web import Platform, Request, Route

from . import reading, rules
from .access import Access
from .engine import ContractEngine
from .reading import ContractDocument, ContractFileError, ContractOperation, bare
from .webhooks import WebhookSender

if TYPE_CHECKING:
    from veneer_sandbox.state import State

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_MULTIPART: Final = "multipart/form-data"


def contract_platform(
    contract: Mapping[str, Any] | str | Path,
    name: str = "acme",
    module: ModuleType | str | Path | None = None,
) -> Platform:
    """Return a named platform that serves a contract with the rules of a module.

    Raises ContractFileError for a contract that cannot be served, RulesError for unusable rules.
    """
    if not _NAME.fullmatch(name):
        raise ContractFileError(f"a sandbox's name has lower-case letters, digits, - and _, not {name!r}")
    content = contract if isinstance(contract, Mapping) else reading.load(contract)
    served = _Served(ContractDocument(content), name, None if module is None else rules.load(module))
    return Platform(
        name, name, served.routes(), served.guard, served.error_response, served.invalid, served.seed,
        served.document.content, served.keys, served.sender.deliver, served.secrets,
    )  # fmt: skip


class _Served:
    """A served contract with its rules."""

    def __init__(self, document: ContractDocument, name: str, given: ModuleType | None) -> None:
        self.document, self._given = document, given
        self._engine, self._access = ContractEngine(document, name), Access(document, name)
        self.sender = WebhookSender(document, self._engine.composer, name)
        secret = {f"{name}_webhook": self.sender.secret} if self.sender.names else {}
        self.keys = {**self._access.keys, **secret}
        # Rules may name an operation by its id or its method and path.
        names = {f"{one.method} {one.path}": one for one in document.operations}
        names |= {one.name: one for one in document.operations}
        self._rules = {} if given is None else rules.collect(given, names)

    @property
    def secrets(self) -> frozenset[str]:
        """The query parameters that carry keys."""
        schemes = self._access.schemes.values()
        return frozenset(str(one.get("name")) for one in schemes if one.get("in") == "query")

    def routes(self) -> list[Route]:
        """Return a route per operation, and those for OAuth 2 tokens."""
        found = [
            Route(
                one.method, one.route, self._handler(one), title=one.name, options={"operation": one},
                selector=one.selector, only_form=False,
                form=any(bare(kind) == _MULTIPART for kind in one.body[0]),
            )
            for one in self.document.operations
        ]  # fmt: skip
        taken = {one.path for one in found if one.method == "POST"}
        paths = set(self._access.token_paths()) - taken
        return [*found, *(Route("POST", path, self._access.issue, title="token") for path in sorted(paths))]

    def _handler(self, operation: ContractOperation) -> Callable[[Request], Response]:
        rule, given = self._rules.get(operation), self._given
        if rule is None or given is None:
            return lambda request: self._engine.serve(operation, request)

        def guarded(request: Request, default: Callable[[], Response]) -> Any:
            try:
                return rule(request, default)
            except (Refusal, Invalid):
                raise
            except Exception as error:
                raise Refusal(500, "RULE_FAILED", rules.told(given, error)) from error

        return lambda request: self._engine.serve(operation, request, guarded)

    def guard(self, request: Request, route: Route) -> None:
        """Raise Refusal for a caller without a valid key."""
        if "operation" in route.options:
            self._access.guard(request, route.options["operation"])

    def error_response(self, refusal: Refusal) -> Response:
        """Return a refusal in the error model of the requested operation."""
        route = refusal.route
        operation = route.options.get("operation") if isinstance(route, Route) else None
        return self._engine.errors.word(operation, refusal)

    def invalid(self, problems: list[Problem]) -> Response:
        """Return the response to a form that could not be parsed."""
        return self._engine.errors.word(None, Refusal(400, "INVALID_REQUEST", problems[0].msg, problems))

    def seed(self, state: State) -> None:
        """Fill a fresh sandbox by the rules. Raises RulesError."""
        fill = getattr(self._given, "seed", None)
        if self._given is None or fill is None:
            return
        try:
            fill(Starting(state, self._engine))
        except Exception as error:
            raise rules.RulesError(rules.told(self._given, error)) from error


class Starting:
    """The argument of the rules' `seed`: `add` creates a thing by a collection's path, `state` is the sandbox's."""

    def __init__(self, state: State, engine: ContractEngine) -> None:
        self.state, self._engine = state, engine

    def add(self, path: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """Store a thing in the collection at a path (`/shops/s1/things`), and return it complete, with its id.

        Raises ValueError if the contract has no such collection.
        """
        return self._engine.add(self.state, path, members)
