PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A cell may take a minute on a quiet machine: a busy or old one, eight times and more slower, must not fail for that.
NBVAL := --nbval-lax --nbval-current-env --nbval-cell-timeout=2400

.DEFAULT_GOAL := help
.PHONY: help lab test quick lesson seeds exercises bench lint format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

lab: $(READY) ## open the course in JupyterLab
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" $(LAB_OPTIONS) notebooks/00_the_five_minute_tour.ipynb

test: export SLT_STATIC = 1
test: export SLT_PROGRESS = $(VENV)/progress-of-tests.json
test: $(READY) ## run everything: package, tests, notebooks
	$(BIN)/python -m pytest -n 2
	$(BIN)/python -m pytest $(NBVAL) notebooks exercises
	SLT_STRICT=1 $(BIN)/python -m pytest $(NBVAL) solutions

quick: export SLT_STATIC = 1
quick: export OMP_NUM_THREADS = 1
quick: lint ## style, types and the quick unit tests, in a minute: while you work
	$(BIN)/python -m pytest -q -m "not slow" -n 2 tests

lesson: export SLT_STATIC = 1
lesson: export SLT_PROGRESS = $(VENV)/progress-of-tests.json
lesson: $(READY) ## one lesson, its set, its solutions and its checks: make lesson N=03
	@test -n "$(N)" || { echo 'Which lesson? For example: make lesson N=03'; exit 2; }
	$(BIN)/python -m pytest $(NBVAL) notebooks/$(N)_*.ipynb exercises/$(N)_*.ipynb
	SLT_STRICT=1 $(BIN)/python -m pytest $(NBVAL) solutions/$(N)_*.ipynb
	$(BIN)/python -m pytest -q tests/checks tests/project/test_notebooks.py -k "$(N)"

seeds: export SLT_STATIC = 1
seeds: $(READY) ## run the unit tests from 10 other seeds, every doctest from 200
	for seed in 1 2 3 4 5 6 7 8 9 10; do SLT_TEST_SEED=$$seed $(BIN)/python -m pytest -q -n 2 || exit 1; done
	$(BIN)/python -m tools.doctest_seeds 200

exercises: $(READY) ## rebuild exercises/ from solutions/
	$(BIN)/python -m tools.exercises build

bench: $(READY) ## print the tables of speed and memory
	$(BIN)/python -m benchmarks.solvers
	$(BIN)/python -m benchmarks.tickets
	$(BIN)/python -m benchmarks.tickets --signed
	$(BIN)/python -m benchmarks.convolutions

lint: $(READY) ## check style and types
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy --no-error-summary

format: $(READY) ## mend style where ruff can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove the virtual environment, caches and build outputs
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# The stamp is written last: an installation that failed half-way starts afresh.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, $(PYTHON) is %d.%d. Name another one: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[lab,test]'
	@touch $@
