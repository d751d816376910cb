"""The command line of the sandbox: `python -m veneer_sandbox` and `veneer sandbox`."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .server import Sandbox
    from .web import Platform

    Load = Callable[[str], Mapping[str, Any]]

# The variables for base URL and key that the platforms' clients read. A client of another contract
# reads NAME_BASE_URL and NAME_API_KEY.
ENVIRONMENT: Final[Mapping[str, tuple[str, str]]] = {
    "hybridb": ("HDB_BASE_URL", "HDB_API_KEY"),
    "hestiaos": ("HESTIA_BASE_URL", "HESTIA_API_KEY"),
    "velerian": ("VELERIAN_BASE_URL", "VELERIAN_API_KEY"),
    "aerostack": ("AEROSTACK_SERVER_URL", "AEROSTACK_API_KEY"),
}


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    out = argparse.ArgumentParser(
        prog="veneer sandbox", description="A local emulator of the four platforms, or of your own contract."
    )
    out.add_argument(
        "--contract",
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="serve this OpenAPI 3 document instead of the four platforms; repeatable, with names",
    )
    out.add_argument(
        "--rules",
        metavar="FILE",
        help="Python rules beyond the contract (default: sandbox.py beside it, if it exists)",
    )
    out.add_argument("--name", help="the name of the contract's sandbox (default: acme)")
    out.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    out.add_argument("--port", type=int, default=8780, help="port; 0 chooses a free one (default: 8780)")
    out.add_argument("--platform", help="also serve this platform at the root, without its prefix")
    out.add_argument(
        "--data", type=_folder, metavar="DIR", help="store the state in this folder (default: memory)"
    )
    out.add_argument(
        "--seed", type=int, help="same ids, texts and faults in every run; the clock stops until it is moved"
    )
    out.add_argument("--latency", type=float, default=0.0, metavar="S", help="seconds before every response")
    out.add_argument("--rate-limit", type=int, metavar="N", help="requests per minute and key before 429")
    out.add_argument(
        "--require-key", action="store_true", help="make HestiaOS refuse calls without a key too"
    )
    out.add_argument(
        "--older-hestiaos", action="store_true", help="make HestiaOS respond in the form of older servers"
    )
    out.add_argument(
        "--show-header",
        action="append",
        default=[],
        metavar="NAME",
        help="also show this header's value in the journal; it may be a credential",
    )
    out.add_argument("--certfile", metavar="PEM", help="serve https with this certificate (and --keyfile)")
    out.add_argument("--keyfile", metavar="PEM", help="the certificate's key")
    out.add_argument(
        "--slow-tls", type=float, default=0.0, metavar="S", help="seconds before each TLS handshake"
    )
    out.add_argument(
        "--faults",
        action="append",
        default=[],
        metavar="RULE",
        help="'[PLATFORM [METHOD [PATH]]] FAULT', such as 'velerian POST /api/v2/abps/* status=503;rate=0.1'",
    )
    return out


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty, which would mean the working directory")
    return Path(text)


def rule(text: str) -> tuple[str, str, str, str]:
    """Parse `[PLATFORM [METHOD [PATH]]] FAULT` into the arguments of Faults.add. Raises ValueError."""
    *where, fault = text.split()
    if len(where) > 3:
        raise ValueError(f"--faults {text!r}: at most a platform, a method and a path may precede the fault")
    platform, method, path = (*where, "*", "*", "*")[:3]
    return fault, platform, method, path


def exports(sandbox: Sandbox) -> list[str]:
    """Return shell lines, one per platform, that point clients at this sandbox."""
    lines = []
    for name, base in sandbox.base_urls.items():
        prefix = re.sub(r"\W", "_", name.upper())
        url, key = ENVIRONMENT.get(name, (f"{prefix}_BASE_URL", f"{prefix}_API_KEY"))
        lines.append(f"export {url}={shlex.quote(base)} {key}={shlex.quote(sandbox.keys[name])}")
    return lines


def announce(sandbox: Sandbox) -> None:
    """Print the address alone on standard output, and everything else on standard error."""
    print(sandbox.url, flush=True)
    more = [f"{name}: {key}" for name, key in sandbox.keys.items() if name not in sandbox.base_urls]
    lines = [
        f"The sandbox is running; {sandbox.url}/ shows its operations and what it receives. Ctrl-C stops it.",
        "Paste these lines into another shell to point clients there at the sandbox:",
        "",
        *exports(sandbox),
        "",
        *([f"More keys: {', '.join(more)}"] if more else []),
    ]
    print("\n".join(lines), file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None, load: Load | None = None) -> int:
    """Run until interrupted, and return the exit code.

    It is 0 if the sandbox was stopped, 130 if that happened during the start, 2 if it could not start.
    `load` reads the source of `--contract`; by default, a file with local references.
    """
    args = parser().parse_args(argv)
    if sys.stdout is None:
        return _failed("standard output is closed: give it a file or a pipe for the address", 2)
    started = False

    def ready(sandbox: Sandbox, _server: object) -> None:
        nonlocal started
        started = True
        announce(sandbox)

    try:
        _serve(args, ready, load)
    except KeyboardInterrupt:
        return 0 if started else _failed("interrupted", 130)
    except ModuleNotFoundError as error:
        return _failed(f"it needs the extra: pip install 'veneer[sandbox]' ({error})", 2)
    except OSError as error:
        _drop_output()
        return _failed(str(error.strerror or error), 2)
    except ValueError as error:
        return _failed(str(error), 2)
    return 0


def _contracts(args: argparse.Namespace, load: Load | None) -> list[Platform]:
    """Return the platforms of `--contract`, each with its rules. Raises ValueError."""
    from .contract import contract_platform, read_contract

    if not args.contract and (args.rules or args.name):
        raise ValueError("--rules and --name need --contract")
    if len(args.contract) > 1 and (args.rules or args.name):
        raise ValueError(
            "with several contracts, write --contract NAME=FILE and put each one's rules beside it"
        )
    found = []
    for text in args.contract:
        named = re.fullmatch(r"([a-z][a-z0-9_-]*)=(.+)", text)
        name, source = (named[1], named[2]) if named else (args.name or "acme", text)
        if "://" in source and load is None:
            raise ValueError(
                f"{source}: only `veneer sandbox` with the extras cli and codegen reads addresses"
            )
        document = read_contract(source) if load is None else load(source)
        beside = Path(source).with_name("sandbox.py") if "://" not in source else None
        rules = args.rules or (str(beside) if beside is not None and beside.is_file() else None)
        found.append(contract_platform(document, name, rules))
        print(f"veneer sandbox: {name} is {source}" + (f" with {rules}" if rules else ""), file=sys.stderr)
    return found


def _serve(args: argparse.Namespace, ready: Callable[[Sandbox, object], None], load: Load | None) -> None:
    if bool(args.certfile) != bool(args.keyfile) or (args.slow_tls and not args.certfile):
        raise ValueError("https needs both --certfile and --keyfile")
    from .server import Tls, serve
    from .state import Options

    serve(
        host=args.host,
        port=args.port,
        options=Options(
            seed=args.seed, data=args.data, latency=args.latency, rate_limit=args.rate_limit,
            require_key=args.require_key, older_hestiaos=args.older_hestiaos, root=args.platform,
            show_headers=tuple(args.show_header),
        ),
        faults=[rule(text) for text in args.faults],
        tls=Tls(args.certfile, args.keyfile, args.slow_tls) if args.certfile else None,
        contracts=_contracts(args, load),
        on_ready=ready,
    )  # fmt: skip


def _drop_output() -> None:
    """Discard what standard output did not take: the interpreter would fail on it again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _failed(why: str, code: int) -> int:
    print(f"veneer sandbox: {' '.join(why.split())}", file=sys.stderr)
    return code
