"""`veneer call --contract`: an operation of any contract, without a project."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import faultserver
from cli.kit import Invoke, document, failure, rows
from cli.shop import SHOP
from veneer.sandbox import Sandbox
from veneer_cli import from_contract


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What is generated is kept below this folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("VENEER_BASE_URL", "VENEER_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    from_contract._home.cache_clear()
    yield tmp_path / "cache" / "veneer" / "calls"
    from_contract._home.cache_clear()


@pytest.fixture
def contract(tmp_path: Path, cache: Path) -> str:
    """The contract of a shop, in a file."""
    (tmp_path / "shop.json").write_text(json.dumps(SHOP))
    return str(tmp_path / "shop.json")


@pytest.fixture
def server() -> Iterator[faultserver.FaultServer]:
    with faultserver.running() as running:
        yield running


def shown(veneer: Invoke, contract: str, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = document(
        veneer("call", "--contract", contract, *arguments, "--dry-run", "--json")
    )
    return found


def test_an_operation_is_called_by_its_contract_alone(
    bare: Invoke, contract: str, server: faultserver.FaultServer
) -> None:
    space = server.space(answer={"id": 7, "name": "Rex"})
    line = ("call", "-c", contract, "get_pet", "--param", "petId=7", "--api-key", "secret-key")
    assert document(bare(*line, "--base-url", space.url())) == {"id": 7, "name": "Rex"}
    (request,) = space.requests()
    assert (request.header("x-key"), request.target.endswith("/pets/7")) == ("secret-key", True)


def test_the_servers_address_and_the_schemes_are_the_contracts(bare: Invoke, contract: str) -> None:
    found = shown(bare, contract, "create_pet", "--body", '{"name": "a"}', "-p", "kind=cat", "-p", "owner={}")
    assert (found["method"], found["url"]) == ("POST", "http://127.0.0.1:1/pets")
    assert found["headers"]["x-key"] == "$VENEER_API_KEY"
    assert found["body"] == {"name": "a", "kind": "cat", "owner": {}}


def test_a_key_is_that_of_its_scheme_wherever_it_comes_from(
    bare: Invoke, contract: str, server: faultserver.FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = server.space(answer={})
    line = ("call", "-c", contract, "get_pet", "-p", "petId=7", "--base-url", space.url())
    monkeypatch.setenv("VENEER_API_KEY", "of-the-environment")
    bare(*line)
    bare(*line, "--credential", "key=of-the-line")
    assert [one.header("x-key") for one in space.requests()] == ["of-the-environment", "of-the-line"]


def test_pages_streams_and_uploads_are_those_of_call(
    bare: Invoke, contract: str, server: faultserver.FaultServer, tmp_path: Path
) -> None:
    page = {"items": [{"id": 1, "name": "a"}], "total": 1}
    space = server.space(answer=page)
    listed = rows(bare("call", "-c", contract, "list_pets", "--all", "--base-url", space.url(), "-k", "key"))
    assert listed == page["items"]
    events = (
        b'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {"text": "hi"}\n\ndata: [DONE]\n\n'
    )
    stream = server.space(script=[events, None])
    line = (
        "call",
        "-c",
        contract,
        "chat",
        "-p",
        "message=x",
        "--stream",
        "--base-url",
        stream.url("raw"),
        "-k",
        "key",
    )
    assert bare(*line).stdout == '{"text": "hi"}\n'
    assert json.loads(stream.requests()[0].body) == {"message": "x", "stream": True}
    (tmp_path / "p.png").write_bytes(b"png")
    upload = ("upload_photo", "-p", "petId=7", "-p", f"file=@{tmp_path / 'p.png'}")
    assert shown(bare, contract, *upload)["body"] == {"file": f"@{tmp_path / 'p.png'}"}


def test_a_list_of_operations_says_what_pages_and_streams(bare: Invoke, contract: str) -> None:
    paths = {**SHOP["paths"]}
    paths["/pets"] = {
        "get": {key: value for key, value in paths["/pets"]["get"].items() if key != "x-veneer-pagination"}
    }
    Path(contract).write_text(json.dumps({**SHOP, "paths": paths}))
    listed = {one["name"]: one for one in rows(bare("operations", "-c", contract, "--json"))}
    assert (listed["list_pets"]["paged"], listed["watch"]["stream"], listed["get_pet"]["paged"]) == (
        True,
        True,
        False,
    )
    names = [one["name"] for one in rows(bare("operations", "-c", contract, "get_pet", "--json"))]
    assert names == ["petId"]


def test_a_server_is_asked_for_its_contract(bare: Invoke, cache: Path, sandbox: Sandbox) -> None:
    base = sandbox.base_urls["velerian"]
    line = (
        "call",
        "--contract",
        f"{base}/openapi.json",
        "list_plans",
        "--base-url",
        base,
        "-k",
        sandbox.keys["velerian"],
    )
    assert document(bare(*line))


def test_an_operation_is_generated_once_and_again_where_a_file_of_it_is_not_whole(
    bare: Invoke, contract: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated: list[str] = []
    real = from_contract._generate
    monkeypatch.setattr(
        from_contract, "_generate", lambda *given: (generated.append(given[1].name), real(*given))[1]
    )
    for line in (("get_config",), ("get_config",), ("delete_pet", "-p", "petId=1")):
        shown(bare, contract, *line)
    assert generated == ["get_config", "delete_pet"]
    (package,) = [one for one in cache.iterdir() if list(one.glob("api/*/get_config.py"))]
    (module,) = package.glob("api/*/get_config.py")
    whole = module.read_text()
    module.write_text(whole[:40])
    shown(bare, contract, "get_config")
    assert (generated, module.read_text()) == (["get_config", "delete_pet", "get_config"], whole)
    assert sorted(one.name[:12] for one in cache.iterdir()) == ["veneer_call_", "veneer_call_"]


def test_two_that_generate_the_same_at_once_agree(cache: Path) -> None:
    ready = threading.Barrier(2)

    def generate(target: Path) -> None:
        target.mkdir()
        (target / "__init__.py").write_text("")
        ready.wait(timeout=60)

    threads = [
        threading.Thread(target=from_contract._kept, args=("veneer_call_x", generate)) for _ in range(2)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.name for one in cache.iterdir()] == ["veneer_call_x"]
    assert from_contract._is_whole(cache / "veneer_call_x")


def test_a_cache_that_others_may_write_is_not_used(cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    assert from_contract._home() != cache


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.json", "x"), "veneer: nowhere.json: cannot be read: No such file or directory"),
        (("CONTRACT", "list_pts"), "veneer: no operation 'list_pts'; did you mean list_pets"),
        (("CONTRACT", "get_pet"), "veneer: get_pet needs --param petId=…"),
        (("CONTRACT", "import_pets"), "veneer: import_pets needs --body"),
        (
            ("CONTRACT", "get_config", "--base-url", ""),
            "veneer: --base-url is empty: give a value, or leave it out",
        ),
    ],
    ids=["no file", "no operation", "an argument missing", "a body missing", "an empty address"],
)
def test_what_cannot_be_is_one_line(
    bare: Invoke, contract: str, arguments: tuple[str, ...], said: str
) -> None:
    given = [contract if one == "CONTRACT" else one for one in arguments]
    code, line = failure(bare("call", "--contract", *given))
    assert (code, line.partition(" or ")[0]) == (2, said.partition(" or ")[0])


def test_a_contract_without_an_address_says_how_to_give_one(bare: Invoke, contract: str) -> None:
    Path(contract).write_text(json.dumps({key: value for key, value in SHOP.items() if key != "servers"}))
    line = ("call", "-c", contract, "get_config", "-k", "key")
    assert failure(bare(*line)) == (2, "veneer: no address is known: give --base-url, or set VENEER_BASE_URL")


def test_without_the_extra_one_line_says_what_to_install(contract: str) -> None:
    code = (
        "import sys; sys.modules['yaml'] = None; from veneer_cli import main\n"
        f"sys.argv = ['veneer', 'call', '--contract', {contract!r}, 'get_config']; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        'veneer: a contract needs the extra: pip install "veneer[codegen]" (yaml is missing)\n',
    )
