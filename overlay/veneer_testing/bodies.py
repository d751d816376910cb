"""Write bodies so that people can read and compare them, and read them back byte for byte."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage
from typing import Any, Final

from veneer._core.jsonlines import is_lines, is_sequence
from veneer_testing.redaction import Redactor

__all__ = ["Messages", "events_of", "is_stream", "kept_body", "read_body", "request_body"]

# How servers write JSON; JSON in another style is kept as text.
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "spaced": {"ensure_ascii": False},
    "compact-ascii": {"separators": (",", ":")},
    "spaced-ascii": {},
}
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1d\x7f-\x9f\u2028\u2029\ufeff]")
_BLANK_LINE: Final = re.compile(rb"(?:\r\n|\n|\r)(?:\r\n|\n|\r)")


class Messages:
    """Masks the bodies of one request and its response, by the contract, the method and the URL."""

    def __init__(self, redactor: Redactor, contract: Mapping[str, Any], method: str, url: str) -> None:
        self.redactor = redactor
        self._about = (contract, method, url)

    def json(self, value: Any, *, answer: bool) -> Any:
        """Return JSON without secrets, by names and contract."""
        return self.redactor.json(value, *self._about, answer=answer)

    def text(self, text: str) -> str:
        """Return other text without secrets: members of JSON in it by name, all else by value."""
        return self.redactor.text(self.redactor.members(text))


def is_stream(media: str) -> bool:
    """Return whether a media type (with parameters) is a stream of events."""
    kind = media.partition(";")[0].strip().lower()
    return kind == "text/event-stream" or is_lines(kind) or is_sequence(kind)


def request_body(content: bytes, media: str, messages: Messages) -> dict[str, Any]:
    """Return a request's body in comparable form: JSON and forms as values, files as digests."""
    kind = media.partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        parts = _parts(content, media, messages)
        return {"parts": parts} if parts else _digest(content)
    if kind == "application/x-www-form-urlencoded":
        return {"form": messages.redactor.form(content.decode("utf-8", "replace"))}
    if not content:
        return {}
    value = _json(content)
    if value is not None:
        return {"json": _deep(messages.json(value[0], answer=False), messages.redactor)}
    text = _text(content)
    return _digest(content) if text is None else {"text": _lines(messages.text(text))}


def kept_body(content: bytes, messages: Messages) -> dict[str, Any]:
    """Return a response's body without secrets, for `read_body`; without a secret, it reads back the same bytes."""
    if not content:
        return {}
    value = _json(content)
    if value is not None and (style := _style(content, value[0])) is not None:
        body: dict[str, Any] = {"json": _deep(messages.json(value[0], answer=True), messages.redactor)}
        return body if style == "compact" else {**body, "style": style}
    text = _text(content)
    if text is not None:
        return {"text": _lines(messages.text(text))}
    return {"base64": base64.b64encode(messages.redactor.binary(content)).decode("ascii")}


def read_body(body: Mapping[str, Any]) -> bytes:
    """Return the bytes of a response's body. Raises ValueError or KeyError for an invalid form."""
    if "json" in body:
        return json.dumps(body["json"], **_STYLES[body.get("style", "compact")]).encode("utf-8")
    if "base64" in body:
        return base64.b64decode(body["base64"], validate=True)
    text = body.get("text", "")
    return (text if isinstance(text, str) else "".join(text)).encode("utf-8")


def events_of(
    chunks: Sequence[tuple[float, bytes]], media: str, messages: Messages
) -> Iterator[tuple[float, bytes]]:
    """Split a stream into its events, secrets masked, each with the seconds since the previous one.

    An event's time is that of its last byte.
    """
    content = b"".join(chunk for _, chunk in chunks)
    ends, moments, done, now = [], [], 0, 0.0
    for after, chunk in chunks:
        done, now = done + len(chunk), now + after
        ends.append(done)
        moments.append(now)
    sse = media.partition(";")[0].strip().lower() == "text/event-stream"
    start, last, index = 0, 0.0, 0
    for end in _cuts(content, _BLANK_LINE if sse else re.compile(rb"\n")):
        while ends[index] < end:
            index += 1
        event = content[start:end]
        yield moments[index] - last, _event(event, messages, sse=sse)
        start, last = end, moments[index]


def _cuts(content: bytes, boundary: re.Pattern[bytes]) -> Iterator[int]:
    end = 0
    for found in boundary.finditer(content):
        end = found.end()
        yield end
    if end < len(content):
        yield len(content)


def _event(event: bytes, messages: Messages, *, sse: bool) -> bytes:
    """Mask one event; an event without a secret stays the same, byte for byte."""
    text = _text(event)
    if text is None:
        return messages.redactor.binary(event)
    if not sse:
        return _masked_line(text, messages).encode("utf-8")
    lines = re.split(r"(\r\n|\n|\r)", text)
    data = [index for index, line in enumerate(lines) if line.startswith("data:")]
    joined = "\n".join(lines[index].removeprefix("data:").removeprefix(" ") for index in data)
    masked = _masked_line(joined, messages) if data else ""
    if data and masked != joined:  # its JSON may span several lines
        space = " " if lines[data[0]].startswith("data: ") else ""
        kept = [
            line
            for index, line in enumerate(lines)
            if index == data[0] or not {index, index - 1} & set(data[1:])
        ]
        kept[data[0]] = f"data:{space}{masked}"
        lines = kept
    return messages.text("".join(lines)).encode("utf-8")


def _masked_line(text: str, messages: Messages) -> str:
    start = "\x1e" if text.startswith("\x1e") else ""
    value = _json(text.removeprefix("\x1e").encode("utf-8"))
    if value is not None:
        masked = messages.json(value[0], answer=True)
        if masked != value[0]:
            end = text[len(text.rstrip("\r\n")) :]
            text = f"{start}{json.dumps(masked, **_STYLES['compact'])}{end}"
    return messages.text(text)


def _parts(content: bytes, media: str, messages: Messages) -> list[dict[str, Any]]:
    """Return the parts of a multipart body without its random boundary; none if it cannot be read."""
    head = EmailMessage()
    head["content-type"] = media
    boundary = head.get_boundary()
    if not boundary:
        return []
    found = []
    for raw in (b"\r\n" + content).split(b"\r\n--" + boundary.encode("latin-1", "replace"))[1:-1]:
        top, _, part = raw.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        about = EmailMessage()
        for line in top.split(b"\r\n"):
            name, _, value = line.decode("utf-8", "replace").partition(":")
            if name.strip().lower() in {"content-disposition", "content-type"}:
                about[name.strip()] = " ".join(value.split())
        field = str(about.get_param("name", "", "content-disposition"))
        kept: dict[str, Any] = {"name": messages.redactor.text(field)}
        if (file := about.get_filename()) is not None:
            kept["filename"] = messages.text(file)
        if "content-type" in about:
            kept["type"] = messages.redactor.text(about["content-type"])
        text = _text(part)
        whole = file is None and text is not None
        shown = _lines(messages.text(messages.redactor.field(field, text or "")))
        found.append({**kept, **({"text": shown} if whole else _digest(part))})
    return found


def _digest(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _json(content: bytes) -> tuple[Any] | None:
    """Return JSON in a tuple; None if it is not JSON."""
    try:
        return (json.loads(content),)
    except (ValueError, RecursionError):
        return None


def _style(content: bytes, value: Any) -> str | None:
    """Return the style of JSON; None if no known style gives the same bytes."""
    for name, style in _STYLES.items():
        try:
            if json.dumps(value, **style).encode("utf-8") == content:
                return name
        except (ValueError, RecursionError):  # half a surrogate pair
            continue
    return None


def _text(content: bytes) -> str | None:
    """Return text that can be written to a file unchanged; None for other bytes."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _UNPRINTABLE.search(text) else text


def _lines(text: str) -> str | list[str]:
    """Return a text as lines, which tools compare one by one."""
    lines = text.splitlines(keepends=True)
    return lines if len(lines) > 1 else text


def _deep(value: Any, redactor: Redactor) -> Any:
    """Mask known secrets in every text of a value, including the names of members."""
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, list):
        return [_deep(one, redactor) for one in value]
    if isinstance(value, dict):
        return {redactor.text(name): _deep(one, redactor) for name, one in value.items()}
    digits = "" if value is None or isinstance(value, bool) else repr(value)
    return value if redactor.text(digits) == digits else type(value)(0)
