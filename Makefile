# The commands of the customer risk warehouse; `make help` lists them. Needs Python 3.11 or newer with venv.
.DEFAULT_GOAL := help
.PHONY: help nightly test test-slow dagster bench demo-failure lint lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadgroup

# Nothing this project runs reports its use to anybody.
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

nightly: $(STAMP)  ## Land the demo exports, build, audit, publish; ARGS="--landing DIR" for your own
	@$(BIN)/crw nightly $(ARGS)

test: $(STAMP)  ## The test suite (everything but the slow tests)
	@$(PYTEST) -m "not slow" $(ARGS)

test-slow: $(STAMP)  ## Faults, fuzz, whole nights: minutes
	@$(PYTEST) -m slow $(ARGS)

# The Dagster instance lives in .dagster: its settings are shipped, its run records stay here.
dagster: $(STAMP)  ## The Dagster UI with assets, checks, schedule and sensor
	@umask 027; mkdir -p .dagster && chmod 700 .dagster && cp orchestration/dagster.yaml .dagster/dagster.yaml
	@umask 027; DAGSTER_HOME="$(CURDIR)/.dagster" $(BIN)/dagster dev -m orchestration.definitions $(ARGS)

bench: $(STAMP)  ## 200,000 customers and 10M invoices: seconds and peak memory by phase
	@$(BIN)/python -m orchestration.bench $(ARGS)

demo-failure: $(STAMP)  ## Passes only if bad exports are refused and the published version stays
	@$(BIN)/python -m orchestration.demo.failure $(ARGS)

lint: $(STAMP)  ## ruff, sqlfluff, the house rules and the rule tables
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project
	@$(BIN)/python -m orchestration.lint
	@$(BIN)/crw rules check --quiet

lock: $(STAMP)  ## Pin pyproject.toml and requirements.in again (ARGS=--upgrade takes newer versions)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock $(ARGS) \
		pyproject.toml requirements.in

clean:  ## Remove what was built here; warehouse, keys and the virtual environment stay
	@rm -rf .pytest_cache .hypothesis .ruff_cache .dagster build dbt_project/target dbt_project/logs logs
	@find orchestration expectations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# pip's own output goes to a file; a counter shows that it lives.
$(STAMP): requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv \
		|| { rm -rf .venv; echo "Python's venv module is missing (Debian: apt-get install python3-venv)"; exit 2; }
	@echo "Installing $$(grep -c == requirements.lock) pinned packages into .venv (once, a minute or two)"
	@rm -f .venv/.failed; { $(PIP) install --require-hashes --no-deps -r requirements.lock 2>&1 \
		&& $(PIP) install --no-deps --no-build-isolation -e . 2>&1 || touch .venv/.failed; } | tee .venv/install.log \
		| awk '/^(Collecting|Requirement already)/ {printf "\r  %d", ++n; fflush()} END {print ""}'; \
		if [ -e .venv/.failed ]; then tail -n 15 .venv/install.log; echo "Not installed; whole log: .venv/install.log"; exit 2; fi
	@touch $(STAMP)
