"""Call an API by its contract alone: an operation's module is generated at its first call, and cached."""

from __future__ import annotations

import atexit
import contextlib
import copy
import functools
import hashlib
import importlib
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from veneer._core.errors import ConfigurationError
from veneer_cli.contract import read
from veneer_cli.service import Service, module_in
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import is_json, media_type

if TYPE_CHECKING:
    from types import ModuleType

    from veneer._core.platform import Platform
    from veneer_cli.contract import Operation

__all__ = ["contract_service"]

_BASE_URL: Final = "VENEER_BASE_URL"
_API_KEY: Final = "VENEER_API_KEY"
_MANIFEST: Final = "complete.json"
_ROOT: Final = frozenset(
    {"openapi", "info", "servers", "security", "paths", "components", "jsonSchemaDialect"}
)
"""The parts of a contract that say how to call an operation; webhooks are not called."""


def contract_service(source: str, allow_refs: tuple[str, ...] = (), only: str = "") -> Service:
    """Return the API of a contract at a path or URL. Code is generated when an operation is called.

    `allow_refs` are the places outside the contract's folder that references may lead to. `only` is
    the one operation to read, named as for `Contract.find`. The API's address is from a flag,
    VENEER_BASE_URL or the contract's server, its key from a flag or VENEER_API_KEY.

    Raises ConfigurationError for an unreadable contract, an unknown operation, and if the extra
    `codegen` is missing.
    """
    try:
        from veneer_codegen import documents, selection
        from veneer_codegen.errors import CodegenError
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f'a contract needs the extra: pip install "veneer[codegen]" ({error.name} is missing)'
        ) from None
    try:
        document: Mapping[str, Any] = documents.load(source, allow_refs).content
        document = {
            key: value for key, value in document.items() if key in _ROOT or key.startswith("x-veneer-")
        }
        if only:
            chosen = read(document).find(only)
            document = selection.select(document, [f"{chosen.method} {chosen.path}"])
    except CodegenError as error:
        raise ConfigurationError(str(error)) from None
    upstream = source if source.startswith(("http://", "https://")) else ""
    return Service(
        "api",
        functools.cache(partial(_platform, document, upstream)),
        # A generated module knows how its operation pages and streams; a list of many must be told.
        (lambda: document) if only else functools.cache(partial(_recognised, document)),
        partial(_module, document, upstream),
        table=None,
    )


def _platform(document: Mapping[str, Any], upstream: str) -> Platform:
    from veneer import OAuth2, Platform
    from veneer_codegen.scaffold import access

    schemes, left_out = access.schemes(document)
    tokens = access.oauth(document, schemes, upstream, left_out)
    more: dict[str, Any] = {"schemes": schemes} if schemes else {}
    return Platform(
        name="api",
        base_url=access.base_url(document, upstream),
        env_base_url=_BASE_URL,
        env_api_key=_API_KEY,
        oauth={name: OAuth2(**facts) for name, facts in tokens.items()},
        **more,
    )


def _recognised(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract with what can be inferred: how lists are paged and how streams end."""
    from veneer_codegen.scaffold.infer_extensions import recognised

    paths = dict(document["paths"])
    for one in recognised(document):
        item = dict(pointers.follow(document, paths[one.path]))
        node = pointers.follow(document, item.get(one.method))
        if node:
            paths[one.path] = {**item, one.method: {**node, one.extension: one.facts}}
    return {**document, "paths": paths}


def _module(document: Mapping[str, Any], upstream: str, operation: Operation) -> ModuleType:
    """Return the endpoint module of an operation, generated if it is not in the cache."""
    from veneer_codegen import lock, selection
    from veneer_codegen.errors import CodegenError

    try:
        chosen = [f"{operation.method} {operation.path}"]
        part = selection.select(document, chosen)
        told = json.dumps([part, upstream, lock.tools(), lock.pipeline()], sort_keys=True)
        name = f"veneer_call_{hashlib.sha256(told.encode()).hexdigest()[:32]}"
        folder = _kept(name, lambda target: _generate(part, operation, upstream, target))
    except CodegenError as error:
        raise ConfigurationError(f"{operation.method} {operation.path}: {error}") from None
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    importlib.invalidate_caches()
    return module_in(name, operation)


def _request_only(document: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """Return a contract without the schemas of an operation's responses and JSON body.

    Responses and bodies are passed on unchanged: generating their models would take most of the time.
    """
    found: dict[str, Any] = copy.deepcopy(dict(document))
    item = pointers.follow(found, found["paths"][operation.path])
    node: dict[str, Any] = dict(pointers.follow(found, item[operation.method.lower()]))
    body = dict(pointers.follow(found, node.get("requestBody")))
    if isinstance(body.get("content"), Mapping):
        whole = {"schema": {"type": "object"}}
        body["content"] = {
            kind: whole if is_json(media_type(kind)) else media for kind, media in body["content"].items()
        }
        node["requestBody"] = body
    answers = {str(status): dict(pointers.follow(found, one)) for status, one in _dict(node.get("responses"))}
    for status, answer in answers.items():
        kinds = _dict(answer.get("content")) if status.startswith("2") else ()
        answer["content"] = {kind: _without_schema(media) for kind, media in kinds}
    node["responses"] = answers
    node.pop("callbacks", None)
    found["paths"] = {operation.path: {**item, operation.method.lower(): node}}
    return found


def _dict(node: Any) -> Iterable[tuple[str, Any]]:
    return node.items() if isinstance(node, Mapping) else ()


def _without_schema(media: Any) -> dict[str, Any]:
    return {
        key: value
        for key, value in _dict(media)
        if key not in {"schema", "itemSchema", "examples", "example"}
    }


def _generate(part: Mapping[str, Any], operation: Operation, upstream: str, target: Path) -> None:
    """Write the low-level client of one operation. Raises CodegenError if it cannot be generated."""
    from veneer_codegen import generator, selection
    from veneer_codegen.errors import ContractError
    from veneer_codegen.formatting import format_tree
    from veneer_codegen.normalise import normalise

    part = _request_only(_recognised(part), operation)
    normalised = normalise(selection.select(part, [f"{operation.method} {operation.path}"]), address=upstream)
    losses = normalised.report.losses()
    if losses:
        raise ContractError(f"cannot be expressed: {'; '.join(str(loss) for loss in losses)}")
    generator.generate(normalised, target)
    format_tree(target, select="F401")  # an unused import may name a module that was not written


# -- the cache --------------------------------------------------------------------------------------------------------


def _kept(name: str, generate: Callable[[Path], None]) -> Path:
    """Return the folder of the package of this name; `generate` writes it if it is missing or broken.

    Several processes may do this at once: each writes its own package, and the first finished is kept.
    """
    home = _home()
    if _is_whole(home / name):
        return home
    scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
    try:
        generate(scratch / name)
        manifest = json.dumps(_digests(scratch / name), indent=1)
        (scratch / name / _MANIFEST).write_text(manifest, encoding="utf-8")
        try:
            (scratch / name).rename(home / name)
        except OSError:  # it exists: another process wrote it, or it is broken
            if not _is_whole(home / name):
                (home / name).rename(scratch / "broken")
                (scratch / name).rename(home / name)
    except OSError as error:
        raise ConfigurationError(f"{home} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return home


@functools.cache
def _home() -> Path:
    """Return the cache's folder, which only this user may write since its code is run.

    Without one, it is a temporary folder of this process.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: no HOME, and no entry for the user
        home = Path(given) if given and Path(given).is_absolute() else Path.home() / ".cache"
        folder = home / "veneer" / "calls"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        facts = folder.stat()
        if os.name != "posix" or (facts.st_uid == os.geteuid() and not stat.S_IMODE(facts.st_mode) & 0o022):
            return folder
    own = tempfile.mkdtemp(prefix="veneer-calls-")
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return Path(own)


def _is_whole(package: Path) -> bool:
    """Return whether a package exists and none of its files was changed."""
    try:
        written = json.loads((package / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(written == _digests(package))


def _digests(package: Path) -> dict[str, str]:
    from veneer_codegen import lock

    return {path: digest for path, digest in lock.tree(package).items() if path != _MANIFEST}
