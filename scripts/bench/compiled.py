"""Compile veneer's hot modules, from the same sources, to measure what that would give; nothing ships it.

A build is a copy of the package with extension modules beside its sources. `CHANGES` are the places
that a compiler refuses or gets wrong as they are; a module that it still refuses stays Python.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import environments

SOURCES: Final = Path(__file__).resolve().parents[2] / "overlay/veneer"
TOOLS: Final = {
    "mypyc": ("mypy==2.4.1", "setuptools==80.9.0"),
    "cython": ("cython==3.3.1", "setuptools==80.9.0"),
}
_MODES: Final = ("sync", "async")
ENGINE: Final = (
    *(
        f"_http/{name}"
        for name in ["framing", "http1", "llhttp", "net", "sockets", "response", "asyncio_stream"]
    ),
    *(f"_http/_{mode}/{name}" for mode in _MODES for name in ("http11", "pool", "transport")),
)
CORE: Final = (
    *(
        "_io",
        *(
            f"_core/{name}"
            for name in ["call", "deadline", "options", "requests", "responses", "url_cache", "auth"]
        ),
    ),
    *(f"_core/{name}" for name in ("jsontext", "result", "sse")),
    *(f"_{mode}/{name}" for mode in _MODES for name in ["session", "sender", "credentials"]),
)
GROUPS: Final = {"engine": ENGINE, "core": CORE, "all": ENGINE + CORE}

_NATIVE: Final = r"@mypyc_attr(native_class=False)\n\g<0>"
CHANGES: Final = {
    "mypyc": (
        # Subclasses of built-in exceptions, weak references to an instance, `__new__` of a foreign base.
        ("_io", r"^class (SlotTimeoutError|OutOfTimeError|Slots|Slot)\b", _NATIVE),
        ("_http/response", r"^class Headers\b", _NATIVE),
        # Async generators are not supported: this one moves to a module that is not compiled.
        ("_io", r"async def __aiter__\(self\)([^\n]*\n)        source = self\._source\n(?s:.*?)(?=\n\n\nclass )",
         r"def __aiter__(self)\1        from veneer import _chunks\n\n        return _chunks.chunks(self._source, self._size)"),
        # A name that only annotations use is looked up when the module is imported.
        ("_core/options", r"^if TYPE_CHECKING:\n", "from collections.abc import Collection\n\n\\g<0>"),
        # Classes that are completed late: compiled classes are not made of annotations at run time.
        ("_core/late", r"^if TYPE_CHECKING:\n(?=    from dataclasses)", "if True:\n"),
        # `object` as the annotation of a named tuple's member is looked up in the module alone.
        ("_core/call", r"^    endpoint: object$", "    endpoint: Any"),
        ("_core/url_cache", r"^    used: object$", "    used: Any"),
        # An attribute whose name in C is a keyword.
        ("_io", r"\bself\._thread\b", "self._thread_"),
        # A name whose type is inferred as None; an attribute of a class that is read by name.
        ("_core/responses", r"^(def _undescribed\([^\n]*\n[^\n]*\n    value) =", r"\1: Any ="),
        ("_core/url_cache", r"if \[value for value in query\.values\(\) if value is None\]", "if None in list(query.values())"),

    ),
    "cython": (
        # `except (*errors, Other)` is not supported.
        ("_http/llhttp", r"except \(\*self\._errors, _NotPlainError\)", "except tuple([*self._errors, _NotPlainError])"),
        ("_core/responses", r"except \(ImportError, \*UNFIT\)", "except tuple([ImportError, *UNFIT])"),
    ),
}  # fmt: skip
_CHUNKS: Final = "import veneer._io\nfrom veneer._io import async_end, async_read, theirs\n\nasync def chunks(source, size):\n"
_SETUP: Final = {
    "mypyc": """
import inspect, setuptools, mypyc.build
checked = inspect.Signature.__init__  # mypy 2.4.1 ends on the signatures of some coroutine functions
inspect.Signature.__init__ = lambda *args: checked(*args, __validate_parameters__=False)
flags = ["--ignore-missing-imports", "--explicit-package-bases", "--namespace-packages", "--follow-imports=silent", "--no-site-packages", "--config-file="]
made = mypyc.build.mypycify([*flags, "--no-warn-unused-ignores", *MODULES], opt_level="2", debug_level="0")
""",
    "cython": """
import setuptools, Cython.Build
made = [setuptools.Extension(one[:-3].replace("/", "."), [one], extra_compile_args=["-O2", "-g0", "-w"]) for one in MODULES]
options = {"language_level": 3, "binding": True}
made = Cython.Build.cythonize(made, compiler_directives=options, build_dir="build", quiet=True)
""",
}
_ERROR: Final = re.compile(r"^veneer/(\S+)\.py:\d+(?:: error|:\d+): (.*)", re.MULTILINE)


def build(name: str, folder: Path) -> dict[str, Any]:
    """Build `<tool>-<group>` into a folder that `environments.target` finds; once for the same sources.

    Return the number of modules and changes, what was refused, CPU seconds and KiB. Raises
    RuntimeError if the compiler fails.
    """
    tool, group = name.split("-")
    home = _home(name, folder)
    marker = home / "installed"
    if marker.exists() and marker.read_text().partition("\n")[0] == _digest():
        return dict(json.loads(marker.read_text().partition("\n")[2]))
    print(f"compiling {name} for the benchmarks …", file=sys.stderr, flush=True)
    shutil.rmtree(home, ignore_errors=True)
    if tool == "cython" and group != "all":  # its modules are independent of each other
        facts = build("cython-all", folder)
        shutil.copytree(_home("cython-all", folder) / "veneer", home / "veneer")
        for library in (home / "veneer").rglob("*.so"):
            if str(library.relative_to(home / "veneer")).partition(".")[0] not in GROUPS[group]:
                library.unlink()
    else:
        facts = _compiled(tool, list(GROUPS[group]), home, folder)
    libraries = [*(home / "veneer").rglob("*.so"), *home.glob("*.so")]
    facts["modules"] = len([*(home / "veneer").rglob("*.so")])
    facts["KiB"] = round(sum(one.stat().st_size for one in libraries) / 1024)
    marker.write_text(f"{_digest()}\n{json.dumps(facts)}")
    return facts


def _compiled(tool: str, modules: list[str], home: Path, folder: Path) -> dict[str, Any]:
    refused: dict[str, str] = {}
    path = [str(environments.target(one, folder, install=True)) for one in TOOLS[tool]]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "MYPYPATH": f"{home}"}
    before = _children()
    while True:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(SOURCES, home / "veneer", ignore=shutil.ignore_patterns("__pycache__"))
        changed = _change(tool, home / "veneer")
        files = [f"veneer/{one}.py" for one in modules]
        code = (
            f"MODULES = {files}\n{_SETUP[tool]}\nsetuptools.setup(name='x', packages=[], ext_modules=made)\n"
        )
        (home / "setup.py").write_text(code)
        command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace", f"-j{os.cpu_count()}"]
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
        if not done.returncode:
            shutil.rmtree(home / "build", ignore_errors=True)
            return {"refused": refused, "changed": changed, "seconds": round(_children() - before)}
        said = done.stdout + done.stderr
        errors = {file: words for file, words in _ERROR.findall(said) if file in modules}
        if not errors:
            raise RuntimeError(f"{tool}: {said[-2000:]}")
        refused |= errors
        modules = [one for one in modules if one not in errors]


def _digest() -> str:
    found = hashlib.sha256(repr((GROUPS, CHANGES, _SETUP, sys.version)).encode())
    for file in sorted(SOURCES.rglob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()


def _home(name: str, folder: Path) -> Path:
    return folder / f"{_pin(name)}-{sys.version_info[0]}.{sys.version_info[1]}"


def pins(name: str) -> tuple[str, ...]:
    """Return what a `Place` needs to have a build before the sources: it, and what it imports."""
    return (_pin(name), *(TOOLS["mypyc"][:1] if name.startswith("mypyc") else ()))


def _pin(name: str) -> str:
    return f"veneer-{name}"


def _change(tool: str, package: Path) -> int:
    """Change the places that the compiler does not accept. Return the number of those found."""
    found = 0
    for file, pattern, text in CHANGES[tool]:
        path = package / f"{file}.py"
        code = path.read_text(encoding="utf-8")
        if "_chunks" in text and (body := re.search(pattern, code)):
            lines = body[0].partition("source = self._source\n")[2].replace("self._size", "size")
            (package / "_chunks.py").write_text(_CHUNKS + re.sub("^    ", "", lines, flags=re.MULTILINE))
        code, count = re.subn(pattern, text, code, flags=re.MULTILINE)
        if "mypyc_attr" in text and "import mypyc_attr" not in code:
            line = "from __future__ import annotations\n"
            code = code.replace(line, f"{line}from mypy_extensions import mypyc_attr\n", 1)
        path.write_text(code, encoding="utf-8")
        found += bool(count)
    return found


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
