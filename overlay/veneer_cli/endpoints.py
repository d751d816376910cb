"""Call operations by their generated endpoint modules: these make the requests, of arguments by the contract's names."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veneer._core.call import Bound
from veneer._core.errors import ConfigurationError
from veneer_codegen.contract.operations import is_json, media_type

if TYPE_CHECKING:
    from types import ModuleType

    import httpx

    from veneer_cli.contract import Operation
    from veneer_cli.service import Service

__all__ = ["Given", "Raw", "arranged"]


@dataclass(frozen=True, slots=True)
class Given:
    """A body as it was given, which goes out as it is: a value of JSON, bytes or an open file."""

    payload: Any

    def to_dict(self) -> Any:
        """Return the value: what an endpoint module asks a model of JSON for."""
        return self.payload

    def __iter__(self) -> Iterator[Any]:
        """Iterate nothing: what an endpoint module makes of a list is replaced by the value."""
        return iter(())


class _AsGiven:
    """A module's function that makes the request; a body of JSON is as it was given, whatever type the module takes."""

    def __init__(self, make: Callable[..., dict[str, Any]]) -> None:
        self._make = make
        self.__code__ = make.__code__  # which arguments are in the path is read from it

    def __call__(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        request, body = self._make(*args, **kwargs), kwargs.get("body")
        return {**request, "json": body.payload} if isinstance(body, Given) and "json" in request else request


class Raw:
    """An endpoint module whose answers are not decoded: the request is the module's."""

    def __init__(self, operation: Operation, module: ModuleType) -> None:
        self.operation = operation
        self.__name__ = module.__name__
        self._OPERATION: Mapping[str, Any] = module._OPERATION
        self._get_kwargs = _AsGiven(module._get_kwargs)

    def _parse_response(self, *, client: Any, response: httpx.Response) -> Any:  # noqa: ARG002  # the protocol's
        """The answer as it is: JSON where the contract says so, else bytes; None for no body."""
        if not response.content:
            return None
        json = any(is_json(media_type(one)) for one in self.operation.answers)
        return response.json() if json else response.content


def arranged(
    service: Service,
    operation: Operation,
    values: Mapping[str, Any],
    body: Given | None = None,
    *,
    stream: bool = False,
    path: Mapping[str, Any] | None = None,
) -> Bound[Any]:
    """Return an operation's endpoint with its arguments, for `client.call` and its like.

    `values` are arguments and members of the body, by the contract's names; `path` those in the path, where a name may
    be in another place too. Raises ConfigurationError for one that does not have the format of its type.
    """
    module = service.load_module(operation)
    arguments = _arguments(module, operation, values, body, path, stream=stream)
    return Bound(Raw(operation, module), (), arguments)


def _arguments(
    module: ModuleType,
    operation: Operation,
    values: Mapping[str, Any],
    body: Given | None,
    path: Mapping[str, Any] | None,
    *,
    stream: bool,
) -> dict[str, Any]:
    code = module._get_kwargs.__code__
    wires: Mapping[str, str] = module._OPERATION.get("arguments", {})
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    placed = {one.name for one in operation.parameters if one.place != "body"}
    in_path = names[: code.co_argcount]  # these alone can be given by position
    # Where nothing tells a place of the path from another of its name, the path has it.
    known = {one.name for one in operation.parameters if one.place == "path"} if path is None else set()
    arguments = {}
    for name in names:
        wire = wires.get(name, name)
        given = values if path is None or name not in in_path else path
        if wire in given and wire in placed and (name in in_path or wire not in known):
            arguments[name] = _typed(module, name, wire, given[wire])
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
    is_multipart = media_type(operation.body).startswith("multipart/")
    if not is_multipart and not members:
        return Given({}) if body is None else body
    whole = {} if body is None else body.payload
    if not isinstance(whole, Mapping):
        # A form has members alone, and members that are given beside a body go into it.
        raise ConfigurationError(f"--body of {operation.name} must be a JSON object here: it takes members")
    content = {**whole, **members}
    if not is_multipart:
        return Given(content)
    from veneer._core.annotations import is_model, members_of
    from veneer.arguments import as_model

    model = next(filter(is_model, members_of(_annotation(module, "body"))), None)
    return Given(content) if model is None else as_model(model, content)


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

    importlib.import_module(
        f"{module.__name__.rpartition('.api.')[0]}.models"
    )  # where a scope looks for models
    return Scope(module).resolve(module._get_kwargs.__annotations__[name])
