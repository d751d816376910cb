"""`veneer.testing` as users meet it: a test suite of theirs, run with the plugin that the entry point loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]

SUITE = """
    import os
    import httpx
    import pytest

    KEY = {"authorization": "Bearer vk_live_sandbox"}

    def plans(sandbox):
        return httpx.get(f"{sandbox.base_urls['velerian']}/api/v2/plans", headers=KEY).status_code

    def test_faults_stand_until_the_test_ends(veneer_sandbox, fault):
        fault("status=503;times=1", platform="velerian")
        assert [plans(veneer_sandbox), plans(veneer_sandbox)] == [503, 200]
        fault("status=500")

    def test_each_test_finds_a_fresh_sandbox(veneer_sandbox):
        assert veneer_sandbox.journal() == []
        assert plans(veneer_sandbox) == 200

    @pytest.fixture(scope="session")
    def veneer_sandbox_options():
        return {"show_headers": ["x-team"], "rate_limit": 1000}

    def test_the_sandbox_is_started_as_the_suite_wants(veneer_sandbox):
        httpx.get(f"{veneer_sandbox.base_urls['velerian']}/api/v2/plans", headers={"x-team": "a", **KEY})
        assert veneer_sandbox.journal()[0]["headers"]["x-team"] == "a"

    def test_code_that_reads_the_environment_finds_it(veneer_environment):
        base, key = os.environ["VELERIAN_BASE_URL"], os.environ["VELERIAN_API_KEY"]
        assert (base, key) == (veneer_environment.base_urls["velerian"], "vk_live_sandbox")

    def test_a_wrong_fault_fails_the_test(fault):
        with pytest.raises(ValueError, match="there is no fault"):
            fault("nonsense")

    def test_each_client_calls_the_sandbox(
        veneer_sandbox, hybridb_client, hestiaos_client, velerian_client, aerostack_client
    ):
        assert hestiaos_client.run("hi").result == "processed: hi"
        assert velerian_client.invoke_abp("abp_demo", payload={}).is_allowed
        assert aerostack_client.cache.cache_get(request={"key": "k"}).exists is False
        body = {"decision_type": "a", "action": "b", "input_data": {"amount": 1}}
        assert hybridb_client.decisions.request(**body).outcome == "approved"
        assert len(veneer_sandbox.effects("decision.created")) == 1
"""


def test_the_fixtures_work_in_a_users_suite(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=6)
