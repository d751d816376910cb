"""Rules beside a contract: functions for operations, what a fresh sandbox holds, and what is said of mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from veneer.sandbox import Refusal, Response, main, operation, running

CONTRACT = Path(__file__).with_name("contracts") / "shop.yaml"


def rules(**members: Any) -> ModuleType:
    module = ModuleType("rules")
    vars(module).update(members)
    return module


@pytest.fixture
def ruled() -> Iterator[httpx.Client]:
    @operation("createShop")
    def create_shop(request: Any, default: Any) -> Any:
        if request.data["name"] == "Casino":
            raise Refusal(402, "NOT_ALLOWED", "No casinos")
        response = default()
        request.effect("mail.sent")
        response.headers["x-ruled"] = "yes"
        return response

    @operation("POST /shops/{shop_id}/close")
    def close_shop(request: Any, default: Any) -> Any:
        return default().content | {"status": "live", "note": f"closed {request.params['shop_id']}"}

    @operation("getReport")
    def get_report(_request: Any, _default: Any) -> Response:
        return Response({"sum": 7}, headers={"x-kept": "1"})

    def seed(sandbox: Any) -> None:
        shop = sandbox.add("/shops", {"id": "shop_1", "name": "First"})
        sandbox.add(f"/shops/{shop['id']}/things", {"title": "Chair"})

    module = rules(create_shop=create_shop, close_shop=close_shop, get_report=get_report, seed=seed)
    with running(contract=CONTRACT, rules=module) as sandbox:
        headers = {"authorization": f"Bearer {sandbox.keys['acme']}"}
        with httpx.Client(base_url=sandbox.base_urls["acme"], headers=headers) as client:
            yield client


def test_a_rule_refuses_in_the_contracts_error_model_or_lets_the_contract_decide(ruled: httpx.Client) -> None:
    refused = ruled.post("/shops", json={"name": "Casino"})
    assert (refused.status_code, refused.json()) == (
        402,
        {"error": {"code": "NOT_ALLOWED", "message": "No casinos"}},
    )
    made = ruled.post("/shops", json={"name": "Corner"})
    assert (made.status_code, made.headers["x-ruled"]) == (201, "yes")


def test_a_request_that_breaks_the_contract_never_comes_to_a_rule(ruled: httpx.Client) -> None:
    assert ruled.post("/shops", json={}).status_code == 422


def test_a_rule_answers_with_json_or_a_whole_response(ruled: httpx.Client) -> None:
    closed = ruled.post("/shops/shop_1/close").json()
    assert (closed["status"], closed["note"]) == ("live", "closed shop_1")
    report = ruled.get("/reports", params={"month": "2026-01-01"})
    assert (report.json(), report.headers["x-kept"]) == ({"sum": 7}, "1")


def test_a_fresh_sandbox_holds_what_the_rules_say(ruled: httpx.Client) -> None:
    assert [one["name"] for one in ruled.get("/shops").json()["items"]] == ["First"]
    assert ruled.get("/shops/shop_1/things").json() == [{"number": 1, "title": "Chair", "shop_id": "shop_1"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (\n", "sandbox.py:1: SyntaxError: '(' was never closed"),
        (
            "x = 1\nimport nowhere_at_all\n",
            "sandbox.py:2: ModuleNotFoundError: No module named 'nowhere_at_all'",
        ),
        (
            "from veneer.sandbox import operation\n@operation('createShp')\ndef f(request, default): ...\n",
            "the contract has no operation 'createShp'; did you mean 'createShop'?",
        ),
        (
            "import veneer.sandbox as s\n@s.operation('getShop')\ndef f(r, d): ...\n@s.operation('GET /shops/{shop_id}')\ndef g(r, d): ...\n",
            "the rules have two functions for the operation 'getShop'",
        ),
        (
            "def seed(sandbox):\n    sandbox.add('/sheds', {})\n",
            "sandbox.py:2: ValueError: the contract has no collection /sheds",
        ),
    ],
    ids=["syntax", "import", "a name that is not there", "two for one", "no collection"],
)
def test_rules_that_cannot_be_used_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "sandbox.py"
    file.write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)), running(contract=CONTRACT, rules=file):
        pass


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--contract", "none.yaml"], "none.yaml cannot be read: No such file or directory"),
        (["--contract", "text.yaml"], "text.yaml is not an OpenAPI document: it should be an object"),
        (["--contract", "old.json"], "old.json is Swagger 2.0: convert it to OpenAPI 3 first"),
        (["--contract", "far.json"], "far.json refers to 'other.json#/x': "),
        (
            ["--contract", "https://127.0.0.1:9/a.json"],
            "only `veneer sandbox` with the extras cli and codegen reads addresses",
        ),
        (
            ["--contract", "shop.yaml", "--name", "A B"],
            "a sandbox's name has lower-case letters, digits, - and _",
        ),
        (["--contract", "shop.yaml", "--contract", "shop.yaml"], "two platforms are called acme"),
        (["--rules", "rules.py"], "--rules and --name need --contract"),
        (["--contract", "shop.yaml", "--rules", "rules.py"], "the rules rules.py cannot be read"),
    ],
    ids=[
        "no file",
        "no object",
        "swagger",
        "elsewhere",
        "address",
        "bad name",
        "one name twice",
        "alone",
        "no rules",
    ],
)
def test_a_contract_that_cannot_be_served_is_one_line_and_code_2(
    tmp_path: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "shop.yaml").write_bytes(CONTRACT.read_bytes())
    (tmp_path / "text.yaml").write_text("hello")
    (tmp_path / "old.json").write_text('{"swagger": "2.0"}')
    (tmp_path / "far.json").write_text('{"openapi": "3.1.0", "paths": {"/x": {"$ref": "other.json#/x"}}}')
    monkeypatch.chdir(tmp_path)
    assert main(["--port", "0", *arguments]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("veneer sandbox: ")
    assert message in last


def test_a_rule_that_fails_is_an_answer_that_says_where(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.py"
    file.write_text(
        "from veneer.sandbox import operation\n\n@operation('getStatus')\ndef f(request, default):\n    return 1 / 0\n"
    )
    with running(contract=CONTRACT, rules=file) as sandbox:
        answer = httpx.get(f"{sandbox.base_urls['acme']}/status")
    assert answer.status_code == 500
    assert answer.json()["error"] == {
        "code": "RULE_FAILED", "message": "sandbox.py:5: ZeroDivisionError: division by zero",
    }  # fmt: skip


def test_rules_beside_the_contract_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.yaml").write_bytes(CONTRACT.read_bytes())
    (tmp_path / "sandbox.py").write_text("def seed(sandbox):\n    raise LookupError('here I am')\n")
    monkeypatch.chdir(tmp_path)
    assert main(["--port", "0", "--contract", "shop.yaml"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "veneer sandbox: acme is shop.yaml with sandbox.py",
        "veneer sandbox: sandbox.py:2: LookupError: here I am",
    ]
