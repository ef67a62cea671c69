# Everything a contributor runs, by name. Needs make and Python 3.11 or newer; the first target that
# needs packages sets up .venv from requirements-dev.lock, and later ones find it there.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?=
JOBS ?= auto
UPGRADE ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip -qq --disable-pip-version-check
LOCK := requirements-dev.lock
READERS := requirements-readers.lock
TORCH := torch==2.13.0
BFCL := tests/domains/bfcl/requirements.txt
DEMO := runs/demo
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
    --no-emit-find-links $(if $(UPGRADE),--upgrade) --quiet
CODE := engine domains agents tests benchmarks

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(VENV)/ready ## Make .venv: every locked package, and this project, editable

.PHONY: demo
demo: $(VENV)/ready ## Generate 1,000 retail conversations, count them, show one, write training data and a report
	@rm -rf $(DEMO) $(DEMO)-data $(DEMO)-report.html
	$(VENV)/bin/interplay generate retail -n 1000 --seed 7 --out $(DEMO)
	$(VENV)/bin/interplay stats $(DEMO)
	$(VENV)/bin/interplay show $(DEMO) 89
	$(VENV)/bin/interplay export $(DEMO) --format openai --split train=0.9,test=0.1 --out $(DEMO)-data
	$(VENV)/bin/interplay verify $(DEMO)-data
	$(VENV)/bin/interplay report $(DEMO) -o $(DEMO)-report.html

.PHONY: test
test: lint $(VENV)/readers ## Lint, check types, run every test; the same examples every time
	@$(PY) tests/browser/install
	$(PY) -m pytest -n $(JOBS) --maxprocesses 8 --dist loadgroup --hypothesis-profile ci

.PHONY: test-server
test-server: $(VENV)/ready $(VENV)/server/ready ## Run the client against real model servers from PyPI, with a tiny model
	INTERPLAY_SERVER_PYTHON=$(VENV)/server/bin/python $(PY) -m pytest tests/server

.PHONY: lint
lint: $(VENV)/ready ## Check style, formatting and types
	$(PY) -m ruff check --quiet $(CODE)
	$(PY) -m ruff format --check --quiet $(CODE)
	$(PY) -m mypy

.PHONY: bench
bench: $(VENV)/ready ## Run every benchmark; each prints one JSON line
	@failed=; for file in benchmarks/[!_]*.py; do \
	    grep -q '__main__' "$$file" || continue; \
	    name=$${file##*/}; name=$${name%.py}; \
	    echo "benchmarks.$$name" >&2; \
	    $(PY) -m "benchmarks.$$name" || failed="$$failed $$name"; \
	done; \
	[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

.PHONY: lock
lock: ## Make the lock again from pyproject.toml; UPGRADE=1 takes newer versions (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv on PATH: python3 -m pip install uv" >&2; exit 1; }
	$(COMPILE) pyproject.toml --extra testing --group dev --no-emit-package interplay --output-file $(LOCK)
	$(COMPILE) --group readers --constraint $(LOCK) --no-emit-package torch --output-file $(READERS)
	@! grep -nE '://|file:|^-' $(LOCK) $(READERS) || { echo "a lock names where packages came from" >&2; exit 1; }

.PHONY: clean
clean: ## Remove .venv, caches and build output; runs stay
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# The packages change with the lock, the editable install with pyproject.toml too. A .venv that came along
# when its folder was copied or moved points at the old place, so it is made again.

ifneq ($(shell cat $(VENV)/ready 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/locked
endif

$(VENV)/ready: $(VENV)/locked pyproject.toml
	@echo "Setting up: this project, editable"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@pwd -P > $@

$(VENV)/readers: $(READERS) $(VENV)/ready
	@echo "Setting up: who reads what is exported, from $(READERS), and $(TORCH)"
	@$(PIP) install --require-hashes --no-deps --requirement $(READERS)
	@$(PIP) install $(TORCH)
	@touch $@

$(VENV)/server/ready: tests/server/requirements.txt $(VENV)/locked
	@echo "Setting up: .venv/server with llama.cpp's server and LiteLLM's proxy"
	@$(PY) -m venv --clear $(VENV)/server
	@$(VENV)/server/bin/python -m pip -qq --disable-pip-version-check install --requirement $<
	@touch $@

$(VENV)/locked: $(LOCK) $(BFCL)
	@fits() { "$$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }; \
	for python in $(if $(PYTHON),"$(PYTHON)",python3.11 python3.12 python3.13 python3 python); do \
	    ! fits "$$python" || { found=$$python; break; }; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "No Python 3.11 or newer with venv and ensurepip $(if $(PYTHON),at $(PYTHON),on PATH)." >&2; \
	    echo "Name one: make PYTHON=/path/to/python3.11" >&2; \
	    exit 1; \
	fi; \
	echo "Setting up: .venv with $$("$$found" --version), packages from $(LOCK)"; \
	"$$found" -m venv --clear $(VENV)
	@$(PIP) install --require-hashes --no-deps --requirement $(LOCK) --requirement $(BFCL)
	@touch $@
