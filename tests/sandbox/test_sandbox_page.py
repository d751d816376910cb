"""The page at `/`, in headless Chromium: operations with forms, the live journal, the fault switches, the clock."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from veneer.sandbox import Sandbox


@pytest.fixture(scope="module")
def chromium(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    executable = browser.find()
    if executable is None:
        pytest.skip("no Chromium on PATH, and VENEER_CHROMIUM names none")
    with browser.page(executable, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(chromium: Any, sandbox: Sandbox) -> Iterator[Any]:
    chromium.errors.clear()
    chromium.open(f"{sandbox.url}/")
    chromium.wait("document.body.dataset.ready")
    yield chromium
    assert [one for one in chromium.errors if "Failed to load resource" not in one] == []


def choose(page: Any, platform: str, method: str, path: str) -> None:
    page.run(f"document.querySelector('[data-name={platform}]').click()")
    found = f"""[...document.querySelectorAll('#operations button')].find(
        (one) => one.textContent === '{method}' + {path!r})"""
    page.wait(found)
    page.run(f"{found}.click()")


def send(page: Any, expected: str) -> str:
    page.run("document.getElementById('send').click()")
    page.wait(f"document.getElementById('status').textContent.startsWith('{expected}')")
    page.wait("document.getElementById('stop').hidden")
    return str(page.run("document.getElementById('output').textContent"))


@pytest.mark.parametrize(
    ("platform", "method", "path", "status", "part"),
    [
        ("hybridb", "POST", "/api/v1/decisions", "200", '"outcome": "approved"'),
        ("hestiaos", "POST", "/api/v1/run/stream", "200", '"type":"done"'),
        ("velerian", "GET", "/api/v2/plans", "200", '"name": "Starter"'),
        ("aerostack", "POST", "/cache/set", "200", '"success": true'),
        ("aerostack", "POST", "/storage/upload", "200", '"url"'),
        ("aerostack", "POST", "/ai/gateway/{apiSlug}/chat/completions", "200", "chat.completion"),
    ],
)
def test_an_operation_is_tried_with_the_contracts_example(
    page: Any, platform: str, method: str, path: str, status: str, part: str
) -> None:
    choose(page, platform, method, path)
    page.run("document.querySelectorAll('#fields input').forEach((one) => { one.value ||= 'sandbox'; })")
    assert part in send(page, status)


def test_each_platforms_operations_are_all_listed(page: Any, contract: Callable[[str], Any]) -> None:
    for name in ("hybridb", "hestiaos", "velerian", "aerostack"):
        page.run(f"document.querySelector('[data-name={name}]').click()")
        page.wait(
            f"document.querySelectorAll('#operations button').length === {len(contract(name).operations)}"
        )


def test_a_platform_says_where_it_is_and_which_key_it_takes(page: Any, sandbox: Sandbox) -> None:
    for name, base in sandbox.base_urls.items():
        page.run(f"document.querySelector('[data-name={name}]').click()")
        page.wait(f"document.getElementById('base').textContent === '{base}'")
        assert page.run("document.getElementById('platform-key').textContent") == sandbox.keys[name]


def test_no_form_is_shown_before_an_operation_is_chosen(page: Any) -> None:
    assert page.run("document.getElementById('form').checkVisibility()") is False
    choose(page, "velerian", "GET", "/api/v2/plans")
    assert page.run("document.getElementById('form').checkVisibility()") is True
    assert page.run("document.getElementById('body').checkVisibility()") is False


def test_operations_are_found_by_words(page: Any) -> None:
    visible = "[...document.querySelectorAll('#operations li')].filter((one) => !one.hidden)"
    page.run("document.querySelector('[data-name=aerostack]').click()")
    page.wait("document.querySelectorAll('#operations button').length === 42")
    page.run("document.getElementById('find').value = 'queue job'")
    page.run("document.getElementById('find').dispatchEvent(new Event('input'))")
    assert page.run(f"{visible}.map((one) => one.textContent)") == [
        "queue",
        "POST/queue/enqueue",
        "POST/queue/job",
        "POST/queue/cancel",
        "POST/queue/jobs",
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on PATH")
def test_a_request_is_shown_as_curl_would_send_it(page: Any, sandbox: Sandbox) -> None:
    choose(page, "hestiaos", "POST", "/api/chat")
    page.run("""document.getElementById('body').value = `{"message": "it's"}`""")
    send(page, "200")
    line = page.run("document.getElementById('curl').textContent")
    done = subprocess.run(["sh", "-c", f"exec {line} -s"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["response"].startswith("You said: it's")
    first, second = sandbox.journal(operation="chat_run")
    assert first["body_digest"] == second["body_digest"]


def test_a_snapshot_is_taken_restored_and_removed(page: Any, sandbox: Sandbox) -> None:
    item = """[...document.querySelectorAll('#snapshots li')].find(
        (one) => one.firstChild.textContent === 'a b/c')"""
    page.run("document.getElementById('snapshot').value = 'a b/c'")
    page.run("document.querySelector('#snapshot-form button').click()")
    page.wait(item)
    sandbox.advance(60)
    page.run(f"{item}.querySelectorAll('button')[0].click()")
    page.wait("document.getElementById('now').textContent.startsWith('2026-01-01T00:00:00')")
    assert sandbox.state.clock.offset == 0
    page.run(f"{item}.querySelectorAll('button')[1].click()")
    page.wait(f"!({item})")
    assert "a b/c" not in sandbox.state.snapshots.names()


def test_a_row_of_the_journal_opens_to_all_that_is_known_of_it(page: Any, sandbox: Sandbox) -> None:
    httpx.get(
        f"{sandbox.url}/velerian/api/v2/plans?limit=2", headers={"authorization": "Bearer vk_live_sandbox"}
    )
    page.wait("document.querySelector('#journal').textContent.includes('/api/v2/plans?limit=2')")
    assert page.run("document.getElementById('nothing').checkVisibility()") is False
    page.run("document.querySelector('#journal button').click()")
    known = page.run("document.querySelector('#journal pre').textContent")
    assert json.loads(known)["headers"]["authorization"] == "***"
    page.run("document.querySelector('#journal button').click()")
    assert page.run("document.querySelector('#journal pre')") is None


def test_a_fault_is_switched_on_hit_and_removed(page: Any, sandbox: Sandbox) -> None:
    page.run("document.getElementById('fault').value = 'status=503'")
    page.run("document.querySelector('#fault-form button').click()")
    page.wait("document.querySelectorAll('#rules li').length === 1")
    choose(page, "velerian", "GET", "/api/v2/plans")
    send(page, "503")
    page.wait("document.querySelector('#rules').textContent.includes('hit 1×')")
    page.run("document.querySelector('#rules button').click()")
    page.wait("document.querySelectorAll('#rules li').length === 0")
    send(page, "200")
    assert sandbox.state.faults.rules == []


def test_a_wrong_fault_is_explained(page: Any) -> None:
    page.run("document.getElementById('fault').value = 'nonsense'")
    page.run("document.querySelector('#fault-form button').click()")
    page.wait("document.getElementById('fault-error').textContent.includes('no fault is called')")


def test_the_journal_is_live_and_shows_text_as_text(page: Any, sandbox: Sandbox) -> None:
    httpx.get(f"{sandbox.url}/velerian/<img src=x onerror=alert(1)>")
    page.wait("document.querySelector('#journal').textContent.includes('onerror')")
    assert page.run("document.querySelectorAll('#journal img').length") == 0


def test_the_clock_moves_and_everything_is_reset(page: Any, sandbox: Sandbox) -> None:
    page.run("document.querySelector('[data-advance=\"60\"]').click()")
    page.wait("document.getElementById('now').textContent.startsWith('2026-01-01T00:01:00')")
    page.run("document.getElementById('reset').click()")
    page.wait("document.getElementById('now').textContent.startsWith('2026-01-01T00:00:00')")
    assert sandbox.state.clock.offset == 0


def test_a_stream_that_does_not_end_is_stopped(page: Any, sandbox: Sandbox) -> None:
    choose(page, "hestiaos", "POST", "/api/v1/run/stream")
    page.run("document.getElementById('one-fault').value = 'heartbeats-only'")
    page.run("document.getElementById('send').click()")
    page.wait("document.getElementById('output').textContent.includes(': ping')")
    page.run("document.getElementById('stop').click()")
    page.wait("document.getElementById('output').textContent.includes('AbortError')")
    page.run("document.getElementById('one-fault').value = ''")


def test_it_fits_a_narrow_window(page: Any) -> None:
    size = {"width": 380, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.command("Emulation.setDeviceMetricsOverride", **size)
    assert page.run("document.documentElement.scrollWidth <= 380")
    page.command("Emulation.clearDeviceMetricsOverride")
