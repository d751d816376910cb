"""`sample`: call what only reads and needs no argument, and compare the answers with the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from veneer._core.errors import APIError, ConfigurationError, ConnectError, ResponseError, VeneerError
from veneer_cli.connect import connection
from veneer_cli.endpoints import arranged
from veneer_cli.masking import Mask
from veneer_cli.process import say
from veneer_cli.text import clean, line

if TYPE_CHECKING:
    from veneer_cli.contract import Operation
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["compare_answers"]

UNFIT: Final = 3
"""The exit code where an answer does not fit the contract."""
ERROR: Final = 4
"""The exit code where no answer was compared."""


def compare_answers(service: Service, names: Sequence[str], flags: Flags) -> int:
    """Print what the answers of a running server have that the contract has not; the exit code says whether there is something.

    `names` are operations to call, none for all that can be. A call that fails is told, and the others go on, unless
    there is no connection at all. Raises ConfigurationError for a name that cannot be called so.
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
                continue  # an answer too, which was compared
            except VeneerError as error:
                failures[operation.name] = error.message
                if isinstance(error, ConnectError):
                    break
    report = sampler.report()
    if flags.json:
        print(report.to_json())
    else:
        print(clean(str(report)))
    mask = Mask(tuple(flags.secrets))  # a server may echo what it was sent
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
    """Say why an operation is not called without being asked to; "" for one that is."""
    if operation.method != "GET":
        return "may change something"
    if operation.streams or operation.binary:
        return "answers with a stream or a file"
    needed = [one.name for one in operation.parameters if one.required]
    return f"needs {', '.join(needed)}" if needed else ""
