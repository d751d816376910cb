"""Read a Stainless configuration (`stainless.yml`): the client's names, pagination and settings.

The reference is https://www.stainless.com/docs/reference/config. Every key is carried over or
becomes a note. Those in `_IGNORED` concern other languages or Stainless's own service.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from veneer._core.errors import ConfigurationError
from veneer._core.options import check_header
from veneer_codegen import documents
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import Found, find_operations, parameters_of, successes_of
from veneer_codegen.errors import ContractError
from veneer_codegen.normalise.names import class_name, identifier
from veneer_codegen.scaffold import licence
from veneer_codegen.scaffold.infer_extensions import (
    answer_of,
    body_of,
    paging_of,
    parts_of,
    query_of,
    recognised,
)
from veneer_codegen.scaffold.migration import (
    Migration,
    client_name,
    completed,
    pascal_name,
    snake_name,
    timeouts,
    vendor_extensions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["contract_beside", "read", "take"]

_LANGUAGES: Final = frozenset({"node", "typescript", "go", "java", "kotlin", "ruby", "terraform", "cli", "php", "csharp", "http", "swift", "openapi", "sql"})  # fmt: skip
_OTHERS: Final = "concerns other languages or Stainless's own service: nothing to do here"
_IGNORED: Final = frozenset(
    {"edition", "codeflow", "diagnostics", "custom_casings", "organization", "openapi.code_samples"}
    | {"settings.disable_mock_tests", "settings.sort_schema_properties", "settings.file_header", "settings.mock_server"}
    | {"settings.license", "settings.unwrap_response_fields", "settings.positional_params", "settings.unwrap_multiproperty_response_fields"}
    | {"settings.disable_tests", "settings.per_endpoint_security", "settings.python"}
)  # fmt: skip
_METHOD: Final = frozenset({"type", "endpoint", "skip", "only", "paginated", "deprecated", "unwrap_response", "positional_params", "body_param_name", "streaming"})  # fmt: skip
_ELSEWHERE: Final = frozenset({"terraform", "mcp", "skip_test_reason", "docs", "custom", "x-stainless-terraform"}) | _LANGUAGES  # fmt: skip
_STYLES: Final = {"offset": "offset", "cursor": "cursor", "cursor_id": "cursor", "cursor_url": "next_url", "page_number": "page"}  # fmt: skip
_PURPOSES: Final = {
    "items": "items",
    "has_next_page": "more",
    "next_cursor_param": "cursor",
    "next_cursor_field": "next_cursor",
    "next_cursor_id_param": "cursor",
    "cursor_item_id": "next_row",
    "cursor_url_field": "next",
    "page_number_param": "page",
    "current_page_number_field": "reported_page",
    "total_page_count_field": "last_page",
    "offset_count_param": "offset",
    "offset_total_count_field": "total",
    "offset_count_start_field": "reported_offset",
}
"""The key of `x-veneer-pagination` for the purpose of a parameter or field."""
_NEEDED: Final = {"cursor": ("cursor",), "offset": ("offset",), "page": ("page",), "next_url": ("next",)}
_PROPERTY: Final = "x-stainless-pagination-property"
_KINDS: Final = {
    (dict,): {"organization", "targets", "environments", "settings", "query_settings", "client_settings", "openapi", "readme", "streaming", "security_schemes"},
    (list,): {"security", "unspecified_endpoints"},
    (dict, list): {"pagination"},
}  # fmt: skip
"""The parts of a configuration by their keys."""
_DATA: Final = "text/event-stream"
_NO_MATTER: Final = frozenset({"default_env_prefix", "default_client_name", "omit_stainless_headers", "opt_in_new_security_behaviour", "default_client_example_name"})  # fmt: skip


def contract_beside(config: Path) -> str:
    """Return the contract of a configuration: named by `workspace.json`, or the only one beside it.

    Raises ContractError if there is none, or more than one.
    """
    for place in (config.parent / "workspace.json", config.parent / ".stainless" / "workspace.json"):
        if place.is_file():
            said = documents.load_plain(place)
            name = said.get("openapi_spec") if isinstance(said, dict) else None
            if isinstance(name, str) and (place.parent / name).is_file():
                return str(place.parent / name)
    names = ("openapi.yml", "openapi.yaml", "openapi.json")
    found = [config.parent / name for name in names if (config.parent / name).is_file()]
    if len(found) == 1:
        return str(found[0])
    what = "has no contract beside it" if not found else f"has {' and '.join(one.name for one in found)} beside it"  # fmt: skip
    raise ContractError(f"{what}: choose one with --contract", source=str(config))


def read(config: Any, path: Path) -> Mapping[str, Any]:
    """Return the configuration in a file. Raises ContractError for any other file."""
    if not isinstance(config, dict) or not isinstance(config.get("resources"), dict):
        raise ContractError(
            "is not a Stainless configuration: it has no `resources` with methods", source=str(path)
        )
    for kinds, names in _KINDS.items():
        for name in names & config.keys():
            if config[name] is not None and not isinstance(config[name], kinds):
                what = " or ".join("a mapping" if kind is dict else "a list" for kind in kinds)
                raise ContractError(f"is not {what}", source=str(path), place=name)
    return config


def take(
    config: Mapping[str, Any], source: str, content: dict[str, Any], migration: Migration
) -> tuple[Migration, dict[str, Any]]:
    """Add a configuration's settings to the contract's own.

    Return them with the corrected contract.

    Raises ContractError if none of its methods is in the contract.
    """
    reader = _Reader(config, source, content, migration)
    reader.take()
    return reader.migration, reader.content


def _table(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


class _Reader:
    """One configuration and its contract, which transforms and settings correct."""

    def __init__(
        self, config: Mapping[str, Any], source: str, content: dict[str, Any], migration: Migration
    ) -> None:
        self._config = config
        self.content = content
        self.migration = migration
        migration.source, migration.decides_pages = source, True
        # Names in a configuration are this client's; those in the contract are another's.
        migration.methods.clear()
        self._settings = _table(config.get("settings"))
        self._casings = _table(config.get("custom_casings"))
        self._models: dict[str, str] = {}
        """Schema keys by the dotted path of a model."""
        self._operations: dict[tuple[str, str], Found] = {}
        self._unpaged: list[str] = []

    # -- the whole -------------------------------------------------------------------------------------------------

    def take(self) -> None:
        """Read the configuration, starting with settings that change the contract."""
        self._organization()
        self._transforms()
        self._security()
        self._environments()
        self._queries()
        self._operations = {(one.method, one.path): one for one in find_operations(self.content)}
        self._client_settings()
        self._resources()
        self._left_out()
        self._rest()

    def _note(self, place: str, why: str) -> None:
        self.migration.note(place, why)

    def _correct(self, target: str, place: str, **change: Any) -> None:
        why = f"{self.migration.source}: {place}"
        self.content = self.migration.correct(self.content, target, why, place, **change)

    def _organization(self) -> None:
        name = _table(self._config.get("organization")).get("name")
        client = _table(self._config.get("client_settings")).get("default_client_name")
        if called := client or name:
            self.migration.called = client_name(str(called), self._casings)
        prefix = _table(self._config.get("client_settings")).get("default_env_prefix") or name
        if isinstance(prefix, str) and prefix:
            self.migration.env_base_url = f"{snake_name(prefix).upper()}_BASE_URL"
        self.migration.client |= {"builtins": True, "raw": True}

    def _rest(self) -> None:
        """Note every unread key."""
        read = {"resources", "targets", "pagination", "streaming", "client_settings", "environments", "security", "security_schemes", "query_settings", "unspecified_endpoints", "settings", "openapi"}  # fmt: skip
        for key in self._config:
            if key in _IGNORED:
                continue
            if key == "readme":
                self._note("readme", "the README's examples are made from the contract")
            elif key not in read:
                self._note(str(key), "no counterpart")
        for key in self._settings:
            if f"settings.{key}" not in _IGNORED:
                self._note(f"settings.{key}", "no counterpart")
        named = self._settings.get("license")
        if named in licence.NAMES:
            self.migration.licence = str(named)
        elif named is not None:
            self._note("settings.license", "another licence text: write it into `LICENSE` and pyproject.toml")
        self._targets(_table(self._config.get("targets")))
        for place, name, _ in sorted(
            vendor_extensions(self.content, "x-stainless-"), key=lambda one: one[:2]
        ):
            why = "an extension of the contract that is not read: the configuration and the patch replace it"
            self._note(f"x-stainless-{name} at {place}", why)

    def _targets(self, targets: Mapping[str, Any]) -> None:
        for name in targets:
            if name != "python":
                self._note(f"targets.{name}", _OTHERS)
        for key in _table(targets.get("python")):
            if key not in {"edition", "package_name", "project_name", "skip"}:
                why = "the project has its own name, release and repository: pyproject.toml and .github/"
                self._note(f"targets.python.{key}", why)

    # -- corrections of the contract -----------------------------------------------------------------------------------

    def _transforms(self) -> None:
        openapi = _table(self._config.get("openapi"))
        for key in openapi:
            if key not in {"transforms", "transformations", "code_samples"}:
                self._note(f"openapi.{key}", "no counterpart")
        for name in ("transforms", "transformations"):
            listed = openapi.get(name)
            for number, one in enumerate(listed if isinstance(listed, list) else ()):
                self._transform(_table(one), f"openapi.{name}[{number}]")

    def _transform(self, one: Mapping[str, Any], place: str) -> None:
        arguments = _table(one.get("args"))
        command = str(one.get("command"))
        listed = arguments.get("target")
        targets = listed if isinstance(listed, list) else [listed]
        why = f"{self.migration.source}: {one.get('reason') or place}"
        if not all(isinstance(target, str) for target in targets):
            self._note(f"{place} ({command})", "a transform without a counterpart: write it as a patch")
            return
        for target in map(str, targets):
            keys = arguments.get("keys")
            if command == "remove":
                whole = [f"{target}.{key}" for key in keys] if isinstance(keys, list) else [target]
                changes: list[tuple[str, dict[str, Any]]] = [(path, {"remove": True}) for path in whole]
            elif command in {"update", "merge", "append"}:
                value = arguments.get("value", arguments.get("object"))
                changes = [(target, {"update": value})]
            else:
                self._note(f"{place} ({command})", "a transform without a counterpart: write it as a patch")
                return
            for path, change in changes:
                self.content = self.migration.correct(self.content, path, why, place, **change)

    def _security(self) -> None:
        for key, target, holder in (
            ("security", "$.security", "$"),
            ("security_schemes", "$.components.securitySchemes", "$.components"),
        ):
            said = self._config.get(key)
            if said is None:
                continue
            old = self.content if holder == "$" else _table(self.content.get("components"))
            name = target.rpartition(".")[2]
            if old.get(name) == said:
                continue
            if name in old:
                self._correct(target, key, remove=True)
            if holder != "$" and "components" not in self.content:
                self._correct("$", key, update={"components": {name: said}})
            else:
                self._correct(holder, key, update={name: said})

    def _environments(self) -> None:
        found = {str(name): url for name, url in _table(self._config.get("environments")).items()}
        if not found or not all(isinstance(url, str) for url in found.values()):
            return
        opts = _table(_table(self._config.get("client_settings")).get("opts"))
        defaults = {
            str(opt["server_variable"]): opt.get("default", opt.get("example"))
            for opt in opts.values()
            if isinstance(opt, Mapping) and opt.get("server_variable")
        }
        servers = []
        for name, url in found.items():
            variables = {
                variable: {"default": str(defaults[variable])}
                for variable in re.findall(r"\{([^{}]+)\}", url)
                if defaults.get(variable) is not None
            }
            for variable in set(re.findall(r"\{([^{}]+)\}", url)) - variables.keys():
                self._note(f"environments.{name}", f"`{variable}` has no default: pass the whole `base_url=`")
            servers.append(
                {"url": url, "description": name, **({"variables": variables} if variables else {})}
            )
        listed = self.content.get("servers")
        urls = [_table(one).get("url") for one in listed] if isinstance(listed, list) else []
        if urls != list(found.values()):
            if listed is not None:
                self._correct("$.servers", "environments", remove=True)
            self._correct("$", "environments", update={"servers": servers})
        if len(found) > 1:
            self.migration.environments = found
            why = (
                "choose another environment by address: `base_url=ENVIRONMENTS[…]` in place of `environment=`"
            )
            self._note("environments", why)

    def _queries(self) -> None:
        said = _table(self._config.get("query_settings"))
        array, nested = said.get("array_format", "comma"), said.get("nested_format", "brackets")
        if not said:
            return
        for found in find_operations(self.content):
            for parameter in parameters_of(self.content, found):
                if parameter.get("in") != "query" or parameter.keys() & {"style", "explode", "content"}:
                    continue
                shape = query_of(self.content, found).get(str(parameter.get("name")))
                place = f"query_settings at {found.method.upper()} {found.path}"
                if shape is not None and shape.is_a("array"):
                    if array == "comma":
                        self._parameter(found, parameter, {"explode": False}, "query_settings.array_format")
                    elif array in {"brackets", "indices"}:
                        self._note(place, f"lists in the query are written in style `repeat`, not `{array}`")
                elif shape is not None and shape.is_a("object"):
                    if nested == "brackets":
                        style = {"style": "deepObject", "explode": True}
                        self._parameter(found, parameter, style, "query_settings.nested_format")
                    else:
                        self._note(place, "an object in the query is written by the contract's style")

    def _parameter(
        self, found: Found, parameter: Mapping[str, Any], update: dict[str, Any], place: str
    ) -> None:
        """Correct a parameter in its place: an operation's, its path's, or the components."""
        name = json.dumps(str(parameter.get("name")))
        path = f"$.paths.{json.dumps(found.path)}"
        homes: list[tuple[str, Sequence[Any]]] = [
            (f"{path}.{found.method}.parameters", found.node.get("parameters") or ()),
            (f"{path}.parameters", found.shared),
        ]
        for home, listed in homes:
            for number, node in enumerate(listed):
                if pointers.follow(self.content, node) != parameter:
                    continue
                reference = node.get("$ref") if isinstance(node, Mapping) else None
                if isinstance(reference, str):
                    keys = pointers.split(reference)
                    target = "$" + "".join(f".{json.dumps(key)}" for key in keys)
                    if (
                        pointers.follow(self.content, pointers.resolve(self.content, reference)).keys()
                        >= update.keys()
                    ):
                        return
                else:
                    target = f"{home}[?(@.name == {name})]" if "'" not in name and name.isascii() else f"{home}[{number}]"  # fmt: skip
                self._correct(target, place, update=update)
                return

    # -- the client's settings -----------------------------------------------------------------------------------------

    def _client_settings(self) -> None:
        headers: dict[str, str] = {}
        for key, value in _table(self._config.get("client_settings")).items():
            place = f"client_settings.{key}"
            if key == "opts":
                for name, opt in _table(value).items():
                    self._opt(str(name), _table(opt), headers)
            elif key == "idempotency" and isinstance(_table(value).get("header"), str):
                self._idempotency(value["header"], place)
            elif key == "default_headers":
                self._headers(_table(value), place, headers)
            elif key == "default_timeout":
                self._timeout(value, place)
            elif key == "default_retries":
                self._retries(_table(value), place)
            elif key not in _NO_MATTER:
                self._note(place, "no counterpart")
        if headers:
            self.migration.platform["headers"] = repr(headers)

    def _headers(self, said: Mapping[str, Any], place: str, headers: dict[str, str]) -> None:
        for header, text in said.items():
            try:
                headers[str(header)] = check_header(str(header), text)
            except ConfigurationError as error:
                self._note(f"{place}.{header}", error.message)

    def _timeout(self, value: Any, place: str) -> None:
        if (given := timeouts(value)) is None:
            self._note(place, "pass `timeouts=` in seconds")
        else:
            self.migration.platform["timeouts"] = given

    def _idempotency(self, header: str, place: str) -> None:
        why = f"{self.migration.source}: {place}"
        for method, path in self._operations:
            if method in {"post", "patch"}:
                facts = {"in": "header", "name": header}
                self.migration.extend(method, path, "x-veneer-idempotency", facts, why, place)

    def _retries(self, said: Mapping[str, Any], place: str) -> None:
        fields = {"max_retries": "max_retries", "initial_delay_seconds": "base", "max_delay_seconds": "cap"}
        given = {}
        for key, value in said.items():
            usable = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            if key in fields and usable:
                given[fields[key]] = repr(value if key != "max_retries" else int(value))
            else:
                self._note(f"{place}.{key}", "no counterpart")
        if given:
            made = ", ".join(f"{name}={value}" for name, value in given.items())
            self.migration.platform["retry"] = f"veneer.RetryPolicy({made})"

    def _opt(self, name: str, opt: Mapping[str, Any], headers: dict[str, str]) -> None:
        """Read one argument of the client: a credential, a header, or a variable of the address."""
        place, env = f"client_settings.opts.{name}", opt.get("read_env")
        unread = f"; `{env}` is not read" if env else ""
        scheme = str(_table(opt.get("auth")).get("security_scheme", ""))
        if "webhook" in name:
            self.migration.env_webhook_secret = str(env or "")
            ours = "webhook_secret"
        elif scheme:
            ours = self._credential(name, opt, scheme)
            unread = "" if env in self.migration.env_keys.values() else unread
        elif opt.get("server_variable"):
            ours = identifier(str(opt["server_variable"]))
        elif header := opt.get("send_in_header"):
            if opt.get("default") is not None:
                self._headers({header: opt["default"]}, place, headers)
            ours = f"headers={{{str(header)!r}: …}}"
        elif parameter := opt.get("send_as_query_param"):
            ours = f"query={{{str(parameter)!r}: …}}"
        else:
            self._note(place, "the client has no argument of that name")
            return
        known = unread and "webhook" not in name
        if ours != name or known:
            self._note(place, f"is `{ours if '=' in ours else f'{ours}='}` here{unread if known else ''}")

    def _credential(self, name: str, opt: Mapping[str, Any], scheme: str) -> str:
        """Return the argument of a credential, and record the environment variable of a key."""
        role, env = str(_table(opt["auth"]).get("role", "value")), opt.get("read_env")
        if role in {"username", "password"}:
            return 'api_key="user:password"'
        if role in {"client_id", "client_secret"}:
            return role
        if isinstance(env, str):
            self.migration.env_keys.setdefault(scheme, env)
        self.migration.schemes.setdefault(scheme, name)
        return name

    # -- resources ---------------------------------------------------------------------------------------------------

    def _resources(self) -> None:
        resources = _table(self._config.get("resources"))
        for path, node in self._walk(resources, ""):
            self._take_models(path, node)
        self._fix_names()
        inferred = {(one.method, one.path): one.facts for one in recognised(self.content) if one.extension == "x-veneer-stream"}  # fmt: skip
        for path, node in self._walk(resources, ""):
            for key in node:
                place = f"resources.{path or '$client'}.{key}"
                if key in _ELSEWHERE:
                    self._note(place, _OTHERS)
                elif key not in {
                    "models",
                    "methods",
                    "subresources",
                    "skip",
                    "only",
                    "deprecated",
                    "description",
                }:
                    self._note(place, "no counterpart")
                elif key == "description":
                    self._note(place, "a namespace has the description of the contract's tag")
            self._methods(path, node, inferred)
        if not self.migration.methods:
            raise ContractError("none of its methods is in the contract", source=self.migration.source)
        if self._unpaged:
            listed = ", ".join(self._unpaged)
            self._note("pagination", f"none of its schemes fits what look like paginated lists: {listed}")

    def _walk(self, resources: Mapping[str, Any], home: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the resources with their paths on the client, outer ones first."""
        for name, node in resources.items():
            if not isinstance(node, Mapping):
                self._note(f"resources.{home}{name}", "is not a resource")
                continue
            if not _for_python(node):
                for method in self._endpoints(node):
                    self.migration.without.append(method)
                continue
            for key in ("models", "methods", "subresources"):
                if node.get(key) is not None and not isinstance(node[key], Mapping):
                    self._note(f"resources.{home}{name}.{key}", "is not a mapping")
            path = home.rstrip(".") if name in {"$client", "$shared"} else f"{home}{snake_name(str(name))}"
            yield path, node
            yield from self._walk(_table(node.get("subresources")), f"{path}." if path else "")

    def _endpoints(self, node: Mapping[str, Any]) -> Iterator[str]:
        """Yield the endpoints (`GET /things`) of an omitted resource, and of those inside it."""
        for method in _table(node.get("methods")).values():
            found = self._endpoint(_table(method).get("endpoint") if isinstance(method, Mapping) else method)
            if found is not None:
                yield f"{found.method.upper()} {found.path}"
        for inner in _table(node.get("subresources")).values():
            yield from self._endpoints(_table(inner))

    def _endpoint(self, text: Any) -> Found | None:
        verb, _, path = " ".join(str(text).split()).partition(" ")
        if not self._operations:
            self._operations = {(one.method, one.path): one for one in find_operations(self.content)}
        return self._operations.get((verb.lower(), path))

    def _take_models(self, home: str, node: Mapping[str, Any]) -> None:
        for name, said in _table(node.get("models")).items():
            place = f"resources.{home or '$shared'}.models.{name}"
            about = said if isinstance(said, Mapping) else {"openapi_uri": said}
            key = str(about.get("openapi_uri", "")).removeprefix("#/components/schemas/")
            if about.get("type") == "alias":
                self._note(place, "a further name of a model: assign it in your package")
            elif key in _table(_table(self.content.get("components")).get("schemas")):
                self._models[f"{home}.{name}".lstrip(".")] = key
            else:
                self._note(place, "is not a schema of `components`: the model keeps its name")

    def _fix_names(self) -> None:
        """Rename models as the configuration does, if the name is free."""
        wanted: dict[str, str] = {}
        for path, key in self._models.items():
            wanted.setdefault(key, pascal_name(path.rpartition(".")[2], self._casings))
        schemas = _table(_table(self.content.get("components")).get("schemas"))
        others = {class_name(key).lower() for key in schemas if key not in wanted}
        for key, name in wanted.items():
            if list(wanted.values()).count(name) > 1 or name.lower() in others or not name.isidentifier():
                self._note(f"models: {key}", f"the name {name} is another schema's too: it keeps its own")
            elif class_name(key) != name:
                self.migration.names[key] = name

    def _methods(
        self, home: str, node: Mapping[str, Any], inferred: Mapping[tuple[str, str], dict[str, Any]]
    ) -> None:
        aliases: list[tuple[str, Mapping[str, Any]]] = []
        made: dict[str, dict[str, Any]] = {}
        for name, said in _table(node.get("methods")).items():
            about = said if isinstance(said, Mapping) else {"endpoint": said}
            place = f"resources.{home or '$client'}.methods.{name}"
            if about.get("type") == "alias":
                aliases.append((str(name), about))
                continue
            if str(about.get("type", "http")) == "webhook_unwrap":
                if home != "webhooks":
                    self._note(place, "is `client.webhooks.unwrap` here")
                continue
            if str(about.get("type", "http")) != "http":
                self._note(place, f"methods of type {about['type']} have no counterpart")
                continue
            found = self._endpoint(about.get("endpoint"))
            if found is None:
                self._note(place, "its endpoint is not in the contract")
                continue
            key = f"{found.method.upper()} {found.path}"
            if not _for_python(about):
                self.migration.without.append(key)
                continue
            dotted = f"{home}.{snake_name(str(name))}".lstrip(".")
            entry = self._method(found, about, place)
            if key in self.migration.methods:
                # A further method of an operation has no pagination or stream of its own.
                self.migration.also[dotted] = {"operation": key, **entry}
                continue
            if about.get("deprecated") or node.get("deprecated"):
                self._leaving(found, place)
            self._extensions(found, about, place, dict(inferred.get((found.method, found.path), {})))
            made[str(name)] = self.migration.methods[key] = {**entry, "name": dotted}
        for name, about in aliases:
            target = made.get(str(about.get("to")))
            dotted = f"{home}.{snake_name(name)}".lstrip(".")
            if target is None:
                self._note(f"resources.{home or '$client'}.methods.{name}", "an alias of an unknown method")
            else:
                target.setdefault("was" if about.get("deprecated") else "also", []).append(dotted)

    def _leaving(self, found: Found, place: str) -> None:
        target = f"$.paths.{json.dumps(found.path)}.{found.method}"
        if found.node.get("deprecated") is not True:
            self._correct(target, f"{place}.deprecated", update={"deprecated": True})
        self._note(f"{place}.deprecated", "the method is deprecated; its message is not shown")

    def _method(self, found: Found, about: Mapping[str, Any], place: str) -> dict[str, Any]:
        """Return the facade's data of an operation's arguments and result."""
        entry: dict[str, Any] = {"reason": f"{self.migration.source}: {place}"}
        for key, value in about.items():
            if key in _ELSEWHERE:
                self._note(f"{place}.{key}", _OTHERS)
            elif key == "default_request_options":
                self._note(f"{place}.{key}", "options of one method: `client.with_options(…)`")
            elif key not in _METHOD:
                self._note(f"{place}.{key}", f"no counterpart: {value!r:.60}")
        parameters = {str(one.get("name")): one for one in parameters_of(self.content, found)}
        path = [name for name in re.findall(r"\{([^{}]+)\}", found.path) if name in parameters]
        given = about.get("positional_params")
        ours = [_argument(name) for name in path]
        if isinstance(given, list):
            first = [_argument(str(name)) for name in given]
            sent = {
                *map(_argument, query_of(self.content, found)),
                *map(_argument, body_of(self.content, found)),
            }
            entry["by_name"] = [name for name in ours if name not in first]
            entry["positional"] = [name for name in first if name in sent - {*ours}]
            if [name for name in first if name in ours] != [name for name in ours if name in first]:
                self._note(f"{place}.positional_params", "path arguments come first, in the path's order")
        elif self._settings.get("positional_params") is False:
            entry["by_name"] = ours
        else:
            entry["by_name"] = ours[:-1]
        if isinstance(about.get("body_param_name"), str):
            entry["whole"] = snake_name(str(about["body_param_name"]))
        if (member := self._unwrapped(found, about)) is not None:
            entry["unwrap"] = member
        # Callers may pass a member that has a single value.
        entry["defaults"] = {
            identifier(name): value
            for name, shape in body_of(self.content, found, needed=True).items()
            if (value := _only_value(shape.node)) is not None
        }
        return {key: value for key, value in entry.items() if value not in ([], {})}

    def _unwrapped(self, found: Found, about: Mapping[str, Any]) -> str | None:
        """Return the member that is the result: the named one, or an envelope's only one."""
        named = about.get("unwrap_response")
        if isinstance(named, str):
            return named
        fields = self._settings.get("unwrap_response_fields")
        if named is False or not isinstance(fields, list):
            return None
        members = answer_of(self.content, found)
        several = self._settings.get("unwrap_multiproperty_response_fields") is True
        return next((str(one) for one in fields if one in members and (several or len(members) == 1)), None)

    # -- pages and streams -------------------------------------------------------------------------------------------

    def _extensions(
        self, found: Found, about: Mapping[str, Any], place: str, inferred: dict[str, Any]
    ) -> None:
        paging = self._paging(found, about.get("paginated"), place)
        why = f"{self.migration.source}: {place}"
        if paging is not None:
            self.migration.extend(found.method, found.path, "x-veneer-pagination", paging, why, place)
        elif "paginated" not in about and paging_of(self.content, found):
            self._unpaged.append(f"{found.method.upper()} {found.path}")
        streaming = about.get("streaming")
        if streaming not in (None, False):
            facts = self._stream(found, _table(streaming), place, inferred)
            self.migration.extend(found.method, found.path, "x-veneer-stream", facts, why, place)

    def _paging(self, found: Found, wanted: Any, place: str) -> dict[str, Any] | None:
        """Return a method's pagination: the named scheme, or the first that fits."""
        if wanted is False:
            return None
        listed = self._config.get("pagination")
        schemes = [
            one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, Mapping)
        ]
        for scheme in schemes:
            if isinstance(wanted, str) and scheme.get("name") != wanted:
                continue
            if not self._fits(found, scheme):
                continue
            if scheme.get("type") == "fake_page":
                self._note(
                    f"pagination.{scheme.get('name', 'fake_page')}",
                    "one response: its method returns it whole",
                )
                return None
            facts = _scheme(scheme)
            if missing := [
                key for key in _NEEDED.get(str(facts.get("style")), ("style",)) if key not in facts
            ]:
                self._note(f"pagination.{scheme.get('name', '')}", f"does not say what its {missing[0]} is")
                return None
            return completed(facts, paging_of(self.content, found) or {})
        if wanted:
            self._note(f"{place}.paginated", "no pagination scheme fits its request and response")
        return None

    def _fits(self, found: Found, scheme: Mapping[str, Any]) -> bool:
        """Return whether an operation's request and response have all parts of a scheme."""
        inside = scheme.get("param_location") == "body"
        sent = body_of(self.content, found) if inside else query_of(self.content, found)
        answered = answer_of(self.content, found)
        response = _table(scheme.get("response"))
        whole = [name for name, node in response.items() if _purpose(node).get("is_top_level_array")]
        told = {name for name, node in response.items() if not _purpose(node).get("from_header")} - {*whole}
        rows = "" in answered if whole else told <= answered.keys() and bool(told)
        return rows and set(_table(scheme.get("request"))) <= sent.keys()

    def _stream(
        self, found: Found, said: Mapping[str, Any], place: str, facts: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the description of a stream, and add it to the contract."""
        switch = said.get("param_discriminator")
        if isinstance(switch, str):
            facts["request"] = {switch: True}
        for key in said:
            if key not in {"param_discriminator", "stream_event_model", "params_type_name", "sse"}:
                self._note(f"{place}.streaming.{key}", "no counterpart")
        answers = successes_of(self.content, found.node)
        if not any(_DATA in _table(answer.get("content")) for answer in answers) and answers:
            status = next(str(one) for one in found.node["responses"] if str(one).startswith("2"))
            model = self._models.get(str(said.get("stream_event_model")))
            media = {"schema": {"$ref": f"#/components/schemas/{model}"}} if model else {}
            node = found.node["responses"][status]
            if isinstance(node, Mapping) and "$ref" not in node:
                target = f"$.paths.{json.dumps(found.path)}.{found.method}.responses.{json.dumps(status)}"
                self._correct(target, f"{place}.streaming", update={"content": {_DATA: media}})
            else:
                self._note(f"{place}.streaming", "its response is a reference: add text/event-stream there")
        self._ends(facts)
        return facts

    def _ends(self, facts: dict[str, Any]) -> None:
        """Read the marker that ends every stream. Other event rules have no counterpart."""
        listed = _table(self._config.get("streaming")).get("on_event")
        for rule in listed if isinstance(listed, list) else ():
            start = _table(rule).get("data_starts_with")
            handle = _table(rule).get("handle")
            if handle == "done" and isinstance(start, str) and re.fullmatch(r"\[[^\[\]]+\]", start):
                if facts.get("terminator") != start:
                    facts["sentinel"] = start
            elif handle == "yield" and _table(rule).get("error_property") is None:
                continue
            else:
                said = ", ".join(f"{key}: {value}" for key, value in _table(rule).items())
                why = "an event rule without a counterpart: use `rule=` of the call, or a patch"
                self._note(f"streaming.on_event ({said[:80]})", why)

    # -- omissions ----------------------------------------------------------------------------------------------------

    def _left_out(self) -> None:
        """Omit operations that the configuration does not name, as Stainless does."""
        listed = self._config.get("unspecified_endpoints")
        known = [
            found for one in (listed if isinstance(listed, list) else ()) if (found := self._endpoint(one))
        ]
        meant = {(one.method, one.path) for one in known}
        named = {*self.migration.methods, *self.migration.without}
        for method, path in self._operations:
            key = f"{method.upper()} {path}"
            if key not in named:
                self.migration.without.append(key)
                if (method, path) not in meant:
                    why = "not in the configuration, so not in the client (`without` in contracts.toml)"
                    self._note(key, why)
        self.migration.without = [
            one for one in dict.fromkeys(self.migration.without) if one not in self.migration.methods
        ]


def _for_python(node: Mapping[str, Any]) -> bool:
    skip, only = node.get("skip"), node.get("only")
    return (
        skip is not True
        and "python" not in (skip if isinstance(skip, list) else ())
        and (not isinstance(only, list) or "python" in only)
    )


def _only_value(node: Mapping[str, Any]) -> Any:
    """Return the only value of a schema; None if there are more, or it may be null."""
    listed = [node["const"]] if "const" in node else node.get("enum")
    only = listed[0] if isinstance(listed, list) and len(listed) == 1 else None
    return only if isinstance(only, str | int) else None


def _argument(name: str) -> str:
    """Return the name of a path argument, which may be a builtin's."""
    own = identifier(name)
    bare = own.removesuffix("_")
    return own if keyword.iskeyword(bare) else bare


def _purpose(node: Any) -> Mapping[str, Any]:
    return _table(_table(node).get(_PROPERTY))


def _scheme(scheme: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scheme as `x-veneer-pagination`: by its declared purposes, else by names."""
    request, response = _table(scheme.get("request")), _table(scheme.get("response"))
    parameters = [{"name": name, "in": "query", "schema": node} for name, node in request.items()]
    whole = next((node for node in response.values() if _purpose(node).get("is_top_level_array")), None)
    schema = whole or {"type": "object", "properties": dict(response)}
    answer = {"200": {"content": {"application/json": {"schema": schema}}}}
    sample = Found("get", "/", "", {"parameters": parameters, "responses": answer})
    style = _STYLES.get(str(scheme.get("type")), "")
    facts = parts_of({}, sample)
    if (whole_facts := paging_of({}, sample) or {}).get("style") == style:
        facts |= whole_facts
    facts.pop("distinct_pages", None)
    found = [(name, node) for name, node in request.items()]
    found += list(_fields(response))
    for path, node in found:
        purpose = _purpose(node)
        key = _PURPOSES.get(str(purpose.get("purpose")))
        header = purpose.get("from_header")
        if key == "next_cursor" and isinstance(header, str):
            facts.pop("next_cursor", None)
            facts["next_header"] = header
        elif key == "next_row":
            facts.pop("next_cursor", None)
            facts[key] = path.rpartition("[].")[2]
        elif key is not None:
            facts[key] = path
    if whole is not None:
        facts["items"] = ""
    if scheme.get("type") == "cursor_id" and "next_row" not in facts and "next_cursor" not in facts:
        facts["next_row"] = "id"
    inside = {"in": "body"} if scheme.get("param_location") == "body" else {}
    return {"style": style, **inside, **facts} if style else {}


def _fields(properties: Mapping[str, Any], home: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the fields of a scheme's response by dotted path, those of its rows below `rows[]`."""
    for name, node in properties.items():
        yield f"{home}{name}", node
        yield from _fields(_table(_table(node).get("properties")), f"{home}{name}.")
        rows = _table(_table(_table(node).get("items")).get("properties"))
        yield from _fields(rows, f"{home}{name}[].")
