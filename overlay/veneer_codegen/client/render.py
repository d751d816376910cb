"""Write a planned client: its classes in two flavours, its typed dictionaries, its public names."""

from __future__ import annotations

import builtins
import json
import re
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from veneer_codegen.characters import printable
from veneer_codegen.rendering import finished, reflow, trim_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from veneer_codegen.client.plan import ClientPlan, Method, Namespace
    from veneer_codegen.servers import Variable

__all__ = ["write"]

TEMPLATES: Final = Path(__file__).parent / "templates"
_FLAVOURS: Final = {"_async": "Async", "_sync": ""}


def write(plan: ClientPlan, folder: Path, finish: Callable[[str], str] = str) -> None:
    """Write the package `client` of a generated package into `folder`: what `finish` makes of each module."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # the output is Python, not HTML
    )
    environment.template_class = finished(finish)
    environment.filters.update(
        about=_about,
        source=repr,
        leaving=_leaving,
        plain=_plain,
        doc=_doc,
        literal=_literal,
        imports=_imports,
        loads=_loads,
    )
    environment.tests["one_of_several"] = _is_union
    models = sorted(name for name in _mentioned(plan))
    folder.mkdir(parents=True, exist_ok=True)
    whole = plan.style == "request"
    for flavour, prefix in _FLAVOURS.items():
        attribute = "_async_client" if whole and prefix else "_client"
        facts: dict[str, Any] = {
            "plan": plan,
            "prefix": prefix,
            "flavour": flavour,
            "is_async": bool(prefix),
            "suffix": plan.suffix if prefix else "",
            "models": models,
            "attribute": attribute,
            "owner": f"with_options(self.{attribute}, retries, options)" if whole else "self._client",
        }
        place = folder / flavour
        place.mkdir(exist_ok=True)
        for namespace in plan.namespaces:
            _put(
                place / f"{namespace.module}.py",
                environment,
                "namespace.py",
                namespace=namespace,
                hiding=_hiding(namespace),
                **facts,
            )
        home = place / "__init__.py"
        if not whole:
            template, own = "client.py", plan.own
        elif plan.own.methods:  # the client itself has both flavours
            template = "namespace.py"
            own = replace(plan.own, title=plan.name, words="The client's own methods.")
        else:
            words = f'"""The {"async" if prefix else "sync"} operations."""\n'
            home.write_text(finish(words), encoding="utf-8")
            continue
        _put(home, environment, template, namespace=own, hiding=_hiding(own), **facts)
    if whole:
        _write_both(plan, folder, environment)
    if plan.results:
        _put(folder / "results.py", environment, "results.py", plan=plan, models=models)
    _put(folder / "params.py", environment, "params.py", plan=plan, models=models)
    clients = [(f"{prefix}{plan.name}", flavour) for flavour, prefix in _FLAVOURS.items()]
    _put(
        folder / "__init__.py",
        environment,
        "package.py",
        plan=plan,
        clients=[(plan.name, "_both")] if whole else clients,
    )


def _write_both(plan: ClientPlan, folder: Path, environment: Environment) -> None:
    """Write the classes with both flavours, and the names of Speakeasy's packages."""
    place = folder / "_both"
    place.mkdir(exist_ok=True)
    for namespace in plan.namespaces:
        _put(
            place / f"{namespace.module}.py", environment, "both_namespace.py", plan=plan, namespace=namespace
        )
    _put(place / "__init__.py", environment, "both_client.py", plan=plan)
    for name in ("about", "names"):
        _put(folder / f"{name}.py", environment, f"{name}.py", plan=plan)


def _put(path: Path, environment: Environment, template: str, **facts: Any) -> None:
    path.write_text(environment.get_template(f"{template}.jinja").render(**facts), encoding="utf-8")


def _mentioned(plan: ClientPlan) -> set[str]:
    """Return the models and enums that annotations mention. The formatter removes unused ones."""
    methods = [one for namespace in (plan.own, *plan.namespaces) for one in namespace.methods]
    views = {path.rpartition(".")[2] for one in methods for path in (one.view, one.event) if "." in path}
    texts = [annotation for result in plan.results for _, annotation, *_ in result.fields]
    texts += [annotation for param in plan.params for _, annotation, _, _ in param.members]
    for method in methods:
        texts += [method.result, method.model, *(one.annotation for one in method.arguments)]
    return (
        {word for text in texts for word in re.findall(r"(?<![\w.])[A-Z]\w*", text)} & plan.classes
    ) - views


def _hiding(namespace: Namespace) -> set[str]:
    """Return the names of methods that hide a builtin from the annotations of their class."""
    return {method.name for method in namespace.methods} & set(dir(builtins))


_RUNTIME: Final = (
    ("builtins", ""),
    ("typing", "TYPE_CHECKING Any TypeVar Unpack cast overload"),
    ("veneer", ""),
)
"""Imports that classes need when they are defined. A method imports what it needs itself."""

_TYPES: Final = (
    ("datetime", ""),
    ("os", ""),
    ("collections.abc", "Callable Mapping Sequence"),
    ("typing", "BinaryIO Literal"),
    ("uuid", "UUID"),
    ("veneer.arguments", "FileLike"),
)
_CONVERSIONS: Final = "as_date as_datetime as_dict as_file as_list as_model as_one_of as_uuid open_files"
_REQUEST_RUNTIME: Final = ("veneer.speakeasy", "OPTIONS PAGE_OPTIONS take_page_options with_options")
_REQUEST_TYPES: Final = ("veneer.speakeasy", "CallOptions PageCallOptions Retries")


def _imports(content: str, plan: ClientPlan, namespace: Namespace, flavour: str) -> str:
    """Return the imports that a module's classes need."""
    code = re.sub(r'"""(?:[^"]|"(?!""))*"""', "", content)
    words = set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", code))
    prefix = _FLAVOURS[flavour]
    paths = [path for one in namespace.methods for path in (one.view, one.event) if "." in path]
    hinted = {path.rpartition(".")[2] for path in paths}
    spaces = plan.within(namespace.attribute)
    if namespace is plan.own:  # a model with the client's name cannot be imported into its module
        hinted |= {plan.name, f"Async{plan.name}"}
    whole = plan.style == "request"
    typed = [
        *_TYPES,
        *([_REQUEST_TYPES] if whole else []),
        *(path.rpartition(".")[::2] for path in paths),
        *((f"{plan.package}.models", name) for name in sorted((plan.classes - hinted) & words)),
        *((f"{plan.package}.client.params", one.name) for one in plan.params),
        *([(f"{plan.package}.webhooks", "WebhookEvent")] if namespace.unwrap else []),
        *((f"{plan.package}.client.{flavour}.{one.module}", f"{prefix}{one.title}") for one in spaces),
    ]
    unset = ((f"{plan.package}.types", "UNSET Unset"),) if _has_unset(namespace) else ()
    made = {"TypeVar"} if any(one.overloads for one in namespace.methods) else set()
    runtime = (*_RUNTIME, *([_REQUEST_RUNTIME] if whole else []), *unset)
    lines = list(_lines(runtime, words | {"TYPE_CHECKING"} | made))
    hints = [f"    {line}" for line in _lines(typed, words)]
    return "\n".join(
        [
            *lines,
            *(["", "if TYPE_CHECKING:", *hints] if hints else []),
            *(["", '_E = TypeVar("_E")'] if made else []),
        ]
    )


def _has_unset(namespace: Namespace) -> bool:
    """Return whether an argument's default is UNSET, so that the class needs it to be defined."""
    return any(one.default == "UNSET" for method in namespace.methods for one in method.arguments)


def _loads(method: Method, plan: ClientPlan, namespace: Namespace) -> str:
    """Return the imports at the head of a method, without its operation."""
    parts = [method.sent, method.event and "models"]
    if method.body is not None:
        parts += [method.body.whole, method.body.model and "models", method.body.not_given]
        parts += [value for _, value in method.body.members]
        parts += ["UNSET"] if method.body.optional and method.body.model else []
        parts += ["open_files"] if method.body.files else []
    words = set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", " ".join(parts)))
    unset = () if _has_unset(namespace) else ((f"{plan.package}.types", "UNSET Unset"),)
    local = (("veneer.arguments", _CONVERSIONS), (plan.package, "models types"), *unset)
    return "\n".join(_lines(local, words))


def _lines(modules: Iterable[tuple[str, str]], words: Container[str]) -> Iterator[str]:
    for module, names in modules:
        if not names and module in words:
            yield f"import {module}"
        elif wanted := [name for name in names.split() if name in words]:
            yield f"from {module} import {', '.join(wanted)}"


def _plain(annotation: str, hiding: set[str]) -> str:
    """Return an annotation in a class whose methods hide some builtins."""
    for name in hiding:
        annotation = re.sub(rf"(?<![\w.]){name}\b(?!\s*[:=])", f"builtins.{name}", annotation)
    return annotation


def _leaving(method: Method) -> str:
    """Return the decorator of a deprecated method (PEP 702), with its newline; "" for any other."""
    if method.now:
        return f"    @veneer.deprecated({f'use `client.{method.now}`'!r})\n"
    return f"    @veneer.deprecated({f'{method.http} is deprecated'!r})\n" if method.deprecated else ""


_KINDS: Final = {
    "stream": "Iterates over the events as they arrive. Use it as a context manager, which closes the stream at its "
    "end. `limits` bounds how long the stream may be silent. `rule` says how it ends and how it is resumed. "
    "See `veneer.StreamLimits` and `veneer.StreamRule`.",
    "download": "Writes the body to a path or an open file in constant memory. The file appears at its path only when it "
    "is complete. `progress` is called with the bytes so far and the total, or None. `total` bounds the whole "
    "transfer, in seconds.",
}
_UPLOAD: Final = (
    "Files and paths are streamed, whatever their size. `progress` is called with the bytes sent and the total, "
    "or None. The upload of a file that cannot be rewound is never retried."
)


def _doc(method: Method, indent: int = 8) -> str:
    """Return the docstring of a method: summary, words, request, arguments, errors, example."""
    lines = [f"Deprecated: use `client.{method.now}`." if method.now else method.summary]
    if method.kind == "iter":
        named = "page options" if method.style == "request" else "`page_options`"
        lines += ["", f"Iterates over the rows of all pages; {named} are those of `paginate`."]
    if method.kind in _KINDS:
        lines += ["", reflow(_KINDS[method.kind], 92)]
    if method.body is not None and method.body.files:
        lines += ["", reflow(_UPLOAD, 92)]
    if method.words:
        lines += ["", reflow(method.words, 92)]
    lines += ["", method.http + (" (deprecated)" if method.deprecated else "")]
    described = [one for one in method.arguments if one.words]
    if described:
        lines += ["", "Args:"]
        for one in described:
            lines.append(_wrapped(f"    {one.name}: {one.words}", 92, 8))
    if method.raises:
        lines += ["", "Raises:"]
        for name, words in method.raises:
            lines.append(_wrapped(f"    {name}: {words}", 92, 8))
    if method.example:
        lines += ["", "Example:", *(f"    {line}" for line in method.example.splitlines())]
    text = _escaped("\n".join(lines))
    pad = " " * indent
    shown = "\n".join(f"{pad}{line}".rstrip() for line in text.splitlines()).strip()
    return trim_quotes(shown) if "\n" not in shown else f"{shown}\n{pad}"


def _is_union(annotation: str) -> bool:
    """Return whether a type is itself a union, and not only a list of one."""
    outer, before = annotation, ""
    while outer != before:
        outer, before = re.sub(r"\[[^\[\]]*\]", "", outer), outer
    return " | " in outer


def _literal(words: str) -> str:
    """Return the contract's text for use between triple quotes."""
    return trim_quotes(_escaped(words))


def _escaped(words: str) -> str:
    return printable(words).replace("\\", "\\\\").replace('"""', "'''")


def _about(variable: Variable) -> str:
    """Return the docstring's line about a server's variable."""
    words = f"{variable.words.rstrip('.')}. " if variable.words else ""
    said = f"{words}Default: {json.dumps(variable.default, ensure_ascii=False)}."
    return _escaped(said)


def _wrapped(line: str, width: int, indent: int) -> str:
    return textwrap.fill(
        line,
        width,
        initial_indent="",
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
