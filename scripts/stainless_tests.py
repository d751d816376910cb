"""Run a published Stainless SDK's tests against the client of `veneer new --from`: `make stainless`.

The SDK is OneBusAway's (`onebusaway`, its source distribution by pip). Configuration and contract
come from its repository, by git. The files `tests/api_resources/test_*.py` run unchanged but for
the root of the package. Their helpers are replaced: the client's fixtures, and the check of results
against the operation's schema. A loopback server returns the least response of the schema.

Two figures are printed: the published methods that exist under the same dotted name with the same
arguments, and the test files and tests that pass, with the reasons of the rest.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import threading
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from veneer_codegen import documents
from veneer_codegen.contract.operations import find_operations
from veneer_codegen.scaffold import project
from veneer_codegen.scaffold.examples import sample
from veneer_codegen.scaffold.infer_extensions import answer_schema
from veneer_codegen.scaffold.migration import pascal_name

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = "onebusaway"
SDIST: Final = f"{PACKAGE}==1.31.0"
REPOSITORY: Final = "https://github.com/OneBusAway/sdk-config"
COMMIT: Final = "8beada5"
CONFIG: Final = "stainless/openapi.stainless.yml"
CONTRACT: Final = "stainless/openapi.yml"
SHIM: Final = "migrated"
_EXTRA: Final = {"self", "extra_headers", "extra_query", "extra_body", "timeout", "idempotency_key"}
"""Options of every published method. Here they are those of `client.with_options(…)`."""


# -- the published SDK ---------------------------------------------------------------------------------------------


@dataclass
class Published:
    """A class of the published client: its methods with their arguments, and its nested classes."""

    methods: dict[str, ast.arguments] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)


def published(source: Path) -> dict[str, ast.arguments]:
    """Return the arguments of all methods of a published client, by path on the client."""
    classes: dict[str, Published] = {}
    for path in sorted(source.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and (path.name == "_client.py" or "resources" in path.parts):
                classes[node.name] = _read_class(node)
    client = next(name for name in classes if f"Async{name}" in classes and not name.endswith("Resource"))
    return dict(_methods(classes, client, ""))


def _read_class(node: ast.ClassDef) -> Published:
    found = Published()
    for one in node.body:
        if not isinstance(one, ast.FunctionDef) or one.name.startswith("_"):
            continue
        decorators = {ast.unparse(decorator) for decorator in one.decorator_list}
        if decorators & {"cached_property", "property"}:
            found.held[one.name] = ast.unparse(one.returns) if one.returns else ""
        elif "typing.overload" not in decorators and "overload" not in decorators:
            found.methods[one.name] = one.args
    return found


def _methods(
    classes: Mapping[str, Published], name: str, home: str, depth: int = 0
) -> Iterator[tuple[str, ast.arguments]]:
    found = classes[name]
    if depth:  # the client's own methods are its base's: options and requests
        yield from ((f"{home}{method}", arguments) for method, arguments in found.methods.items())
    for attribute, kind in found.held.items():
        if kind in classes and not attribute.startswith("with_"):
            yield from _methods(classes, kind, f"{home}{attribute}.", depth + 1)


def misfit(theirs: ast.arguments, ours: Any) -> str:
    """Return the published arguments that our method does not take; empty if it takes all."""
    parameters = inspect.signature(ours).parameters
    names = [one.arg for one in (*theirs.args, *theirs.kwonlyargs) if one.arg not in _EXTRA]
    if missing := [name for name in names if name not in parameters]:
        return f"does not take {missing[0]}"
    positional = [one.arg for one in theirs.args if one.arg not in _EXTRA]
    taken = [
        name
        for name, one in parameters.items()
        if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}
    ]
    if taken[: len(positional)] != positional:
        return f"takes {', '.join(taken)} by position, not {', '.join(positional)}"
    required = [one.arg for one in theirs.args[len(theirs.args) - len(theirs.defaults) :]]
    optional = {
        *required,
        *(one.arg for one, default in zip(theirs.kwonlyargs, theirs.kw_defaults, strict=True) if default),
    }
    needed = {name for name, one in parameters.items() if one.default is one.empty}
    return f"needs {', '.join(sorted(needed & optional))}" if needed & optional else ""


# -- the server ------------------------------------------------------------------------------------------------------


@contextmanager
def answering(content: Mapping[str, Any]) -> Iterator[str]:
    """Serve a contract on loopback. Every request gets the least response of its schema."""
    routes = [
        (
            one.method.upper(),
            re.compile(
                "/".join(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(part)) for part in one.path.split("/"))
            ),
            json.dumps(sample(content, answer_schema(content, one.node))).encode(),
        )
        for one in find_operations(content)
    ]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            path = self.path.partition("?")[0]
            body = next(
                (body for method, route, body in routes if method == self.command and route.fullmatch(path)),
                None,
            )
            self.send_response(200 if body is not None else 404)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body or b"{}")))
            self.end_headers()
            self.wfile.write(body or b"{}")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
            pass

    for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


# -- the tests' helpers ------------------------------------------------------------------------------------------------

CONFTEST: Final = '''
"""The client of the tests, and a loop for those that are coroutines."""

import asyncio
import inspect
import os

import pytest

import {shim}

LOOP = asyncio.new_event_loop()
SETTINGS = {{"api_key": "My API Key", "headers": {{"X-Stainless-Lang": "python"}}}}


@pytest.fixture
def client(request):
    with {shim}.{client}(os.environ["TEST_API_BASE_URL"], strict=getattr(request, "param", True), **SETTINGS) as client:
        yield client


@pytest.fixture
def async_client(request):
    strict = getattr(request, "param", True) is not False
    client = {shim}.Async{client}(os.environ["TEST_API_BASE_URL"], strict=strict, **SETTINGS)
    yield client
    LOOP.run_until_complete(client.aclose())


def pytest_pyfunc_call(pyfuncitem):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    LOOP.run_until_complete(pyfuncitem.obj(**{{name: pyfuncitem.funcargs[name] for name in names}}))
    return True
'''

UTILS: Final = '''
"""The check of results: their class, and the operation's schema."""

import json
import os

from openapi_schema_validator import OAS30Validator

SCHEMAS = json.loads(open(os.environ["TEST_SCHEMAS"]).read())


def assert_matches_type(kind, value, *, path):
    assert isinstance(value, kind), f"{{value!r}} is not a {{kind.__name__}}"
    schema = {{**SCHEMAS["schemas"].get(kind.__name__, {{}}), "components": SCHEMAS["components"]}}
    errors = list(OAS30Validator(schema).iter_errors(value.to_dict()))
    assert not errors, errors[0].message
'''

TYPES: Final = '''
"""Results by their names in the published package: of their method, or of their model."""

from {generated} import models as _models

RESULTS = {results!r}


def __getattr__(name):
    return getattr(_models, RESULTS.get(name, name))
'''


def write_tests(home: Path, sdist: Path, client: str, generated: str, results: Mapping[str, str]) -> None:
    """Write the shim, the helpers and the published test files with the package's root replaced."""
    shim = home / SHIM
    for folder in (shim / "types", home / "tests" / "api_resources"):
        folder.mkdir(parents=True)
    (shim / "__init__.py").write_text(f"from {PACKAGE} import Async{client}, {client}\n")
    text = TYPES.format(generated=generated, results=dict(results))
    dates = "import datetime as _dt\n\nparse_date = _dt.date.fromisoformat\nparse_datetime = _dt.datetime.fromisoformat\n"
    (shim / "_utils.py").write_text(dates)
    (shim / "types" / "__init__.py").write_text(text)
    (shim / "types" / "shared.py").write_text(text)
    (home / "tests" / "__init__.py").write_text("")
    (home / "tests" / "conftest.py").write_text(CONFTEST.format(shim=SHIM, client=client))
    (home / "tests" / "utils.py").write_text(UTILS.format())
    (home / "tests" / "api_resources" / "__init__.py").write_text("")
    for path in sorted((sdist / "tests" / "api_resources").rglob("test_*.py")):
        source = re.sub(rf"\b(from|import) {PACKAGE}\b", rf"\1 {SHIM}", path.read_text(encoding="utf-8"))
        (home / "tests" / "api_resources" / path.name).write_text(source, encoding="utf-8")


def run_tests(home: Path, made: Path, url: str) -> ET.Element:
    """Run the tests one by one, and return pytest's report."""
    report = home / "report.xml"
    paths = [str(home), str(made / "overlay"), str(made / "generated"), str(ROOT / "overlay")]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={home}", f"--junit-xml={report}", str(home / "tests")],
        cwd=home,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TEST_API_BASE_URL": url, "TEST_SCHEMAS": str(home / "schemas.json")},
        capture_output=True,
        check=False,
    )  # fmt: skip
    return ET.parse(report).getroot()  # noqa: S314  # written by the line above


def reason(case: ET.Element) -> str:
    """Return the reason of a test's failure in a few words; "" if it passed."""
    failed = next((one for one in case if one.tag in {"failure", "error"}), None)
    if failed is None:
        return ""
    text = (failed.get("message") or "").splitlines()[0]
    text = text or (failed.text or "").strip().splitlines()[-1]
    return re.sub(r"'[^']*'|\d+", "…", text)[:110]


# -- everything --------------------------------------------------------------------------------------------------------


def fetch(cache: Path, repository: str) -> tuple[Path, Path, Path]:
    """Return the published package's sources, the configuration and the contract, downloaded once."""
    sdist = cache / SDIST.replace("==", "-")
    if not sdist.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--no-binary",
                ":all:",
                "-d",
                scratch,
                SDIST,
            ]
            subprocess.run(command, check=True, timeout=600)
            with tarfile.open(next(Path(scratch).iterdir())) as archive:
                # Before 3.11.4 there is no filter; what is unpacked here was made here, or comes from the index.
                archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
                archive.extractall(cache)  # noqa: S202  # by the filter set here
    names = (CONFIG, CONTRACT)
    if not all((cache / name).is_file() for name in names):
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            subprocess.run(
                ["git", "clone", "-q", "--no-checkout", repository, scratch], check=True, timeout=600
            )
            for name in names:
                shown = subprocess.run(
                    ["git", "-C", scratch, "show", f"{COMMIT}:{name}"], check=True, capture_output=True
                )
                (cache / name).parent.mkdir(parents=True, exist_ok=True)
                (cache / name).write_bytes(shown.stdout)
    return sdist, cache / CONFIG, cache / CONTRACT


def main() -> int:
    """Make the client, compare its methods, run the tests, and print the figures.

    Return 1 if a method is missing.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "veneer-stainless")
    parser.add_argument(
        "--repository", default=REPOSITORY, help="the place of the configuration (default: %(default)s)"
    )
    parser.add_argument(
        "--keep", type=Path, help="write project and tests into this folder, which must be empty"
    )
    options = parser.parse_args()
    sdist, config, contract = fetch(options.cache.resolve(), options.repository)
    with tempfile.TemporaryDirectory() as scratch:
        return _measure(options.keep or Path(scratch), sdist, config, contract)


def _measure(home: Path, sdist: Path, config: Path, contract: Path) -> int:
    made, tests = home / "project", home / "suite"
    project.new(PACKAGE, str(contract), made, source=config)
    sys.path[:0] = [str(made / "overlay"), str(made / "generated")]
    package = importlib.import_module(PACKAGE)
    name = next(one for one in package.__all__ if f"Async{one}" in package.__all__)
    client = getattr(package, name)("http://127.0.0.1:1", api_key="key")
    methods = published(sdist / "src" / PACKAGE)
    problems = {path: problem(client, path, arguments) for path, arguments in methods.items()}
    missing = {path: problem for path, problem in problems.items() if problem}
    print(
        f"methods: {len(methods) - len(missing)} of {len(methods)} have the same name and take the same arguments"
    )
    for path, problem in missing.items():
        print(f"  {path}: {problem}")
    content = documents.load(str(contract)).content
    results, schemas = _results(client, methods, content)
    write_tests(tests, sdist, name, f"{PACKAGE}_generated.{PACKAGE}", results)
    (tests / "schemas.json").write_text(
        json.dumps({"schemas": schemas, "components": content.get("components", {})})
    )
    with answering(content) as url:
        report = run_tests(tests, made, url)
    _print(report, len(list((tests / "tests/api_resources").glob("test_*.py"))))
    return bool(missing)


def problem(client: Any, path: str, arguments: ast.arguments) -> str:
    try:
        found = client
        for part in path.split("."):
            found = getattr(found, part)
    except AttributeError:
        return "is not there"
    return misfit(arguments, found)


def _results(
    client: Any, methods: Mapping[str, ast.arguments], content: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the classes of results by their published names, and their schemas by class."""
    results, schemas = {}, {}
    for path in methods:
        home, _, method = path.rpartition(".")
        found = getattr(getattr(client, home), method)
        kind = str(inspect.signature(found).return_annotation)
        for words in (home, home.removesuffix("s")):
            results[f"{pascal_name(words)}{pascal_name(method)}Response"] = kind
        verb, _, route = re.search(r"^([A-Z]+) (/\S+)$", inspect.getdoc(found) or "", re.MULTILINE)[
            0
        ].partition(" ")  # type: ignore[index]  # every docstring has it
        schemas[kind] = answer_schema(content, content["paths"][route][verb.lower()])
    return results, schemas


def _print(report: ET.Element, files: int) -> None:
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: Counter[str] = Counter()
    passing: dict[str, list[bool]] = defaultdict(list)
    for case in report.iter("testcase"):
        why = reason(case)
        match = re.match(r"test_(raw_response|streaming_response|path_params|method)", case.get("name", ""))
        kinds[match[1] if match else "other"]["passed" if not why else "failed"] += 1
        passing[case.get("classname", "").rpartition(".")[0]].append(not why)
        if why:
            reasons[why] += 1
    total = sum(sum(one.values()) for one in kinds.values())
    good = sum(one["passed"] for one in kinds.values())
    print(
        f"test files: {len(passing)} of {files} run; {sum(any(one) for one in passing.values())} have tests that pass"
    )
    print(f"tests: {good} of {total} pass")
    for kind, one in sorted(kinds.items()):
        print(f"  {kind:20} {one['passed']:4} of {one['passed'] + one['failed']:4}")
    for why, count in reasons.most_common(8):
        print(f"  {count:4} × {why}")


if __name__ == "__main__":
    sys.exit(main())
