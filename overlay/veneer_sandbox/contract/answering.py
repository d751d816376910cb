"""Build responses as an operation declares them: status, media type, headers, and a body that fits."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from veneer_sandbox import files
from veneer_sandbox.responses import JSON, Response
from veneer_sandbox.store import dump
from veneer_sandbox.web import Request

from . import streams
from .composing import ABSENT, Composer, nested
from .inputs import Upload
from .keeping import Things
from .reading import EVENTS, PREFERRED, ContractDocument, ContractOperation, Said, bare, is_json

_BYTES: Final = 1_024
_BINARY: Final = "application/octet-stream"
# The media type of a response if the contract only has a range of media types, by the range's first half.
_OF_RANGES: Final = {
    "audio": "audio/mpeg", "font": "font/woff2", "image": "image/png", "text": "text/plain", "video": "video/mp4",
}  # fmt: skip


class Answers:
    """The responses of one contract's operations."""

    def __init__(self, document: ContractDocument, composer: Composer) -> None:
        self._document, self._composer = document, composer

    def made_up(
        self, operation: ContractOperation, request: Request, about: Things | None, key: str
    ) -> Response:
        """Return a response by the contract's example, else by its schema: the same for the same seed and request.

        A response about a thing shows it as it is stored.
        """
        status, said = operation.success(*PREFERRED.get(operation.method, (200,)))
        if self._is_stream(operation, request, said):
            kind = streams.kind_of(operation, said) or EVENTS
            frames = streams.frames(
                self._document, operation, said.content[kind], kind, self._composer.generate,
                _seed_of(operation, request),
            )  # fmt: skip
            return Response(frames, status, self._headers(operation, said), kind)
        schema = operation.json_schema(said)
        if schema is None:
            return self.respond(operation, request, status, said, None)
        if about is not None and self._document.same(schema, about.kind.entity):
            return self.shown(operation, request, about, key, about.need(key))
        value = self._composer.example(said)
        if value is None:
            value = self._composer.generate(schema, _seed_of(operation, request))
        return self.respond(operation, request, status, said, value)

    def shown(
        self,
        operation: ContractOperation,
        request: Request,
        things: Things,
        key: str,
        item: Any,
        *,
        created: bool = False,
    ) -> Response:
        """Return a thing in an operation's response."""
        preferred = PREFERRED.get(operation.method, (200,))
        if operation.method == "PUT" and created:
            preferred = (201, *preferred)
        status, said = operation.success(*preferred)
        schema = operation.json_schema(said)
        if schema is None:
            return self.respond(operation, request, status, said, None)
        seed, place = things.seed_of(key), things.kind.place(operation)
        value = self.as_schema(self._document.at(schema, place), things, key, item)
        if place:
            value = self._composer.compose(schema, nested(place, value), seed)
        return self.respond(operation, request, status, said, value)

    def as_schema(self, schema: Any, things: Things, key: str, item: Any) -> Any:
        """Return a thing in the form of a schema: its members, its id, or a list of it."""
        kinds, seed = self._document.kinds(schema), things.seed_of(key)
        if isinstance(item, Mapping) and (self._document.members(schema) or "object" in kinds or not kinds):
            return self._composer.compose(schema, item, seed, unset=things.kind.settable)
        known = [item] if "array" in kinds else key if isinstance(item, Mapping) else item
        fitted = self._composer.fit(known, schema, seed)
        return self._composer.generate(schema, seed) if fitted is ABSENT else fitted

    def download(self, operation: ContractOperation, request: Request, kept: Upload | None) -> Response:
        """Return content that is not JSON, or the requested range of it."""
        status, said = operation.success(200)
        response = self.respond(operation, request, status, said, None)
        if kept is not None:
            # The type of the upload, if the response may have it.
            if not said.content or _fits(bare(kept.media_type), said.content):
                response.media_type = kept.media_type
            response.content = kept.content
        if isinstance(response.content, bytes) and response.status == 200 and operation.method == "GET":
            return files.ranged(request, response.content, response.media_type)
        return response

    @staticmethod
    def _is_stream(operation: ContractOperation, request: Request, said: Said) -> bool:
        """Return whether to stream: the contract has nothing else, the body requests it, or the caller only accepts it."""
        kind = streams.kind_of(operation, said)
        if kind is None:
            return False
        wanted = streams.facts(operation).get("request")
        if len(said.content) == 1:
            return True
        if isinstance(wanted, Mapping):
            return all(request.data.get(name) == value for name, value in wanted.items())
        accept = _accepted(request)
        taken = bare(kind) in accept and not any(map(is_json, accept))
        return taken or request.data.get("stream") is True

    def respond(
        self,
        operation: ContractOperation,
        request: Request,
        status: int,
        said: Said,
        value: Any,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return a response of a declared media type that the caller accepts, preferably JSON."""
        response = Response(None, status, {**self._headers(operation, said), **(headers or {})})
        accept = _accepted(request)
        kinds = sorted(
            said.content,
            key=lambda kind: (not any(_fits(one, (kind,)) for one in accept), not is_json(kind), "*" in kind),
        )
        if kinds and status not in (204, 304):
            kind = kinds[0]
            if is_json(kind) or (value is not None and "*" in kind):
                response.content = b"null" if value is None else value
                response.media_type = kind if "*" not in kind else JSON
            else:
                response.media_type = _concrete(kind, accept)
                response.content = self._bytes(operation, request, response.media_type, said.content[kind])
        return self._conditional(operation, request, said, response)

    def _bytes(self, operation: ContractOperation, request: Request, kind: str, node: Any) -> bytes:
        """Return content that is not JSON: the example, text by the schema, or bytes derived from the request."""
        seed, schema = _seed_of(operation, request), self._document.node(node).get("schema", True)
        for one in self._composer.examples(node):
            if isinstance(one, str):
                return one.encode()
        if bare(kind).endswith("xml"):
            return b"<root/>"
        if kind.startswith("text/") or bare(kind).endswith(("yaml", "javascript")):
            made = self._composer.generate(schema, seed)
            return made.encode() if isinstance(made, str) else dump(made).encode()
        return hashlib.shake_256(seed.encode()).digest(_BYTES)

    def _headers(self, operation: ContractOperation, said: Said) -> dict[str, str]:
        """Return the headers that the contract requires."""
        out = {}
        for name, node in said.headers.items():
            header = self._document.node(node)
            if header.get("required") is True and name.lower() != "content-type":
                made = self._composer.generate(header.get("schema", True), f"{operation.name}/{name}")
                out[name.lower()] = made if isinstance(made, str) else dump(made)
        return out

    @staticmethod
    def _conditional(
        operation: ContractOperation, request: Request, said: Said, response: Response
    ) -> Response:
        """Return the response with an ETag if the contract names one, or 304 if the caller has it."""
        named = {one["name"].lower() for one in operation.parameters if one["in"] == "header"}
        named |= {name.lower() for name in said.headers}
        if response.content is None or not named & {"etag", "if-match", "if-none-match"}:
            return response
        tag = files.etag(response.encode())
        response.headers["etag"] = tag
        known = {
            one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")
        }
        if operation.method in ("GET", "HEAD") and known & {tag, "*"}:
            return Response(None, 304, {"etag": tag})
        return response


def _fits(media_type: str, declared: Collection[str]) -> bool:
    """Return whether a media type is declared, or in a declared range."""
    return any(fnmatchcase(media_type, bare(one)) for one in declared)


def _concrete(kind: str, accept: Collection[str]) -> str:
    """Return a media type for a declared range: one that the caller accepts, else a common one."""
    if "*" not in kind:
        return kind
    asked = (one for one in accept if "*" not in one and not is_json(one) and _fits(one, (kind,)))
    return next(asked, _OF_RANGES.get(kind.partition("/")[0], _BINARY))


def _accepted(request: Request) -> list[str]:
    return [bare(one) for one in request.headers.get("accept", "").split(",")]


def _seed_of(operation: ContractOperation, request: Request) -> str:
    """Return the seed of a response: the sandbox's seed and the request."""
    asked = repr((sorted(request.params.items()), sorted(request.query.items()), request.raw))
    return f"{request.store.seed}/{operation.name}/{hashlib.sha256(asked.encode()).hexdigest()}"
