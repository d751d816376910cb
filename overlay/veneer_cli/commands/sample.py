"""`sample`: call operations that only read and need no arguments, and check the responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import click
from click.exceptions import Exit

from veneer._core.errors import APIError, ConfigurationError, ConnectError, ResponseError, VeneerError
from veneer_cli.connect import connection
from veneer_cli.endpoints import arranged
from veneer_cli.flags import flags_of, service_of
from veneer_cli.masking import Mask
from veneer_cli.parameters import argument
from veneer_cli.process import say
from veneer_cli.text import clean, line

if TYPE_CHECKING:
    from veneer_cli.contract import Operation
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["compare_answers", "sample"]

UNFIT: Final = 3
"""The exit code if a response does not fit the contract."""
ERROR: Final = 4
"""The exit code if no response was compared."""


Sampled = Annotated[
    list[str] | None,
    argument(metavar="[OPERATION]...", help="Operations to call; default: all that can be called."),
]


def sample(ctx: click.Context, names: Sampled = None) -> None:
    """Compare a running server's responses with the contract.

    Calls operations that only read and need no arguments. No value of a response is printed.
    Exit codes: 0 all fit, 3 some do not, 4 no response was compared.
    """
    raise Exit(compare_answers(service_of(ctx), names or (), flags_of(ctx)))


def compare_answers(service: Service, names: Sequence[str], flags: Flags) -> int:
    """Print how a running server's responses differ from the contract, and return the exit code.

    `names` are the operations to call; without any, all that can be called are. A failed call is
    reported and the others go on, unless there is no connection. Raises ConfigurationError for an
    operation that cannot be called without arguments.
    """
    from veneer.sampling import Sampler

    chosen = (
        _named(service, names)
        if names
        else [one for one in service.contract.operations if not _obstacle(one)]
    )
    sampler = Sampler(service.document, rate=1)
    found = connection(service, flags)
    arguments: Mapping[str, Any] = {
        **found.arguments(),
        "on_result": [sampler],
        "credentials": found.credentials,
    }
    failures: dict[str, str] = {}
    with service.client(**arguments) as client:
        for operation in chosen:
            try:
                client.call(arranged(service, operation, {}))
            except (APIError, ResponseError):
                continue  # an error response, which was compared too
            except VeneerError as error:
                failures[operation.name] = error.message
                if isinstance(error, ConnectError):
                    break
    report = sampler.report()
    if flags.json:
        print(report.to_json())
    else:
        print(clean(str(report)))
    mask = Mask(tuple(flags.secrets))  # a server may echo a key
    for name, why in failures.items():
        say(f"not compared: {line(mask.text(f'{name}: {why}'))}")
    left = len(service.contract.operations) - len(chosen)
    if left and not names:
        say(f"not called: {left} operations that change something, stream, or need arguments")
    return ERROR if not report.sampled else UNFIT if report.findings else 0


def _named(service: Service, names: Sequence[str]) -> list[Operation]:
    found = [service.contract.find(name) for name in names]
    for one in found:
        if why := _obstacle(one):
            raise ConfigurationError(
                f"{one.name} {why}: `call` it, or give the client a veneer.sampling.Sampler"
            )
    return found


def _obstacle(operation: Operation) -> str:
    """Return why an operation is not called by default; "" if it is."""
    if operation.method != "GET":
        return "may change something"
    if operation.streams or operation.binary:
        return "returns a stream or a file"
    needed = [one.name for one in operation.parameters if one.required]
    return f"needs {', '.join(needed)}" if needed else ""
