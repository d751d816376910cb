# `make` lists the targets. Everything runs in .venv, which `make setup` builds from requirements.lock.
PYTHON ?= python3
PY := .venv/bin/python
# Compiled modules are kept out of the source folders: without them each process would compile a thousand files.
TESTING := env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/.cache/pycache
FLOORS_TOOLS = httpx2 hypothesis jsonschema openapi-schema-validator opentelemetry-sdk pytest pytest-httpx respx socksio trio trustme
COMPILE = .venv/bin/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
export PYTHONDONTWRITEBYTECODE = 1
# uv trusts the authorities that pip trusts: the system's.
export UV_SYSTEM_CERTS ?= 1
# How many processes run the tests at once: a worker waits for its servers now and then, so there is one more than cores, up to 8; 0 is this process alone.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(8, (os.cpu_count() or 1) + 1))')

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/with-test .venv/installed  ## build the environment that most targets use; `make demo` needs less, `make check` adds its linters

tools: .venv/with-dev .venv/installed

# One environment, built in three steps, each from its own lock: a target installs no more than it needs.
.venv/with-demo: requirements-demo.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "veneer needs Python 3.11 or later: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv .venv
	@$(call install,$<,what the demo needs: about 25 MB to download) && touch $@

.venv/with-test: requirements-test.lock .venv/with-demo
	@$(call install,$<,what the tests need besides: about 105 MB to download) && touch $@

.venv/with-dev: requirements.lock .venv/with-test
	@$(call install,$<,linters and release tools: about 100 MB to download, with the Node that pyright runs on) && touch $@

.venv/installed: pyproject.toml .venv/with-demo
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . && touch $@

# $(call install,LOCK,WHAT): pip shows its own progress on a terminal; elsewhere one line says what begins, one what it came to.
define install
echo "setup: $$(grep -c '==' $(1)) packages of $(1), $(2) …"; began=$$(date +%s); \
$(PY) -m pip install $$([ -t 2 ] || echo -q) --disable-pip-version-check --require-hashes -r $(1) && \
echo "setup: … took $$(($$(date +%s) - began)) s; .venv is $$(du -sm .venv | cut -f1) MB"
endef

generate: setup  ## write generated/ and the derived sync modules from openapi/ and overlay/veneer/_async
	$(TESTING) $(PY) scripts/unasync.py
	$(TESTING) $(PY) scripts/regenerate.py

drift: setup  ## prove that contracts, generated code, sync modules and facades fit together
	$(TESTING) $(PY) scripts/drift.py $(ARGS)

release-check: setup  ## what changed in the public surface since BASE (a tag, commit or wheel), and the next version
	@$(PY) scripts/release_check.py $(BASE)

seeded: setup  ## sixty changes of the contracts, each on a copy: the clients follow, or drift names the line (ARGS="--only 7")
	$(PY) scripts/seeded_changes.py $(ARGS)

demo: .venv/with-demo .venv/installed  ## the main example of each platform, sync and async, against a local sandbox
	@$(PY) scripts/demo.py

test: setup  ## run the tests
	@echo "test: running the tests in $(WORKERS) processes (some minutes; the first run also compiles them) …"
	$(TESTING) $(PY) -m pytest -q -m "not slow" -n $(WORKERS) --dist worksteal $(ARGS)

seeds: setup  ## run every example of the platforms' own documents (part of test)
	$(PY) -m pytest -q -rA tests/platforms/test_seeds.py tests/cli/test_cli_seed.py

check: lint types drift-full layers workflows thin docs dist-check wheels bench-check test  ## everything that CI runs

drift-full: setup  ## the same without trusting the lock: everything is generated anew
	$(TESTING) $(PY) scripts/drift.py --full

lint: setup  ## style and formatting
	$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: tools  ## mypy --strict on all that ships and on generated code, pyright on the public API
	$(PY) -m mypy overlay generated scripts/*.py scripts/bench/*.py scripts/trials examples tests/typing tests/sandbox tests/core/counts.py
	$(PY) -m pyright
	$(TESTING) $(PY) -m pytest -q -m slow tests/docs/test_pages.py

docs: setup .cache/docs/env/ready  ## build the documentation site, strictly, into .cache/docs/site
	@$(PY) scripts/docs.py

.cache/docs/env/ready: requirements-docs.lock
	@echo "docs: an environment for the site builder (half a minute) …"
	@$(PYTHON) -m venv --clear .cache/docs/env
	@.cache/docs/env/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $< && touch $@

layers: tools  ## imports follow the layers of docs/design.md
	.venv/bin/lint-imports

lock: tools  ## pin anew what pyproject.toml allows, and list what is then installed in sbom.cdx.json (needs the network)
	$(COMPILE) --all-extras --group dev -o requirements.lock
	$(COMPILE) --all-extras --group test --no-annotate -c requirements.lock -o requirements-test.lock
	$(COMPILE) --extra sandbox --extra codegen --group demo --no-annotate -c requirements.lock -o requirements-demo.lock
	.venv/bin/uv pip compile -q --group docs --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-docs.lock
	$(PY) scripts/sbom.py

floors: tools  ## the core's and platforms' tests with the lowest versions that pyproject.toml allows (needs the network)
	.venv/bin/uv pip compile -q pyproject.toml --all-extras --resolution lowest-direct --python-version 3.11 --no-header -o .cache/floors.txt
	.venv/bin/uv venv -q --clear --python 3.11 .cache/floors
	.venv/bin/uv pip install -q -p .cache/floors/bin/python -e . -r .cache/floors.txt -c .cache/floors.txt $(FLOORS_TOOLS)
	.cache/floors/bin/python -m pytest -q -p no:cacheprovider -m "not slow" --deselect tests/core/test_counts.py::test_a_subject_costs_what_its_row_says tests/core tests/platforms

dist: tools  ## the wheel and sdist of the last commit in dist/, byte-identical from any clone (TAG=v0.1.0 REPOSITORY=https://… for a release)
	@$(PY) scripts/dist.py $(if $(TAG),--tag $(TAG)) $(if $(REPOSITORY),--repository $(REPOSITORY))

dist-check: tools  ## build from two clones that have nothing in common but the commit, and compare the bytes
	@$(PY) scripts/dist.py --check

test-pythons:  ## run the tests on every supported Python that this machine has (PYTHONS="3.12 3.13" ARGS="-k name")
	@WORKERS=$(WORKERS) ARGS='$(ARGS)' $(PYTHON) scripts/pythons.py $(PYTHONS)

workflows: tools  ## look for mistakes in .github/workflows
	@.venv/bin/zizmor --offline --quiet .github/workflows && echo "workflows: nothing found"

wheels: tools  ## the wheel as users install it: each extra, at both ends of the ranges (PYTHONS="3.12 3.13": a glance on those; ARGS="--rows cli")
	$(PY) scripts/wheels.py $(ARGS) $(PYTHONS)

wheels-newest: tools  ## the same with the newest versions alone, and what moved since requirements.lock
	$(PY) scripts/wheels.py --only newest $(ARGS)

bench: setup  ## veneer beside httpx, aiohttp, pyreqwest and others, target by target, into docs/benchmarks.md (QUICK=1: a glance; ARGS="GET 64")
	$(PY) scripts/bench $(if $(QUICK),--quick) $(ARGS)

profile: setup .cache/profile/env/ready  ## where the time of a call goes, layer by layer: .cache/profile/index.html, with flame graphs
	@$(PY) scripts/bench/layers.py --py-spy .cache/profile/env/bin/py-spy --to .cache/profile

.cache/profile/env/ready:
	@$(PYTHON) -m venv --clear .cache/profile/env
	@.cache/profile/env/bin/python -m pip install -q --disable-pip-version-check py-spy==0.4.3 && touch $@

contracts: setup  ## the pipeline and round trips over published contracts of the registries (needs pip, npm and the network; ARGS="stripe")
	$(PY) scripts/contracts.py $(ARGS)

stainless: setup  ## the tests of a published Stainless SDK on the client made of its configuration (needs pip, git and the network)
	$(PY) scripts/stainless_tests.py $(ARGS)

sandbox-trips: setup  ## live through published contracts in the sandbox (needs pip, npm and the network; ARGS="stripe")
	$(PY) scripts/sandbox_trips.py $(ARGS)

servers: setup  ## round trips with real servers of the registries, sync and async (needs pip, npm and the network; ARGS="prefect")
	$(PY) scripts/servers.py $(ARGS)

bench-floors: setup  ## what a small GET costs at least in Python, and what compiled modules would save (QUICK=1: a glance; ARGS=--compiled: builds with mypyc and Cython, some minutes)
	$(PY) scripts/bench/floors.py $(if $(QUICK),--quick) $(ARGS)

bench-check: setup  ## one tiny round of every benchmark: they all run, and say what was left out
	$(TESTING) $(PY) -m pytest -q -m slow tests/scripts/test_bench.py

bench-flat: setup  ## 10,000 calls, a million events, 2 GiB up and down: memory stays flat
	$(PY) -m pytest -q -m slow tests/core/test_counts.py
	$(PY) scripts/bench "memory calls" "memory events" "memory down" "memory up"

counts: setup  ## count Python calls, modules and kept bytes anew into tests/core/counts.toml, and print what changed
	@nice $(PY) tests/core/counts.py

coverage: setup  ## write docs/coverage.md anew: which methods send each operation
	UPDATE=1 $(PY) -m pytest -q tests/platforms/test_coverage.py

bench-stress: setup  ## 10,000 calls from 64 tasks and 16 threads with a fifth of faults
	$(PY) scripts/trials/stress.py

fleet: setup  ## 8 processes share 500 calls a second by a real Redis, which is killed in the middle; then on Dask where it is installed (ARGS="--seconds 20")
	$(PY) scripts/fleet_trial.py $(ARGS)

many: setup  ## 100,000 inputs through map, with and without a journal, beside bare loops, httpx and aiohttp (N=1000000 ARGS="--rounds 3")
	$(PY) scripts/map_million.py $(if $(N),--inputs $(N)) $(ARGS)

bench-nonces: setup  ## a million calls to a hostile server, many cancelled, on every loop and engine: no answer mixed up, no slot lost (QUICK=1: 20,000)
	$(PY) scripts/trials/nonces.py $(if $(QUICK),--calls 20000)

bench-faults: setup  ## what veneer and the four published clients do on one fault server
	$(PY) scripts/trials/faults.py --peers .cache/peers

bench-sse: setup  ## event streams: 10,000 random streams and cuts, and their speed beside httpx-sse and openai
	$(PY) -m pytest -q -m slow tests/core/test_sse_decoder.py
	$(PY) scripts/bench "sse one chunk per event" "events sync" "events async" chat

peers: setup  ## run the four published clients' operations against the sandbox, and compare their public names with ours
	$(PY) scripts/bench/peers --keep .cache/peers

conformance: setup  ## the sandbox against its contracts, at length, and its speed figures
	$(PY) -m pytest -q -s -m slow tests/sandbox

.PHONY: docs tools wheels wheels-newest dist dist-check test-pythons workflows release-check seeded bench bench-check counts fleet floors conformance contracts stainless sandbox-trips servers coverage many profile bench-flat bench-floors bench-stress help setup generate drift drift-full demo test seeds check lint types layers lock bench-faults bench-nonces bench-sse peers

thin: setup  ## how thin the overlay is, against the bounds of thin.toml
	$(PY) scripts/thin.py $(ARGS)
