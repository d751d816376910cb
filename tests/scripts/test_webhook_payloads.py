"""What an API sends on its own is read from its contract, typed and counted: webhooks and callbacks."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from veneer import UnknownEvent, Webhook
from veneer.testing import sign_webhook
from veneer_codegen import documents, generator
from veneer_codegen.client import facade
from veneer_codegen.normalise import Level, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = Path(__file__).parent / "contracts/webhooks_and_callbacks.json"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The registry of the contract's events, its models, and what was found in it."""
    root = tmp_path_factory.mktemp("sent")
    content = documents.load(CONTRACT).content
    normalised = normalise(content)
    public = generator.Public(content, facade.read(None, ""), "sent_events", "SentClient")
    generator.generate(normalised, root / "sent_events", public)
    sys.path.insert(0, str(root))
    try:
        module = importlib.import_module("sent_events.webhooks")
        models = importlib.import_module("sent_events.models")
        yield SimpleNamespace(
            events={one.name: one for one in module.WEBHOOKS},
            event=module.WebhookEvent,
            client=importlib.import_module("sent_events.client"),
            models=models,
            folder=root / "sent_events",
            normalised=normalised,
        )
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.partition(".")[0] == "sent_events"]:
            del sys.modules[name]


def test_each_webhook_and_callback_with_a_json_payload_is_there_once(sent: SimpleNamespace) -> None:
    assert all(isinstance(one, Webhook) for one in sent.events.values())
    assert [(one.name, one.kind, one.method, one.discriminator) for one in sent.events.values()] == [
        ("invoice.paid", "webhook", "post", ("type", "invoice.paid")),
        ("invoice.sent", "webhook", "post", ("type", "invoice.sent")),
        ("pet", "webhook", "post", None),
        ("many", "webhook", "post", None),
        ("map", "webhook", "post", None),
        ("older", "webhook", "post", None),
        ("onData", "callback", "post", None),
    ]


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        ("invoice.paid", {"type": "invoice.paid", "data": {"id": "1"}}, "InvoicePaidPayload"),
        ("pet", {"kind": "Cat", "size": "1"}, "Cat"),
        ("pet", {"kind": "fish"}, "Pet"),
        ("older", {"id": "1", "at": "2026-01-02T03:04:05+00:00"}, "Invoice"),
        ("onData", {"at": "2026-01-02T03:04:05+00:00"}, "OnDataPayload"),
    ],
    ids=repr,
)
def test_a_payload_is_read_as_its_model(
    sent: SimpleNamespace, name: str, payload: dict[str, Any], expected: str
) -> None:
    event = sent.events[name].read(payload)
    assert type(event) is getattr(sent.models, expected)
    assert event.to_dict() == payload


@pytest.mark.parametrize("flavour", ["", "Async"])
def test_a_client_verifies_and_reads_what_its_contract_describes(sent: SimpleNamespace, flavour: str) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the one of the specification's example
    client = getattr(sent.client, f"{flavour}SentClient")("http://127.0.0.1:9", webhook_secret=secret)

    def unwrap(payload: dict[str, Any]) -> Any:
        body = json.dumps(payload).encode()
        return client.webhooks.unwrap(body, sign_webhook(body, secret))

    paid = {"type": "invoice.paid", "data": {"id": "1"}}
    assert type(unwrap(paid)) is sent.models.InvoicePaidPayload
    assert unwrap({"type": "invoice.lost"}) == UnknownEvent("invoice.lost", {"type": "invoice.lost"})


def test_payloads_that_are_no_classes_are_read_as_what_they_are(sent: SimpleNamespace) -> None:
    assert [type(one).__name__ for one in sent.events["many"].read([{"kind": "Cat"}, {"kind": "x"}])] == [
        "Cat",
        "Pet",
    ]
    assert sent.events["map"].read({"a": 1}) == {"a": 1}


def test_the_type_of_an_event_is_the_union_of_all(sent: SimpleNamespace) -> None:
    assert sent.event == (
        "InvoicePaidPayload | InvoiceSentPayload | Cat | Pet | list[Cat | Pet] | dict[str, Any] | Invoice | OnDataPayload"
    )


def test_no_operation_is_made_of_what_the_api_sends(sent: SimpleNamespace) -> None:
    assert sorted(path.name for path in (sent.folder / "api").iterdir()) == ["__init__.py", "default"]


def test_a_payload_that_is_not_json_is_a_finding_and_one_without_a_body_is_noted(
    sent: SimpleNamespace,
) -> None:
    found = sent.normalised.report.findings
    assert [(str(one), one.level) for one in found if one.rule.startswith("webhook")] == [
        (
            (
                "webhook-payload at #/webhooks/form/post/requestBody: the webhook form is "
                "application/x-www-form-urlencoded, which is not JSON: it is not read"
            ),
            Level.WEAKER,
        ),
        ("webhook-without-payload at #/webhooks/empty/get: the webhook empty has no body", Level.NOTE),
    ]


def test_a_webhook_that_leads_nowhere_is_a_loss() -> None:
    document = {"openapi": "3.1.0", "webhooks": {"a": {"$ref": "#/components/pathItems/Gone"}}}
    assert [str(one) for one in normalise(document).report.losses()] == [
        "reference at #/webhooks/a: #/components/pathItems/Gone leads nowhere"
    ]


def test_a_contract_without_any_has_no_registry(tmp_path: Path) -> None:
    document = {"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {}}}}}
    generator.generate(normalise(document), tmp_path / "made")
    assert not (tmp_path / "made/webhooks.py").exists()
