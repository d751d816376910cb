"""Read the public surface of a client from its sources, without importing or running them."""

from __future__ import annotations

import ast
import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import griffe

from veneer_codegen import contracts
from veneer_codegen.errors import CodegenError
from veneer_codegen.surface import shapes
from veneer_codegen.surface.file import Surface

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Member", "Reader", "Space", "parameters_of", "read", "room_of"]

Member = griffe.Class | griffe.Function | griffe.Attribute | griffe.TypeAlias

_ASYNC: Final = re.compile(r"\bAsync(?=[A-Z])")
_PRIVATE: Final = re.compile(r"(^|\.)_")


def room_of(root: Path, package: str) -> str:
    """Return the dotted name of a generated package's hand-written one; "" if there is none.

    It is the package of the same name below `overlay`: veneer.acme for acme_generated.acme. Of
    several (a sandbox may have one too), it is the one with the flavours of a client.
    """
    name, overlay = package.rpartition(".")[2], contracts.overlay(root)
    found = [
        path.parent for path in (*overlay.glob(f"{name}/__init__.py"), *overlay.glob(f"*/{name}/__init__.py"))
    ]
    found.sort(key=lambda folder: not (folder / "_async").is_dir())
    return ".".join(found[0].relative_to(overlay).parts) if found else ""


def read(package: str, folders: Sequence[Path], room: str = "", suffix: str = "") -> Surface:
    """Return the surface of a generated and a hand-written package, from sources in `folders`.

    `suffix` is the suffix of async methods.
    """
    return Reader(package, folders, room, suffix).surface()


@dataclass(frozen=True)
class Space:
    """A client (`path` is "") or one of its namespaces, in both flavours.

    `members` are its methods and properties in the order of their definitions: the name, and the
    definition of each flavour, or None.
    """

    path: str
    sync: griffe.Class
    tasks: griffe.Class
    members: tuple[tuple[str, Member | None, Member | None], ...]


class _Sources:
    """Modules by dotted name below some folders. Each is parsed at its first use."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._known: dict[str, griffe.Module | None] = {}

    def module(self, name: str) -> griffe.Module | None:
        """Return a module; None if there is no such file."""
        if name not in self._known:
            path = self._path(name)
            self._known[name] = _visit(name, path) if path else None
        return self._known[name]

    def forget(self, name: str) -> None:
        """Parse a module again at its next use: of a large contract, all together fill the memory."""
        self._known.pop(name, None)

    def _path(self, name: str) -> Path | None:
        # A stub first: it lists the names of a lazy package.
        for folder in self._folders:
            inner = folder.joinpath(*name.split("."))
            for path in (inner / "__init__.pyi", inner / "__init__.py", inner.with_name(f"{inner.name}.py")):
                if path.is_file():
                    return path
        return None

    def listed(self, package: str) -> Iterator[tuple[str, Path | None]]:
        """Yield the exported names of a package, with the paths of their modules if those are known."""
        home = self._path(package)
        if home is not None and home.suffix == ".pyi":
            found = list(shapes.listed(home.read_text(encoding="utf-8")))
            if found:
                yield from ((name, home.with_name(f"{module}.py")) for name, module in found)
                return
        yield from ((name, None) for name in self.exported(package))

    def names(self, package: str) -> list[str]:
        """Return the public modules of a package, without itself."""
        home = self._path(package)
        if home is None:
            return []
        return [path.stem for path in sorted(home.parent.glob("*.py")) if not path.stem.startswith("_")]

    def find(self, path: str, seen: frozenset[str] = frozenset()) -> Member | None:
        """Return the definition of a dotted name, through imports; None if it is outside."""
        home, _, name = path.rpartition(".")
        module = self.module(home) if home and path not in seen else None
        if module is None:
            return None
        found = module.members.get(name)
        if found is None:
            sources = [alias.target_path for alias in _wildcards(module)]
            targets = (self.find(f"{source}.{name}", seen | {path}) for source in sources)
            return next((target for target in targets if target is not None), None)
        if isinstance(found, griffe.Alias):
            return self.find(found.target_path, seen | {path})
        return found if isinstance(found, Member) else None

    def exported(self, name: str) -> Iterator[str]:
        """Yield the public names of a module: `__all__`, else definitions and typed imports."""
        module = self.module(name)
        if module is None:
            return
        stub = isinstance(module.filepath, Path) and module.filepath.suffix == ".pyi"
        listed = [one for one in module.exports or () if isinstance(one, str)]
        if listed:
            yield from listed
            return
        for own, member in module.members.items():
            if member.is_alias and own.endswith("/*"):
                yield from self.exported(own.removesuffix("/*").replace("/", "."))
            elif own == "TYPE_CHECKING" or own.startswith("_"):
                continue
            elif stub or not (member.is_alias and member.runtime):
                yield own


def _visit(name: str, path: Path) -> griffe.Module:
    """Return a module's names. Generated models and endpoints are read without bodies of functions."""
    text = path.read_text(encoding="utf-8")
    kind = "models" if path.parent.name == "models" else path.parent.parent.name
    if kind in {"models", "api"} and shapes.is_generated(text):
        with contextlib.suppress(SyntaxError):
            return griffe.visit(name, path, shapes.without_bodies(text, kind))
    try:
        return griffe.visit(name, path, text)
    except SyntaxError as error:
        raise CodegenError(f"{path}:{error.lineno}: {error.msg}") from error


def _wildcards(module: griffe.Module) -> list[griffe.Alias]:
    return [
        member
        for name, member in module.members.items()
        if isinstance(member, griffe.Alias) and name.endswith("/*")
    ]


class Reader:
    """The names of a client, read from the sources below `folders`. Each source is parsed once."""

    def __init__(self, package: str, folders: Sequence[Path], room: str = "", suffix: str = "") -> None:
        self._package, self._room, self._suffix = package, room, suffix
        self._sources = _Sources(folders)
        self._name = package.rpartition(".")[2]
        self._tables: dict[str, dict[str, str]] = {}
        self._inherited: dict[str, tuple[str, dict[str, str]]] = {}
        self._fields: dict[str, str] = {}

    @property
    def home(self) -> str:
        """The package that users import."""
        return self._room or f"{self._package}.client"

    def find(self, path: str) -> Member | None:
        """Return the definition of a dotted name; None if it is outside the folders."""
        return self._sources.find(path)

    def files(self) -> list[Path]:
        """Return the files that were read so far."""
        found = (module.filepath for module in self._sources._known.values() if module)  # noqa: SLF001  # ours
        return [path for path in found if isinstance(path, Path)]

    def clients(self) -> dict[str, list[Space]]:
        """Return the clients by name, with their namespaces.

        The client itself is the first of them.
        """
        found = self._exported()
        return {
            name: list(self._spaces("", sync, tasks))
            for name, sync in found.items()
            if isinstance(sync, griffe.Class)
            and isinstance(tasks := found.get(f"Async{name}"), griffe.Class)
            and not name.startswith("Async")
        }

    def requests(self) -> Mapping[str, str]:
        """Return the requests and credentials of endpoint modules: the table `wire`."""
        if "wire" not in self._tables:
            self._operations()
        return self._tables.get("wire", {})

    def _exported(self) -> dict[str, Member]:
        """Return the public names of the client. Names from elsewhere are recorded in `modules`."""
        found: dict[str, Member] = {}
        for home in (f"{self._package}.client", self._room):
            for name in sorted(self._sources.exported(home)) if home else ():
                member = self._sources.find(f"{home}.{name}")
                if member is not None and self._ours(member):
                    found[name] = member
                elif member is not None:
                    self._put("modules", name, member.kind.value)
        return found

    def surface(self) -> Surface:
        """Return every public name with its signature."""
        found = self._exported()
        for name, spaces in self.clients().items():
            sync, tasks = found.pop(name), found.pop(f"Async{name}")
            self._put("classes", name, _bases(sync))
            self._put("classes", f"Async{name}", _bases(tasks))
            for space in spaces:
                self._list(space)
        for name, member in found.items():
            self._add(name, member)
        self._models(found)
        self._modules(found)
        self._operations()
        return Surface(self.home, self._tables)

    def _put(self, table: str, name: str, value: str) -> None:
        self._tables.setdefault(table, {})[name] = value

    def _ours(self, member: Member) -> bool:
        """Return whether a definition is in the generated package or its hand-written one."""
        module = member.module.path
        named = re.search(rf"(^|\.){re.escape(self._name)}([._]|$)", module)
        return module.startswith(f"{self._package}.") or named is not None

    # -- clients -------------------------------------------------------------------------------------------------

    def _spaces(self, path: str, sync: griffe.Class, tasks: griffe.Class) -> Iterator[Space]:
        """Yield a class and its namespaces."""
        ours = dict(self._members(sync))
        theirs = {self._plain(name): member for name, member in self._members(tasks)}
        inner: list[Iterator[Space]] = []
        members: list[tuple[str, Member | None, Member | None]] = []
        for name in dict.fromkeys([*ours, *theirs]):
            if path and name == "__init__":
                continue
            one, other = ours.get(name), theirs.get(name)
            found, found_tasks = self._space(one), self._space(other)
            if found is not None and found_tasks is not None:
                inner.append(self._spaces(f"{path}.{name}".lstrip("."), found, found_tasks))
            else:
                members.append((name, one, other))
        yield Space(path, sync, tasks, tuple(members))
        for spaces in inner:
            yield from spaces

    def _list(self, space: Space) -> None:
        """List the members of a class, once if both flavours agree."""
        for own, one, other in space.members:
            name = f"{space.path}.{own}".lstrip(".")
            here = _declared(one) if one is not None else ""
            there = _ASYNC.sub("", _declared(other)) if other is not None else ""
            awaited = isinstance(other, griffe.Function) and "async" in other.labels
            wait = "await " if awaited else ""
            if here == there:
                self._put("client", name, f"{_deprecated(one)}{wait}{here}")
                continue
            if here:
                flavour = "" if there else " (sync)"
                self._put("client", f"{name}{flavour}", f"{_deprecated(one)}{here}")
            if there:
                self._put("client", f"{name} (async)", f"{_deprecated(other)}{wait}{there}")

    def _plain(self, name: str) -> str:
        return name.removesuffix(self._suffix) if self._suffix and not name.startswith("_") else name

    def _space(self, member: Member | None) -> griffe.Class | None:
        """Return the class of a namespace: a property's type, if it is the client's own class."""
        if not isinstance(member, griffe.Attribute) or "property" not in member.labels:
            return None
        path = getattr(member.annotation, "canonical_path", "")
        found = self._sources.find(path)
        inner = isinstance(found, griffe.Class) and self._ours(found)
        if inner and isinstance(found, griffe.Class) and _PRIVATE.search(found.module.path):
            return found
        return None

    def _members(self, found: griffe.Class, *, own: bool = False) -> Iterator[tuple[str, Member]]:
        """Yield the public members of a class, those of its bases in the client first."""
        members: dict[str, Member] = {} if own else dict(self._of_bases(found))
        for name, member in found.members.items():
            # What a generated model's constructor takes are its members.
            special = name in {"__init__", "__call__"} and "_NAMES" not in found.members
            if isinstance(member, Member) and (special or not name.startswith("_")):
                members[name] = _meant(found, member)
        yield from members.items()

    def _of_bases(self, found: griffe.Class) -> Iterator[tuple[str, Member]]:
        """Yield the public members of a class's bases in the client, those that override others last."""
        for base in reversed(found.bases):
            path = getattr(base, "canonical_path", str(base))
            parent = self._sources.find(path)
            if isinstance(parent, griffe.Class) and self._ours(parent):
                yield from self._members(parent)

    # -- everything else -----------------------------------------------------------------------------------------

    def _add(self, name: str, member: Member) -> None:
        if isinstance(member, griffe.Function):
            awaited = "await " if "async" in member.labels else ""
            self._put("functions", name, f"{awaited}{_signature(member, bound=False)}")
        elif isinstance(member, griffe.Class):
            self._class(name, member)
        elif keys := _typed_dict(member):
            self._put("params", name, "TypedDict")
            for key, annotation in keys:
                self._put("params", f"{name}.{key}", annotation)
        elif "Literal[" in str(getattr(member, "value", "")):
            self._put("enums", name, str(member.value))
        else:
            self._put("constants", name, _constant(member))

    def _class(self, name: str, found: griffe.Class) -> None:
        bases = [str(base) for base in found.bases]
        if any(base.rpartition(".")[2] == "TypedDict" for base in bases):
            self._put("params", name, "TypedDict")
            for key, member in self._members(found):
                self._put("params", f"{name}.{key}", str(getattr(member, "annotation", "")))
            return
        fails = self._fails(found)
        table = "errors" if fails else "models" if self._is_model(found) else "classes"
        self._put(table, name, _bases(found))
        for key, member in self._members(found, own=fails):
            if table != "models" or _is_field(member):
                declared = _declared(member)
                awaited = isinstance(member, griffe.Function) and "async" in member.labels
                self._put(table, f"{name}.{key}", f"await {declared}" if awaited else declared)

    def _fails(self, found: griffe.Class) -> bool:
        names = [str(base).rpartition(".")[2] for base in found.bases]
        return any(name.endswith(("Error", "Exception")) for name in names)

    def _is_model(self, found: griffe.Class) -> bool:
        return found.module.path.startswith(f"{self._package}.models.")

    def _models(self, found: Mapping[str, Member]) -> None:
        home = f"{self._package}.models"
        for name, path in self._sources.listed(home):
            if name in found or name.endswith("_VALUES") or (path and self._shaped(name, path)):
                continue
            member = self._sources.find(f"{home}.{name}")
            if member is not None:
                self._add(name, member)
            if member is not None and member.module.path.startswith(f"{home}."):
                self._sources.forget(member.module.path)

    def _shaped(self, name: str, path: Path) -> bool:
        """List a model or enum by the shape of its module. Return False if it has another one, or none."""
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return False
        if values := shapes.values(text, name):
            self._put("enums", name, values)
            return True
        shape = shapes.model(text, name)
        if shape is None:
            return False
        if shape.base not in self._inherited:  # the first of its kind: the base's fields are the same in all
            member = self._sources.find(f"{self._package}.models.{name}")
            if not isinstance(member, griffe.Class) or self._fails(member) or not self._is_model(member):
                return False
            self._sources.forget(member.module.path)
            fields = {key: _declared(one) for key, one in self._of_bases(member) if _is_field(one)}
            self._inherited[shape.base] = (_bases(member), fields)
        bases, inherited = self._inherited[shape.base]
        self._put("models", name, bases)
        declared = {key: self._field(source) for key, source in shape.fields.items() if key[0] != "_"}
        for key, words in (inherited | declared).items():
            if words:
                self._put("models", f"{name}.{key}", words)
        return True

    def _field(self, source: str) -> str:
        """Return what a field's declaration says, without its name; "" if it is not a field."""
        if shapes.is_plain(source):
            return source
        if source not in self._fields:
            text = f"from __future__ import annotations\n\n\nclass Model:\n    field: {source}\n"
            member = griffe.visit("model", Path("model.py"), text).members["Model"].members["field"]
            assert isinstance(member, Member)  # noqa: S101  # it was declared
            self._fields[source] = _declared(member) if _is_field(member) else ""
        return self._fields[source]

    def _modules(self, found: Mapping[str, Member]) -> None:
        """List the names of public hand-written modules, by kind if listed already."""
        for module in self._sources.names(self._room) if self._room else ():
            home = f"{self._room}.{module}"
            for name in self._sources.exported(home):
                member = self._sources.find(f"{home}.{name}")
                if member is None:
                    continue
                self._put("modules", f"{module}.{name}", member.kind.value)
                if (
                    self._ours(member)
                    and isinstance(member, griffe.Class | griffe.Function)
                    and not any(
                        member is one or name in self._tables.get(table, {})
                        for one in found.values()
                        for table in ("models", "classes", "errors", "params")
                    )
                ):
                    self._add(f"{module}.{name}", member)

    def _operations(self) -> None:
        for tag, name, shape in self._endpoints():
            result = shape.result.removesuffix(" | None")
            self._put("operations", f"{tag}.{name}", f"({', '.join(shape.parameters)}) -> {result}")
            if shape.facts:
                said = ast.literal_eval(shape.facts)
                request = f"{said['method'].upper()} {said['path']}"
                self._put("wire", f"{tag}.{name}", f"{request}, {_credentials(said.get('security'))}")

    def _endpoints(self) -> Iterable[tuple[str, str, shapes.EndpointShape]]:
        for folder in self._sources._folders:  # noqa: SLF001  # ours
            api = folder.joinpath(*self._package.split("."), "api")
            for path in sorted(api.glob("*/*.py")):
                if path.stem == "__init__":
                    continue
                shape = shapes.endpoint(path.read_text(encoding="utf-8"))
                shape = shape or self._endpoint(f"{self._package}.api.{path.parent.name}.{path.stem}")
                if shape is not None:
                    yield path.parent.name, path.stem, shape

    def _endpoint(self, name: str) -> shapes.EndpointShape | None:
        """Return the facts of an endpoint whose whole source must be parsed; None if it is none."""
        members = module.members if (module := self._sources.module(name)) else {}
        self._sources.forget(name)
        made, parsed = members.get("_get_kwargs"), members.get("_parse_response")
        if not isinstance(made, griffe.Function) or not isinstance(parsed, griffe.Function):
            return None
        facts = members.get("_OPERATION")
        source = str(facts.value) if isinstance(facts, griffe.Attribute) else ""
        return shapes.EndpointShape(parameters_of(made, bound=False), str(parsed.returns), source)


# -- values as source text -----------------------------------------------------------------------------------------


def _deprecated(member: Member | None) -> str:
    """Return the prefix of an old name's signature, which has its new name."""
    words = member.docstring.value if member is not None and member.docstring else ""
    match = re.match(r"Deprecated: use (`[^`]+`)", words)
    return f"deprecated: use {match[1]}; " if match else ""


def _declared(member: Member) -> str:
    """Return the declaration of a class's member: its signature, its type, or a property's type."""
    if isinstance(member, griffe.Function):
        return _signature(member, bound=True)
    if isinstance(member, griffe.Attribute) and "property" in member.labels:
        return f"-> {member.annotation}"
    if isinstance(member, griffe.Attribute):
        default = _default(member.value)
        return f"{member.annotation or 'Any'}{f' = {default}' if default else ''}"
    return member.kind.value


def _meant(found: griffe.Class, member: Member) -> Member:
    """Return the method of an alias in a class (`read = get`); any other definition unchanged."""
    if not isinstance(member, griffe.Attribute) or member.annotation is not None:
        return member
    method = found.members.get(str(member.value))
    return method if isinstance(method, griffe.Function) else member


def _signature(function: griffe.Function, *, bound: bool) -> str:
    overloads = [_one_signature(one, bound=bound) for one in function.overloads or ()]
    return "; ".join(overloads) or _one_signature(function, bound=bound)


def _one_signature(function: griffe.Function, *, bound: bool) -> str:
    return f"({', '.join(parameters_of(function, bound=bound))}) -> {function.returns or 'Any'}"


def parameters_of(function: griffe.Function, *, bound: bool = True) -> list[str]:
    """Return a function's parameters as source; `bound` leaves `self` out."""
    parts: list[str] = []
    parameters = list(function.parameters)
    free = bound and "staticmethod" not in function.labels
    starred = False
    for parameter in parameters[1:] if free else parameters:
        kind = parameter.kind
        if kind is griffe.ParameterKind.keyword_only and not starred:
            parts.append("*")
            starred = True
        starred = starred or kind is griffe.ParameterKind.var_positional
        stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(
            kind, ""
        )
        text = f"{stars}{parameter.name}: {parameter.annotation or 'Any'}"
        has_default = parameter.default is not None and not stars
        parts.append(f"{text} = {parameter.default}" if has_default else text)
        if kind is griffe.ParameterKind.positional_only:
            parts.append("/")
    # One `/` is enough for all parameters before it.
    last = max((place for place, part in enumerate(parts) if part == "/"), default=-1)
    return [part for place, part in enumerate(parts) if part != "/" or place == last]


def _bases(found: Member) -> str:
    bases = ", ".join(str(base) for base in getattr(found, "bases", ()))
    return f"class({bases})" if bases else "class"


def _is_field(member: Member) -> bool:
    if not isinstance(member, griffe.Attribute) or "property" in member.labels:
        return False
    value = member.value
    not_given = isinstance(value, griffe.ExprCall) and "init=False" in str(value)
    return not not_given and "ClassVar" not in str(member.annotation)


def _default(value: Any) -> str:
    """Return the default of a field as source; "" if it is required.

    A factory is shown as a call.
    """
    if isinstance(value, griffe.ExprCall) and str(value.function).endswith("field"):
        given = {one.name: str(one.value) for one in value.arguments if isinstance(one, griffe.ExprKeyword)}
        factory = given.get("default_factory") or given.get("factory")
        return given.get("default", f"{factory}()" if factory else "")
    return "" if value is None else str(value)


def _typed_dict(member: Member) -> list[tuple[str, str]]:
    """Return the keys of a typed dictionary in call syntax, which allows any key."""
    value = getattr(member, "value", None)
    if not isinstance(value, griffe.ExprCall) or not str(value.function).endswith("TypedDict"):
        return []
    call = ast.parse(str(value), mode="eval").body
    keys = call.args[1] if isinstance(call, ast.Call) and len(call.args) > 1 else None
    if not isinstance(keys, ast.Dict):
        return []
    return [
        (str(ast.literal_eval(key)), _annotation(value))
        for key, value in zip(keys.keys, keys.values, strict=True)
        if key is not None
    ]


def _annotation(node: ast.expr) -> str:
    """Return an annotation as source, unquoted."""
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


def _constant(member: Member) -> str:
    annotation = getattr(member, "annotation", None)
    value = str(getattr(member, "value", ""))
    shown = value if len(value) <= 60 and "(" not in value else "…"
    return f"{annotation} = {shown}" if annotation else f"= {shown}"


def _credentials(security: Any) -> str:
    if not security:
        return "no credential"
    return " or ".join(
        (" and ".join(one) or "no credential") if isinstance(one, list | tuple) else str(one)
        for one in security
    )
