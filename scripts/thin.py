"""Measure how thin the overlay is, and fail if it grows: `make thin`.

The figures are: hand-written lines of the runtime (what an application imports, without derived
modules, pipeline, sandbox and command line) and of the four platforms, both in total and per
operation; import cycles, including lazy and type-only imports; class names with several meanings.
`thin.toml` has the bound of each. A figure that grows fails. `--update` writes those that shrank.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).resolve().parents[1]
BOUNDS: Final = ROOT / "thin.toml"
OVERLAY: Final = ROOT / "overlay"
PLATFORMS: Final = ("hybridb", "hestiaos", "velerian", "aerostack")
SLACK: Final = 1.01
"""The growth of lines that is tolerated, so that a fix need not wait for its lines."""
_NOT_RUNTIME: Final = (
    "veneer/codegen",
    "veneer/sandbox",
    "veneer/cli",
    "veneer_codegen",
    "veneer_sandbox",
    "veneer_cli",
    "veneer_testing",
)


def hand_written() -> list[Path]:
    """Return every Python file of the overlay that is not derived."""
    return sorted(
        path for path in OVERLAY.rglob("*.py") if "_sync" not in path.parts and path.name != "_sync.py"
    )


def figures() -> dict[str, float]:
    """Return all figures."""
    sizes = {path: path.read_text(encoding="utf-8").count("\n") for path in hand_written()}
    names = {path: path.relative_to(OVERLAY).as_posix() for path in sizes}
    runtime = [path for path in sizes if not names[path].startswith(_NOT_RUNTIME)]
    platforms = [path for path in runtime if is_platform(names[path])]
    operations = count_operations()
    lines = sum(sizes[path] for path in runtime)
    of_platforms = sum(sizes[path] for path in platforms)
    return {
        "runtime_lines": lines,
        "platform_lines": of_platforms,
        "operations": operations,
        "runtime_lines_per_operation": round(lines / operations, 1),
        "platform_lines_per_operation": round(of_platforms / operations, 1),
        "import_circles": len(circles()),
        "names_with_more_than_one_meaning": len(meanings(sizes)),
    }


def is_platform(name: str) -> bool:
    """Return whether a file belongs to one platform: its package, its facts or its facade."""
    parts = name.split("/")
    return "_platforms" in parts or any(platform in part for part in parts for platform in PLATFORMS)


def count_operations() -> int:
    """Return the number of operations of the four contracts."""
    folder = ROOT / "generated" / "veneer_generated" / "contracts"
    verbs = {"get", "put", "post", "patch", "delete", "head", "options", "trace", "query"}
    documents = [
        json.loads((folder / f"{platform}.json").read_text(encoding="utf-8")) for platform in PLATFORMS
    ]
    return sum(
        verb in verbs for document in documents for item in document["paths"].values() for verb in item
    )


def circles() -> list[list[str]]:
    """Return the groups of modules that import each other, by any kind of import, without derived ones."""
    sys.path[:0] = [str(OVERLAY), str(ROOT / "generated")]
    packages = sorted(path.parent.name for path in OVERLAY.glob("*/__init__.py"))
    graph = grimp.build_graph(
        *packages, include_external_packages=False, exclude_type_checking_imports=False, cache_dir=None
    )
    edges = {
        module: [one for one in graph.find_modules_directly_imported_by(module) if "._sync" not in one]
        for module in graph.modules
        if "._sync" not in module
    }
    return [group for group in components(edges) if len(group) > 1]


def components(edges: dict[str, list[str]]) -> list[list[str]]:
    """Return the strongly connected components of a graph (Tarjan), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in list(edges):
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            for one in following:
                if one not in edges:
                    continue
                if one not in index:
                    index[one] = low[one] = len(index)
                    stack.append(one)
                    on_stack.add(one)
                    work.append((one, iter(edges[one])))
                    break
                if one in on_stack:
                    low[node] = min(low[node], index[one])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        one = stack.pop()
                        on_stack.discard(one)
                        group.append(one)
                        if one == node:
                            break
                    found.append(sorted(group))
    return found


def meanings(files: dict[Path, int]) -> dict[str, list[str]]:
    """Return the public class names that are defined in more than one module."""
    homes: dict[str, set[str]] = defaultdict(set)
    for path in files:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name.removeprefix("Async")].add(path.relative_to(OVERLAY).as_posix())
    return {name: sorted(found) for name, found in sorted(homes.items()) if len(found) > 1}


def main() -> int:
    """Print the figures. Return 1 if one exceeds its bound."""
    parser = argparse.ArgumentParser(description="Compare the overlay's size with thin.toml.")
    parser.add_argument("--update", action="store_true", help="write the figures that shrank into thin.toml")
    parser.add_argument("--list", action="store_true", help="also list the cycles and the names")
    options = parser.parse_args()
    bounds = tomllib.loads(BOUNDS.read_text(encoding="utf-8")) if BOUNDS.is_file() else {}
    found = figures()
    for name, value in found.items():
        print(f"{name:36} {value:>9,}" + (f"   (at most {bounds[name]:,})" if name in bounds else ""))
    if options.list:
        for group in circles():
            print("circle:", " ".join(group))
        for name, homes in meanings(dict.fromkeys(hand_written(), 0)).items():
            print(f"{name}: {', '.join(homes)}")
    if options.update:
        kept = {
            name: min(value, bounds.get(name, value)) for name, value in found.items() if name != "operations"
        }
        text = "".join(f"{name} = {value}\n" for name, value in kept.items())
        said = [line for line in BOUNDS.read_text(encoding="utf-8").splitlines(True) if line.startswith("#")]
        BOUNDS.write_text("".join(said) + text, encoding="utf-8")
        return 0
    above = [
        name
        for name, value in found.items()
        if name in bounds and value > bounds[name] * (SLACK if "lines" in name else 1)
    ]
    for name in above:
        print(f"{name} grew: reduce it, or raise the bound in thin.toml with a reason", file=sys.stderr)
    return bool(above)


if __name__ == "__main__":
    sys.exit(main())
