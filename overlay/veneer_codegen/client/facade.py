"""Read `openapi/facades/NAME.toml`: what the public client of a contract is called where the rules cannot know.

[client]
name = "HybriDBClient"               # the sync class; the async one is Async…
unwrap = "data"                      # the member of every success that is the result
style = "keywords"                   # or "request": one dict or model, as Speakeasy's clients take it
page_size = 100                      # rows that an iterator asks for at once, unless told
suffix = "_async"                    # what the names of async methods end in
builtins = true                      # arguments keep names that Python's builtins have (`type`, not `type_`)
raw = true                           # client and namespaces have `with_raw_response` (`veneer.stainless`)
errors = {404 = "acme.NotFoundError"}    # the class that a documented status is raised as

[namespaces]
audit_log = "audit"                  # a tag's attribute; "" puts its methods on the client itself;
                                     # "team.audit" is a namespace in a namespace

[methods.list_audit_actions]         # by the operation's function, or tag.function where two tags share one,
                                     # or its method and path: [methods."GET /audit/{id}"]
reason = "the platform's documents call it so"
name = "audit.list"                  # namespace and method ("chat.completions.create"); without a dot, a
                                     # method of the client; "audit." says the namespace alone
also = ["list_audit_log"]            # further names, each a namespace and method or a method of the client;
                                     # taken as they are, without the suffix
was = ["list_log", "logs.list"]      # older names, which go on with a DeprecationWarning; without a dot, beside it
positional = ["action"]              # arguments that can be given by position, in this order, after the path's
by_name = ["thread_id"]              # arguments of the path that are given by name only
rename = {from_ = "since"}           # arguments by other names
model = true                         # the body's model may be given in place of its members
flatten = ["options"]                # members of the body whose own members become arguments
defaults = {tools = []}              # required arguments that may be left out, and what is sent then
                                     # (members with one value are sent by themselves, and no arguments
                                     # unless they are named here)
omit = ["stream"]                    # optional members of the body that are no arguments
whole = "input"                      # the body is one argument of this name, not its members
same = {actor_id_body = "actor_id"}  # members that are always another argument's value
result = "AuditRow"                  # a frozen result that is made of the answer's model, under this name
                                     # "acme.results.AuditRow": a class of your own whose `of` takes the model
base = "AuditRow"                    # the result that such a class is a subclass of, if it is one
fields = {id = "run_id"}             # fields of the result by other names
event = "acme.results.RunEvent"      # a class of your own for the events of a stream; its `from_dict` takes their JSON
unwrap = "value"                     # the member of the result that is returned, instead of the client's
rows = "json"                        # rows of a list as they were sent, not as models
page = false                         # an operation with pages whose answer is more than one: returned whole
call = false                         # left out: the method is written by hand
iter = "iter_audit_log"              # names of the other methods of the operation; "" leaves one out
stream = "…"
download = "…"

[names]                              # with style = "request": further names of models and typed dictionaries
Messages = "ChatMessageParam"

[also.publish_event]                 # a further method of an operation, with the keys of [methods]
reason = "the published name, which takes one object"
operation = "publish_event"
whole = "input"

[waits."pipelines.wait"]             # a method that polls
reason = "an execution is asked for until it has ended"
poll = "get_execution"
until = {status = ["completed", "failed"]}
every = 2.0                          # seconds
timeout = 600.0
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Facade", "MethodFacts", "Wait", "read"]

Style = Literal["keywords", "request"]


@dataclass(frozen=True)
class MethodFacts:
    """What the data says of one operation's methods; see the module."""

    name: str = ""
    also: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    positional: tuple[str, ...] = ()
    by_name: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    model: bool = False
    flatten: tuple[str, ...] = ()
    omit: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    whole: str = ""
    result: str = ""
    base: str = ""
    event: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    unwrap: str | None = None
    page: bool = True
    rows: Literal["", "json"] = ""
    iter: str | None = None
    stream: str | None = None
    download: str | None = None
    call: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Wait:
    """A method that polls an operation until a member of its result has one of these values; times are seconds."""

    poll: str
    until: Mapping[str, tuple[str, ...]]
    every: float = 2.0
    timeout: float = 600.0
    reason: str = ""


@dataclass(frozen=True)
class Facade:
    """The data of one contract; without a file, the rules alone."""

    name: str = ""
    unwrap: str = ""
    style: Style = "keywords"
    page_size: int | None = None
    suffix: str = ""
    builtins: bool = False
    raw: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    namespaces: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, MethodFacts] = field(default_factory=dict)
    waits: Mapping[str, Wait] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[str, MethodFacts]] = field(default_factory=dict)
    """Further methods, each with its operation and what is said of it."""

    def of(self, *keys: str) -> MethodFacts:
        """Return what is said of an operation's methods by the first of its keys that is there; nothing where none is."""
        return next((self.methods[key] for key in keys if key in self.methods), MethodFacts())


_TABLES: Final = {"client", "namespaces", "methods", "also", "names", "waits"}
_CLIENT: Final = {"name", "unwrap", "style", "page_size", "suffix", "builtins", "raw", "errors"}


def read(path: Path | None, source: str = "") -> Facade:
    """Read a facade's data. Raises ContractError that names the key which is unknown, or without its reason."""
    if path is None:
        return Facade()
    source = source or path.name
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContractError(f"cannot be read: {error.strerror}", source=source) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"not TOML: {error}", source=source) from error
    _refuse_unknown(content, _TABLES, source, "")
    client = content.get("client", {})
    _refuse_unknown(client, _CLIENT, source, "client")
    if client.get("style", "keywords") not in {"keywords", "request"}:
        raise ContractError("style is keywords or request", source=source, place="client.style")
    if client.get("raw") and client.get("style") == "request":
        raise ContractError("raw goes with style keywords alone", source=source, place="client.raw")
    return Facade(
        **client,
        namespaces=content.get("namespaces", {}),
        names=content.get("names", {}),
        methods={
            name: MethodFacts(**_entry(entry, MethodFacts, source, f"methods.{name}"))
            for name, entry in content.get("methods", {}).items()
        },
        also={name: _also(name, entry, source) for name, entry in content.get("also", {}).items()},
        waits={
            name: Wait(**_entry(entry, Wait, source, f"waits.{name}"))
            for name, entry in content.get("waits", {}).items()
        },
    )


def _also(name: str, entry: Mapping[str, Any], source: str) -> tuple[str, MethodFacts]:
    place = f"also.{name}"
    if not entry.get("operation"):
        raise ContractError("say of which operation: operation = …", source=source, place=place)
    rest = {key: value for key, value in entry.items() if key != "operation"}
    only_one = {"iter": "", "stream": "", "download": ""}
    return entry["operation"], MethodFacts(
        **{**only_one, **_entry(rest, MethodFacts, source, place), "name": name}
    )


def _entry(entry: dict[str, Any], kind: type[Any], source: str, place: str) -> dict[str, Any]:
    _refuse_unknown(entry, set(kind.__dataclass_fields__), source, place)
    if not entry.get("reason"):
        raise ContractError("say why: reason = …", source=source, place=place)
    frozen: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    if "until" in frozen:
        frozen["until"] = {name: tuple(values) for name, values in frozen["until"].items()}
    return frozen


def _refuse_unknown(entry: Mapping[str, Any], known: set[str], source: str, place: str) -> None:
    if unknown := sorted(set(entry) - known):
        raise ContractError(
            f"unknown key {unknown[0]!r} (there are {', '.join(sorted(known))})", source=source, place=place
        )
