"""The shape that docs/design.md describes, held by the code's own syntax."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import veneer
import veneer_generated
from faultserver import FaultServer

OVERLAY = Path(veneer.__file__ or "").parent
GENERATED = Path(veneer_generated.__file__ or "").parent
ENGINE_CLASSES = {"Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport"}
ENGINE_MODULES = {
    "_http/_async/transport.py",
    "_http/_sync/transport.py",
    "_http/_async/corepool.py",
    "_http/_sync/corepool.py",
    "_http/backends.py",
    "_io.py",  # tells a client of one flavour from one of the other
}
ENDPOINTS = sorted(
    path.relative_to(GENERATED.parent).with_suffix("").as_posix().replace("/", ".")
    for path in GENERATED.glob("*/api/*/*.py")
    if path.stem != "__init__"
)
OPERATION_KEYS = {"id", "method", "path", "safe"}


def _core_and_shell() -> Iterator[Path]:
    for folder in ("_core", "_http", "_async", "_sync", "hybridb", "hestiaos", "velerian", "aerostack"):
        yield from (OVERLAY / folder).rglob("*.py")
    yield from OVERLAY.glob("*.py")


def test_only_the_transport_names_the_engines_client_classes() -> None:
    named = set()
    for path in _core_and_shell():
        if path.name == "testing.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "httpx"
                and node.attr in ENGINE_CLASSES
            ) or (isinstance(node, ast.Name) and node.id == "httpcore"):
                named.add(path.relative_to(OVERLAY).as_posix())
    # A platform may take the engine's own clients as arguments and say so in its types.
    assert {name for name in named if "/aerostack" not in name} <= ENGINE_MODULES


def _imported(path: Path) -> Iterator[str]:
    """Yield the top-level modules that a file imports when it runs."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_only_the_connection_layer_imports_sockets_tls_and_the_engine() -> None:
    importing = {
        path.relative_to(OVERLAY).as_posix()
        for path in _core_and_shell()
        if {"socket", "ssl", "httpcore", "h11", "httptools"} & set(_imported(path))
    }
    assert "_http/sockets.py" in importing
    # A thread that waits for a connection is interrupted through its socket.
    assert {name for name in importing if not name.startswith("_http/")} == {"_io.py"}


def test_there_are_endpoints_to_look_at() -> None:
    assert len(ENDPOINTS) == 100


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_generated_endpoint_module_fits_the_seam(name: str) -> None:
    module = importlib.import_module(name)
    assert inspect.isfunction(module._get_kwargs)
    parse = inspect.signature(module._parse_response)
    assert list(parse.parameters) == ["client", "response"]
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in parse.parameters.values())
    assert module._OPERATION.keys() >= OPERATION_KEYS
    for parameter in inspect.signature(module._get_kwargs).parameters.values():
        assert parameter.kind in {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


FEW_CALLS_NEED = [
    pytest.param("bodies", 'client.request("POST", "x", content=iter([b"a"]))', id="a body in pieces"),
    pytest.param("bodies", 'client.request("POST", "x", files={"a": b"b"})', id="a form with files"),
    pytest.param("redirects", 'client.with_options(base_url=led).request("GET", "x")', id="a redirect"),
    pytest.param("_telemetry", 'import opentelemetry.trace; client.request("GET", "x")', id="spans"),
]


@pytest.mark.parametrize(("module", "call"), FEW_CALLS_NEED)
def test_what_few_calls_need_is_loaded_by_the_first_of_them(
    module: str, call: str, own_faults: FaultServer
) -> None:
    if module == "_telemetry":
        pytest.importorskip("opentelemetry.trace")
    code = f"""
import sys
import veneer

url, led = sys.argv[1:]

def loaded():
    return any(name.startswith("veneer.") and name.endswith(".{module}") for name in sys.modules)

with veneer.Client(url) as client:
    client.request("GET", "x")
    client.request("POST", "x", json={{}})
    before = loaded()
    {call}
    print(before, loaded())
"""
    space = own_faults.space()
    done = subprocess.run(
        [sys.executable, "-c", code, space.url(), space.url("redirect=302")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["False", "True"], done.stderr
