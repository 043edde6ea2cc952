# Requires python3 (3.11 to 3.13, with venv and pip), git and make. Every target creates the environment .venv
# if needed, and again when requirements.lock has changed.
#   make run                       the three scenarios and their differences, to results/
#   make test | check              the tests | lint, format, types, import contracts, generated files
#   make validate | bench          long statistical checks | speed and memory, as ratios
#   make trials                    every instrument and measure by itself, two hours on 2 cores; then make docs
#   make docs | lock | clean       generated tables | requirements.lock | remove the environment
#   make clean test PYTHON=python3.12     with another interpreter

PYTHON ?=
JOBS := 2
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
QUIET := --quiet --disable-pip-version-check --no-input

.PHONY: run test check types validate bench trials docs lock clean environment
.DEFAULT_GOAL := run

run: environment
	$(BIN)/zsim run as_enacted --replicates 10 --out results --against no_plan --against no_support

test: environment
	$(BIN)/python -m pytest -n $(JOBS)

validate: environment
	$(BIN)/python -m pytest -n $(JOBS) -m validate --timeout 3600

check: environment types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(docs) --check

types: environment
	$(BIN)/mypy $(wildcard sim calibration tests)

# Resumed by the same command: runs are kept in calibration/trials_*.jsonl, which git ignores.
trials: environment
	$(BIN)/zsim trial --all --out calibration
	$(BIN)/zsim trial --all --against off --out calibration

docs: environment
	$(docs)
	$(BIN)/python -m calibration.fit.priors
	$(BIN)/python -m calibration.reports.readme

# Starsim is measured for comparison and is not a dependency: it has an environment of its own, outside the lock.
# Where it cannot be installed, tests.bench receives no interpreter, reports this and measures the rest.
bench: environment
	@test -e $(BENCH)/made || { echo 'making $(BENCH) with Starsim; about a minute' \
	    && $(BIN)/python -m venv --clear $(BENCH) \
	    && $(BENCH)/bin/python -m pip install $(QUIET) --editable '.[bench]' && touch $(BENCH)/made; } \
	    || { rm -rf $(BENCH); echo 'bench: Starsim cannot be installed; the rest is measured' >&2; }
	STARSIM_PYTHON="$$(ls $(BENCH)/bin/python 2>/dev/null)" $(BIN)/python -m tests.bench

# Locked versions are kept unless UPGRADE=--upgrade; the lock contains no address of a registry.
lock: environment
	$(BIN)/uv pip compile pyproject.toml --extra dev --output-file requirements.lock $(UPGRADE) \
	    --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-annotate --no-header --quiet

# results/ belongs to the user and is kept.
clean:
	rm -rf $(VENV) $(BENCH) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# The generated parts of the documentation.
docs = $(BIN)/python -m sim.docs

# --- the environment: first the locked packages, then the project itself, in place ---
environment: $(VENV)/project

# A name on the PATH is not enough (a version manager's shim may refuse, Debian's python3 may lack venv), so each
# candidate is run. It prints the interpreter below a virtual environment, since .venv itself may be active.
candidates := $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3)
probe := import sys, venv, ensurepip; (3, 11) <= sys.version_info < (3, 14) or sys.exit(1); print(sys._base_executable)
working = $(shell for each in $(candidates); do "$$each" -c '$(probe)' 2>/dev/null </dev/null && break; done)

$(VENV)/locked: requirements.lock
	$(eval python := $(working))
	$(if $(python),,$(error no working Python 3.11 to 3.13 with venv and pip among $(candidates); name one with PYTHON=))
	@echo 'making $(VENV) with $(python); about a minute'
	@"$(python)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install $(QUIET) \
	    --require-hashes --only-binary :all: --requirement requirements.lock
	@touch $@

$(VENV)/project: $(VENV)/locked pyproject.toml
	@$(BIN)/python -m pip install $(QUIET) \
	    --no-index --no-deps --no-build-isolation --editable .
	@touch $@
