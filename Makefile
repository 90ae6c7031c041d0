# Prospect to cash. `make help` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/installed

TYPED  := include/p2c include/p2c_metadata include/p2c_sandbox plugins/p2c_airflow
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup lint types test bench-warm demo start stop docs lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv from the locked requirements (PYTHON=python3.12 chooses the interpreter)

demo: setup ## Run all flows on demo data in a real Airflow and check the result
	@exec $(BIN)/python -m p2c_airflow.local demo

start: setup ## Start the sandbox and Airflow, and leave the UI running
	@exec $(BIN)/python -m p2c_airflow.local start

stop: setup ## Stop what `make start` left running
	@exec $(BIN)/python -m p2c_airflow.local stop

test: lint types ## Run every check and test
	@$(BIN)/pytest -n logical --maxprocesses 8

bench-warm: setup ## Measure a warm run of the accounts DAG against empty tasks in a real Airflow (minutes)
	@$(BIN)/python tests/benchmarks/warm_run.py

lint: setup ## Check style, complexity and import boundaries
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## Check types
	@$(BIN)/mypy $(TYPED)

docs: setup ## Write the generated tables of the documentation
	@$(BIN)/p2c docs

lock: setup ## Resolve requirements.txt and requirements-dev.txt anew
	@$(LOCK) pyproject.toml requirements.in --output-file requirements.txt
	@$(LOCK) requirements-dev.in --output-file requirements-dev.txt

clean: ## Stop the local stack, remove its home and the caches; .venv stays
	@test ! -x $(BIN)/python || $(BIN)/python -m p2c_airflow.local stop
	@rm -rf .local .mypy_cache .pytest_cache .ruff_cache build dist
	@find dags include plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

# uv comes first, from its own lines of the lock: it installs the rest in seconds. Each of Airflow's processes imports
# thousands of modules, so they are compiled here, once, even where PYTHONDONTWRITEBYTECODE is set.
$(READY): requirements.txt requirements-dev.txt pyproject.toml
	@echo "Setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make setup PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@echo "Installing $$(grep -c '^[a-z].*==' requirements.txt) locked packages"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes \
		-r requirements.txt -r requirements-dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@
