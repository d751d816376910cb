"""Load rules beyond the contract: a Python module beside it, with functions for operations.

    from veneer.sandbox import Refusal, operation

    @operation("createPayment")
    def create_payment(request, default):
        if request.data["amount"] > 10_000:
            raise Refusal(402, "LIMIT", "The amount is above the limit")
        return default()

    def seed(sandbox):
        sandbox.add("/payments", {"id": "pay_1", "amount": 100})

`request` has `params`, `args` (the query) and `data` (the JSON body), all checked. `default()` follows the contract and
returns the response. A function returns a response, or its JSON.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

from veneer_sandbox.responses import Response
from veneer_sandbox.web import Request

from .reading import ContractOperation

Function = TypeVar("Function", bound=Callable[..., Any])
OperationRule = Callable[[Request, Callable[[], Response]], Any]
_MARK: Final = "__sandbox_operation__"


class RulesError(ValueError):
    """The rules cannot be used; the message says why."""


def operation(name: str) -> Callable[[Function], Function]:
    """Register a function for an operation, by its operationId or its method and path (`POST /payments`)."""

    def mark(function: Function) -> Function:
        setattr(function, _MARK, name)
        return function

    return mark


def load(source: ModuleType | str | Path) -> ModuleType:
    """Return the rules' module, given as a module, the path of its file, or its name. Raises RulesError."""
    if isinstance(source, ModuleType):
        return source
    file = Path(source).absolute()
    if not str(source).endswith(".py"):
        try:
            return importlib.import_module(str(source))
        except ImportError as error:
            raise RulesError(f"the rules {source} cannot be imported: {error}") from None
    if not file.is_file():
        raise RulesError(f"the rules {source} cannot be read: there is no such file")
    name = f"veneer_sandbox_rules_{file.as_posix().encode().hex()}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise RulesError(f"the rules {source} are not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise RulesError(told(module, error)) from error
    return module


def told(module: ModuleType, error: BaseException) -> str:
    """Return an error of the rules as one line, with the last line of the rules in its traceback."""
    file, trace = Path(getattr(module, "__file__", None) or module.__name__), error.__traceback__
    line = error.lineno if isinstance(error, SyntaxError) else None
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    words = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return f"{file.name}{f':{line}' if line else ''}: {type(error).__name__}: {words}"


def collect(
    module: ModuleType, operations: Mapping[str, ContractOperation]
) -> dict[ContractOperation, OperationRule]:
    """Return the rules of a module by operation. Raises RulesError for unknown and duplicate operations."""
    found: dict[ContractOperation, OperationRule] = {}
    for function in list(vars(module).values()):
        name = getattr(function, _MARK, None)
        if not isinstance(name, str):
            continue
        if name not in operations:
            near = difflib.get_close_matches(name, operations, 1, 0.4)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise RulesError(f"the contract has no operation {name!r}{hint}")
        one = operations[name]
        if found.setdefault(one, function) is not function:
            raise RulesError(f"the rules have two functions for the operation {one.name!r}")
    return found
