"""A call as a value: what an endpoint module, or the escape hatch, asks the shell to send."""

from __future__ import annotations

import functools
import inspect
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import quote, urlsplit

from veneer._core import jsontext
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
    "unbound",
]

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Endpoint(Protocol[P, T_co]):
    """An endpoint module as openapi-python-client writes it. A module is a value of this type; so is any object with the two functions."""

    def _get_kwargs(self, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]: ...

    def _parse_response(self, *, client: Any, response: httpx.Response) -> T_co | None: ...


UNFIT = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What generated parsing raises for a document that does not fit; nothing else is caught."""


class Bound(NamedTuple, Generic[T_co]):
    """An endpoint with its arguments; made by `bind`."""

    endpoint: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def _get_kwargs(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.endpoint._get_kwargs(*self.args, **self.kwargs))

    def _parse_response(self, *, client: Any, response: httpx.Response) -> T_co | None:
        return cast("T_co | None", self.endpoint._parse_response(client=client, response=response))


def bind(endpoint: Endpoint[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Endpoint[[], T]:
    """Return an endpoint with its arguments given, for `paginate`, `stream`, `download` and `wait`.

    Type checkers hold the arguments to the operation, which those methods cannot have them do: they take options of their own beside
    the operation's arguments (PEP 612). Names that both have cannot be taken for one another either.
    """
    bound: Endpoint[[], T] = Bound(endpoint, args, kwargs)
    return bound


def unbound(
    endpoint: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Any, tuple[Any, ...], Mapping[str, Any]]:
    """Return an endpoint with all its arguments, those that were bound to it first."""
    if isinstance(endpoint, Bound):
        return endpoint.endpoint, (*endpoint.args, *args), {**endpoint.kwargs, **kwargs}
    return endpoint, args, kwargs


class Operation(NamedTuple):
    """What the contract says of an operation beyond its arguments; everything has a default, for modules that carry nothing.

    `id` is the module's name. `security` is what it takes, as alternatives: the name of a scheme,
    or a tuple of names that go together, an empty one where it takes no credential as well; no
    alternative at all for an open operation; None where nothing is known (the client's default
    then). `safe` marks a POST that only reads; `idempotency` is where the contract takes a key:
    `{"in": "body" | "header", "name": …}`; `accept` the success media types; `errors` maps a status
    (`404`, `4XX`, `default`) to a model's name;
    `bodiless` are the successes without a body beside others that have one. `deprecated` is whether it is to go away.
    `server` is where it goes when the caller chose no base URL, with the defaults of the `variables`
    in it.
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
_QUOTING = frozenset({"quote", "styles"})
_JSON = {"Content-Type": "application/json"}  # as the generator writes it
_KEY_HEADER = MappingProxyType({"in": "header", "name": "Idempotency-Key"})
_OPERATION_FIELDS = frozenset(Operation._fields) - {"id", "module"}
_TAKES_ANY = 0x08  # inspect.CO_VARKEYWORDS
_operations: dict[int, tuple[object, Operation]] = {}


def operation_of(endpoint: object) -> Operation:
    """Read an endpoint module's `_OPERATION`, or make the best of a module without one (its own name, and defaults).

    Raises ConfigurationError for what is no endpoint module.
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
        # The module's name, not the contract's id: people read it in messages, and FastAPI's ids repeat the path.
        id=module.rpartition(".")[2],
        module=module,
    )
    if len(_operations) > 10_000:  # endpoint objects made on the fly must not grow this for ever
        _operations.clear()
    _operations[id(endpoint)] = (endpoint, found)
    return found


class Call(NamedTuple):
    """One request to make, before base URL, options and credentials.

    `target` is a path (or same-origin URL); at most one of `json` (any JSON value; NO_JSON for none), `content`, `data` and `files` is set, but that `data` may go with `files`.
    `credentials=False` sends none, whatever the client holds. The repr shows no argument: they may be passwords.
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
        """True where repeating can do no harm, keys aside (RFC 9110 §9.2.2)."""
        return self.method in SAFE_METHODS or self.operation.safe

    @property
    def reads(self) -> bool:
        """True where the call changes nothing."""
        return self.method in READING_METHODS or self.operation.safe

    @property
    def is_plain(self) -> bool:
        """True for a call under the base URL with nothing of its own to say but a path, a query and a JSON body."""
        return (
            (not self.headers or (self.has_json and self.headers == _JSON))
            and self.content is None
            and self.data is None
            and self.files is None
            and not self.cookies
            and not self.absolute
        )

    def positions(self) -> list[tuple[Any, int]] | None:
        """Where each file-like part of the body stands now, so that a repeat can rewind it; None
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
    """Raise ConfigurationError for a file that is closed, is not open for reading, gives text, or
    is to be awaited.
    """
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
    """Whether a file holds text: those of `open` and `io` have an encoding then, and so have what
    `tempfile` and `codecs` put around them.
    """
    return isinstance(file, io.TextIOBase) or hasattr(file, "encoding")


def _position(stream: Any) -> int | None:
    try:
        return int(stream.tell()) if stream.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None


def check_keywords(*further: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Have a method refuse a keyword that it does not take with a TypeError that names the right one.

    `further` are the keywords that its `**kwargs` stand for. The error comes at the call, whatever
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
                raise unexpected_keyword(method.__name__, wrong, (*names, *further))
            return method(*args, **kwargs)

        return cast("Callable[P, T]", checked)

    return decorate


def from_endpoint(endpoint: Endpoint[P, T_co], /, *args: P.args, **kwargs: P.kwargs) -> Call:
    """Ask an endpoint module for its request.

    Raises ConfigurationError for path parameters that would retarget it (None, empty, dot
    segments), and TypeError for arguments that it does not take.
    """
    bound: object = endpoint
    if isinstance(bound, Bound):
        inner, given, further = unbound(endpoint, args, kwargs)
        return from_endpoint(inner, *given, **further)
    operation = operation_of(endpoint)
    positional, named = _path_arguments(operation, endpoint, args, kwargs)
    get_kwargs: Callable[..., dict[str, Any]] = endpoint._get_kwargs
    try:
        request = get_kwargs(*positional, **named)
    except TypeError:
        _refuse_unknown(operation, get_kwargs, named)
        raise
    target = str(request["url"])
    check_path(target, operation.path)
    headers: dict[str, str] = dict(request.get("headers") or {})
    if request.get("files") is not None:
        # The generator writes a constant boundary, by which file content can add form fields; the engine makes a random one.
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
    """Tell whether a content type is `multipart/mixed` or the like, without a boundary of its own."""
    return kind.startswith("multipart/") and kind != "multipart/form-data" and "boundary" not in kind


def _refuse_unknown(operation: Operation, get_kwargs: object, named: Mapping[str, Any]) -> None:
    """Raise TypeError for the first keyword that an operation does not take, in the operation's name."""
    code = getattr(get_kwargs, "__code__", None)
    if code is None or code.co_flags & _TAKES_ANY:
        return
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for name in named:
        if name not in known:
            from veneer._core.keywords import unexpected_keyword

            raise unexpected_keyword(operation.id, name, known) from None


def _path_arguments(
    operation: Operation, endpoint: object, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Give the arguments as they can be put into the path; path parameters are the only ones that can be positional.

    Raises ConfigurationError for one that is None or empty.
    """
    code = getattr(getattr(endpoint, "_get_kwargs", None), "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    path = (*args, *[kwargs[name] for name in names if name in kwargs])
    # The generator would send None as a text, and an empty one makes the path another's.
    if None in path or "" in path:
        raise ConfigurationError(
            f"{operation.id}: a path parameter of {operation.path or 'it'} is None or empty: it would retarget the request"
        )
    if not _PLAIN.issuperset(map(type, path)) and (code is None or "styles" not in code.co_names):
        from veneer._core.texts import text

        for value in path:
            text(value, f"a path parameter of {operation.path or operation.id}")
    if code is None or "format" not in code.co_names or not _QUOTING.isdisjoint(code.co_names):
        return args, kwargs
    # Before 0.28 the generator put path parameters into the path as they were.
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
    """Make a call for a route without an endpoint module. `path_params` fill `{name}` in the path, percent-encoded.

    Raises ConfigurationError for arguments that are not by name.
    """
    given: dict[str, Any] = {"path_params": path_params, "params": params, "data": data, "headers": headers}
    for what, named in given.items():
        if named is not None and not isinstance(named, Mapping):
            several = "; a name with several values takes a list" if what in {"params", "data"} else ""
            raise ConfigurationError(
                f"{what} takes a mapping of names to values, not a {type(named).__name__}{several}"
            )
    target = expand(path, path_params) if path_params is not None else path
    method = method.upper()
    return Call(
        operation=_route(method, path, safe),
        method=method,
        target=target,
        params={name: value for name, value in params.items() if value is not None} if params else None,
        headers=headers,
        json=json,
        has_json=json is not None,
        content=content,
        data=data,
        files=files,
    )


@functools.lru_cache(256)
def _route(method: str, path: str, safe: bool) -> Operation:
    return Operation(id=f"{method} {mask_url(path)}", safe=safe)


def presigned(
    method: str, url: str, *, content: Any = None, headers: Mapping[str, str] | None = None
) -> Call:
    """Make a call to an address that carries its own permission: whatever the client's origin is, no credential goes there.

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
    new: Callable[[], str] | None = None,
) -> tuple[Call, bool]:
    """Put the key where the contract takes one; tell whether the call carries a key now.

    A key that the caller wrote into the body or headers (of the call, or `headers` of the options) is never replaced; `given` (from the options) comes before a new UUID. Without a documented place,
    a given key goes into the `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header) and none is invented. A request that only reads gets none.
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
        return call._replace(json={**body, name: given or (new or _new_key)()}), True
    held = {**(headers or {}), **(call.headers or {})}
    for other, value in held.items():
        if other.lower() == name.lower() and (value or given is None):
            return call, bool(value)  # a header that is None is never sent
    if given is None and call.operation.idempotency is None:
        return call, False
    key = given or (new or _new_key)()
    return call._replace(headers={**(call.headers or {}), name: key}), True


def shared_key(call: Call, given: str | None, headers: Mapping[str, str | None]) -> str | None:
    """Return the key that a call takes over from the options.

    None where it has one of its own, or takes none.
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
    """Return a digest of a request's method, address and body; files and iterators are not read."""
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
    """Say what to give in place of something that is no endpoint module."""
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
    """Encode a JSON body, compact and UTF-8. Raises ConfigurationError that names the place of what JSON cannot hold (NaN, sets, open files, …)."""
    try:
        return jsontext.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"the body cannot be sent as JSON: {jsontext.misfit(value)}") from error


def replayable_content(content: Any) -> Any:
    """Give a body that the engine can send: `bytes` for anything in memory, all else as it is."""
    if isinstance(content, str):
        return content.encode()
    return bytes(content) if isinstance(content, (bytearray, memoryview)) else content
