"""The command line of the sandbox: `python -m veneer_sandbox` and `veneer sandbox`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .server import Sandbox
    from .web import Platform

    Load = Callable[[str], Mapping[str, Any]]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    out = argparse.ArgumentParser(
        prog="veneer sandbox", description="A local emulator of the four platforms, or of your own contract."
    )
    out.add_argument(
        "--contract",
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="serve this OpenAPI 3 document in place of the four platforms; may be given again, with names",
    )
    out.add_argument(
        "--rules",
        metavar="FILE",
        help="Python with what the contract does not say (default: sandbox.py beside it, where there is one)",
    )
    out.add_argument("--name", help="what the contract's sandbox is called (default: acme)")
    out.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    out.add_argument("--port", type=int, default=8780, help="port; 0 chooses a free one (default: 8780)")
    out.add_argument("--platform", help="serve this platform at the root too, without its prefix")
    out.add_argument(
        "--data", type=_folder, metavar="DIR", help="keep the state in this folder (default: memory)"
    )
    out.add_argument(
        "--seed", type=int, help="same ids, texts and faults each time; time stands still until moved"
    )
    out.add_argument("--latency", type=float, default=0.0, metavar="S", help="seconds before every answer")
    out.add_argument("--rate-limit", type=int, metavar="N", help="requests a minute and key before 429")
    out.add_argument("--require-key", action="store_true", help="HestiaOS refuses calls without a key too")
    out.add_argument(
        "--older-hestiaos", action="store_true", help="HestiaOS answers in the form of older servers"
    )
    out.add_argument(
        "--show-header",
        action="append",
        default=[],
        metavar="NAME",
        help="show this header's value in the journal too; it may be a credential",
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
        help="'[PLATFORM [METHOD [PATH]]] FAULT', for instance 'velerian POST /api/v2/abps/* status=503;rate=0.1'",
    )
    return out


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty: that would be the folder that this runs in")
    return Path(text)


def rule(text: str) -> tuple[str, str, str, str]:
    """`[PLATFORM [METHOD [PATH]]] FAULT` as the arguments of Faults.add. Raises ValueError."""
    *where, fault = text.split()
    if len(where) > 3:
        raise ValueError(f"--faults {text!r}: at most a platform, a method and a path stand before the fault")
    platform, method, path = (*where, "*", "*", "*")[:3]
    return fault, platform, method, path


def announce(sandbox: Sandbox) -> None:
    """Print the address alone on standard output, and what a person wants to know on standard error."""
    print(sandbox.url, flush=True)
    for name, base in sandbox.base_urls.items():
        print(f"  {name:<10} {base}  key {sandbox.keys[name]}", file=sys.stderr)
    for name, key in sandbox.keys.items():
        if name not in sandbox.base_urls:
            print(f"  {name}: key {key}", file=sys.stderr)
    print(f"  page and journal: {sandbox.url}/   Ctrl-C stops it", file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None, load: Load | None = None) -> int:
    """Run until interrupted; 0 when stopped, 130 when that came before it ran, 2 when it could not start.

    `load` reads what `--contract` names; without it, a file whose references stay in it.
    """
    args = parser().parse_args(argv)
    if sys.stdout is None:
        return _failed("standard output is closed, and the address has nowhere to go", 2)
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
    """What `--contract` names, each with its rules. Raises ValueError."""
    from .contract import contract_platform, read_contract

    if not args.contract and (args.rules or args.name):
        raise ValueError("--rules and --name go with --contract")
    if len(args.contract) > 1 and (args.rules or args.name):
        raise ValueError("several contracts have their names before them, and their rules beside them")
    found = []
    for text in args.contract:
        named = re.fullmatch(r"([a-z][a-z0-9_-]*)=(.+)", text)
        name, source = (named[1], named[2]) if named else (args.name or "acme", text)
        if "://" in source and load is None:
            raise ValueError(
                f"{source}: addresses are read by `veneer sandbox` with the extras cli and codegen"
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
    """Send what standard output does not take nowhere: the interpreter would fail on it once more while it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _failed(why: str, code: int) -> int:
    print(f"veneer sandbox: {' '.join(why.split())}", file=sys.stderr)
    return code
