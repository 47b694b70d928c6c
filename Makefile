# Everything a newcomer needs: `make run` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
STORE := $(or $(COCKPIT_DB),data/store/cockpit.duckdb)
EXTRACTS := data/demo/extracts

.PHONY: help setup setup-dev run demo test check bench clean chromium

help:
	@echo "make run    sæt op, lav eksempelkommunen hvis der ingen data er, og start cockpittet"
	@echo "make test   install what tests need and run the whole suite"
	@echo "make check  lint, types and the direction of imports"
	@echo "make demo   load the demo municipality into an empty store"
	@echo "make bench  measure import, forecast and page"
	@echo "make clean  remove environment, caches and the demo's extracts (never the store)"

setup: $(VENV)/.run-installed
setup-dev: $(VENV)/.dev-installed

# Debian ships Python without venv; where we may, we add it, else we say what to do.
$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 mangler. Kør: apt-get install python3.11"; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	  apt-get install -y -qq "$$(basename "$(PYTHON)")-venv" >/dev/null && "$(PYTHON)" -m venv $(VENV); } \
	  || { rm -rf $(VENV); echo "Pythons venv mangler. Kør: apt-get install python3.11-venv"; exit 1; }

$(VENV)/.run-installed: requirements.txt | $(VENV)/bin/python
	@echo "Henter programmets biblioteker (et par minutter første gang) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev-installed: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	@echo "Installing what the app and its tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(VENV)/.run-installed $@

# Only where there is no store: a municipality's own data is never mixed with the demo's.
$(STORE): | $(VENV)/.run-installed
	@$(BIN)/python -m cockpit demo --to $(EXTRACTS) >/dev/null
	@$(BIN)/python -m cockpit import $(EXTRACTS) --db $(STORE)

demo: setup $(STORE)

run: setup $(STORE)
	@$(BIN)/python -m cockpit serve --port $(PORT) --db $(STORE)

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && apt-get install -y -q chromium >/dev/null; } || \
	  echo "NOTE: no Chromium and no right to install it: the browser tests will be skipped, each by name."

test: setup-dev chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_import_direction.py

bench: setup-dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(EXTRACTS) .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
