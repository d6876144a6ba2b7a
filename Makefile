# Every target sets itself up: all that is needed is make and Python 3.11 or newer.
VENV := .venv
BIN := $(VENV)/bin
LOG := $(VENV)/install.log
RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
SHELL := /bin/sh
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# An environment that happens to be active must not leak into ours.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help demo test lint format generated accuracy speed growth clean

help:
	@sed -n 's/^\([a-z]*\):.*## /make \1  /p' Makefile | awk '{ printf "%s %-9s", $$1, $$2; $$1 = $$2 = ""; print }'

demo: $(RUN) ## lint the replies in examples/
	@$(BIN)/calmlint --fail-on never --quiet examples/ >/dev/null # here anything but 0 is a failure
	@echo '$$ calmlint examples/'
	@$(BIN)/calmlint examples/ || [ $$? -eq 1 ] # and here findings are what the demo is for

test: $(DEV) ## run all tests
	@$(BIN)/python -m pytest $(ARGS)

lint: $(DEV) ## check style, types, the import order and generated files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy hatch_build.py
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.pages --check

format: $(DEV) ## format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

generated: $(DEV) ## write the generated pages and the outputs shown in the docs anew
	@$(BIN)/python -m tests.pages

accuracy: $(DEV) ## measure precision and recall; writes docs/accuracy.md
	@$(BIN)/python -m benchmarks.accuracy

speed: $(DEV) ## measure the start-up time; writes docs/performance.md
	@$(BIN)/python -m benchmarks.startup

growth: $(DEV) ## time hostile inputs at one and four times their length
	@$(BIN)/python -m benchmarks.growth

clean: ## remove everything that make and the tools have made
	@rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A command of that name may be there without a Python behind it (pyenv), or without venv (Debian): try each.
$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	    if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	        exec "$$python" -m venv --clear $(VENV); \
	    fi; \
	done; \
	echo 'make: no Python 3.11 or newer with venv found; install one (Debian: apt install python3-venv),' \
	     'or name it: make PYTHON=/path/to/python3' >&2; exit 1

give_up = { echo "make: installing failed: $$(sed -n 's/.*ERROR: //p' $(LOG) | tail -n 1) (the rest is in $(LOG))" >&2; \
	           exit 1; }

$(RUN): pyproject.toml hatch_build.py | $(BIN)/python
	@echo 'Setting up $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --editable . >$(LOG) 2>&1 || $(give_up)
	@touch $@

# pip reads [dependency-groups] from 25.1 on.
$(DEV): pyproject.toml hatch_build.py | $(BIN)/python
	@echo 'Setting up $(VENV) for development ...'
	@{ $(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' && \
	   $(BIN)/python -m pip install --quiet --editable . --group dev; } >$(LOG) 2>&1 || $(give_up)
	@touch $(RUN) $@
