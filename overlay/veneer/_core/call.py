"""A call as a value: the request of an endpoint module or of a plain path."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, MethodType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import quote, urlsplit

from veneer._core import jsontext
from veneer._core.checks import is_token
from veneer._core.errors import ConfigurationError
from veneer._core.late import NamedTuple
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
    "with_headers",
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
    if not isinstance(endpoint, Bound):
        return endpoint, args, kwargs
    if not args and not kwargs:
        return endpoint
    return endpoint.endpoint, (*endpoint.args, *args), {**endpoint.kwargs, **kwargs}


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
_STR = frozenset({str})
_OPERATION_FIELDS = frozenset(Operation._fields) - {"id", "module"}
_TAKES_ANY = 0x08  # inspect.CO_VARKEYWORDS
_endpoints: dict[int, _Known] = {}


class _Known(NamedTuple):
    """What is the same in all calls of an endpoint module.

    `path` are the names of its path parameters; `static` is its path if it has none; `method` is its
    method, as it is sent. `quotes` is whether it encodes them, `checks` whether it refuses what cannot be sent as text.
    """

    endpoint: object
    operation: Operation
    path: Sequence[str]
    static: str | None
    method: str
    quotes: bool
    checks: bool


def operation_of(endpoint: object) -> Operation:
    """Return an endpoint module's `_OPERATION`, or defaults under its name.

    Raises ConfigurationError unless it is an endpoint module.
    """
    return _known(endpoint.endpoint if isinstance(endpoint, Bound) else endpoint).operation


def _known(endpoint: object) -> _Known:
    known = _endpoints.get(id(endpoint))
    if known is not None and known.endpoint is endpoint:
        return known
    get_kwargs = getattr(endpoint, "_get_kwargs", None)
    if not callable(get_kwargs):
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
    code = getattr(get_kwargs, "__code__", None)
    path = code.co_varnames[: code.co_argcount] if code is not None else ()
    used = code.co_names if code is not None else ()
    if len(_endpoints) > 10_000:  # endpoint objects created on the fly must not grow this forever
        _endpoints.clear()
    known = _endpoints[id(endpoint)] = _Known(
        endpoint,
        found,
        path,
        static=None if path else found.path,
        method=found.method.upper(),
        # Before 0.28 the generator did not encode path parameters.
        quotes="format" not in used or "quote" in used or "styles" in used,
        checks="styles" in used,
    )
    return known


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

    def positions(self) -> list[tuple[Any, int]] | None:
        """Return the current position of each file in the body, so that a retry can rewind it; None
        for a body that can be sent only once.

        Raises ConfigurationError for a file that cannot be sent.
        """
        if self.content is None and self.files is None:
            return []
        from veneer._core.sources import positions

        return positions(self.content, self.files)


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
    known = _known(endpoint)
    operation = known.operation
    get_kwargs: Callable[..., dict[str, Any]] = endpoint._get_kwargs
    positional, named = _path_arguments(known, args, kwargs) if args or known.path else (args, kwargs)
    try:
        request = get_kwargs(*positional, **named)
    except TypeError:
        _refuse_unknown(operation, get_kwargs, named)
        raise
    parts = {**_NO_PARTS, **request}
    json = parts["json"]
    if isinstance(json, MethodType) and json.__name__ == "to_dict":
        json = json_body(json.__self__)
    if "body" in named and type(json) is not jsontext.Written and hasattr(named["body"], "to_dict"):
        _check_members(named["body"])  # text has no unknown members
    target = request["url"]
    if type(target) is not str:
        target = str(target)
    if target != known.static:
        check_path(target, operation.path)
    headers: Mapping[str, str] | None = parts["headers"]
    files = parts["files"]
    if headers and files is not None:
        # The generator's boundary is constant, so file content could add form fields; the engine makes a random one.
        headers = {
            name: value
            for name, value in headers.items()
            if name.lower() != "content-type" or is_other_multipart(value)
        }
    method = request["method"]
    call: Call = _new_call(Call, (
        operation, known.method if method == operation.method else str(method).upper(), target,
        parts["params"], headers, parts["cookies"], json, "json" in request, parts["content"],
        parts["data"], files, True, False,
    ))  # fmt: skip
    return call


_NO_PARTS = dict.fromkeys(("params", "headers", "cookies", "json", "content", "data", "files"))


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
    known: _Known, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Return the arguments with path parameters encoded; only those can be positional.

    Raises ConfigurationError for one that is None or empty.
    """
    if len(args) == len(known.path):
        if known.quotes and _STR.issuperset(map(type, args)) and "" not in args:
            return args, kwargs
        path = args
    else:
        path = (*args, *[kwargs[name] for name in known.path if name in kwargs])
    operation = known.operation
    # The generator would send None as text, and an empty one would name another path.
    if None in path or "" in path:
        raise ConfigurationError(
            f"{operation.id}: a path parameter of {operation.path or 'it'} is None or empty: it would retarget the request"
        )
    if not known.checks and not _PLAIN.issuperset(map(type, path)):
        from veneer._core.texts import text

        for value in path:
            text(value, f"a path parameter of {operation.path or operation.id}")
    if known.quotes:
        return args, kwargs
    return tuple(map(_quoted, args)), {
        name: _quoted(value) if name in known.path else value for name, value in kwargs.items()
    }


def _quoted(value: Any) -> str:
    return quote(str(value), safe="")


def generic(
    method: str,
    path: str,
    path_params: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    json: Any = None,
    content: Any = None,
    data: Mapping[str, Any] | None = None,
    files: Any = None,
    headers: Mapping[str, str] | None = None,
    *,
    safe: bool = False,
) -> Call:
    """Return a call for a path without an endpoint module. `path_params` fill `{name}`, percent-encoded.

    Raises ConfigurationError for arguments that are not mappings.
    """
    operation, verb = _route(method, path, safe)
    if content is not None or files is not None or (json is not None and data is not None):
        _check_bodies(json=json, content=content, data=data, files=files)
    for given in (path_params, params, data, headers):
        if given is not None and type(given) is not dict:
            _check_mappings(path_params=path_params, params=params, data=data, headers=headers)
    target = expand(path, path_params or {}) if path_params is not None or "{" in path else path
    if params:
        params = {**params}
        for name in params:
            if params[name] is None:
                params = {name: value for name, value in params.items() if value is not None}
                break
    call: Call = _new_call(Call, (
        operation, verb, target, params, headers, None, json, json is not None, content, data, files, True, False,
    ))  # fmt: skip
    return call


# Faster than the constructor, by a call.
_new_call: Any = tuple.__new__


def with_headers(call: Call, headers: Mapping[str, str]) -> Call:
    """Return a call with other headers, as `_replace` does in four times the steps."""
    made: Call = _new_call(Call, (*call[:4], headers, *call[5:]))
    return made


def _check_mappings(**given: object) -> None:
    """Raise ConfigurationError for an argument that is not a mapping."""
    for what, named in given.items():
        if named is not None and not isinstance(named, Mapping):
            several = "; a name with several values takes a list" if what in {"params", "data"} else ""
            raise ConfigurationError(
                f"{what} takes a mapping of names to values, not a {type(named).__name__}{several}"
            )


def _check_members(body: Any) -> None:
    """Warn about members that are nearly the contract's; the check is loaded when first needed."""
    from veneer._core.members import holders

    model: Any = type(body)
    if getattr(body, "_unknown", None) or holders(model):
        from veneer._core.near_keys import warn_of_near_keys

        warn_of_near_keys(body)


@functools.lru_cache(256)
def _route(method: str, path: str, safe: bool) -> tuple[Operation, str]:
    for what, text in {"method": method, "path": path}.items():
        if not isinstance(text, str):
            raise ConfigurationError(f"{what} takes text, not {type(text).__name__}")
    if not is_token(method):
        raise ConfigurationError("method takes the name of an HTTP method, such as GET")
    verb = method.upper()
    return Operation(id=f"{verb} {mask_url(path)}", safe=safe), verb


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


def _no_endpoint(given: object) -> str:
    """Return the message for a value that is not an endpoint module."""
    wanted = "an operation is given as its endpoint module (`from acme_generated.acme.api.todos import list_todos`)"
    if isinstance(given, str):
        return f"{wanted}, not as text: import it, or send a path with client.request(method, path)"
    if callable(given):
        return f"{wanted}, not as a function: give the module that the function is in, or call it yourself"
    return f"{wanted}, not as {type(given).__name__}"


def json_body(model: Any) -> Any:
    """Return a model as a mapping for `encode_json`."""
    if jsontext.is_worth_text():
        from veneer._core.model_text import written

        return written(model)
    return model.to_dict()


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
