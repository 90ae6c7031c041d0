# Prospect to cash. `make help` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/installed

TYPED  := deployment include/p2c include/p2c_metadata include/p2c_sandbox plugins/p2c_airflow
PEERS  := dlt singer dataverse airbyte
BENCH  := $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ROWS),--rows $(ROWS))
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup lint types test faults bench bench-quick bench-peers demo start stop test-cluster up docs lock lock-peers clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv from the locked requirements (PYTHON=python3.12 chooses the interpreter)

demo: setup ## Run all flows on demo data in a real Airflow and check the result
	@exec $(BIN)/python -m p2c_airflow.local demo

start: setup ## Start the sandbox and Airflow, and leave the UI running
	@exec $(BIN)/python -m p2c_airflow.local start

stop: setup ## Stop what `make start` left running
	@exec $(BIN)/python -m p2c_airflow.local stop

# `make up URL=https://airflow.example.com`, or `make up DEMO=1` with the sandbox of both systems: docs/deployment.md
up: ## Start Airflow with Celery, PostgreSQL and Redis in containers, with secrets made on the first start
	@$(PYTHON) deployment/prepare.py $(if $(DEMO),--demo) $(if $(URL),--url $(URL))
	@docker compose up --build --detach --wait --wait-timeout 900

# P2C_TEST_POSTGRES names the PostgreSQL server; Redis is started from its own program
test-cluster: setup ## Run docker-compose.yaml's services on this machine: a lost worker, a restart, a backfill (minutes)
	@P2C_TEST_CLUSTER=1 $(BIN)/pytest tests/cluster -n 0

test: lint types ## Run every check and test
	@$(BIN)/pytest -n logical --maxprocesses 8

# WRITE=1 writes docs/fault-table.md; P2C_TEST_POSTGRES adds PostgreSQL to SQLite
faults: setup ## Play the fault scenarios: `make faults`, `make faults ONLY=A1,B SEEDS=1000 FIRST=0 WRITE=1`
	@cd tests && exec ../$(BIN)/python -m faults $(if $(ONLY),--only $(ONLY)) $(if $(SEEDS),--seeds $(SEEDS)) \
		$(if $(FIRST),--first-seed $(FIRST)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(WRITE),--write)

# `make bench ONLY=extract,load ROUNDS=3` does some of it; peers are measured where `make bench-peers` installed them
bench: setup ## Measure against peers and limits, and write docs/benchmarks.md (an hour, on a quiet machine)
	@cd tests && exec ../$(BIN)/python -m benchmarks --write $(BENCH)

bench-quick: setup ## The same with fewer rows and rounds, printed only (under 5 minutes)
	@cd tests && exec ../$(BIN)/python -m benchmarks --quick $(BENCH)

bench-peers: $(foreach peer,$(PEERS),.benchmarks/$(peer)/installed) ## Install the peers of the benchmarks, each in its own environment

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

lock-peers: setup ## Resolve the requirements of the benchmarks' peers anew
	@for peer in $(PEERS); do $(LOCK) tests/benchmarks/peers/$$peer.in \
		--output-file tests/benchmarks/peers/$$peer.txt || exit 1; done

clean: ## Stop the local stack, remove its home and the caches; .venv stays
	@test ! -x $(BIN)/python || $(BIN)/python -m p2c_airflow.local stop
	@rm -rf .benchmarks .local .mypy_cache .pytest_cache .ruff_cache build dist
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

.benchmarks/%/installed: tests/benchmarks/peers/%.txt | $(READY)
	@echo "Installing the peer $*"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .benchmarks/$*
	@$(BIN)/uv pip install --quiet --python .benchmarks/$*/bin/python --require-hashes -r $<
	@touch $@
