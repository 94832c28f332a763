# Two commands: `make run` and `make test`. Nothing is installed outside of this folder; weights
# go to the user's cache folder (TRADEWIND_MODELS).

PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV = $(shell command -v uv || echo .tools/bin/uv)
BIN = .venv/bin
CODE = tradewind tools retrieval models connectors stores prompts agents api evals wiring commands scripts cli.py server.py

.PHONY: run test check classifiers web constraints clean

run: .venv/run.stamp
	@$(BIN)/tradewind setup
	@$(BIN)/tradewind serve

test: .venv/test.stamp check
	-$(BIN)/tradewind models pull
	$(BIN)/pytest

check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/pyright
	$(BIN)/lint-imports

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet uv

.venv/bin/python: | $(filter .tools/%,$(UV))
	$(UV) venv --quiet --python 3.11 .venv

.venv/run.stamp: pyproject.toml constraints.txt | .venv/bin/python
	$(UV) pip install --quiet --python $(BIN)/python -c constraints.txt -e .
	@touch $@

.venv/test.stamp: pyproject.toml constraints.txt .venv/run.stamp | .venv/bin/python
	$(UV) pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev,evals,postgres]'
	@touch $@

# The stored hidden states are used; add HIDDEN=--hidden to compute missing ones with the model.
classifiers: .venv/test.stamp
	$(BIN)/python -m scripts.train_classifiers $(HIDDEN)

web:
	cd web && npm ci && npm test && npm run build

constraints: | .venv/bin/python
	$(UV) pip compile pyproject.toml --quiet --python-version 3.11 --extra postgres --extra evals --extra dev \
	  --no-header --no-annotate -o constraints.txt

clean:
	rm -rf .venv .tools .pytest_cache .ruff_cache .hypothesis
