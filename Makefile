# `make help` says what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && echo $$python && break; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"
CATALOGUES := $(wildcard src/barograph/locale/*/LC_MESSAGES/*.po)
# What a check needs to know about a site, when it only reads the code.
FOR_TESTS := BAROGRAPH_SITE=tests/site BAROGRAPH_SECRET_KEY=only-for-tests

.PHONY: help setup demo test test-tools lint format unit postgres journeys messages docs lock clean

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed $(VENV)/.catalogues ## Make the virtual environment and install Barograph in it

demo: setup ## Make a sample site in demo/ and serve it (PORT=8000)
	@exec $(BIN)/barograph demo --folder demo --port $(PORT)

test: lint unit postgres journeys ## Run every check there is, installing what they need

test-tools: setup $(VENV)/.test-tools
	@tests/debian_packages

lint: test-tools ## Style, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(FOR_TESTS) $(BIN)/mypy

format: test-tools ## Put the code into its one style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

unit: test-tools ## Every test without a browser, on SQLite: catalogues, migrations, documentation, rooms
	$(BIN)/pytest tests --ignore tests/journeys --numprocesses 2

postgres: test-tools ## The tests that use the database again, on a PostgreSQL of their own
	$(BIN)/python tests/postgres.py $(BIN)/pytest tests --ignore tests/journeys -m database --numprocesses 2

journeys: test-tools ## Through the newsroom and the pages in a browser
	$(BIN)/pytest tests/journeys --numprocesses 2

messages: test-tools ## Bring the catalogues in line with the words of the code
	$(BIN)/python tests/catalogues.py

docs: setup ## Write the reference of settings and commands anew
	$(FOR_TESTS) $(BIN)/python -m barograph.config.reference docs/reference

lock: test-tools ## Choose new versions of all dependencies (LOCK_OPTIONS=--upgrade)
	$(LOCK) $(LOCK_OPTIONS) pyproject.toml --output-file requirements/runtime.txt
	$(LOCK) $(LOCK_OPTIONS) --group build --constraints requirements/runtime.txt --output-file requirements/build.txt
	$(LOCK) $(LOCK_OPTIONS) --group test --constraints requirements/runtime.txt --output-file requirements/test.txt

clean: ## Remove the virtual environment and the demo
	rm -rf $(VENV) demo dist build

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Barograph needs Python 3.11 or newer; none is on the PATH. Install it, or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2> /dev/null || tests/debian_packages python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements/runtime.txt requirements/build.txt pyproject.toml hatch_build.py | $(BIN)/python
	@echo "Installing Barograph and what it needs in $(VENV) (a minute at most, the first time) …"
	$(PIP) --requirement requirements/build.txt --requirement requirements/runtime.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.catalogues: $(CATALOGUES) $(VENV)/.installed
	@$(BIN)/python hatch_build.py
	@touch $@

$(VENV)/.test-tools: requirements/test.txt $(VENV)/.installed
	$(PIP) --requirement requirements/test.txt
	@touch $@
