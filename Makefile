# Dragoman. `make run` starts the desk, `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
FLASK := $(BIN)/flask --app wsgi
PIP := $(BIN)/pip --disable-pip-version-check
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run install test e2e check nightly fix bench seed mail send

help: ## list the targets
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(INSTALLED) ## install what is missing, make the demo desk on the first start, serve it
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(FLASK) start

install: $(INSTALLED_DEV) ## install everything, the tests' needs too

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

# Every version is pinned, those of the dependencies too, so pip need not work anything out.
$(INSTALLED): requirements.txt | $(VENV)/bin/python
	@echo "Installing the desk into $(VENV) …"
	@$(PIP) install --quiet --no-compile --no-deps --progress-bar on -r requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing the desk and what its tests need into $(VENV) …"
	@$(PIP) install --quiet --no-compile --progress-bar on -r requirements-dev.txt
	@touch $(INSTALLED) $@

test: $(INSTALLED_DEV) ## everything but the browser, on SQLite and on PostgreSQL
	$(BIN)/pytest -n auto --dist worksteal -m "not e2e and not timed" --durations 15 --cov --cov-report= --cov-config=pyproject.toml
	$(BIN)/pytest -m "timed"
	$(BIN)/pytest -n auto --dist worksteal -m "db and not e2e and not timed" --database postgresql

e2e: $(INSTALLED_DEV) ## the browser tests: real Chromium, real server
	$(BIN)/pytest -m e2e -p no:randomly tests/e2e

check: $(INSTALLED_DEV) ## style, types, layers, coverage floor (of the last `make test`)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m app.phrasebook check
	$(BIN)/coverage report --fail-under=90 --format=total

nightly: $(INSTALLED_DEV) ## 200 random deaths and one at every point, 100,000 broken mails, 10,000 histories: an hour
	KILL_RUNS=200 KILL_EVERY=yes $(BIN)/pytest -o faulthandler_timeout=0 tests/relay/test_kill.py
	$(BIN)/python -m tests.mail.mutate --runs 100000
	HISTORIES=10000 $(BIN)/pytest -o faulthandler_timeout=0 tests/deadlines/test_histories.py

fix: $(INSTALLED_DEV) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED_DEV) ## the table of figures; ONLY=row, JSON=1, DATABASE_URL=postgresql://…
	@$(BIN)/python -m bench $(if $(ONLY),--only "$(ONLY)") $(if $(JSON),--json)

seed: $(INSTALLED) ## fill the desk: TICKETS=10000 for a synthetic one, the demo otherwise
	$(FLASK) seed $(if $(TICKETS),--tickets $(TICKETS))

mail: $(INSTALLED) ## what the desk reads in a mail: FILE=some.eml
	@$(FLASK) mail read "$(FILE)"

send: $(INSTALLED) ## write to the running desk as a buyer: TO=… FROM=… TEXT=…
	@$(FLASK) mail send --to "$(TO)" --from "$(FROM)" --text "$(TEXT)"
