# Two commands are enough: `make run` and `make test`, on a machine with Python 3.11 or newer and nothing else.
# Paths are relative and quoted, so that a checkout may lie in a folder with spaces.

.DEFAULT_GOAL := help
.PHONY: help run test drill check bench fix setup format lint types layers migrations data-map templates sizes
MAKEFLAGS += --no-print-directory

HERE := .venv/bin
ARGS ?=
# Checks read the settings; they get a home of their own.
CHECK := AUREOLE_HOME=var/check tools/quietly

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: setup ## serve the sample desk; prints the address and a sign-in link (ARGS="--port 9000")
	@AUREOLE_HOME="$${AUREOLE_HOME:-var/demo}" $(HERE)/aureole up --demo $(ARGS)

test: setup ## run the whole suite (ARGS="src/aureole/desk -k reply")
	@if [ -n "$(ARGS)" ]; then $(HERE)/python -m pytest $(ARGS); else tools/suite; fi

drill: setup ## run the long drills: up to 20 minutes (ARGS="-k hunt")
	@if [ -n "$(ARGS)" ]; then $(HERE)/python -m pytest tests/drills -m drill -v $(ARGS); else tools/drills; fi

check: setup format lint types layers migrations data-map templates sizes ## everything that must hold, then the suite
	@$(MAKE) test

bench: setup ## measure against the floors; also writes bench/latest.json
	@$(HERE)/python -m bench $(ARGS)

fix: setup ## put formatting and what lint can mend in order
	@$(HERE)/ruff check --quiet --fix-only .
	@$(HERE)/ruff format --quiet .
	@find src -name '*.html' -print0 | xargs -0 -r $(HERE)/djade --target-version 5.2 || true

setup: ## make the environment and the front-end bundle; nearly free when nothing changed
	@tools/setup

format: setup
	@$(CHECK) "Formatting (make fix mends it)" $(HERE)/ruff format --check .

lint: setup
	@$(CHECK) "Lint" $(HERE)/ruff check .

types: setup
	@$(CHECK) "Types" $(HERE)/mypy

layers: setup
	@$(CHECK) "Layers" $(HERE)/lint-imports
	@$(CHECK) "Circles" $(HERE)/python tools/circles.py

migrations: setup
	@$(CHECK) "Migrations" $(HERE)/aureole manage makemigrations --check --dry-run

data-map: setup
	@$(CHECK) "Data map" $(HERE)/aureole manage check --tag privacy

templates: setup
	@find src -name '*.html' -print0 | $(CHECK) "Templates (make fix mends it)" xargs -0 -r $(HERE)/djade --check --target-version 5.2

sizes: setup
	@$(CHECK) "Sizes" $(HERE)/python tools/sizes.py
