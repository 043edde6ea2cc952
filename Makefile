# Needs python3 (3.11 to 3.13, with venv and pip), git and make. Every target makes its own environment
# in .venv, and makes it anew when requirements.lock has changed.
#   make run                       the three scenarios and their differences, to results/
#   make test | check              the suite | lint, format, types, floors, generated files
#   make validate | bench          long statistical checks | speed and memory, as ratios
#   make trials                    every instrument and measure by itself, twice an hour on 2 cores; then make docs
#   make docs | lock | clean       generated tables | requirements.lock | take the environment away
#   make clean test PYTHON=python3.12     with an interpreter of your choice

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
	$(if $(docs),$(docs) --check)

types: environment
	$(BIN)/mypy $(wildcard sim calibration tests)

# Resumed by the same command: runs are kept in calibration/trials_*.jsonl, which is nobody's but yours.
trials: environment
	$(BIN)/zsim trial --all --out calibration
	$(BIN)/zsim trial --all --against off --out calibration

docs: environment
	$(docs)
	$(BIN)/python -m calibration.fit.priors
	$(BIN)/python -m calibration.reports.readme

# Starsim is a rival to be measured, not a part: it has an environment of its own, outside the lock.
# Where it cannot be had, tests.bench is handed no interpreter, says so and measures the rest.
bench: environment
	@test -e $(BENCH)/made || { echo 'making $(BENCH) with Starsim; about a minute' \
	    && $(BIN)/python -m venv --clear $(BENCH) \
	    && $(BENCH)/bin/python -m pip install $(QUIET) --editable '.[bench]' && touch $(BENCH)/made; } \
	    || { rm -rf $(BENCH); echo 'bench: Starsim cannot be had here; the rest goes on' >&2; }
	STARSIM_PYTHON="$$(ls $(BENCH)/bin/python 2>/dev/null)" $(BIN)/python -m tests.bench

# Versions that are locked stay, unless UPGRADE=--upgrade; an address must never come in.
lock: environment
	$(BIN)/uv pip compile pyproject.toml --extra dev --output-file requirements.lock $(UPGRADE) \
	    --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-annotate --no-header --quiet

# results/ is the user's own and stays.
clean:
	rm -rf $(VENV) $(BENCH) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# The generated tables, once there is something that makes them.
docs = $(if $(wildcard sim/docs/model_tables.py),$(BIN)/python -m sim.docs.model_tables)

# --- the environment: first what the lock names, then the project itself, in place ---
environment: $(VENV)/project

# A name on the PATH proves nothing (a version manager's shim may refuse, Debian's python3 may lack venv): each is
# run and asked. The answer is the interpreter below a virtual environment, since .venv itself may be active.
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
