# `make` lists the targets. Everything runs in .venv, which `make setup` builds from requirements.lock.
PYTHON ?= python3
PY := .venv/bin/python
# Compiled tests are kept out of the source folders: without them each process would compile a thousand files.
TESTING := env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/.cache/pycache
FLOORS_TOOLS = httpx2 hypothesis jsonschema openapi-schema-validator opentelemetry-sdk pytest pytest-httpx respx socksio trio trustme
export PYTHONDONTWRITEBYTECODE = 1
# How many processes run the tests at once: a worker waits for its servers now and then, so there is one more than cores, up to 8; 0 is this process alone.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(8, (os.cpu_count() or 1) + 1))')

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/ready  ## build the environment that all other targets use

.venv/ready: requirements.lock pyproject.toml
	@echo "setup: a virtual environment with the pinned packages (about half a minute) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "veneer needs Python 3.11 or later: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv .venv && $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . && touch $@

generate: setup  ## write generated/ and the derived sync modules from openapi/ and overlay/veneer/_async
	$(PY) scripts/unasync.py
	$(PY) scripts/regenerate.py

drift: setup  ## prove that contracts, generated code, sync modules and facades fit together
	$(PY) scripts/drift.py $(ARGS)

release-check: setup  ## what changed in the public surface since BASE (a tag, commit or wheel), and the next version
	@$(PY) scripts/release_check.py $(BASE)

seeded: setup  ## sixty changes of the contracts, each on a copy: the clients follow, or drift names the line (ARGS="--only 7")
	$(PY) scripts/seeded_changes.py $(ARGS)

demo: setup  ## the main example of each platform, sync and async, against a local sandbox
	@$(PY) scripts/demo.py

test: setup  ## run the tests
	@echo "test: running the tests in $(WORKERS) processes (some minutes; the first run also compiles them) …"
	$(TESTING) $(PY) -m pytest -q -m "not slow" -n $(WORKERS) --dist worksteal $(ARGS)

seeds: setup  ## run every example of the platforms' own documents (part of test)
	$(PY) -m pytest -q -rA tests/platforms/test_seeds.py tests/cli/test_cli_seed.py

check: lint types drift-full layers thin test  ## everything that CI runs

drift-full: setup  ## the same without trusting the lock: everything is generated anew
	$(PY) scripts/drift.py --full

lint: setup  ## style and formatting
	$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: setup  ## mypy --strict on all that ships and on generated code, pyright on the public API
	$(PY) -m mypy overlay generated scripts/*.py scripts/bench/*.py examples tests/typing tests/sandbox tests/core/counts.py
	$(PY) -m pyright

layers: setup  ## imports follow the layers of docs/design.md
	.venv/bin/lint-imports

lock: setup  ## pin anew what pyproject.toml allows (needs uv)
	uv pip compile -q pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock

floors: setup  ## the core's and platforms' tests with the lowest versions that pyproject.toml allows (needs uv and the network)
	uv pip compile -q pyproject.toml --all-extras --resolution lowest-direct --python-version 3.11 --no-header -o .cache/floors.txt
	uv venv -q --clear --python 3.11 .cache/floors
	uv pip install -q -p .cache/floors/bin/python -e . -r .cache/floors.txt -c .cache/floors.txt $(FLOORS_TOOLS)
	.cache/floors/bin/python -m pytest -q -p no:cacheprovider -m "not slow" --deselect tests/core/test_counts.py::test_a_subject_costs_what_its_row_says tests/core tests/platforms

bench: setup  ## veneer beside httpx and the published clients, target by target, into docs/benchmarks.md (QUICK=1 for a glance)
	$(PY) scripts/bench $(if $(QUICK),--quick)

contracts: setup  ## the pipeline and round trips over published contracts of the registries (needs pip, npm and the network; ARGS="stripe")
	$(PY) scripts/contracts.py $(ARGS)

stainless: setup  ## the tests of a published Stainless SDK on the client made of its configuration (needs pip, git and the network)
	$(PY) scripts/stainless_tests.py $(ARGS)

sandbox-trips: setup  ## live through published contracts in the sandbox (needs pip, npm and the network; ARGS="stripe")
	$(PY) scripts/sandbox_trips.py $(ARGS)

servers: setup  ## round trips with real servers of the registries, sync and async (needs pip, npm and the network; ARGS="prefect")
	$(PY) scripts/servers.py $(ARGS)

bench-pages: setup  ## paging one by one, ahead and side by side, beside velerian-sdk
	$(PY) scripts/bench pages

bench-flat: setup  ## 10,000 calls, a million events, 2 GiB up and down: memory stays flat
	$(PY) -m pytest -q -m slow tests/core/test_counts.py
	$(PY) scripts/bench memory transfers

counts: setup  ## count Python calls, modules and kept bytes anew into tests/core/counts.toml, and print what changed
	@nice $(PY) tests/core/counts.py

coverage: setup  ## write docs/coverage.md anew: which methods send each operation
	UPDATE=1 $(PY) -m pytest -q tests/platforms/test_coverage.py

bench-stress: setup  ## 10,000 calls from 64 tasks and 16 threads with a fifth of faults
	$(PY) scripts/bench/stress.py

bench-nonces: setup  ## a million calls to a hostile server, many cancelled, on every loop and engine: no answer mixed up, no slot lost (QUICK=1: 20,000)
	$(PY) scripts/bench/nonces.py $(if $(QUICK),--calls 20000)

bench-faults: setup  ## what veneer and the four published clients do on one fault server
	$(PY) scripts/bench/faults.py --peers .cache/peers

bench-sse: setup  ## event streams: 10,000 random streams and cuts, and their speed beside httpx-sse and openai
	$(PY) -m pytest -q -m slow tests/core/test_sse_decoder.py
	$(PY) scripts/bench sse streams

peers: setup  ## run the four published clients' operations against the sandbox, and compare their public names with ours
	$(PY) scripts/bench/peers --keep .cache/peers

conformance: setup  ## the sandbox against its contracts, at length, and its speed figures
	$(PY) -m pytest -q -s -m slow tests/sandbox

.PHONY: release-check seeded bench counts floors conformance contracts stainless sandbox-trips servers coverage bench-pages bench-flat bench-stress help setup generate drift drift-full demo test seeds check lint types layers lock bench-faults bench-nonces bench-sse peers

thin: setup  ## how thin the overlay is, against the bounds of thin.toml
	$(PY) scripts/thin.py $(ARGS)
