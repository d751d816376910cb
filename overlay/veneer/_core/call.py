"""A call as a value: the request of an endpoint module or of a plain path."""

from __future__ import annotations

import functools
import inspect
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import quote, urlsplit

from veneer._core import jsontext
from veneer._core.checks import is_token
from veneer._core.errors import ConfigurationError
from veneer._core.redact import mask_url
from veneer._core.retry import READING_METHODS, SAFE_METHODS
from veneer._core.urls import check_path, expand

if TYPE_CHECKING:
    import httpx

__all__ = [
    "UNFIT",
    "Bound",
    "Call",
    "Endpoint",
    "Operation",
    "bind",
    "check_keywords",
    "from_endpoint",
    "is_other_multipart",
    "operation_of",
    "takes",
    "unbound",
]

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Endpoint(Protocol[P, T_co]):
    """An endpoint module of openapi-python-client, or any object with the same two functions."""

    def _get_kwargs(self, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]: ...

    def _parse_response(self, *, client: Any, response: httpx.Response) -> T_co | None: ...


UNFIT = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What generated parsing raises for a body that does not fit; nothing else is caught."""


class Bound(NamedTuple, Generic[T_co]):
    """An endpoint with its arguments, from `bind`."""

    endpoint: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def _get_kwargs(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.endpoint._get_kwargs(*self.args, **self.kwargs))

    def __reduce__(self) -> tuple[Any, ...]:
        return _bound_by_name, (self.endpoint.__name__, self.args, dict(self.kwargs))

    def _parse_response(self, *, client: Any, response: httpx.Response) -> T_co | None:
        return cast("T_co | None", self.endpoint._parse_response(client=client, response=response))


def _bound_by_name(module: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound[Any]:
    import importlib

    return Bound(importlib.import_module(module), args, kwargs)


def bind(endpoint: Endpoint[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Endpoint[[], T]:
    """Return an endpoint bound to its arguments, for `paginate`, `stream`, `download` and `wait`.

    Type checkers check the arguments against the operation. Those methods cannot offer that: they
    take options of their own beside the operation's arguments (PEP 612). Binding also separates
    names that both use.
    """
    bound: Endpoint[[], T] = Bound(endpoint, args, kwargs)
    return bound


def unbound(
    endpoint: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Any, tuple[Any, ...], Mapping[str, Any]]:
    """Return an endpoint and all its arguments, the bound ones first."""
    if isinstance(endpoint, Bound):
        return endpoint.endpoint, (*endpoint.args, *args), {**endpoint.kwargs, **kwargs}
    return endpoint, args, kwargs


def takes(endpoint: Any, name: str) -> bool:
    """Return whether an operation has an argument of this name."""
    code = endpoint._get_kwargs.__code__
    return name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


class Operation(NamedTuple):
    """The contract's facts about an operation beyond its arguments; all have defaults.

    `id` is the module's name. `security` lists the alternatives that it takes: the name of a
    scheme, or a tuple of names that go together, empty if it also takes no credential; no
    alternative at all for an open operation; None if nothing is known (the client's default
    applies). `safe` marks a POST that only reads; `idempotency` is where the contract takes a key:
    `{"in": "body" | "header", "name": …}`; `accept` the success media types; `errors` maps a status
    (`404`, `4XX`, `default`) to a model's name; `bodiless` are the successes without a body, if
    others have one. `deprecated` is whether it will be removed. `server` is its address if the
    caller chose no base URL, with the defaults of the `variables` in it.
    """

    id: str = "request"
    method: str = ""
    path: str | None = None
    security: Sequence[str | Sequence[str]] | None = None
    safe: bool = False
    idempotency: Mapping[str, str] | None = None
    stream: Mapping[str, Any] | None = None
    pagination: Mapping[str, Any] | None = None
    accept: str = ""
    errors: Mapping[str, str] = MappingProxyType({})
    bodiless: Sequence[str] = ()
    deprecated: bool = False
    server: str = ""
    variables: Mapping[str, str] = MappingProxyType({})
    module: str = ""


_PLAIN = frozenset({str, int, bool, float})
_JSON = {"Content-Type": "application/json"}  # as the generator writes it
_KEY_HEADER = MappingProxyType({"in": "header", "name": "Idempotency-Key"})
_OPERATION_FIELDS = frozenset(Operation._fields) - {"id", "module"}
_TAKES_ANY = 0x08  # inspect.CO_VARKEYWORDS
_operations: dict[int, tuple[object, Operation]] = {}


def operation_of(endpoint: object) -> Operation:
    """Return an endpoint module's `_OPERATION`, or defaults under its name.

    Raises ConfigurationError unless it is an endpoint module.
    """
    if isinstance(endpoint, Bound):
        endpoint = endpoint.endpoint
    known = _operations.get(id(endpoint))
    if known is not None and known[0] is endpoint:
        return known[1]
    if not callable(getattr(endpoint, "_get_kwargs", None)):
        raise ConfigurationError(_no_endpoint(endpoint))
    facts: Mapping[str, Any] = getattr(endpoint, "_OPERATION", {})
    module = str(getattr(endpoint, "__name__", type(endpoint).__name__))
    known_facts = {
        key: value for key, value in facts.items() if key in _OPERATION_FIELDS and value is not None
    }
    if "security" in known_facts:
        known_facts["security"] = tuple(
            one if isinstance(one, str) else one[0] if len(one) == 1 else tuple(one)
            for one in known_facts["security"]
        )
    found = Operation(
        **known_facts,
        # The module's name, not the contract's id: it appears in messages, and FastAPI's ids repeat the path.
        id=module.rpartition(".")[2],
        module=module,
    )
    if len(_operations) > 10_000:  # endpoint objects created on the fly must not grow this forever
        _operations.clear()
    _operations[id(endpoint)] = (endpoint, found)
    return found


class Call(NamedTuple):
    """One request to send, before base URL, options and credentials are applied.

    `target` is a path (or same-origin URL); at most one of `json` (any JSON value; NO_JSON for
    none), `content`, `data` and `files` is set; only `data` may go with `files`.
    `credentials=False` sends none. The repr shows no argument: it may be a password.
    """

    operation: Operation
    method: str
    target: str
    params: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None
    cookies: Mapping[str, str] | None = None
    json: Any = None
    has_json: bool = False
    content: Any = None
    data: Mapping[str, Any] | None = None
    files: Any = None
    credentials: bool = True
    absolute: bool = False

    def __repr__(self) -> str:
        return f"Call({self.operation.id}, {self.method} {mask_url(self.target)})"

    @property
    def safe(self) -> bool:
        """Whether the call may be repeated without a key (RFC 9110 §9.2.2)."""
        return self.method in SAFE_METHODS or self.operation.safe

    @property
    def reads(self) -> bool:
        """Whether the call changes nothing."""
        return self.method in READING_METHODS or self.operation.safe

    @property
    def is_plain(self) -> bool:
        """Whether the call has only a path below the base URL, a query and a JSON body."""
        return (
            (not self.headers or (self.has_json and self.headers == _JSON))
            and self.content is None
            and self.data is None
            and self.files is None
            and not self.cookies
            and not self.absolute
        )

    def positions(self) -> list[tuple[Any, int]] | None:
        """Return the current position of each file in the body, so that a retry can rewind it; None
        for a body that can be sent only once.

        Raises ConfigurationError for a file that cannot be sent.
        """
        found: list[tuple[Any, int]] = []
        if self.content is None and self.files is None:
            return found
        for stream in _streams(self):
            if isinstance(stream, (bytes, str, bytearray, memoryview)):
                continue
            check_source(stream)
            position = _position(stream)
            if position is None:
                return None
            found.append((stream, position))
        return found


def _streams(call: Call) -> Iterator[Any]:
    if call.content is not None:
        yield call.content
    files = call.files
    for _, part in files.items() if isinstance(files, Mapping) else files or ():
        yield part[1] if isinstance(part, (tuple, list)) else part


def check_source(source: Any) -> None:
    """Raise ConfigurationError for a file that is closed, not readable, asynchronous or in text mode."""
    if not hasattr(source, "read"):
        return
    if getattr(source, "closed", False) is True:
        raise ConfigurationError("the file to be sent is closed: pass it open, or its path")
    if is_text_file(source):
        raise ConfigurationError("the file to be sent is open in text mode: open it with mode 'rb'")
    if inspect.iscoroutinefunction(source.read):
        raise ConfigurationError(
            "the file to be sent is an asynchronous one: pass its path, or an async iterator of bytes"
        )
    if hasattr(source, "readable") and not source.readable():
        raise ConfigurationError("the file to be sent is not open for reading: open it with mode 'rb'")


def is_text_file(file: Any) -> bool:
    """Return whether a file is in text mode: those of `open` and `io` then have an encoding, and so
    do the wrappers of `tempfile` and `codecs`.
    """
    return isinstance(file, io.TextIOBase) or hasattr(file, "encoding")


def _position(stream: Any) -> int | None:
    try:
        return int(stream.tell()) if stream.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None


def check_keywords(*further: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator: for a wrong keyword, the method raises a TypeError that suggests the right one.

    `further` are the keywords of its `**kwargs`. The error is raised at the call, whatever
    the method does with its arguments later.
    """

    def decorate(method: Callable[P, T]) -> Callable[P, T]:
        code = method.__code__
        names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
        known = frozenset((*names, *further))

        @functools.wraps(method)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            if not known.issuperset(kwargs):
                from veneer._core.keywords import unexpected_keyword

                wrong = next(name for name in kwargs if name not in known)
                is_class = method.__name__ == "__init__"
                called = type(args[0]).__name__ if is_class else method.__name__
                raise unexpected_keyword(called, wrong, (*names, *further))
            return method(*args, **kwargs)

        return cast("Callable[P, T]", checked)

    return decorate


def from_endpoint(endpoint: Endpoint[P, T_co], /, *args: P.args, **kwargs: P.kwargs) -> Call:
    """Return the request of an endpoint module.

    Raises ConfigurationError for path parameters that would change its target (None, empty, dot
    segments), and TypeError for arguments that it does not take.
    """
    bound: object = endpoint
    if isinstance(bound, Bound):
        inner, given, further = unbound(endpoint, args, kwargs)
        return from_endpoint(inner, *given, **further)
    operation = operation_of(endpoint)
    get_kwargs: Callable[..., dict[str, Any]] = endpoint._get_kwargs
    positional, named = _path_arguments(operation, get_kwargs, args, kwargs)
    try:
        request = get_kwargs(*positional, **named)
    except TypeError:
        _refuse_unknown(operation, get_kwargs, named)
        raise
    if "body" in named and hasattr(named["body"], "to_dict"):
        _check_members(named["body"])
    target = str(request["url"])
    check_path(target, operation.path)
    headers: dict[str, str] = dict(request.get("headers") or {})
    if request.get("files") is not None:
        # The generator's boundary is constant, so file content could add form fields; the engine makes a random one.
        headers = {
            name: value
            for name, value in headers.items()
            if name.lower() != "content-type" or is_other_multipart(value)
        }
    return Call(
        operation=operation,
        method=str(request["method"]).upper(),
        target=target,
        params=request.get("params"),
        headers=headers,
        cookies=request.get("cookies"),
        json=request.get("json"),
        has_json="json" in request,
        content=request.get("content"),
        data=request.get("data"),
        files=request.get("files"),
    )


def is_other_multipart(kind: str) -> bool:
    """Return whether a content type is `multipart/mixed` or similar, without a boundary."""
    return kind.startswith("multipart/") and kind != "multipart/form-data" and "boundary" not in kind


def _refuse_unknown(operation: Operation, get_kwargs: object, named: Mapping[str, Any]) -> None:
    """Raise TypeError, naming the operation, for the first keyword that it does not take."""
    code = getattr(get_kwargs, "__code__", None)
    if code is None or code.co_flags & _TAKES_ANY:
        return
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for name in named:
        if name not in known:
            from veneer._core.keywords import unexpected_keyword

            raise unexpected_keyword(operation.id, name, known) from None


def _path_arguments(
    operation: Operation, get_kwargs: object, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Return the arguments with path parameters encoded; only those can be positional.

    Raises ConfigurationError for one that is None or empty.
    """
    code = getattr(get_kwargs, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    used = code.co_names if code is not None else ()
    path = (*args, *[kwargs[name] for name in names if name in kwargs])
    # The generator would send None as text, and an empty one would name another path.
    if None in path or "" in path:
        raise ConfigurationError(
            f"{operation.id}: a path parameter of {operation.path or 'it'} is None or empty: it would retarget the request"
        )
    if not _PLAIN.issuperset(map(type, path)) and "styles" not in used:
        from veneer._core.texts import text

        for value in path:
            text(value, f"a path parameter of {operation.path or operation.id}")
    if "format" not in used or "quote" in used or "styles" in used:
        return args, kwargs
    # Before 0.28 the generator did not encode path parameters.
    return tuple(map(_quoted, args)), {
        name: _quoted(value) if name in names else value for name, value in kwargs.items()
    }


def _quoted(value: Any) -> str:
    return quote(str(value), safe="")


def generic(
    method: str,
    path: str,
    *,
    path_params: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    json: Any = None,
    content: Any = None,
    data: Mapping[str, Any] | None = None,
    files: Any = None,
    headers: Mapping[str, str] | None = None,
    safe: bool = False,
) -> Call:
    """Return a call for a path without an endpoint module. `path_params` fill `{name}`, percent-encoded.

    Raises ConfigurationError for arguments that are not mappings.
    """
    operation = _route(method, path, safe)
    if content is not None or files is not None or (json is not None and data is not None):
        _check_bodies(json=json, content=content, data=data, files=files)
    given: tuple[tuple[str, Any], ...] = (
        ("path_params", path_params),
        ("params", params),
        ("data", data),
        ("headers", headers),
    )
    for what, named in given:
        if named is not None and type(named) is not dict and not isinstance(named, Mapping):
            several = "; a name with several values takes a list" if what in {"params", "data"} else ""
            raise ConfigurationError(
                f"{what} takes a mapping of names to values, not a {type(named).__name__}{several}"
            )
    target = expand(path, path_params or {}) if path_params is not None or "{" in path else path
    return Call(
        operation=operation,
        method=method.upper(),
        target=target,
        params={name: value for name, value in params.items() if value is not None} if params else None,
        headers=headers,
        json=json,
        has_json=json is not None,
        content=content,
        data=data,
        files=files,
    )


def _check_members(body: Any) -> None:
    """Warn about members that are nearly the contract's; the check is loaded when first needed."""
    model: Any = type(body)
    if getattr(body, "_unknown", None) or _nesting(model):
        from veneer._core.near_keys import warn_of_near_keys

        warn_of_near_keys(body)


@functools.cache
def _nesting(model: Any) -> bool:
    """Return whether a model may hold others: its annotations (text) name more than plain values."""
    hints = [str(one.type) for one in getattr(model, "__attrs_attrs__", ())]
    return not _PLAIN_WORDS.issuperset(re.findall(r"[A-Za-z_]\w*", " ".join(hints)))


_PLAIN_WORDS = frozenset(
    [
        "Any",
        "None",
        "Unset",
        "UUID",
        "bool",
        "bytes",
        "date",
        "datetime",
        "dict",
        "float",
        "int",
        "list",
        "str",
    ]
)


@functools.lru_cache(256)
def _route(method: str, path: str, safe: bool) -> Operation:
    for what, text in {"method": method, "path": path}.items():
        if not isinstance(text, str):
            raise ConfigurationError(f"{what} takes text, not {type(text).__name__}")
    if not is_token(method):
        raise ConfigurationError("method takes the name of an HTTP method, such as GET")
    return Operation(id=f"{method.upper()} {mask_url(path)}", safe=safe)


def _check_bodies(*, json: Any, content: Any, data: Any, files: Any) -> None:
    """Raise ConfigurationError for two bodies or an invalid one. `data` may go with `files`."""
    kinds = {
        "json": json,
        "content": content,
        "files" if data is None else "data": files if data is None else data,
    }
    given = [f"{name}=" for name, body in kinds.items() if body is not None]
    if len(given) > 1:
        raise ConfigurationError(f"{' and '.join(given)} are two bodies: pass one")
    if files is not None and not isinstance(files, (Mapping, list, tuple)):
        raise ConfigurationError(
            f"files takes a mapping such as {{'name': file}}, not {type(files).__name__}"
        )
    if isinstance(content, (Mapping, int, float)):
        raise ConfigurationError(
            f"content takes bytes, text, a path, a file or an iterator, not {type(content).__name__}: JSON is json="
        )


def presigned(
    method: str, url: str, *, content: Any = None, headers: Mapping[str, str] | None = None
) -> Call:
    """Return a call to a presigned URL; no credential is sent there.

    Raises ConfigurationError for anything but an absolute http(s) URL.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise ConfigurationError("a presigned address must be an absolute http(s) URL")
    operation = Operation(id=f"{method.upper()} {mask_url(url)}", security=())
    return Call(
        operation, method.upper(), url, headers=headers, content=content, credentials=False, absolute=True
    )


def with_idempotency_key(
    call: Call,
    given: str | None,
    headers: Mapping[str, str | None] | None = None,
    new: Callable[[], str | None] | None = None,
) -> tuple[Call, bool]:
    """Put the key where the contract takes one; return the call and whether it carries a key.

    A key that the caller put into the body or headers (of the call, or `headers` of the options) is
    never replaced; `given` (from the options) comes before a new UUID. Without a documented place,
    a given key goes into the `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header)
    and none is generated. A request that only reads gets none.
    """
    if call.absolute or (call.operation.idempotency is None and call.reads):
        return call, False
    place = call.operation.idempotency or _KEY_HEADER
    name = place["name"]
    if place["in"] == "body":
        body = call.json
        if not isinstance(body, Mapping):
            return call, False
        if body.get(name):
            return call, True
        return call._replace(json={**body, name: given or (new and new()) or _new_key()}), True
    held = {**(headers or {}), **(call.headers or {})}
    for other, value in held.items():
        if other.lower() == name.lower() and (value or given is None):
            return call, bool(value)  # a header that is None is never sent
    if given is None and call.operation.idempotency is None:
        return call, False
    key = given or (new and new()) or _new_key()
    return call._replace(headers={**(call.headers or {}), name: key}), True


def shared_key(call: Call, given: str | None, headers: Mapping[str, str | None]) -> str | None:
    """Return the key that a call takes from the options.

    None if it has its own, or takes none.
    """
    if call.absolute or (call.operation.idempotency is None and call.reads):
        return None
    place = call.operation.idempotency or _KEY_HEADER
    if place["in"] == "body":
        body = call.json
        return None if not isinstance(body, Mapping) or body.get(place["name"]) else given
    name = place["name"].lower()
    if any(held.lower() == name for held in call.headers or ()):
        return None
    return headers.get(name) or given


def fingerprint(subject: Call | str) -> bytes:
    """Return a digest of a request's method, URL and body; files and iterators are not read."""
    import hashlib

    if isinstance(subject, str):
        return hashlib.sha256(subject.encode("utf-8", "replace")).digest()
    content = replayable_content(subject.content)
    parts = (
        subject.method,
        subject.target,
        sorted((name, str(value)) for name, value in (subject.params or {}).items()),
        encode_json(subject.json) if subject.has_json else None,
        content if isinstance(content, bytes) else None,
        sorted((name, str(value)) for name, value in (subject.data or {}).items()),
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).digest()


def _no_endpoint(given: object) -> str:
    """Return the message for a value that is not an endpoint module."""
    wanted = "an operation is given as its endpoint module (`from acme_generated.acme.api.todos import list_todos`)"
    if isinstance(given, str):
        return f"{wanted}, not as text: import it, or send a path with client.request(method, path)"
    if callable(given):
        return f"{wanted}, not as a function: give the module that the function is in, or call it yourself"
    return f"{wanted}, not as {type(given).__name__}"


def _new_key() -> str:
    import uuid

    return str(uuid.uuid4())


def encode_json(value: Any) -> bytes:
    """Encode a JSON body. Raises ConfigurationError that names the place of what JSON cannot hold."""
    try:
        return jsontext.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"the body cannot be sent as JSON: {jsontext.misfit(value)}") from error


def replayable_content(content: Any) -> Any:
    """Return a body that the engine can send: `bytes` for anything in memory, all else unchanged."""
    if isinstance(content, str):
        return content.encode()
    return bytes(content) if isinstance(content, (bytearray, memoryview)) else content
