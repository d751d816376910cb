"""What an API sends on its own is trusted where its signature and time are right, and read as its contract says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import traceback
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from attrs import define
from hypothesis import given, settings
from hypothesis import strategies as st

import veneer
from veneer import UnknownEvent, Webhook, Webhooks, WebhookVerificationError
from veneer.testing import sign_webhook

# The secret, message and signature of https://github.com/standard-webhooks/standard-webhooks, signed by its own library.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SENT = 1_614_265_330
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
STANDARD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(SENT),
    "webhook-signature": SIGNATURE,
}
SLACK = {
    "scheme": "github",
    "header": "X-Slack-Signature",
    "signature": "v0={signature}",
    "signed": "v0:{timestamp}:{body}",
    "timestamp_header": "X-Slack-Request-Timestamp",
    "event_header": "",
}
SHOPIFY = {
    "scheme": "github",
    "header": "X-Shopify-Hmac-Sha256",
    "signature": "{signature}",
    "encoding": "base64",
    "event_header": "X-Shopify-Topic",
}
PADDLE = {
    "scheme": "stripe",
    "header": "Paddle-Signature",
    "signature": "ts={timestamp};h1={signature}",
    "signed": "{timestamp}:{body}",
}


def mac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


STRIPE_MAC = mac(b"whsec_plain", b"1614265330." + BODY).hex()
FORMS: dict[str, tuple[Any, Any, bytes, Any]] = {
    "standard": ("standard", SECRET, BODY, STANDARD),
    "standard, among others": (
        "standard",
        SECRET,
        BODY,
        {**STANDARD, "webhook-signature": f"v1a,AAAA v1,AAAA {SIGNATURE} v2,x"},
    ),
    "stripe": ("stripe", "whsec_plain", BODY, {"Stripe-Signature": f"t={SENT},v1={STRIPE_MAC},v0=00"}),
    "stripe, rolled": (
        "stripe",
        "whsec_plain",
        BODY,
        {"stripe-signature": f"t={SENT}, v1={'0' * 64}, v1={STRIPE_MAC}"},
    ),
    "github, as its own documents sign it": (
        "github",
        "It's a Secret to Everybody",
        b"Hello, World!",
        {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
    ),
    "slack": (
        SLACK,
        "shh",
        BODY,
        {
            "x-slack-request-timestamp": str(SENT),
            "x-slack-signature": "v0=" + mac(b"shh", b"v0:1614265330:" + BODY).hex(),
        },
    ),
    "base64 alone": (
        SHOPIFY,
        "shh",
        BODY,
        {"X-Shopify-Hmac-Sha256": base64.b64encode(mac(b"shh", BODY)).decode()},
    ),
    "semicolons": (
        PADDLE,
        "shh",
        BODY,
        {"Paddle-Signature": f"ts={SENT};h1={mac(b'shh', b'1614265330:' + BODY).hex()}"},
    ),
    "a body that is no text": (
        "github",
        "shh",
        b"\xff\x00",
        {"X-Hub-Signature-256": "sha256=" + mac(b"shh", b"\xff\x00").hex()},
    ),
    "headers as pairs of bytes": (
        "standard",
        SECRET,
        BODY,
        [(k.encode(), v.encode()) for k, v in STANDARD.items()],
    ),
    "headers of httpx, one sent twice": (
        "standard",
        SECRET,
        BODY,
        httpx.Headers([*STANDARD.items(), ("Webhook-Signature", "v1,AAAA")]),
    ),
    "values in lists": (
        "standard",
        SECRET,
        BODY,
        {name.upper(): [value] for name, value in STANDARD.items()},
    ),
    "a key without its mark and padding": (
        "standard",
        SECRET.removeprefix("whsec_").rstrip("="),
        BODY,
        STANDARD,
    ),
    "a key as bytes": ("standard", base64.b64decode(SECRET.removeprefix("whsec_")), BODY, STANDARD),
    "an old and a new secret": ("standard", ["whsec_b2xk", SECRET], BODY, STANDARD),
}
each_form = pytest.mark.parametrize("form", FORMS)


def reader(scheme: Any = "standard", secret: Any = SECRET, at: float = SENT, **more: Any) -> Webhooks[Any]:
    return Webhooks(secret, scheme=scheme, clock=lambda: at, **more)


@each_form
def test_a_request_that_its_platform_signed_is_trusted(form: str) -> None:
    scheme, secret, body, headers = FORMS[form]
    reader(scheme, secret).verify(body, headers)


@each_form
def test_a_body_with_one_byte_more_is_not(form: str) -> None:
    scheme, secret, body, headers = FORMS[form]
    with pytest.raises(WebhookVerificationError) as caught:
        reader(scheme, secret).verify(body + b" ", headers)
    assert caught.value.reason == "no-match"


@each_form
def test_another_secret_is_not_trusted(form: str) -> None:
    scheme, _, body, headers = FORMS[form]
    with pytest.raises(WebhookVerificationError) as caught:
        reader(scheme, b"another").verify(body, headers)
    assert caught.value.reason == "no-match"


def changed(**headers: str | None) -> dict[str, str]:
    held = {**STANDARD, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {name: value for name, value in held.items() if value is not None}


@pytest.mark.parametrize(
    ("headers", "at", "reason", "words"),
    [
        pytest.param(changed(webhook_id=None), SENT, "missing-header", "no header Webhook-Id", id="no id"),
        pytest.param(
            changed(webhook_timestamp=None),
            SENT,
            "missing-header",
            "no header Webhook-Timestamp",
            id="no time",
        ),
        pytest.param(
            changed(webhook_signature=None),
            SENT,
            "missing-header",
            "no header Webhook-Signature",
            id="no signature",
        ),
        pytest.param(
            changed(webhook_signature=""), SENT, "missing-header", "no header", id="an empty signature"
        ),
        pytest.param(
            changed(webhook_signature="v1"), SENT, "malformed", "not written as v1,…", id="no comma"
        ),
        pytest.param(
            changed(webhook_signature="v9,AAAA"), SENT, "malformed", "not written", id="another version"
        ),
        pytest.param(changed(webhook_signature="v1,§"), SENT, "no-match", "no signature in", id="not base64"),
        pytest.param(changed(webhook_timestamp="soon"), SENT, "malformed", "not seconds", id="no number"),
        pytest.param(changed(webhook_timestamp="1e9"), SENT, "malformed", "not seconds", id="a float"),
        pytest.param(changed(webhook_timestamp="nan"), SENT, "malformed", "not seconds", id="not a number"),
        pytest.param(
            changed(webhook_timestamp="9" * 5000), SENT, "malformed", "not seconds", id="5,000 digits"
        ),
        pytest.param(
            changed(webhook_timestamp=str(SENT + 1)), SENT, "no-match", "no signature", id="another time"
        ),
        pytest.param(STANDARD, SENT + 301, "too-old", "sent 301 s ago", id="old"),
        pytest.param(STANDARD, SENT - 301, "too-new", "301 s in the future", id="from the future"),
    ],
)
def test_what_is_wrong_is_named_without_secret_and_signature(
    headers: Mapping[str, str], at: float, reason: str, words: str
) -> None:
    with pytest.raises(WebhookVerificationError, match=words) as caught:
        reader(at=at).verify(BODY, headers)
    assert caught.value.reason == reason
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.explain()
    for hidden in (SECRET, SECRET.removeprefix("whsec_"), SIGNATURE.removeprefix("v1,")):
        assert hidden not in told


@pytest.mark.parametrize("at", [SENT - 300, SENT + 300])
def test_the_tolerance_is_the_last_second_that_is_taken(at: float) -> None:
    reader(at=at).verify(BODY, STANDARD)


def test_no_tolerance_takes_any_time() -> None:
    reader(at=SENT + 10**9, tolerance=None).verify(BODY, STANDARD)


def test_a_parsed_body_is_refused_with_the_reason() -> None:
    with pytest.raises(veneer.ConfigurationError, match="the body as received, bytes or text, not dict"):
        reader().verify(json.loads(BODY), STANDARD)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param({"secret": ""}, "webhook_secret is empty", id="no secret"),
        pytest.param({"secret": []}, "webhook_secret is empty", id="none of several"),
        pytest.param({"secret": [SECRET, " "]}, "webhook_secret is empty", id="one of several is empty"),
        pytest.param({"secret": "whsec_ö$"}, "not base64: check that it was copied", id="not base64"),
        pytest.param(
            {"secret": SECRET, "scheme": "svix"}, "no webhook scheme is called 'svix'", id="no such scheme"
        ),
        pytest.param(
            {"secret": SECRET, "scheme": {"hash": "md5"}}, "has no field 'hash'", id="no such field"
        ),
        pytest.param(
            {"secret": SECRET, "scheme": {"digest": "md5"}}, "digest .* is one of sha1", id="a weak digest"
        ),
        pytest.param(
            {"secret": SECRET, "scheme": {"signature": "v1"}}, "{signature} once", id="no signature"
        ),
        pytest.param({"secret": SECRET, "scheme": {"signed": "{id}"}}, "includes {body}", id="no body"),
        pytest.param(
            {"secret": SECRET, "scheme": {"timestamp_header": ""}},
            "signs {timestamp} must name",
            id="no place for the time",
        ),
        pytest.param({"secret": SECRET, "tolerance": -1}, "positive seconds", id="a negative tolerance"),
    ],
)
def test_an_endpoint_that_cannot_work_is_refused_when_it_is_made(arguments: Any, words: str) -> None:
    with pytest.raises(veneer.ConfigurationError, match=words) as caught:
        Webhooks(**arguments)
    assert "§" not in str(caught.value)


def test_the_secret_is_in_no_repr() -> None:
    assert "MfKQ" not in repr(reader())
    assert repr(reader()) == "Webhooks('***', scheme='Webhook-Signature', events=0)"


@pytest.mark.parametrize("scheme", ["standard", "stripe", "github", SLACK, SHOPIFY, PADDLE], ids=str)
@given(body=st.binary(max_size=40), at=st.integers(0, 10**10))
@settings(max_examples=10)
def test_what_the_signer_signs_is_trusted(scheme: Any, body: bytes, at: int) -> None:
    headers = sign_webhook(body, SECRET, scheme=scheme, timestamp=at)
    reader(scheme, at=at).verify(body, headers)


def test_the_signer_writes_what_the_standards_own_library_does() -> None:
    written = sign_webhook(BODY, SECRET, id=STANDARD["webhook-id"], timestamp=SENT)
    assert {name.lower(): value for name, value in written.items()} == STANDARD


def test_a_public_key_verifies_asymmetric_signatures() -> None:
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    key = ed25519.Ed25519PrivateKey.generate()
    public = "whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode()
    signed = base64.b64encode(key.sign(b"m1.1614265330." + BODY)).decode()
    headers = {
        "webhook-id": "m1",
        "webhook-timestamp": str(SENT),
        "webhook-signature": f"v1a,AAAA v1a,{signed}",
    }
    reader(secret=[public, SECRET]).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError, match="no signature"):
        reader(secret=public).verify(BODY + b" ", headers)


# -- events ------------------------------------------------------------------------------------------------------


@define
class Paid:
    """As the generator writes models: `from_dict` raises for what is not there."""

    id: str

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Paid:
        return cls(id=data["data"]["id"])


@define
class Pushed:
    ref: str

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Pushed:
        return cls(ref=data["ref"])


EVENTS = (
    Webhook("invoice.paid", Paid.from_dict, ("type", "invoice.paid")),
    Webhook("invoicePaidAgain", Paid.from_dict, ("kind", "again")),
    Webhook("issues-opened", Pushed.from_dict, ("action", "opened")),
    Webhook("label-opened", Paid.from_dict, ("action", "opened")),
    Webhook("push", Pushed.from_dict, None),
    Webhook("star", Pushed.from_dict, None),
)


@pytest.mark.parametrize(
    ("data", "event", "expected"),
    [
        pytest.param({"type": "invoice.paid", "data": {"id": "i1"}}, "", Paid("i1"), id="by its tag"),
        pytest.param({"kind": "again", "data": {"id": "i1"}}, "", Paid("i1"), id="by another member"),
        pytest.param({"type": "push", "ref": "main"}, "", Pushed("main"), id="by its name"),
        pytest.param({"ref": "main"}, "push", Pushed("main"), id="by a header"),
        pytest.param({"action": "opened", "ref": "x"}, "issues", Pushed("x"), id="by header and tag"),
        pytest.param(
            {"type": "invoice.lost", "x": 1},
            "",
            UnknownEvent("invoice.lost", {"type": "invoice.lost", "x": 1}),
            id="no such event",
        ),
        pytest.param({"ref": "x"}, "", UnknownEvent("", {"ref": "x"}), id="two that it may be"),
        pytest.param(
            {"ref": "x"}, "ping", UnknownEvent("ping", {"ref": "x"}), id="another name in the header"
        ),
        pytest.param([1], "", UnknownEvent("", [1]), id="no object"),
        pytest.param({"type": 7}, "", UnknownEvent("", {"type": 7}), id="a name that is none"),
    ],
)
def test_an_event_is_read_as_what_the_contract_has(data: Any, event: str, expected: Any) -> None:
    scheme = {"event_header": "X-Event"} if event else "standard"
    body = json.dumps(data)
    headers = sign_webhook(body, SECRET, scheme=scheme, timestamp=SENT, event=event)
    assert reader(scheme, events=EVENTS).unwrap(body, headers) == expected


def test_the_only_event_of_a_contract_needs_no_name() -> None:
    body = b'{"ref": "main", "type": "card"}'
    only = reader(events=EVENTS[-1:])
    assert only.unwrap(body, sign_webhook(body, SECRET, timestamp=SENT)) == Pushed("main")


def test_an_event_that_breaks_its_contract_keeps_what_fits() -> None:
    body = b'{"type": "invoice.paid"}'
    with pytest.warns(veneer.SchemaViolationWarning, match=r"invoice\.paid: \$\.id is missing"):
        event = reader(events=EVENTS).unwrap(body, sign_webhook(body, SECRET, timestamp=SENT))
    assert isinstance(event, Paid)


@pytest.mark.parametrize("body", [b"", b"a=1", b"{", b"\xff", b"[" * 9000], ids=str)
def test_a_body_that_is_not_json_is_verified_and_named(body: bytes) -> None:
    headers = sign_webhook(body, SECRET, timestamp=SENT)
    with pytest.raises(WebhookVerificationError) as caught:
        reader().unwrap(body, headers)
    assert caught.value.reason == "not-json"


# -- clients -----------------------------------------------------------------------------------------------------

CLIENTS = pytest.mark.parametrize("client", [veneer.Client, veneer.AsyncClient])


@CLIENTS
def test_a_client_reads_webhooks_with_its_secret_and_its_clock(client: Any) -> None:
    made = client("http://127.0.0.1:1", webhook_secret=SECRET)
    made._session.wall = lambda: float(SENT)
    assert made.webhook_reader().unwrap(BODY, STANDARD) == UnknownEvent("", {"test": 2432232314})
    made._session.wall = lambda: SENT + 1000.0
    with pytest.raises(WebhookVerificationError, match="1000 s ago"):
        made.webhook_reader().unwrap(BODY, STANDARD)
    assert "MfKQ" not in repr(made) + repr(made.__dict__)


@CLIENTS
def test_a_client_finds_the_secret_of_its_platform(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = veneer.Platform("acme", env_webhook_secret="ACME_WEBHOOK_SECRET")
    bare = client("http://127.0.0.1:1", platform=platform)
    with pytest.raises(veneer.ConfigurationError, match="pass webhook_secret= or set ACME_WEBHOOK_SECRET"):
        bare.webhook_reader()
    monkeypatch.setenv("ACME_WEBHOOK_SECRET", SECRET)
    held = client("http://127.0.0.1:1", platform=platform).webhook_reader(tolerance=None)
    held.verify(BODY, STANDARD)
