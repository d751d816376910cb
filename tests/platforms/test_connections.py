"""Every platform's clients take certificates, proxies and whether to trust the environment."""

from __future__ import annotations

from typing import Any

import certifi
import pytest

from veneer import ConfigurationError
from veneer.aerostack import SDK
from veneer.hestiaos import AsyncClient as AsyncHestiaClient
from veneer.hestiaos import Client as HestiaClient
from veneer.hybridb import AsyncHybriDBClient, HybriDBClient
from veneer.velerian import AsyncVelerianClient, VelerianClient

URL = "http://127.0.0.1:1"
PROXY = "http://me:s3cr3t@127.0.0.1:3128"
CLIENTS: dict[str, Any] = {
    "hybridb": lambda **options: HybriDBClient(URL, api_key="key", **options),
    "hybridb async": lambda **options: AsyncHybriDBClient(URL, api_key="key", **options),
    "hestiaos": lambda **options: HestiaClient(URL, api_key="key", **options),
    "hestiaos async": lambda **options: AsyncHestiaClient(URL, api_key="key", **options),
    "velerian": lambda **options: VelerianClient(URL, api_key="key", **options),
    "velerian async": lambda **options: AsyncVelerianClient(URL, api_key="key", **options),
    "aerostack": lambda **options: SDK("key", server_url=URL, **options)._client,
    "aerostack async": lambda **options: SDK("key", server_url=URL, **options)._async_client,
}
each_client = pytest.mark.parametrize("made", CLIENTS.values(), ids=CLIENTS)


@each_client
def test_a_client_makes_its_connections_as_it_is_told(made: Any) -> None:
    client = made(verify=certifi.where(), proxy=PROXY, trust_env=False)
    config = client._config
    assert (config.verify.check_hostname, config.trust_env) == (True, False)
    assert (config.proxy.url, config.proxy.auth) == ("http://127.0.0.1:3128", ("me", "s3cr3t"))
    assert "s3cr3t" not in f"{client!r} {vars(client)!r}"


@each_client
@pytest.mark.parametrize(
    "wrong", [{"verify": "/no/such"}, {"cert": "/no/such"}, {"proxy": "ftp://x"}], ids=str
)
def test_what_cannot_be_used_is_refused_when_a_client_is_made(made: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"^{next(iter(wrong))}="):
        made(**wrong)


def test_a_blocking_run_goes_the_same_way() -> None:
    client = AsyncHestiaClient(URL, api_key="key", verify=certifi.where(), proxy=PROXY, trust_env=False)
    with client._blocking() as blocking:
        assert blocking._config == client._config


def test_an_sdks_own_settings_go_with_one_client_of_the_callers_but_not_with_two() -> None:
    import httpx

    with httpx.Client(trust_env=False) as engine:
        sdk = SDK("key", server_url=URL, client=engine, proxy=PROXY)
        assert (sdk._client._config.proxy, sdk._async_client._config.proxy.port) == (None, 3128)
        with pytest.raises(ConfigurationError, match="give proxy= to it"):
            SDK("key", server_url=URL, client=engine, async_client=httpx.AsyncClient(), proxy=PROXY)
