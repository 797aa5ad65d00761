# make run                                      set up, then run the pipeline
# make kion                                     the same on KION, split as in the exercise
# make kion-scale [SHARE=1] [FOLDER=kion-scale] the same on a simulated log of KION's size, in a folder of its own
# make explain USER=ID [ITEM=ID]                why a user is shown these items
# make report                                   the last run's figures as Markdown tables
# make backtest [CUTOFFS=4] [SEEDS=1]           every system on cutoffs before the test (docs/BACKTEST.md)
# make tune [SECTIONS=ranker] [TRIALS=20] [TIMEOUT=3600] [TUNE_CUTOFFS=2]
#                                               a search on the same, with a proposal for params.yaml
# make test                                     set up and check everything
# make docs                                     write docs/FEATURES.md and docs/REPORT.md
PYTHON ?= python3.11
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run kion kion-scale explain report test docs backtest tune clean

run: .venv/run.stamp
	dvc repro
	@echo
	@echo "Lists for every user:  data/recommendations.parquet (test period: data/test_recommendations.parquet)"
	@echo "Metrics:               metrics/*.json  (dvc metrics show)"
	@echo "Plots:                 plots/*.png     (dvc plots show)"

kion: .venv/run.stamp
	python -m stages.apply settings/kion.yaml
	$(MAKE) run

SHARE ?= 1
FOLDER ?= kion-scale
kion-scale: .venv/run.stamp
	python -m bench.scale "$(FOLDER)" "$(SHARE)"
	cd "$(FOLDER)" && dvc repro
	python -m bench.oracle "$(FOLDER)"
	@echo "recommendations: $(FOLDER)/data/recommendations.parquet"

# Every shell has a USER of its own: only the one on the command line counts. Ids may hold a $.
explain: export GIVEN_USER = $(value USER)
explain: export GIVEN_ITEM = $(value ITEM)
explain: .venv/run.stamp
	@test "$(origin USER)" = "command line" || { echo "usage: make explain USER=ID [ITEM=ID]"; exit 1; }
	@PYTHONPATH=src python -m twostage explain --user="$$GIVEN_USER" $${GIVEN_ITEM:+--item="$$GIVEN_ITEM"}

report: .venv/run.stamp
	@PYTHONPATH=src python -m twostage report

test: .venv/test.stamp
	ruff check .
	ruff format --check .
	mypy
	pytest -n 2 --dist loadfile --no-loadscope-reorder

CUTOFFS ?= 4
SEEDS ?= 1
backtest: .venv/run.stamp
	dvc repro prepare
	python -m stages.backtest $(CUTOFFS) $(SEEDS)

TRIALS ?= 20
TIMEOUT ?= 3600
TUNE_CUTOFFS ?= 2
SECTIONS ?= ranker
tune: .venv/test.stamp
	dvc repro prepare
	python -m stages.tune $(TRIALS) $(TIMEOUT) $(TUNE_CUTOFFS) $(SECTIONS)

docs: .venv/run.stamp
	PYTHONPATH=src python -c "from twostage import summary; print(summary.features_table(), end='')" > docs/FEATURES.md
	PYTHONPATH=src python -m twostage report > docs/REPORT.md

.venv/run.stamp: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

.venv/test.stamp: requirements-dev.txt .venv/run.stamp
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv
