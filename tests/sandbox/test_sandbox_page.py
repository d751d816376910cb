"""The page at `/`, in headless Chromium: operations with forms, the live journal, the fault switches, the clock."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from veneer.sandbox import running
from veneer_sandbox.journal import Entry

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


def platform_of(page: Any, name: str) -> None:
    page.act(f"document.querySelector('[data-name={name}]').click()")


def choose(page: Any, platform: str, method: str, path: str) -> None:
    platform_of(page, platform)
    page.run(f"""[...document.querySelectorAll('#operations button')].find(
        (one) => one.textContent === '{method}' + {path!r}).click()""")


def send(page: Any, expected: str) -> str:
    page.act("document.getElementById('send').click()")
    assert page.run("document.getElementById('status').textContent").startswith(expected)
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
        platform_of(page, name)
        listed = page.run("document.querySelectorAll('#operations button').length")
        assert listed == len(contract(name).operations)


def test_a_platform_says_where_it_is_and_which_key_it_takes(page: Any, sandbox: Sandbox) -> None:
    for name, base in sandbox.base_urls.items():
        platform_of(page, name)
        assert page.run("document.getElementById('base').textContent") == base
        assert page.run("document.getElementById('platform-key').textContent") == sandbox.keys[name]


def test_no_form_is_shown_before_an_operation_is_chosen(page: Any) -> None:
    assert page.run("document.getElementById('form').checkVisibility()") is False
    choose(page, "velerian", "GET", "/api/v2/plans")
    assert page.run("document.getElementById('form').checkVisibility()") is True
    assert page.run("document.getElementById('body').checkVisibility()") is False


def test_operations_are_found_by_words(page: Any) -> None:
    visible = "[...document.querySelectorAll('#operations li')].filter((one) => !one.hidden)"
    platform_of(page, "aerostack")
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
    page.act("document.querySelector('#snapshot-form button').click()")
    sandbox.advance(60)
    page.act(f"{item}.querySelectorAll('button')[0].click()")
    assert page.run("document.getElementById('now').textContent").startswith("2026-01-01T00:00:00")
    assert sandbox.state.clock.offset == 0
    page.act(f"{item}.querySelectorAll('button')[1].click()")
    assert page.run(f"!({item})")
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
    page.act("document.querySelector('#fault-form button').click()")
    choose(page, "velerian", "GET", "/api/v2/plans")
    send(page, "503")
    page.wait("document.querySelector('#rules').textContent.includes('hit 1×')")
    page.act("document.querySelector('#rules button').click()")
    assert page.run("document.querySelectorAll('#rules li').length") == 0
    send(page, "200")
    assert sandbox.state.faults.rules == []


def test_a_wrong_fault_is_explained(page: Any) -> None:
    page.run("document.getElementById('fault').value = 'nonsense'")
    page.act("document.querySelector('#fault-form button').click()")
    assert "there is no fault" in page.run("document.getElementById('fault-error').textContent")


def test_the_journal_is_live_and_shows_text_as_text(page: Any, sandbox: Sandbox) -> None:
    httpx.get(f"{sandbox.url}/velerian/<img src=x onerror=alert(1)>")
    page.wait("document.querySelector('#journal').textContent.includes('onerror')")
    assert page.run("document.querySelectorAll('#journal img').length") == 0


def test_the_clock_moves_and_everything_is_reset(page: Any, sandbox: Sandbox) -> None:
    page.act("document.querySelector('[data-advance=\"60\"]').click()")
    assert page.run("document.getElementById('now').textContent").startswith("2026-01-01T00:01:00")
    page.act("document.getElementById('reset').click()")
    assert page.run("document.getElementById('now').textContent").startswith("2026-01-01T00:00:00")
    assert sandbox.state.clock.offset == 0


def test_a_stream_that_does_not_end_is_stopped(page: Any, sandbox: Sandbox) -> None:
    choose(page, "hestiaos", "POST", "/api/v1/run/stream")
    page.run("document.getElementById('one-fault').value = 'heartbeats-only'")
    page.run("document.getElementById('send').click()")
    page.wait("document.getElementById('output').textContent.includes(': ping')")
    page.run("document.getElementById('stop').click()")
    page.wait("document.getElementById('output').textContent.includes('AbortError')")


def test_an_answer_without_a_body_has_no_box_for_one(page: Any) -> None:
    choose(page, "hybridb", "DELETE", "/api/v1/auth/token")
    assert send(page, "204") == ""
    assert page.run("document.getElementById('output').checkVisibility()") is False
    assert page.run("document.getElementById('status').textContent").endswith("no body")


def test_bytes_that_are_no_text_are_counted_and_not_shown(page: Any, sandbox: Sandbox) -> None:
    choose(page, "velerian", "GET", "/api/v2/plans")
    page.run("document.getElementById('one-fault').value = 'content-type=audio/mpeg'")
    assert send(page, "200").endswith("bytes of audio/mpeg")


# The look of it

CONTRAST = """(element) => {
    const light = (colour) => {
        const part = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = colour.match(/[0-9.]+/g).map((one) => part(one / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const both = [getComputedStyle(element).color, getComputedStyle(document.body).backgroundColor].map(light);
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}"""


@pytest.fixture
def narrow(page: Any) -> Iterator[Any]:
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.command("Emulation.setDeviceMetricsOverride", **size)
    yield page
    page.command("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_method_has_a_colour_that_can_be_read(page: Any, sandbox: Sandbox, scheme: str) -> None:
    page.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        httpx.request(method, f"{sandbox.url}/velerian/nothing")
    methods = "[...document.querySelectorAll('#journal .method')]"
    page.wait(f"{methods}.length === 6")
    assert len(set(page.run(f"{methods}.map((one) => getComputedStyle(one).color)"))) == 6
    read = "[...document.querySelectorAll('#journal span, #journal small, #journal button, .dim, .tag')]"
    assert page.run(f"Math.min(...{read}.map({CONTRAST}))") >= 4.5
    page.command("Emulation.setEmulatedMedia", features=[])


def test_it_fits_a_telephone(narrow: Any, sandbox: Sandbox) -> None:
    body = {"key": "k", "value": "v"}
    key = {"x-aerostack-key": sandbox.keys["aerostack"], "x-sandbox-fault": "latency=0"}
    httpx.post(f"{sandbox.base_urls['aerostack']}/cache/set", json=body, headers=key)
    narrow.wait("document.querySelector('#journal').textContent.includes('/cache/set')")
    assert narrow.run("document.documentElement.scrollWidth <= 390")
    boxes = """[...document.querySelectorAll('thead th, #journal td')].map((one) => one.getBoundingClientRect())"""
    places = narrow.run(f"{boxes}.map(({{left, right, height}}) => [left, right, height])")
    assert len(places) == 8
    assert all(0 <= left < right <= 390 and height > 0 for left, right, height in places)
    assert "cache.set" in narrow.run("document.querySelector('#journal .effects').textContent")


def test_a_row_says_when_it_came_and_how_long_it_took(page: Any, sandbox: Sandbox) -> None:
    httpx.get(f"{sandbox.url}/velerian/nothing")
    page.wait("document.querySelectorAll('#journal tr').length === 1")
    times = page.run("[...document.querySelectorAll('#journal small')].map((one) => one.textContent)")
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d\d\d", times[0])
    assert re.fullmatch(r"\d+ ms|[\d.]+ s", times[-1])


def test_a_row_keeps_the_focus_when_requests_arrive(page: Any, sandbox: Sandbox) -> None:
    httpx.get(f"{sandbox.url}/velerian/first")
    page.wait("document.querySelectorAll('#journal tr').length === 1")
    page.run("document.querySelector('#journal button').focus()")
    focused = page.run("document.activeElement.textContent")
    httpx.get(f"{sandbox.url}/velerian/second")
    page.wait("document.querySelectorAll('#journal tr').length === 2")
    assert page.run("document.activeElement.textContent") == focused


def test_platforms_are_chosen_by_arrow_keys(page: Any) -> None:
    page.run("document.querySelector('[role=tab][aria-selected=true]').focus()")
    press = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true}))"
    for key, chosen in (("ArrowRight", "hestiaos"), ("ArrowLeft", "hybridb"), ("ArrowLeft", "aerostack")):
        page.act(press % key)
        assert page.run("document.querySelector('[aria-selected=true]').dataset.name") == chosen


def test_everything_that_can_be_used_has_a_name(page: Any) -> None:
    choose(page, "velerian", "POST", "/api/v2/abps/{abp_id}/invoke")
    nameless = """[...document.querySelectorAll('button, input, select, textarea')].filter((one) =>
        one.checkVisibility() && !(one.ariaLabel || one.textContent.trim() || one.labels?.length)).map((one) => one.outerHTML)"""
    assert page.run(nameless) == []


# Attempts and traffic


def test_the_attempts_of_a_call_are_drawn_with_their_waits(page: Any, sandbox: Sandbox) -> None:
    sandbox.fault("status=503;retry-after=7;times=2", platform="velerian")
    for count in "012":
        headers = {"authorization": f"Bearer {sandbox.keys['velerian']}", "x-retry-count": count}
        httpx.get(f"{sandbox.base_urls['velerian']}/api/v2/plans", headers=headers)
    httpx.get(f"{sandbox.base_urls['velerian']}/other")
    page.wait("document.querySelectorAll('#journal tr').length === 4")
    lines = page.run("[...document.querySelectorAll('#call li p')].map((one) => one.innerText)")
    assert [line.splitlines()[-1].split(" after")[0] for line in lines] == [
        "1. 503 answered", "2. 503 answered", "3. 200 answered",
    ]  # fmt: skip
    assert ["asked for 7 s" in line for line in lines] == [False, True, True]
    assert "fault status=503;retry-after=7;times=2" in lines[0]
    drawn = (
        "['.span.failed', '.pause', '.asked'].map((one) => document.querySelectorAll(`#call ${one}`).length)"
    )
    assert page.run(drawn) == [4, 2, 2]  # a failed attempt is a mark and a bar
    said = (
        "[...document.querySelectorAll('#journal td:nth-child(2)')].map((one) => one.lastChild.textContent)"
    )
    assert page.run(said) == ["", "attempt 3 of 3", "attempt 2 of 3", "attempt 1 of 3"]


FAILED = {"status": 503, "outcome": "answered"}
FINE = {"status": 200, "outcome": "answered"}
COUNTED = [{"headers": {"x-retry-count": str(count)}} for count in range(3)]


@pytest.mark.parametrize(
    ("entries", "calls"),
    [
        pytest.param([COUNTED[0] | FAILED, COUNTED[1] | FINE], [[1, 2]], id="counted"),
        pytest.param([COUNTED[0] | FAILED, COUNTED[0] | FAILED], [[1], [2]], id="two-calls-with-one-request"),
        pytest.param(
            [
                COUNTED[0] | FAILED,
                COUNTED[0] | FAILED,
                COUNTED[1] | FAILED,
                COUNTED[1] | FINE,
                COUNTED[2] | FINE,
            ],
            [[1, 3, 5], [2, 4]],
            id="two-calls-at-once",
        ),
        pytest.param([COUNTED[0] | FINE, COUNTED[1] | FINE], [[1], [2]], id="nothing-follows-a-success"),
        pytest.param([FAILED, FINE], [[1, 2]], id="guessed-after-a-failure"),
        pytest.param([FAILED | {"status": 400}, FINE], [[1], [2]], id="400-is-not-retried"),
        pytest.param([FAILED, FINE | {"body_digest": "other"}], [[1], [2]], id="another-body"),
        pytest.param([FAILED, FINE | {"uptime_s": 500}], [[1], [2]], id="much-later"),
        pytest.param([FAILED | {"took_s": 30}, FINE], [[1], [2]], id="side-by-side"),
        pytest.param(
            [{"status": None, "outcome": "reset"}, {"status": 200, "outcome": "cut"}, FINE],
            [[1, 2, 3]],
            id="reset-and-cut",
        ),
        pytest.param(
            [
                COUNTED[0] | FAILED | {"idempotency_key": "k"},
                COUNTED[1] | FINE | {"idempotency_key": "k", "body_digest": "x"},
            ],
            [[1, 2]],
            id="one-idempotency-key",
        ),
        pytest.param(
            [COUNTED[0] | FAILED | {"idempotency_key": "k"}, COUNTED[1] | FINE | {"idempotency_key": "l"}],
            [[1], [2]],
            id="two-idempotency-keys",
        ),
        pytest.param(
            [{"headers": {"x-stainless-retry-count": str(count)}} | FAILED for count in range(2)],
            [[1, 2]],
            id="stainless",
        ),
    ],
)
def test_requests_are_attempts_of_one_call_where_client_or_order_says_so(
    page: Any, entries: list[dict[str, Any]], calls: list[list[int]]
) -> None:
    common = {
        "platform": "p",
        "method": "GET",
        "path": "/",
        "query": "",
        "headers": {},
        "body_digest": "",
        "took_s": 0.1,
    }
    journal = [common | {"n": at, "uptime_s": at} | entry for at, entry in enumerate(entries, 1)]
    grouped = f"import('/_sandbox/page/calls.js').then((calls) => calls.callsOf({json.dumps(journal)}))"
    assert page.run(f"{grouped}.then((found) => found.map((call) => call.map((entry) => entry.n)))") == calls


def test_the_chart_counts_requests_faults_and_effects(page: Any, sandbox: Sandbox) -> None:
    key = {"x-aerostack-key": sandbox.keys["aerostack"]}
    for at in range(3):
        body = {"key": f"k{at}", "value": "v"}
        fault = {"x-sandbox-fault": "status=503"} if at == 0 else {}
        httpx.post(f"{sandbox.base_urls['aerostack']}/cache/set", json=body, headers=key | fault)
    page.wait("document.getElementById('count-requests').textContent === '3 requests'")
    for range_ in ("minute", "ten", "all"):
        page.run(f"document.querySelector('[data-range={range_}]').click()")
        said = page.run("document.getElementById('chart').ariaLabel").partition(": ")[2]
        assert said == "3 requests, 1 with a fault, 2 effects"
        shown = "['.bar', '.bar.fault', '.bar.effect'].map((one) => !!document.querySelector(`#bars ${one}`))"
        assert page.run(shown) == [True, True, True]
    page.act("document.getElementById('clear').click()")
    assert page.run("document.getElementById('count-requests').textContent") == "0 requests"


def test_bars_hold_what_fell_into_their_time(page: Any) -> None:
    entries: list[dict[str, Any]] = [
        {"uptime_s": at, "fault": None, "effects": []} for at in (0.5, 30.5, 59.5, 59.9, 60)
    ]
    bars = f"import('/_sandbox/page/chart.js').then((chart) => chart.barsOf({json.dumps(entries)}, 60, 60))"
    filled = page.run(f"{bars}.then((all) => all.map((one) => one.requests))")
    assert {at: count for at, count in enumerate(filled) if count} == {0: 1, 15: 1, 29: 3}


def test_of_a_long_journal_the_newest_rows_are_shown_and_all_are_counted(page: Any, sandbox: Sandbox) -> None:
    def fill() -> None:
        for number in range(5_000):
            entry = Entry(
                number + 1, "2026-01-01T00:00:00Z", "api", "velerian", None, "GET", f"/{number}", "", {}
            )
            sandbox.state.journal.add(entry)
            sandbox.state.journal.done(entry)

    sandbox._do(fill)
    page.open(f"{sandbox.url}/")
    page.wait("document.body.dataset.ready")
    assert page.run("document.getElementById('shown').textContent") == "the newest 200 of 5,000"
    assert page.run("document.querySelectorAll('#journal tr').length") == 200
    assert page.run("document.getElementById('count-requests').textContent") == "5,000 requests"


def test_the_page_goes_on_with_a_sandbox_that_was_started_again(chromium: Any) -> None:
    with running() as first:
        chromium.open(f"{first.url}/")
        chromium.wait("document.body.dataset.ready")
        httpx.get(f"{first.url}/velerian/nothing")
        chromium.wait("document.querySelectorAll('#journal tr').length === 1")
    chromium.wait("!document.getElementById('lost').hidden")
    with running(port=int(first.url.rpartition(":")[2])):
        chromium.wait("document.getElementById('lost').hidden")
        chromium.wait("document.querySelectorAll('#journal tr').length === 0")


# What the page may do


def test_the_page_runs_its_own_files_alone(page: Any, sandbox: Sandbox) -> None:
    policy = httpx.get(f"{sandbox.url}/").headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    write = "document.body.innerHTML = '<img src=x onerror=alert(1)>'"
    assert (
        page.run(f"(() => {{ try {{ {write}; return 'written' }} catch (error) {{ return error.name }} }})()")
        == "TypeError"
    )
    page.errors.clear()  # it reports what it refused


@pytest.mark.parametrize("name", ["nothing.js", "..%2fcontrol.py", "__pycache__"])
def test_nothing_else_is_served_beside_the_page(sandbox: Sandbox, name: str) -> None:
    assert httpx.get(f"{sandbox.url}/_sandbox/page/{name}").status_code == 404
