"""The plugin as users meet it: suites of theirs with marks, cassettes and async clients, run by pytest within pytest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import veneer_sandbox.server
import veneer_testing._async.taps
import veneer_testing._sync.taps
from faultserver import FaultServer
from veneer.aerostack import SDK
from veneer.hestiaos import AsyncClient
from veneer.velerian import AsyncVelerianClient, VelerianClient

pytest_plugins = ["pytester"]

# pytester forgets the modules that an inner run has loaded, and packages that load names at their first use do not:
# what suites use is loaded ahead of them. It makes them fast besides.
LOADED = (
    veneer_sandbox.server.running,
    veneer_testing._async.taps.async_tapped,
    veneer_testing._sync.taps.tapped,
    *(SDK, AsyncClient, AsyncVelerianClient, VelerianClient),
)

RECORDED = """
    import pytest
    from veneer import Client

    @pytest.mark.cassette
    def test_things():
        with Client(URL, api_key="sk-4f9c2e7ab1") as client:
            assert client.request("GET", "things").json() == {"ok": True}
"""


def run(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio", "-W", "error", *words)


def suite(pytester: pytest.Pytester, text: str, url: str = "https://api.example.com") -> Path:
    return pytester.makepyfile(test_it=text.replace("URL", repr(url)))


def said(result: pytest.RunResult) -> str:
    return result.stdout.str() + result.stderr.str()


# -- cassettes ---------------------------------------------------------------------------------------------------------


def test_a_cassette_is_recorded_once_and_played_ever_after(
    pytester: pytest.Pytester, faults: FaultServer
) -> None:
    space = faults.space({"ok": True})
    suite(pytester, RECORDED, space.url())
    result = run(pytester, "--veneer-record")
    result.assert_outcomes(passed=1)
    assert "cassettes are recorded (once" in said(result)
    file = pytester.path / "cassettes" / "test_it" / "test_things.json"
    assert "sk-4f9c2e7ab1" not in file.read_text()
    before = file.read_bytes()
    for words in ([], ["--veneer-record=once"], ["--veneer-record=none"], ["--veneer-record=new_episodes"]):
        run(pytester, *words).assert_outcomes(passed=1)
    assert len(space.requests()) == 1
    assert file.read_bytes() == before


def test_without_a_cassette_a_request_is_an_error_that_says_how_to_record(pytester: pytest.Pytester) -> None:
    suite(pytester, RECORDED)
    result = run(pytester)
    result.assert_outcomes(failed=1)
    assert (
        "there is no response for GET https://api.example.com/things: there is no cassette yet. "
        "Record it: pytest --veneer-record=once 'test_it.py::test_things'"
    ) in said(result)


def test_all_records_anew_and_new_episodes_add_what_is_missing(
    pytester: pytest.Pytester, faults: FaultServer
) -> None:
    space = faults.space({"ok": True})
    suite(pytester, RECORDED, space.url())
    file = pytester.path / "cassettes" / "test_it" / "test_things.json"
    run(pytester, "--veneer-record=all").assert_outcomes(passed=1)
    run(pytester, "--veneer-record=all").assert_outcomes(passed=1)
    assert len(space.requests()) == 2
    more = RECORDED + '            client.request("GET", "others")\n'
    suite(pytester, more, space.url())
    result = run(pytester)
    result.assert_outcomes(failed=1)
    assert "path was" in said(result)
    assert "--veneer-record=new_episodes" in said(result)
    run(pytester, "--veneer-record=new_episodes").assert_outcomes(passed=1)
    assert [request.path for request in space.requests()][2:] == ["/others"]
    assert len(json.loads(file.read_text())["interactions"]) == 2
    run(pytester).assert_outcomes(passed=1)


def test_a_test_that_fails_writes_nothing(pytester: pytest.Pytester, faults: FaultServer) -> None:
    suite(pytester, RECORDED + "            assert False\n", faults.space({"ok": True}).url())
    result = run(pytester, "--veneer-record")
    result.assert_outcomes(failed=1)
    assert "the recording of a failed test is discarded" in said(result)
    assert not (pytester.path / "cassettes").exists()


def test_a_test_that_swallows_the_error_fails_all_the_same(pytester: pytest.Pytester) -> None:
    suite(
        pytester,
        """
        import contextlib
        from veneer import Client

        def test_things(veneer_cassette):
            with Client(URL, api_key="k") as client, contextlib.suppress(Exception):
                client.request("GET", "things")
        """,
    )
    result = run(pytester)
    result.assert_outcomes(passed=1, errors=1)
    assert "the test continued without a response: there is no response" in said(result)


def test_clients_of_fixtures_go_where_they_went_and_need_no_key_later(
    pytester: pytest.Pytester, faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VELERIAN_BASE_URL", faults.space([{"id": "p", "name": "Free"}]).url())
    monkeypatch.setenv("VELERIAN_API_KEY", "vk_4f9c2e7ab1")
    suite(
        pytester,
        """
        import asyncio, pytest

        pytestmark = pytest.mark.cassette

        def test_sync(velerian_client):
            assert velerian_client.request("GET", "plans").json() == [{"id": "p", "name": "Free"}]

        def test_async(async_velerian_client):
            async def work():
                return (await async_velerian_client.request("GET", "plans")).json()
            assert asyncio.run(work()) == [{"id": "p", "name": "Free"}]
        """,
    )
    run(pytester, "--veneer-record").assert_outcomes(passed=2)
    assert "vk_4f9c2e7ab1" not in "".join(file.read_text() for file in pytester.path.rglob("*.json"))
    monkeypatch.setenv("VELERIAN_BASE_URL", "https://elsewhere.example.com")
    monkeypatch.delenv("VELERIAN_API_KEY")
    run(pytester).assert_outcomes(passed=2)


def test_each_test_has_a_file_of_its_own(pytester: pytest.Pytester, faults: FaultServer) -> None:
    suite(
        pytester,
        """
        import pytest
        from veneer import Client

        @pytest.mark.cassette
        class TestThings:
            @pytest.mark.parametrize("name", ["a/b", "a:b", "ü", "x" * 200])
            def test_get(self, name):
                with Client(URL, api_key="k") as client:
                    client.request("GET", "things/{name}", path_params={"name": name})
        """,
        faults.space().url(),
    )
    run(pytester, "--veneer-record").assert_outcomes(passed=4)
    files = sorted(file.name for file in (pytester.path / "cassettes" / "test_it").iterdir())
    assert len(files) == 4
    assert all(name.startswith("TestThings.test_get[") and len(name) < 130 for name in files)
    run(pytester).assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not a cassette ("),
        ('{"cassette": 2}', "is a cassette of version 2, but this veneer reads 1"),
        (
            '{"cassette": 1, "recorded_at": "2026-11-28T10:00:00Z", "interactions": [{}]}',
            "is not a cassette (",
        ),
    ],
)
def test_a_file_that_is_none_is_one_clear_error(pytester: pytest.Pytester, content: str, words: str) -> None:
    suite(pytester, RECORDED)
    file = pytester.path / "cassettes" / "test_it" / "test_things.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert words in said(result)
    assert "Traceback" not in said(result)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("cassette(match=['method'])", "a cassette takes match_on and shown, not match"),
        ("cassette(match_on=['verb'])", "match_on of a cassette takes method, scheme"),
        ("cassette('name')", "a cassette takes match_on and shown, not 'name'"),
    ],
)
def test_a_wrong_mark_is_one_clear_error(pytester: pytest.Pytester, mark: str, words: str) -> None:
    suite(pytester, RECORDED.replace("mark.cassette", f"mark.{mark}"))
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert words in said(result)


def test_what_requests_are_compared_by_can_be_chosen(pytester: pytest.Pytester, faults: FaultServer) -> None:
    parts = "['method', 'path', 'query', 'body']"
    text = RECORDED.replace("mark.cassette", f"mark.cassette(match_on={parts})")
    suite(pytester, text, faults.space({"ok": True}).url())
    run(pytester, "--veneer-record").assert_outcomes(passed=1)
    file = pytester.path / "cassettes" / "test_it" / "test_things.json"
    file.write_text(file.read_text().replace("http://127.0.0.1:", "https://other.example.com:"))
    run(pytester).assert_outcomes(passed=1)


def test_an_unknown_mode_is_refused_ahead_of_everything(pytester: pytest.Pytester) -> None:
    suite(pytester, RECORDED)
    result = run(pytester, "--veneer-record", "test_it.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        "--veneer-record=test_it.py: the modes are none, once, new_episodes, all (write --veneer-record=once"
        in said(result)
    )


# -- faults by mark ----------------------------------------------------------------------------------------------------


def test_marks_of_test_class_and_module_make_the_sandbox_misbehave(pytester: pytest.Pytester) -> None:
    suite(
        pytester,
        """
        import pytest
        import veneer

        pytestmark = pytest.mark.fault("header.x-from=module", platform="velerian")

        @pytest.mark.fault("status=503;times=1", method="GET", path="*/plans")
        class TestPlans:
            def test_the_first_call_is_refused_and_repeated(self, velerian_client, veneer_sandbox):
                velerian_client.request("GET", "plans")
                assert [one["status"] for one in veneer_sandbox.journal()] == [503, 200]

            @pytest.mark.fault("status=404", platform="velerian")
            def test_the_tests_own_comes_first(self, velerian_client):
                with pytest.raises(veneer.NotFoundError):
                    velerian_client.request("GET", "plans")

        def test_the_next_test_has_only_its_own(velerian_client):
            assert velerian_client.request("GET", "plans").headers["x-from"] == "module"

        def test_more_can_be_added(velerian_client, fault):
            fault("status=404", platform="velerian", path="*/nowhere")
            with pytest.raises(veneer.NotFoundError):
                velerian_client.request("GET", "nowhere")
        """,
    )
    run(pytester).assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("fault('nonsense')", "mark.fault('nonsense'): there is no fault 'nonsense'"),
        ("fault('times=x')", "mark.fault('times=x'): times='x': takes a whole number"),
        ("fault()", "mark.fault: it takes one text, and places as keywords"),
        ("fault('status=503', 'velerian')", "mark.fault('status=503'): it takes one text"),
        (
            "fault('status=503', verb='GET')",
            "mark.fault('status=503'): it takes platform, method, path, not verb",
        ),
        ("fault('status=503', platform='acme')", "the test uses no sandbox of acme"),
    ],
)
def test_a_wrong_fault_is_one_line_that_says_what_is_right(
    pytester: pytest.Pytester, mark: str, words: str
) -> None:
    suite(pytester, f"import pytest\n\n@pytest.mark.{mark}\ndef test_it(veneer_sandbox):\n    pass\n")
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert words in said(result)
    assert "plugin.py" not in said(result)


def test_a_marked_test_without_a_sandbox_is_an_error(pytester: pytest.Pytester) -> None:
    suite(pytester, "import pytest\n\n@pytest.mark.fault('status=503')\ndef test_it():\n    pass\n")
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert "the test uses no sandbox: take a fixture such as" in said(result)


def test_a_fault_beside_a_cassette_is_refused(pytester: pytest.Pytester) -> None:
    marks = "@pytest.mark.cassette\n@pytest.mark.fault('status=503')"
    suite(pytester, f"import pytest\n\n{marks}\ndef test_it(velerian_client):\n    pass\n")
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert "no sandbox: its clients use a cassette" in said(result)


# -- async clients -----------------------------------------------------------------------------------------------------

ASYNC = """
    import asyncio
    import pytest

    PLANS = "plans"

    @pytest.mark.PLUGIN
    async def test_one(async_velerian_client, veneer_sandbox):
        assert (await async_velerian_client.request("GET", PLANS)).status_code == 200
        assert len(veneer_sandbox.journal()) == 1

    @pytest.mark.PLUGIN
    async def test_two_at_once(async_velerian_client, async_aerostack_client, async_hestiaos_client):
        answers = [await async_velerian_client.request("GET", PLANS) for _ in range(2)]
        assert [one.status_code for one in answers] == [200, 200]
        assert (await async_aerostack_client.cache.cache_get_async(request={"key": "k"})).exists is False
        assert (await async_hestiaos_client.run_async("hi")).result == "processed: hi"

    FIXTURE
    async def plans(async_velerian_client):
        yield (await async_velerian_client.request("GET", PLANS)).json()
        await async_velerian_client.request("GET", PLANS)

    @pytest.mark.PLUGIN
    async def test_a_fixture_may_use_it_before_and_after(plans, async_velerian_client):
        assert plans
"""


@pytest.mark.parametrize("plugin", ["anyio", "asyncio"])
def test_async_clients_work_under_both_plugins(pytester: pytest.Pytester, plugin: str) -> None:
    fixture, words = "@pytest.fixture", ["-p", "no:asyncio"]
    if plugin == "asyncio":
        pytest.importorskip("pytest_asyncio", reason="the suite's own environment has one async plugin")
        fixture = "import pytest_asyncio\n    @pytest_asyncio.fixture"
        words = ["-o", "asyncio_default_fixture_loop_scope=function"]
    suite(pytester, ASYNC.replace("PLUGIN", plugin).replace("FIXTURE", fixture))
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error", *words)
    result.assert_outcomes(passed=6 if plugin == "anyio" else 3)  # anyio: on asyncio, and on trio


def test_async_clients_work_without_a_plugin_and_leave_the_threads_loop_alone(
    pytester: pytest.Pytester,
) -> None:
    suite(
        pytester,
        """
        import asyncio
        import gc

        async def plans(client):
            return (await client.request("GET", "plans")).status_code

        def test_in_loops_one_after_the_other(async_velerian_client):
            assert [asyncio.run(plans(async_velerian_client)) for _ in range(2)] == [200, 200]
            gc.collect()

        def test_in_a_loop_of_its_own(async_velerian_client, request):
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            request.addfinalizer(loop.close)
            assert loop.run_until_complete(plans(async_velerian_client)) == 200

        def test_the_loop_is_what_it_was():
            assert asyncio.get_event_loop_policy() is not None
        """,
    )
    result = pytester.runpytest_inprocess(
        "-p", "no:cacheprovider", "-p", "no:asyncio", "-W", "error", "-W", "ignore::DeprecationWarning"
    )
    result.assert_outcomes(passed=3)
