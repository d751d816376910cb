"""Call operations by their generated endpoint modules: these make the requests, of arguments by the contract's names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veneer._core.call import Bound
from veneer._core.errors import ConfigurationError
from veneer_codegen.contract.operations import is_json, media_type

if TYPE_CHECKING:
    from types import ModuleType

    import httpx

    from veneer_cli.contract import Operation

__all__ = ["Given", "Raw", "arranged", "module_of"]


@dataclass(frozen=True, slots=True)
class Given:
    """A body as it was given, which goes out as it is: a value of JSON, bytes or an open file."""

    payload: Any

    def to_dict(self) -> Any:
        """Return the value: what an endpoint module asks a model of JSON for."""
        return self.payload


class Raw:
    """An endpoint module whose answers are not decoded: the request is the module's."""

    def __init__(self, operation: Operation, module: ModuleType) -> None:
        self.operation = operation
        self.__name__ = module.__name__
        self._OPERATION: Mapping[str, Any] = module._OPERATION
        self._get_kwargs = module._get_kwargs

    def _parse_response(self, *, client: Any, response: httpx.Response) -> Any:  # noqa: ARG002  # the protocol's
        """The answer as it is: JSON where the contract says so, else bytes; None for no body."""
        if not response.content:
            return None
        json = any(is_json(media_type(one)) for one in self.operation.answers)
        return response.json() if json else response.content


def arranged(
    platform: str,
    operation: Operation,
    values: Mapping[str, Any],
    body: Given | None = None,
    *,
    stream: bool = False,
) -> Bound[Any]:
    """Return an operation's endpoint with its arguments, for `client.call` and its like.

    `values` are arguments and members of the body, by the contract's names. Raises
    ConfigurationError for one that does not have the format of its type.
    """
    module = module_of(platform, operation)
    arguments = _arguments(module, operation, values, body, stream=stream)
    return Bound(Raw(operation, module), (), arguments)


def module_of(platform: str, operation: Operation) -> ModuleType:
    """Return the generated module that sends an operation."""
    api = importlib.import_module(f"veneer_generated.{platform}.api")
    found = [one.name for one in pkgutil.walk_packages(api.__path__, f"{api.__name__}.") if not one.ispkg]
    # The one of the same name, unless the generator had to choose another.
    for name in sorted(found, key=lambda one: one.rpartition(".")[2] != operation.name):
        module = importlib.import_module(name)
        if (module._OPERATION["method"].upper(), module._OPERATION["path"]) == (
            operation.method,
            operation.path,
        ):
            return module
    raise ConfigurationError(
        f"no generated module sends {operation.method} {operation.path}: run `make generate`"
    )


def _arguments(
    module: ModuleType,
    operation: Operation,
    values: Mapping[str, Any],
    body: Given | None,
    *,
    stream: bool,
) -> dict[str, Any]:
    code = module._get_kwargs.__code__
    wires: Mapping[str, str] = module._OPERATION.get("arguments", {})
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    placed = {one.name for one in operation.parameters if one.place != "body"}
    arguments = {
        name: _typed(module, name, wire, values[wire])
        for name in names
        if (wire := wires.get(name, name)) in values and wire in placed
    }
    # A name may be in the path and in the body: a body of the caller's own is then left as it is.
    elsewhere = set() if body is None else placed
    members = {
        one.name: values[one.name]
        for one in operation.parameters
        if one.place == "body" and one.name in values and one.name not in elsewhere
    }
    # A body that must be there is sent empty, and so is one that a stream is to be asked for in.
    required = "body" not in (module._get_kwargs.__kwdefaults__ or {})
    if operation.body and (body is not None or members or required or stream):
        arguments["body"] = _body(module, operation, members, body)
    return arguments


def _body(module: ModuleType, operation: Operation, members: Mapping[str, Any], body: Given | None) -> Any:
    if operation.body != "multipart/form-data" and not members:
        return Given({}) if body is None else body
    whole = {} if body is None else body.payload
    if not isinstance(whole, Mapping):
        # A form has members alone, and members that are given beside a body go into it.
        raise ConfigurationError(f"--body of {operation.name} must be a JSON object here: it takes members")
    content = {**whole, **members}
    if operation.body != "multipart/form-data":
        return Given(content)
    from veneer.arguments import as_model

    return as_model(_annotation(module, "body"), content)


def _typed(module: ModuleType, name: str, wire: str, value: Any) -> Any:
    """Return JSON as the type that the module takes for an argument, such as a datetime."""
    from veneer._core.annotations import Scope
    from veneer._core.reading import read

    found, violations = read(_annotation(module, name), Scope(module), value)
    if violations:
        raise ConfigurationError(violations[0].what.replace("$", wire, 1))
    return found


def _annotation(module: ModuleType, name: str) -> Any:
    from veneer._core.annotations import Scope

    return Scope(module).resolve(module._get_kwargs.__annotations__[name])
