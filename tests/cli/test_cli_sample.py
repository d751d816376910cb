"""`veneer sample` calls what only reads, and says by its exit code whether the answers fit the contract."""

from __future__ import annotations

import json

import pytest

from cli.kit import Invoke, failure
from veneer.sampling import Sampler
from veneer.sandbox import Sandbox


def test_answers_that_fit_are_counted_and_nothing_is_changed(veneer: Invoke, sandbox: Sandbox) -> None:
    done = veneer("sample", "hestiaos")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        ["HestiaOS: 5 of 5 responses compared, 0 findings"],
    )
    assert done.stderr.strip().startswith("not called: 10 operations that change something, stream")
    assert {entry["method"] for entry in sandbox.journal()} == {"GET"}


def test_an_answer_that_does_not_fit_is_said_by_place_and_type_alone(
    veneer: Invoke, sandbox: Sandbox
) -> None:
    sandbox.fault("extra-field", platform="hestiaos", path="/api/system/metrics")
    done = veneer("sample", "hestiaos", "--json")
    (found,) = json.loads(done.stdout)["findings"]
    assert done.exit_code == 3
    assert (found["operation"], found["kind"]) == ("GET /api/system/metrics", "unknown")


def test_a_call_that_fails_is_named_and_the_others_go_on(veneer: Invoke, sandbox: Sandbox) -> None:
    sandbox.fault("reset=before", platform="hestiaos", path="/api/system/metrics")
    done = veneer("sample", "hestiaos", "--max-retries", "0")
    assert done.exit_code == 0
    assert done.stdout.startswith("HestiaOS: 4 of 4 responses compared")
    assert "not compared: " in done.stderr


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("chat_run", "chat_run may change something: `call` it, or give the client a veneer.sampling"),
        ("get_trace", "get_trace needs trace_id: `call` it, or give the client a veneer.sampling"),
        ("nothing", "no operation 'nothing'"),
    ],
)
def test_an_operation_that_is_named_and_cannot_be_called_alone_is_a_usage_error(
    veneer: Invoke, name: str, why: str
) -> None:
    code, text = failure(veneer("sample", "hestiaos", name))
    assert code == 2
    assert why in text


def test_where_nothing_answers_nothing_is_compared(veneer: Invoke) -> None:
    done = veneer("sample", "hestiaos", "--base-url", "http://127.0.0.1:9", "--max-retries", "0")
    assert done.exit_code == 4
    assert done.stderr.count("not compared: ") == 1


def test_a_sampler_takes_the_contract_of_a_package_by_its_name() -> None:
    assert Sampler("velerian").contract == "velerian"
