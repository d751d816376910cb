"""TLS settings are those that httpx makes, made once, in time, and again where they failed."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest
import trustme

from veneer import Client, ConfigurationError, ConnectError
from veneer._http import tls


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    tls._making.cache_clear()
    yield
    tls._making.cache_clear()


def facts(context: ssl.SSLContext) -> tuple[Any, ...]:
    authorities = sorted(str(entry["serialNumber"]) for entry in context.get_ca_certs())
    ciphers = [cipher["name"] for cipher in context.get_ciphers()]
    return (
        authorities,
        ciphers,
        context.options,
        context.verify_flags,
        context.verify_mode,
        context.check_hostname,
    )


@pytest.mark.parametrize("given", ["nothing", "file", "folder", "both"])
def test_certificates_come_from_where_httpx_takes_them(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    if given in {"file", "both"}:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    if given in {"folder", "both"}:
        shutil.copy(certifi.where(), tmp_path / "folder.pem")
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert facts(tls.context()) == facts(httpx.create_ssl_context())


def test_authorities_of_the_environment_are_used_without_loading_certifi() -> None:
    code = "import sys\nfrom veneer._http import tls\nassert tls.context().get_ca_certs()\nassert 'certifi' not in sys.modules"
    environment = {**os.environ, "SSL_CERT_FILE": certifi.where()}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env=environment)


def test_all_threads_get_the_same_and_none_is_left_over() -> None:
    found: list[ssl.SSLContext] = []
    tls.begin()
    threads = [threading.Thread(target=lambda: found.append(tls.context())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(context) for context in found}) == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "veneer-tls"]


def test_a_file_that_is_not_there_is_an_error_of_the_call_and_may_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "authorities.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Client("https://127.0.0.1:1", max_retries=0) as client:
        with pytest.raises(ConfigurationError, match=r"SSL_CERT_FILE: .*authorities\.pem .*No such file"):
            client.request("GET", "x")
        shutil.copy(certifi.where(), file)
        with pytest.raises(ConnectError):
            client.request("GET", "x")


def test_a_child_process_does_not_wait_for_its_parents_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    create = ssl.create_default_context

    def slow(**options: Any) -> ssl.SSLContext:
        if threading.current_thread().name == "veneer-tls":
            held.wait(60)
        return create(**options)

    monkeypatch.setattr(ssl, "create_default_context", slow)
    tls.begin()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert tls.context().check_hostname
    held.set()


def test_plain_http_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "create_default_context", lambda **_: pytest.fail("made for plain HTTP"))
    with Client("http://127.0.0.1:1", max_retries=0) as client, pytest.raises(ConnectError):
        client.request("GET", "x")


def test_where_no_thread_can_be_had_they_are_made_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    assert tls.context().check_hostname
