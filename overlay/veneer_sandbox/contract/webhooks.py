"""Send the webhooks and callbacks of a contract on request, signed as `x-veneer-webhooks` says.

    standard   Webhook-Id, Webhook-Timestamp, Webhook-Signature: v1,BASE64      https://www.standardwebhooks.com
    stripe     Stripe-Signature: t=SECONDS,v1=HEX                                over {timestamp}.{body}
    github     X-Hub-Signature-256: sha256=HEX                                   over {body}

A mapping has the fields that differ from the scheme that its `scheme` names (default: standard).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from veneer_sandbox.responses import Delivery
from veneer_sandbox.store import dump

from .composing import Composer
from .reading import ContractDocument, ContractFileError, ContractOperation, is_json

if TYPE_CHECKING:
    from veneer_sandbox.state import State

_STANDARD: Final = {
    "header": "Webhook-Signature", "signature": "v1,{signature}", "signed": "{id}.{timestamp}.{body}",
    "id_header": "Webhook-Id", "timestamp_header": "Webhook-Timestamp", "encoding": "base64", "digest": "sha256",
    "key": "base64", "event_header": "", "event_member": "",
}  # fmt: skip
_PLAIN: Final = {**_STANDARD, "id_header": "", "timestamp_header": "", "encoding": "hex", "key": "text"}
_SCHEMES: Final[Mapping[str, Mapping[str, str]]] = {
    "standard": _STANDARD,
    "stripe": {
        **_PLAIN, "header": "Stripe-Signature", "signature": "t={timestamp},v1={signature}",
        "signed": "{timestamp}.{body}",
    },
    "github": {
        **_PLAIN, "header": "X-Hub-Signature-256", "signature": "sha256={signature}", "signed": "{body}",
        "event_header": "X-GitHub-Event",
    },
}  # fmt: skip


class WebhookSender:
    """The webhooks of one contract. Raises ContractFileError for an unknown scheme."""

    def __init__(self, document: ContractDocument, composer: Composer, name: str) -> None:
        self._document, self._composer, self._name = document, composer, name
        said = document.content.get("x-veneer-webhooks", "standard")
        fields = (
            {"scheme": said} if isinstance(said, str) else dict(said) if isinstance(said, Mapping) else {}
        )
        scheme = fields.pop("scheme", "standard")
        if scheme not in _SCHEMES:
            raise ContractFileError(
                f"x-veneer-webhooks: there is no scheme {scheme!r}; the schemes are {', '.join(_SCHEMES)}"
            )
        self._scheme = {**_SCHEMES[scheme], **fields}

    @property
    def names(self) -> list[str]:
        """The names of the contract's webhooks and of the callbacks of its operations."""
        return list(self._operations())

    @property
    def secret(self) -> str:
        """The secret that signs the requests, as a platform would show it."""
        key = hashlib.sha256(f"{self._name} webhooks".encode()).digest()[:24]
        if self._scheme["key"] == "hex":
            return key.hex()
        return f"whsec_{base64.b64encode(key).decode()}"

    def _operations(self) -> dict[str, ContractOperation]:
        document = self._document
        items = dict(document.node(document.content.get("webhooks")))
        for operation in document.operations:
            for name, callback in document.node(operation.node.get("callbacks")).items():
                for item in document.node(callback).values():
                    items.setdefault(name, item)
        return {
            str(name): ContractOperation(document, method.upper(), str(name), shared[method], shared)
            for name, item in items.items()
            if (shared := document.node(item))
            for method in ("post", "put", "get")
            if isinstance(shared.get(method), Mapping)
        }

    def deliver(self, state: State, name: str, payload: Any = None) -> Delivery:
        """Return a webhook's request, by default with a generated payload. Raises ValueError for an unknown name."""
        operations = self._operations()
        if name not in operations:
            raise ValueError(
                f"{self._name} has no webhook {name!r}; the webhooks are {', '.join(operations) or 'none'}"
            )
        operation, store = operations[name], state.store
        if payload is None:
            payload = self._payload(operation, f"{store.seed}/{name}/{store.next(f'{self._name}:webhook')}")
        body = dump(payload).encode()
        scheme, moment = self._scheme, str(int(state.clock.now()))
        parts = {"{id}": store.new_id("msg_"), "{timestamp}": moment, "{body}": body.decode()}
        signature = self._signature(_filled(scheme["signed"], parts).encode())
        headers = {
            "content-type": "application/json",
            scheme["header"]: _filled(scheme["signature"], {"{signature}": signature, **parts}),
            scheme["id_header"]: parts["{id}"],
            scheme["timestamp_header"]: moment,
            scheme["event_header"]: name,
        }
        headers.pop("", None)
        return Delivery(operation.method, headers, body)

    def _payload(self, operation: ContractOperation, seed: str) -> Any:
        for kind, media in operation.body[0].items():
            if is_json(kind):
                schema = self._document.node(media).get("schema", True)
                fitting = (one for one in self._composer.examples(media) if self._composer.fits(one, schema))
                return next(fitting, None) or self._composer.generate(schema, seed)
        return {}

    def _signature(self, signed: bytes) -> str:
        """Sign with the secret, in the scheme's encoding."""
        scheme, secret = self._scheme, self.secret
        key = secret.encode()
        if scheme["key"] != "text":
            text = secret.removeprefix("whsec_")
            key = bytes.fromhex(text) if scheme["key"] == "hex" else base64.b64decode(text)
        digest = hmac.new(key, signed, scheme["digest"]).digest()
        return (
            binascii.hexlify(digest).decode()
            if scheme["encoding"] == "hex"
            else base64.b64encode(digest).decode()
        )


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """Return a template with its parts filled in; the body goes in last, since it may contain braces."""
    for name, value in sorted(parts.items(), key=lambda one: one[0] == "{body}"):
        template = template.replace(name, value)
    return template
