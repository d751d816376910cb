"""Run the documented operations of the four published clients, and compare their names with ours.

    python scripts/bench/peers                                   # starts a sandbox
    python scripts/bench/peers --sandbox http://127.0.0.1:8700   # uses a running one
    python scripts/bench/peers --keep .cache/peers hestiaos      # keeps the environments; only this client
    python scripts/bench/peers --write-names                     # also writes published/*.txt

Working operations prove that the contracts match the platforms. Our packages have the published
names, except for published/differences.toml, so that users only change an import. The exit code is
1 if an operation fails or a difference has no reason.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import names  # noqa: E402  # beside this file
from environments import PINS, environments, interpreter  # noqa: E402  # beside this folder, not in it

#: The sandbox's path and key of each platform (docs/sandbox.md).
PLATFORMS: Final = {
    "velerian": ("/velerian", "vk_live_sandbox"),
    "hybridb": ("/hybridb", "hdb_sandbox"),
    "hestiaos": ("/hestiaos", "hestia_sandbox"),
    "aerostack": ("/aerostack/v1", "ak_sandbox"),
}
#: Operations that fail because of a defect in the published client, with the defect. An operation
#: that works is a failure too: its row must be removed.
KNOWN_DEFECTS: Final = {
    ("hestiaos", "run_stream (async)"): "raises on JSON spread over several data lines, and on [DONE]",
    ("hestiaos", "run_stream"): "swallows the same error: the caller sees a short list",
}


@contextmanager
def sandbox(address: str | None) -> Iterator[str]:
    """Yield the address of a running sandbox: the given one, or a new one that ends with the block."""
    if address is not None:
        yield address.rstrip("/")
        return
    command = [sys.executable, "-m", "veneer.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _address(process)
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    """Return the address that the sandbox prints when it is ready."""
    for line in process.stdout or ():
        if found := re.search(r"https?://127\.0\.0\.1:\d+", line):
            return found[0]
    raise SystemExit("the sandbox ended before it was ready; is veneer[sandbox] installed?")


def reports(distribution: str, folder: Path, sandbox_url: str) -> Iterator[dict[str, Any]]:
    """Run one client's operations in its environment, and return a report for each."""
    platform = distribution.partition("-")[0]
    path, key = PLATFORMS[platform]
    script = str(HERE / f"{platform}_peer.py")
    command = [str(interpreter(distribution, folder)), script, "operations", sandbox_url + path, key]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    yield from map(json.loads, done.stdout.splitlines())
    if done.returncode:
        yield {
            "operation": "(the whole run)",
            "outcome": "error",
            "kind": "exit",
            "text": str(done.returncode),
        }


def names_of(distribution: str, folder: Path) -> list[str]:
    """Return the public names of a published package, listed in its own environment."""
    command = [
        str(interpreter(distribution, folder)),
        str(HERE / "names.py"),
        names.PACKAGES[distribution][0],
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.splitlines()


def compare_names(distribution: str, lines: list[str]) -> int:
    """Print the differences of our package's names, and return the number of unexplained ones."""
    found, kept = names.compared(distribution, lines), names.kept(distribution)
    wrong = [f"not in published/{distribution}.txt: {line}" for line in lines if line not in kept]
    wrong += [f"only in published/{distribution}.txt: {line}" for line in kept if line not in lines]
    wrong += [f"no reason for: {one}" for one in found.unexplained]
    wrong += [f"nothing differs as: {key}" for key in found.unused]
    print(
        f"  names: {found.same} of {len(lines)} lines are the same, {len(found.explained)} names differ with a reason"
    )
    for reason in dict.fromkeys(found.explained.values()):
        differing = [one for one, why in found.explained.items() if why == reason]
        print(f"    {len(differing):>3}  {reason}: {', '.join(differing)}"[:150])
    for line in wrong:
        print(f"  FAILED {line}")
    return len(wrong)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the clients and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clients", nargs="*", metavar="CLIENT", help=f"of {', '.join(PINS)}; all by default")
    parser.add_argument("--sandbox", metavar="URL", help="a running sandbox (default: a new one)")
    parser.add_argument("--write-names", action="store_true", help="write published/*.txt")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the clients' environments here")
    options = parser.parse_args(arguments)
    failed = 0
    with environments(options.keep) as folder, sandbox(options.sandbox) as url:
        for distribution in options.clients or PINS:
            verdicts = [verdict(distribution, report) for report in reports(distribution, folder, url)]
            failed += sum(mark == "FAILED" for mark, _ in verdicts)
            worked = sum(mark == "ok" for mark, _ in verdicts)
            print(f"\n{distribution} {PINS[distribution]}: {worked} of {len(verdicts)} operations work")
            for mark, line in verdicts:
                print(f"  {mark:<6} {line}")
            lines = names_of(distribution, folder)
            if options.write_names:
                names.keep(distribution, lines)
            failed += compare_names(distribution, lines)
    print(f"\n{failed} failed" if failed else "\nnothing failed but known defects of the published clients")
    return int(failed > 0)


def verdict(distribution: str, report: dict[str, Any]) -> tuple[str, str]:
    """Return ok, FAILED or defect, and a line about it."""
    name, worked = report["operation"], report["outcome"] == "value"
    defect = KNOWN_DEFECTS.get((distribution, name))
    what = report["text"] if worked else f"{report['kind']}: {report['text']}"
    if defect is not None:
        what = f"works now: drop it from KNOWN_DEFECTS ({what})" if worked else f"{defect} ({what})"
    mark = "FAILED" if worked == (defect is not None) else "ok" if worked else "defect"
    return mark, f"{name:<40} {' '.join(what.split())[:110]}"


if __name__ == "__main__":
    sys.exit(main())
