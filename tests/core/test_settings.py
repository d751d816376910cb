"""The lists of a client's options agree: signature, typed dict, table and config."""

from __future__ import annotations

import functools
import inspect
import re
from typing import Any, ForwardRef

import httpx
import pytest

import veneer
from veneer._async.settings import AsyncSettings
from veneer._core.options import ClientConfig
from veneer._core.proxies import given_proxy
from veneer._core.retry import RetryBudget
from veneer._sync.settings import Settings

ITS_OWN = {"self", "base_url", "api_key", "platform", "timeout"}
"""What each platform's client takes by a signature of its own."""
FLAVOURS = [
    pytest.param(veneer.AsyncClient, AsyncSettings, id="async"),
    pytest.param(veneer.Client, Settings, id="sync"),
]
each_flavour = pytest.mark.parametrize(("client", "settings"), FLAVOURS)


def options_of(client: Any) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(client.__init__).parameters
    return {name: one for name, one in parameters.items() if name not in ITS_OWN}


def as_written(annotation: Any) -> str:
    return annotation.__forward_arg__ if isinstance(annotation, ForwardRef) else str(annotation)


@each_flavour
def test_platforms_pass_on_the_options_of_the_constructor_with_their_types(
    client: Any, settings: Any
) -> None:
    written = {name: as_written(one) for name, one in settings.__annotations__.items()}
    assert written == {name: one.annotation for name, one in options_of(client).items()}
    assert settings.__optional_keys__ == written.keys()


@each_flavour
def test_the_table_names_each_argument_once(client: Any, settings: Any) -> None:
    rows = re.findall(r"^ *\| ([a-z_, ]+) \|", client.__doc__, re.MULTILINE)
    named = [name for row in rows for name in row.split(", ")]
    assert named[0] == "argument"
    assert sorted(named[1:]) == sorted({*options_of(client), *ITS_OWN} - {"self"})


@each_flavour
def test_a_config_has_names_and_defaults_of_options(client: Any, settings: Any) -> None:
    options = options_of(client)
    assert set(ClientConfig._fields) <= set(options)
    for name, default in ClientConfig._field_defaults.items():
        assert options[name].default == default, name


@each_flavour
def test_a_client_makes_one_config_for_all_its_views(client: Any, settings: Any) -> None:
    made = client("http://127.0.0.1:1", max_connections=3)
    assert made.with_options(deadline=1)._config is made._config
    assert made._config == ClientConfig(made._config.retry_budget, max_connections=3)
    with pytest.raises(AttributeError):
        made._config.max_connections = 4


def test_a_config_shows_nothing_that_may_be_secret() -> None:
    def hook(secret: str, request: httpx.Request) -> None:
        """Called with each request."""

    with httpx.Client(params={"token": "s3cr3t"}) as client:
        config = ClientConfig(
            RetryBudget(),
            http_client=client,
            proxy=given_proxy("http://me:s3cr3t@127.0.0.1:3128", "proxy="),
            on_request=(functools.partial(hook, "s3cr3t"),),
        )
    assert "s3cr3t" in repr(config.on_request)
    assert "s3cr3t" not in f"{config!r} {config}"
    assert "max_connections=100" in repr(config)
