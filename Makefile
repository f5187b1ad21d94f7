PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin
MARK := .venv/.made

.DEFAULT_GOAL := help
.PHONY: help setup demo test prove check run bench words screenshots clean

help: ## list the commands
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

$(MARK)-run: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Outreach needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(MARK)-dev: pyproject.toml $(MARK)-run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,postgres]'
	@touch $@

setup: $(MARK)-dev ## make .venv with everything, so that every command is .venv/bin/outreach

demo: $(MARK)-run ## a small world on a stepping calendar, in the browser, until every loop is closed or owned
	@$(BIN)/outreach demo run --port $(PORT)

test: $(MARK)-dev ## every test, at reduced counts
	@sh .ci/browser
	@$(BIN)/python -m pytest -q -n auto --dist worksteal

prove: $(MARK)-dev ## the same tests at full counts; writes docs/proof.md
	@sh .ci/browser
	@$(BIN)/python tests/prove.py

check: $(MARK)-dev ## format, lint, types and the walls between the rooms
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

run: $(MARK)-run ## migrate, then web and worker on this machine, with the settings of the environment
	@$(BIN)/outreach migrate
	@$(BIN)/outreach web --port $(PORT) --with-worker

bench: $(MARK)-dev ## ratios, side by side in one run; writes docs/benchmarks.md
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt || echo "Celery is not to be had: measured without it."
	@$(BIN)/python benchmarks/thread.py
	@$(BIN)/python benchmarks/delivery.py
	@$(BIN)/python benchmarks/inbound.py
	@$(BIN)/python benchmarks/console.py

words: $(MARK)-dev ## build the patterns and teach the second reader, after a change of word lists or examples
	@$(BIN)/python -m conversations.writing
	@$(BIN)/python -m conversations.training

screenshots: $(MARK)-dev ## the README's pictures, from the running demo
	@sh .ci/browser
	@cd tests && PYTHONPATH=.. ../$(BIN)/python screenshots.py

clean: ## remove the environment and what the demo left
	@rm -rf .venv var build *.egg-info
