# Two commands: `make run` and `make test`. All is installed into this folder; weight files go to
# the user's cache folder (TRADEWIND_MODELS), the shop's data to the user's data folder
# (TRADEWIND_HOME). PORT=8701 takes another port, PYTHON=/path/to/python another interpreter.

BIN = .venv/bin
EXTRAS = [dev,evals,postgres]

.PHONY: run test check classifiers web constraints clean

run: .venv/run.stamp
	@$(BIN)/tradewind serve --setup $(if $(PORT),--port $(PORT))

# Tests of the local model and of search need weight files; where no source can be reached they
# are skipped and say so. A file's tests stay in one process; each process holds the model.
test: check
	@$(BIN)/tradewind models pull || echo "tests that need weight files will be skipped"
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: .venv/test.stamp
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-logo

# The stamps stand for what was installed: with both files unchanged nothing asks for a network.
.venv/run.stamp: pyproject.toml constraints.txt
	@scripts/install.sh
	@touch $@

.venv/test.stamp: pyproject.toml constraints.txt
	@scripts/install.sh '$(EXTRAS)'
	@touch $@ .venv/run.stamp

# From data/messages, data/passages and the stored hidden states; HIDDEN=--hidden computes missing ones with the
# local model, about a second each.
classifiers: .venv/test.stamp
	$(BIN)/python -m scripts.train_classifiers $(HIDDEN)
	$(BIN)/python -m scripts.train_reranker $(HIDDEN)

web:
	cd web && npm ci && npm test && npm run build

# Versions that resolve together, without download addresses.
constraints:
	@uv=$$(command -v uv || echo .tools/bin/uv); $$uv pip compile pyproject.toml --quiet \
	  --python-version 3.11 --extra postgres --extra evals --extra dev \
	  --no-header --no-annotate -o constraints.txt

clean:
	rm -rf .venv .tools .pytest_cache .ruff_cache .hypothesis .import_linter_cache
