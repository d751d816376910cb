"""Show a request instead of sending it: as HTTP, as JSON, or as a curl command, secrets masked."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veneer._core.redact import MASK
from veneer._core.secret_names import is_secret
from veneer_cli.masking import Mask
from veneer_cli.text import json_escaped

if TYPE_CHECKING:
    import httpx

__all__ = ["Capture", "CapturedError", "Shown", "as_curl", "as_http"]

# What curl sets by itself, and what differs each time the request is sent.
_CURL_SETS = frozenset({"host", "content-length", "connection", "accept-encoding", "x-retry-count"})


class CapturedError(Exception):
    """Raised with the masked request that would have been sent."""

    def __init__(self, request: Shown) -> None:
        super().__init__(f"{request.method} {request.url}")
        self.request = request


class Capture:
    """An HTTP client that raises CapturedError with the first request instead of sending it.

    `variables` are environment variables by the secret that they hold, and are shown in its place:
    `Bearer $VELERIAN_API_KEY`. `mask` hides all other secrets.
    """

    def __init__(self, variables: Mapping[str, str], mask: Mask) -> None:
        self._variables = variables
        self._mask = mask
        self._parts: Mapping[str, Any] = {}

    def build_request(self, method: str, url: Any, **parts: Any) -> httpx.Request:
        """Build the request without reading files."""
        import httpx

        self._parts = parts
        return httpx.Request(method, url, **parts)

    def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Raise CapturedError with the request."""
        raise CapturedError(_shown(request, self._parts, self._variables, self._mask))


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with its secrets masked: `body` is JSON, text, or None.

    `fields` and `files` (a path, and curl's attributes of it) make a multipart body.
    `variables` are the environment variables at the end of a header's value, written `$NAME`.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any = None
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    file: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the request as JSON."""
        body = self.body if self.file is None else f"@{self.file}"
        if self.fields or self.files:
            body = {**self.fields, **{name: f"@{path}" for name, (path, _) in self.files.items()}}
        return {"method": self.method, "url": self.url, "headers": dict(self.headers), "body": body}


def _shown(
    request: httpx.Request, parts: Mapping[str, Any], variables: Mapping[str, str], mask: Mask
) -> Shown:
    method, url = request.method, str(request.url)
    held = {
        name: (value.removesuffix(secret), variable)
        for name, value in request.headers.items()
        for secret, variable in variables.items()
        if value.endswith(secret)
    }
    headers = {
        name: f"{mask.text(held[name][0])}${held[name][1]}"
        if name in held
        else mask.header(name, value, method, url)
        for name, value in request.headers.items()
    }
    fields = {
        name: value if isinstance(value, str) else ", ".join(value)
        for name, value in (parts.get("data") or {}).items()
    }
    files: dict[str, tuple[str, str]] = {}
    for name, part in _pairs(parts.get("files")):
        file_name, content, kind = (*part, None, None)[:3] if isinstance(part, tuple) else (None, part, None)
        if file_name is None and isinstance(content, (bytes, str)):
            fields[name] = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        else:
            files[name] = (_path(content, file_name), _about(content, file_name, kind))
    content = parts.get("content")
    body = None
    if isinstance(content, (bytes, str)):
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        body = _body(text, request.headers.get("content-type", ""), mask, method, url)
    return Shown(
        method,
        mask.url(url, method),
        headers,
        body,
        mask.body(fields, method, url),
        files,
        "-" if content is not None and body is None else None,
        {name: variable for name, (_, variable) in held.items()},
    )


def as_http(request: Shown) -> str:
    """Return the request as it would be sent, its JSON indented."""
    lines = [
        f"{request.method} {request.url}",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    body = request.to_dict()["body"]
    if body is not None:
        lines += ["", body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)]
    return "\n".join(lines)


def as_curl(request: Shown) -> str:
    """Return the request as a curl command for a POSIX shell, with `$NAME` for a variable's value."""
    words = ["curl"] if request.method == "GET" else ["curl", "-X", request.method]
    words.append(shlex.quote(request.url))
    if "gzip" in request.headers.get("accept-encoding", ""):
        words.append("--compressed")
    for name, value in request.headers.items():
        if name in _CURL_SETS or ((request.fields or request.files) and name == "content-type"):
            continue
        words += ["-H", _in_shell(f"{name}: {value}", request.variables.get(name))]
    for name, (path, about) in request.files.items():
        escaped = path.replace("\\", "\\\\").replace('"', '\\"')
        words += ["-F", shlex.quote(f'{name}=@"{escaped}"{about}')]
    for name, value in request.fields.items():
        words += ["--form-string", shlex.quote(f"{name}={value}")]
    if request.file is not None:
        words += ["--data-binary", shlex.quote(f"@{request.file}")]
    elif request.body is not None:
        body = request.body if isinstance(request.body, str) else _compact(request.body)
        words += ["--data-raw", shlex.quote(body)]
    return " ".join(words)


def _in_shell(text: str, variable: str | None) -> str:
    """Quote a word for a POSIX shell, which expands the variable at its end."""
    return (
        shlex.quote(text)
        if variable is None
        else f'{shlex.quote(text.removesuffix(f"${variable}"))}"${variable}"'
    )


def _body(text: str, content_type: str, mask: Mask, method: str, url: str) -> Any:
    """Return a body with its secrets masked, as JSON if it is JSON, else as text."""
    if "json" in content_type:
        try:
            return mask.body(json.loads(text), method, url)
        except (ValueError, RecursionError):
            return mask.text(text)
    if "x-www-form-urlencoded" in content_type:
        pairs = (pair.partition("=") for pair in text.split("&"))
        text = "&".join(f"{name}{sign}{MASK if is_secret(name) else value}" for name, sign, value in pairs)
    return mask.text(text)


def _compact(value: Any) -> str:
    return json_escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _pairs(files: Any) -> list[tuple[str, Any]]:
    if files is None:
        return []
    return list(files.items()) if isinstance(files, Mapping) else list(files)


def _path(content: Any, file_name: str | None) -> str:
    """Return the path of an open file, else its file name in the form."""
    path = getattr(content, "name", None)
    return path if isinstance(path, str) else file_name or "-"


def _about(content: Any, file_name: str | None, kind: str | None) -> str:
    """Return the attributes that curl sends with a file."""
    renamed = file_name is not None and file_name != posixpath.basename(_path(content, None))
    return (f";type={kind}" if kind else "") + (f";filename={file_name}" if renamed else "")
