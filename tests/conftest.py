"""What every test can count on, however the run was started."""

from __future__ import annotations

import functools
import gc
import os
import signal
import ssl
import threading
from pathlib import Path
from typing import Any

import httpx
from hypothesis import settings

# How long an example may take is not what is tested, and the machine may be busy. Properties that are cheap and about
# bytes find what they find in the first dozens; `--hypothesis-profile=thorough` looks longer.
settings.register_profile("veneer", deadline=None, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile("veneer")

# What mypy knows of libraries is most of what it does for a small project: each process of the run keeps it.
os.environ.setdefault(
    "MYPY_CACHE_DIR",
    str(Path(__file__).parents[1] / ".cache/mypy-tests" / os.environ.get("PYTEST_XDIST_WORKER", "alone")),
)

# A client of httpx reads all authorities anew, some 20 ms each time: those of a run share one context.
_trust = functools.cache(httpx.create_ssl_context)


def _shared_trust(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
    own = trust_env and not {"SSL_CERT_FILE", "SSL_CERT_DIR"}.isdisjoint(os.environ)
    if verify is not True or cert is not None or own:
        return httpx.create_ssl_context(verify=verify, cert=cert, trust_env=trust_env)
    return _trust(trust_env=False)


httpx._transports.default.create_ssl_context = _shared_trust

# A shell starts what runs in its background, and `nohup`, with Ctrl-C ignored, which processes inherit: tests press it.
if (
    threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Collecting makes thousands of tests and no garbage.
gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage: it would take a third of a second each time."""
    gc.collect()
    gc.freeze()
    gc.enable()
