"""Call operations by their generated endpoint modules, with arguments by the contract's names."""

from __future__ import annotations

import functools
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
    """A body that is sent unchanged: a JSON value, bytes or an open file."""

    payload: Any

    def to_dict(self) -> Any:
        """Return the value, as endpoint modules expect of a JSON model."""
        return self.payload

    def __iter__(self) -> Iterator[Any]:
        """Yield nothing: the value replaces what an endpoint module makes of a list."""
        return iter(())


class _AsGiven:
    """A module's function that makes the request; a JSON body stays as given, whatever its type."""

    def __init__(self, make: Callable[..., dict[str, Any]]) -> None:
        self._make = make
        self.__code__ = make.__code__  # names the arguments in the path

    def __call__(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        request, body = self._make(*args, **kwargs), kwargs.get("body")
        return {**request, "json": body.payload} if isinstance(body, Given) and "json" in request else request


class Raw:
    """An endpoint module that makes requests but does not decode responses."""

    def __init__(self, operation: Operation, module: ModuleType) -> None:
        self.operation = operation
        self.__name__ = module.__name__
        self._OPERATION: Mapping[str, Any] = module._OPERATION
        self._get_kwargs = _AsGiven(module._get_kwargs)

    def _parse_response(self, *, client: Any, response: httpx.Response) -> Any:  # noqa: ARG002  # the protocol's
        """Return the response's JSON if the contract has JSON, else its bytes; None for no body."""
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
    module: ModuleType | None = None,
) -> Bound[Any]:
    """Return an operation's endpoint with its arguments, for `client.call` and similar methods.

    `values` are arguments and members of the body, by the contract's names. `path` are those in the
    path, whose names may occur elsewhere too. `module` is the operation's, if it is known already.
    Raises ConfigurationError for a value of the wrong format.
    """
    module = service.load_module(operation) if module is None else module
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
    in_path = names[: code.co_argcount]  # the only positional arguments
    # A name that is in the path and elsewhere means the one in the path, unless `path` is given.
    known = {one.name for one in operation.parameters if one.place == "path"} if path is None else set()
    arguments = {}
    for name in names:
        wire = wires.get(name, name)
        given = values if path is None or name not in in_path else path
        if wire in given and wire in placed and (name in in_path or wire not in known):
            arguments[name] = _typed(module, name, wire, given[wire])
    # A name may be in the path and in the body: the caller's whole body is then left unchanged.
    elsewhere = set() if body is None else placed
    members = {
        one.name: values[one.name]
        for one in operation.parameters
        if one.place == "body" and one.name in values and one.name not in elsewhere
    }
    # A required body is sent even if it is empty, and so is one that requests a stream.
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
        # A form only has members, and members given beside a body are added to it.
        raise ConfigurationError(
            f"--body of {operation.name} must be a JSON object here: arguments set its members"
        )
    content = {**whole, **members}
    if not is_multipart:
        return Given(content)
    from veneer._core.annotations import is_model, members_of
    from veneer.arguments import as_model

    model = next(filter(is_model, members_of(_annotation(module, "body"))), None)
    return Given(content) if model is None else as_model(model, content)


def _typed(module: ModuleType, name: str, wire: str, value: Any) -> Any:
    """Convert JSON to the type that the module takes for an argument, such as a datetime."""
    from veneer._core.annotations import Scope
    from veneer._core.reading import read

    found, violations = read(_annotation(module, name), Scope(module), value)
    if violations:
        raise ConfigurationError(violations[0].what.replace("$", wire, 1))
    return found


@functools.cache
def _annotation(module: ModuleType, name: str) -> Any:
    from veneer._core.annotations import Scope

    importlib.import_module(
        f"{module.__name__.rpartition('.api.')[0]}.models"
    )  # where a scope looks for models
    return Scope(module).resolve(module._get_kwargs.__annotations__[name])
