"""Verify the signature of a webhook, and find its event in the contract, with no I/O.

A scheme says where a signature is and what it covers. `standard`, `stripe` and `github` are built
in; others change a few fields of one of them.

    standard   Webhook-Id, Webhook-Timestamp, Webhook-Signature: v1,BASE64 …     https://www.standardwebhooks.com
    stripe     Stripe-Signature: t=SECONDS,v1=HEX                                  over {timestamp}.{body}
    github     X-Hub-Signature-256: sha256=HEX                                     over {body}
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from veneer._core import jsontext
from veneer._core.call import UNFIT
from veneer._core.errors import ConfigurationError, WebhookVerificationError
from veneer._core.redact import Secret
from veneer._core.value import Value

__all__ = [
    "SCHEMES",
    "STANDARD",
    "Headers",
    "Payload",
    "UnknownEvent",
    "Webhook",
    "WebhookScheme",
    "WebhookSecret",
    "check_secrets",
    "read_event",
    "scheme_of",
    "secrets_of",
    "signed_headers",
    "verify",
]

Payload = bytes | bytearray | memoryview | str
"""A body as received; parsing and writing it again would change what was signed."""
Headers = Mapping[str, Any] | Iterable[tuple[Any, Any]]
"""The headers of a request, as any web framework has them: names in any case, text or bytes."""
WebhookSecret = str | bytes | Secret
"""A secret as its platform shows it (`whsec_…`); bytes are the key itself."""

_KEYS = ("text", "base64", "hex")
_DIGESTS = ("sha1", "sha256", "sha512")
_SECONDS = re.compile(r"\d{1,11}")
_PUBLIC = "whpk_"


class Webhook(NamedTuple):
    """A request that the API sends: a webhook or a callback of its contract.

    `read` returns the event's model; `discriminator` is the member that identifies the event, and
    its value.
    """

    name: str
    read: Callable[[Any], Any]
    discriminator: tuple[str, str] | None = None
    method: str = "post"
    kind: Literal["webhook", "callback"] = "webhook"


@dataclass(frozen=True, slots=True, repr=False)
class UnknownEvent(Value):
    """An event that is not in the contract: its name, "" without one, and its JSON as sent."""

    name: str
    data: Any


class WebhookScheme(NamedTuple):
    """Where a signature is, and what it covers.

    | field | meaning |
    |---|---|
    | header | the header with the signature |
    | signature | how it is written there: `v1,{signature}`, `sha256={signature}`, `t={timestamp},v1={signature}` |
    | signed | what is signed, of `{id}`, `{timestamp}` and `{body}` |
    | id_header, timestamp_header | the headers of the id, and of the time in seconds since 1970 |
    | encoding | of the signature: `hex` or `base64` |
    | digest | `sha256`, `sha1` or `sha512` |
    | key | the secret's encoding: the key itself (`text`), `base64` or `hex` |
    | event_header, event_member | where the event's name is; default: the members `type` or `event` |
    """

    header: str = "Webhook-Signature"
    signature: str = "v1,{signature}"
    signed: str = "{id}.{timestamp}.{body}"
    id_header: str = "Webhook-Id"
    timestamp_header: str = "Webhook-Timestamp"
    encoding: str = "base64"
    digest: str = "sha256"
    key: str = "base64"
    event_header: str = ""
    event_member: str = ""

    @property
    def has_timestamp(self) -> bool:
        """Whether the time of sending is signed, so that old requests can be rejected."""
        return "{timestamp}" in self.signed


STANDARD = WebhookScheme()
"""https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""
_PLAIN = WebhookScheme(id_header="", timestamp_header="", encoding="hex", key="text")
SCHEMES: Mapping[str, WebhookScheme] = {
    "standard": STANDARD,
    # https://docs.stripe.com/webhooks#verify-manually
    "stripe": _PLAIN._replace(
        header="Stripe-Signature", signature="t={timestamp},v1={signature}", signed="{timestamp}.{body}"
    ),
    # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    "github": _PLAIN._replace(
        header="X-Hub-Signature-256",
        signature="sha256={signature}",
        signed="{body}",
        event_header="X-GitHub-Event",
    ),
}


def scheme_of(declared: str | Mapping[str, Any] | WebhookScheme) -> WebhookScheme:
    """Read a scheme: its name, or a mapping of fields that change the one named in `scheme`.

    Raises ConfigurationError that names the invalid field.
    """
    if isinstance(declared, WebhookScheme):
        return _checked(declared)
    fields = {"scheme": declared} if isinstance(declared, str) else dict(declared)
    name = fields.pop("scheme", "standard")
    if not isinstance(name, str) or name not in SCHEMES:
        raise ConfigurationError(f"no webhook scheme is called {name!r}; there are {', '.join(SCHEMES)}")
    for field, value in fields.items():
        if field not in WebhookScheme._fields:
            raise ConfigurationError(
                f"a webhook scheme has no field {field!r}; there are {', '.join(WebhookScheme._fields)}"
            )
        if not isinstance(value, str):
            raise ConfigurationError(f"{field} of a webhook scheme is text")
    return _checked(SCHEMES[name]._replace(**fields))


def _checked(scheme: WebhookScheme) -> WebhookScheme:
    """Return a scheme, or raise ConfigurationError if it cannot be used."""
    listed = {"encoding": ("hex", "base64"), "digest": _DIGESTS, "key": _KEYS}
    for field, allowed in listed.items():
        if getattr(scheme, field) not in allowed:
            raise ConfigurationError(f"{field} of a webhook scheme is one of {', '.join(allowed)}")
    if not scheme.header or scheme.signature.count("{signature}") != 1:
        raise ConfigurationError("a webhook scheme names a header, and {signature} once in its signature")
    if "{body}" not in scheme.signed:
        raise ConfigurationError("what a webhook scheme signs includes {body}")
    told = {"{id}": bool(scheme.id_header)}
    told["{timestamp}"] = bool(scheme.timestamp_header) or "{timestamp}" in scheme.signature
    for part, known in told.items():
        if part in scheme.signed and not known:
            raise ConfigurationError(f"a webhook scheme that signs {part} must name its header")
    return scheme


# -- secrets -----------------------------------------------------------------------------------------------------


def secrets_of(given: WebhookSecret | Sequence[WebhookSecret]) -> tuple[WebhookSecret, ...]:
    """Return the secrets, hidden from every repr. Raises ConfigurationError for none or an empty one."""
    several = [given] if isinstance(given, (str, bytes, Secret)) else given
    if not isinstance(several, Sequence) or not all(isinstance(one, (str, bytes, Secret)) for one in several):
        raise ConfigurationError("webhook_secret takes text, bytes, or a list of them while one is replaced")
    held = tuple(Secret(one.strip()) if isinstance(one, str) else one for one in several)
    if not held or not all(one.reveal() if isinstance(one, Secret) else one for one in held):
        raise ConfigurationError("webhook_secret is empty: pass the secret that the platform shows")
    return held


def check_secrets(secrets: Sequence[WebhookSecret], scheme: WebhookScheme) -> None:
    """Raise ConfigurationError, without the secret, for one that is not a key of the scheme."""
    if not all(_key(secret, scheme) for secret in secrets):
        raise ConfigurationError(f"the webhook secret is not {scheme.key}: check that it was copied whole")
    if any(map(_is_public, secrets)):
        _ed25519()


def _key(secret: WebhookSecret, scheme: WebhookScheme) -> bytes:
    """Return the key's bytes, empty for text that is not a key."""
    if isinstance(secret, bytes):
        return secret
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if scheme.key == "text":
        return text.encode("utf-8")
    return _decoded(text.removeprefix("whsec_").removeprefix(_PUBLIC), scheme.key) or b""


def _is_public(secret: WebhookSecret) -> bool:
    """Return whether a secret is the public key of an asymmetric signature (`v1a`)."""
    return isinstance(secret, Secret) and secret.reveal().startswith(_PUBLIC)


def _ed25519() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ModuleNotFoundError:
        raise ConfigurationError(
            'a webhook secret that is a public key needs the extra: pip install "veneer[oauth]"'
        ) from None
    return Ed25519PublicKey


def _decoded(text: str, encoding: str) -> bytes | None:
    """Return the bytes that text encodes; None for invalid text."""
    try:
        if encoding == "hex":
            return bytes.fromhex(text)
        plain = text.replace("-", "+").replace("_", "/").rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


# -- verification ------------------------------------------------------------------------------------------------


def verify(
    payload: Payload,
    headers: Headers,
    secrets: Sequence[WebhookSecret],
    scheme: WebhookScheme,
    *,
    tolerance: float | None,
    now: float,
) -> None:
    """Check that a request was signed with one of the secrets, within `tolerance` seconds of `now`.

    Raises WebhookVerificationError that names the problem, without secret or signature.
    """
    body = _bytes(payload)
    told = _Told(headers)
    value = told.need(scheme.header)
    timestamps, signatures = _parts(value, scheme)
    asymmetric = any(map(_is_public, secrets))
    if not signatures and not asymmetric:
        wanted = scheme.signature.replace("{signature}", "…").replace("{timestamp}", "…")
        raise WebhookVerificationError(f"{scheme.header} is not written as {wanted}", reason="malformed")
    identity = told.need(scheme.id_header) if "{id}" in scheme.signed else ""
    timestamp = ""
    if scheme.has_timestamp:
        timestamp = timestamps[0] if timestamps else told.need(scheme.timestamp_header or scheme.header)
        if not _SECONDS.fullmatch(timestamp):
            where = scheme.timestamp_header or scheme.header
            raise WebhookVerificationError(
                f"the time in {where} is not seconds since 1970", reason="malformed"
            )
    content = _content(scheme, identity, timestamp, body)
    if not (_matches(content, signatures, secrets, scheme) | _is_signed(content, value, secrets, scheme)):
        raise WebhookVerificationError(
            f"no signature in {scheme.header} is of this body and secret: check that the secret is this "
            "endpoint's, and that the body is exactly as received",
            reason="no-match",
        )
    # Last, so that only a holder of the secret learns how far the clocks differ.
    if scheme.has_timestamp and tolerance is not None:
        _check_time(float(timestamp), now, tolerance)


def _check_time(sent: float, now: float, tolerance: float) -> None:
    late = now - sent
    if late > tolerance:
        raise WebhookVerificationError(
            f"sent {late:.0f} s ago, more than the tolerance of {tolerance:g} s", reason="too-old"
        )
    if -late > tolerance:
        raise WebhookVerificationError(
            f"sent {-late:.0f} s in the future, more than the tolerance of {tolerance:g} s: check the clock",
            reason="too-new",
        )


def _bytes(payload: Payload) -> bytes:
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogateescape")
    if isinstance(payload, (bytes, bytearray, memoryview)):
        return bytes(payload)
    raise ConfigurationError(
        f"payload is the body as received, bytes or text, not {type(payload).__name__}: what is parsed and "
        "written again is not what was signed"
    )


class _Told:
    """The headers of a request by their names in lower case."""

    def __init__(self, headers: Headers) -> None:
        # httpx's have `multi_items`, which keeps repeated headers apart.
        items = getattr(headers, "multi_items", None) or getattr(headers, "items", None)
        pairs: Any = headers if items is None else items()
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            several = value if isinstance(value, (list, tuple)) else [value]
            known = self._values.setdefault(_text(name).lower(), [])
            known += [_text(one) for one in several if one is not None]

    def get(self, name: str) -> str:
        return " ".join(self._values.get(name.lower(), ())).strip()

    def need(self, name: str) -> str:
        value = self.get(name)
        if not value:
            raise WebhookVerificationError(f"there is no header {name}", reason="missing-header")
        return value


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _parts(value: str, scheme: WebhookScheme) -> tuple[list[str], list[str]]:
    """Return the times and signatures in a header: a list of fields, or signatures between blanks."""
    if "{timestamp}" not in scheme.signature:
        before, _, after = scheme.signature.partition("{signature}")
        pieces = [piece.strip(",") if before.endswith(",") else piece for piece in value.split()]
        return [], [
            piece[len(before) : len(piece) - len(after)]
            for piece in pieces
            if piece.startswith(before) and piece.endswith(after)
        ]
    separator = ";" if ";" in scheme.signature else ","
    labels = {}
    for field in scheme.signature.split(separator):
        label, _, placeholder = field.strip().partition("{")
        labels[placeholder.rstrip("}")] = label
    fields = [field.strip() for field in re.split(rf"[{separator}\s]", value)]
    found = [
        [field.removeprefix(labels[name]) for field in fields if field.startswith(labels[name])]
        for name in ("timestamp", "signature")
    ]
    return found[0], found[1]


def _content(scheme: WebhookScheme, identity: str, timestamp: str, body: bytes) -> bytes:
    """Return what is signed. The body goes in as bytes: it need not be text."""
    before, _, after = scheme.signed.partition("{body}")
    around = [
        part.replace("{id}", identity).replace("{timestamp}", timestamp).encode("utf-8")
        for part in (before, after)
    ]
    return around[0] + body + around[1]


def _matches(
    content: bytes, signatures: Sequence[str], secrets: Sequence[WebhookSecret], scheme: WebhookScheme
) -> bool:
    """Return whether a signature matches a secret. All are compared, each in constant time."""
    given = [found for one in signatures if (found := _decoded(one, scheme.encoding)) is not None]
    matched = False
    for secret in (one for one in secrets if not _is_public(one)):
        expected = hmac.new(_key(secret, scheme), content, getattr(hashlib, scheme.digest)).digest()
        for one in given:
            matched |= hmac.compare_digest(expected, one)
    return matched


def _is_signed(content: bytes, value: str, secrets: Sequence[WebhookSecret], scheme: WebhookScheme) -> bool:
    """Return whether an asymmetric signature in a header matches a public key."""
    public = [_key(one, scheme) for one in secrets if _is_public(one)]
    if not public:
        return False
    from cryptography.exceptions import InvalidSignature

    _, signatures = _parts(value, scheme._replace(signature="v1a,{signature}"))
    for key in public:
        for one in signatures:
            try:
                _ed25519().from_public_bytes(key).verify(_decoded(one, scheme.encoding) or b"", content)
            except (InvalidSignature, ValueError):
                continue
            return True
    return False


def signed_headers(
    payload: Payload,
    secret: WebhookSecret,
    scheme: WebhookScheme = STANDARD,
    *,
    identity: str,
    timestamp: int,
    event: str = "",
) -> dict[str, str]:
    """Return the headers that a platform would send with a payload, for tests of a receiver."""
    content = _content(scheme, identity, str(timestamp), _bytes(payload))
    made = hmac.new(_key(secret, scheme), content, getattr(hashlib, scheme.digest)).digest()
    shown = made.hex() if scheme.encoding == "hex" else base64.b64encode(made).decode("ascii")
    headers = {
        scheme.header: scheme.signature.replace("{timestamp}", str(timestamp)).replace("{signature}", shown)
    }
    if scheme.id_header:
        headers[scheme.id_header] = identity
    if scheme.timestamp_header:
        headers[scheme.timestamp_header] = str(timestamp)
    if scheme.event_header and event:
        headers[scheme.event_header] = event
    return headers


# -- events ------------------------------------------------------------------------------------------------------


def read_event(payload: Payload, headers: Headers, scheme: WebhookScheme, events: Sequence[Webhook]) -> Any:
    """Return the event of a payload: its model, or an UnknownEvent if the contract has none.

    What does not fit its model is kept as sent, and named in a SchemaViolationWarning. Raises
    WebhookVerificationError for a payload that is not JSON.
    """
    try:
        data = jsontext.loads(_bytes(payload))
    except (ValueError, RecursionError):
        raise WebhookVerificationError(
            "the payload is not JSON: read it yourself, after `verify`", reason="not-json"
        ) from None
    name = _event_name(data, headers, scheme)
    found = _candidates(data, name, scheme, events)
    if len(found) == 1:
        return _read(found[0], data)
    for one in found:
        try:
            return one.read(data)
        except UNFIT:
            continue
    return UnknownEvent(name, data)


def _event_name(data: Any, headers: Headers, scheme: WebhookScheme) -> str:
    """Return the event's name, "" without one."""
    if scheme.event_header:
        return _Told(headers).get(scheme.event_header)
    members = [scheme.event_member] if scheme.event_member else ["type", "event"]
    values = [data.get(member) for member in members] if isinstance(data, Mapping) else []
    return next((value for value in values if isinstance(value, str)), "")


def _candidates(data: Any, name: str, scheme: WebhookScheme, events: Sequence[Webhook]) -> list[Webhook]:
    """Return the contract's events that a payload may be.

    Its tag decides, then its name. Without either, it is the single event that can read it; two
    would be ambiguous.
    """
    tagged = [one for one in events if one.discriminator is not None and _is_tagged(data, one.discriminator)]
    if tagged:
        return [one for one in tagged if name and _same(one.name, name, scheme)] or tagged
    plain = [one for one in events if one.discriminator is None]
    named = [one for one in plain if name and _same(one.name, name, scheme)]
    if named or (name and (scheme.event_header or scheme.event_member)):
        return named
    fitting = [one for one in plain if _fits(one, data)]
    return fitting if len(fitting) == 1 else []


def _is_tagged(data: Any, tag: tuple[str, str]) -> bool:
    member, value = tag
    return isinstance(data, Mapping) and data.get(member) == value


def _same(name: str, told: str, scheme: WebhookScheme) -> bool:
    """Return whether an event's name in the contract is the payload's.

    A header may name a family of events: `issues` covers `issues-opened`.
    """
    own, other = (re.sub(r"[^a-z0-9]+", "-", one.lower()).strip("-") for one in (name, told))
    return own == other or (bool(scheme.event_header) and own.startswith(f"{other}-"))


def _fits(event: Webhook, data: Any) -> bool:
    try:
        event.read(data)
    except UNFIT:
        return False
    return True


def _read(event: Webhook, data: Any) -> Any:
    try:
        return event.read(data)
    except UNFIT:
        pass
    model = getattr(event.read, "__self__", None)
    if not hasattr(model, "__attrs_attrs__"):
        return UnknownEvent(event.name, data)
    from veneer._core.reading import read_as
    from veneer._core.violations import warn

    value, violations = read_as(model, data)
    for violation in violations:
        warn(violation._replace(operation=event.name))
    return value
