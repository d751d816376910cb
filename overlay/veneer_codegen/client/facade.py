"""Read `openapi/facades/NAME.toml`: the names of a public client that no rule can know.

[client]
name = "HybriDBClient"               # the sync class; the async one is Async…
unwrap = "data"                      # the member of every successful response that is the result
style = "keywords"                   # or "request": one dict or model, as Speakeasy's clients take it
page_size = 100                      # the default page size of iterators
suffix = "_async"                    # the suffix of async methods
builtins = true                      # arguments keep names that Python's builtins have (`type`, not `type_`)
raw = true                           # client and namespaces have `with_raw_response` (`veneer.stainless`)
errors = {404 = "acme.NotFoundError"}    # the error class of a documented status

[namespaces]
audit_log = "audit"                  # a tag's attribute; "" puts its methods on the client itself;
                                     # "team.audit" is nested

[methods.list_audit_actions]         # by the operation's function, or tag.function where two tags share one,
                                     # or its method and path: [methods."GET /audit/{id}"]
reason = "the name in the platform's documentation"
name = "audit.list"                  # namespace and method ("chat.completions.create"); without a dot, a
                                     # method of the client; "audit." sets only the namespace
also = ["list_audit_log"]            # further names, each a namespace and method or a method of the client;
                                     # the suffix is not added to them
was = ["list_log", "logs.list"]      # older names, which keep working with a DeprecationWarning
positional = ["action"]              # positional arguments, in this order, after the path's
by_name = ["thread_id"]              # keyword-only arguments of the path
rename = {from_ = "since"}           # other names of arguments
model = true                         # the body's model is accepted in place of its members
flatten = ["options"]                # members of the body whose own members become arguments
defaults = {tools = []}              # defaults of required arguments
                                     # (members with a single value are always sent, and are not
                                     # arguments
                                     # unless they are named here)
omit = ["stream"]                    # optional members of the body that are not arguments
whole = "input"                      # the body is one argument of this name
same = {actor_id_body = "actor_id"}  # members that take another argument's value
result = "AuditRow"                  # a frozen result of this name, made of the response's model
                                     # "acme.results.AuditRow": your own class, whose `of` takes the
                                     # model
base = "AuditRow"                    # the result that your own class is a subclass of, if any
fields = {id = "run_id"}             # other names of the result's fields
event = "acme.results.RunEvent"      # your own class of a stream's events; its `from_dict` takes their JSON
unwrap = "value"                     # the member of the result that is returned, instead of the client's
rows = "json"                        # rows of a list as JSON, not as models
page = false                         # a paginated operation whose whole response is returned
call = false                         # no method is generated: it is written by hand
iter = "iter_audit_log"              # names of the operation's other methods; "" omits one
stream = "…"
download = "…"

[names]                              # with style = "request": further names of models and typed dictionaries
Messages = "ChatMessageParam"

[also.publish_event]                 # a further method of an operation, with the keys of [methods]
reason = "the published name, which takes one object"
operation = "publish_event"
whole = "input"

[waits."pipelines.wait"]             # a method that polls
reason = "polls an execution until it has ended"
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
    """The data of one operation's methods. The module's docstring describes the keys."""

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
    """A method that polls an operation until a member of its result has one of some values.

    Times are in seconds.
    """

    poll: str
    until: Mapping[str, tuple[str, ...]]
    every: float = 2.0
    timeout: float = 600.0
    reason: str = ""


@dataclass(frozen=True)
class Facade:
    """The data of one contract; empty without a file."""

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
    """Further methods, each with its operation and its data."""

    def of(self, *keys: str) -> MethodFacts:
        """Return the data of an operation's methods by the first of its keys that has any."""
        return next((self.methods[key] for key in keys if key in self.methods), MethodFacts())


_TABLES: Final = {"client", "namespaces", "methods", "also", "names", "waits"}
_CLIENT: Final = {"name", "unwrap", "style", "page_size", "suffix", "builtins", "raw", "errors"}


def read(path: Path | None, source: str = "") -> Facade:
    """Return a facade's data.

    Raises ContractError that names an unknown key, or one without a reason.
    """
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
