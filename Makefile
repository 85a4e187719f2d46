# Two commands do everything: make html, make test. PYTHON, TORCH_INDEX, NEWEST: see bookbuild/environment.sh;
# SITE_URL and REPOSITORY, for a site that is published: see bookbuild/facts.py.
PYTHON ?= python3
TORCH_INDEX ?=
NEWEST ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help env html serve test test-browser test-notebooks test-lowest test-newest frames lint bench audit weaknesses pdf epub new-chapter addresses artwork lock clean

help: ## what can be made
	@grep -hE '^[a-z -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 26

env:
	@PYTHON="$(PYTHON)" TORCH_INDEX="$(TORCH_INDEX)" NEWEST="$(NEWEST)" sh bookbuild/environment.sh

html: env ## the book, into _build/html
	@$(BIN)/python -m bookbuild

serve: env ## the book in the browser, rebuilt on save
	@TQDM_DISABLE=1 $(BIN)/sphinx-autobuild -n -c . --watch reluapprox --watch movable --watch conf.py --open-browser --port 0 book _build/serve/html

test: env ## the whole test suite, a clean build of the book included
	@$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered

test-browser: html pdf epub ## the site, the PDF and the movable figures in Chromium: by mouse, finger and keyboard
	@$(BIN)/python -m pytest tests/browser

test-notebooks: html ## each chapter's notebook, in an environment with the site's wheel alone
	@$(BIN)/python tests/notebooks.py

test-lowest test-newest: ## the package with the oldest, or newest, releases that it allows
	@"$(PYTHON)" tests/ranges.py $(@:test-%=%)

lint: env ## style, import layers, types, spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/codespell
	@$(BIN)/python -m bookbuild.node movable/node_modules/typescript/bin/tsc --project movable
	@$(BIN)/python -m bookbuild.node movable/node_modules/prettier/bin/prettier.cjs --log-level warn --check "movable/{arithmetic,vocabulary,figures}/*.ts" movable/package.json tests/movable

frames: html ## how fast the movable figures are, in Chromium
	@PYTHONPATH=. $(BIN)/python tests/browser/frames.py

bench: ## ours beside the peers, into book/benchmarks.json (half an hour)
	@test -x benchmarks/.venv/bin/python || "$(PYTHON)" -m venv benchmarks/.venv
	@benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.lock
	@PYTHONPATH=. benchmarks/.venv/bin/python benchmarks/compare.py book/benchmarks.json

audit: html ## the site, judged by Lighthouse and the HTML checker (needs Chromium and Java; five minutes)
	@$(BIN)/python -m bookbuild.node npm ci --prefix audits --ignore-scripts --no-audit --no-fund --loglevel error
	@PYTHONPATH=. $(BIN)/python audits/audit.py

weaknesses: env ## what is known of the locked releases' weaknesses
	@$(BIN)/python -m pip_audit --progress-spinner off --disable-pip --requirement requirements.lock
	@$(BIN)/python -m bookbuild.node npm audit --prefix movable
	@$(BIN)/python -m bookbuild.node npm audit --prefix audits

pdf: html ## the book as one tagged PDF, _build/book.pdf (needs Chromium)
	@$(BIN)/python -m bookbuild.prints.pdf

epub: html ## the book as an electronic book, _build/book.epub
	@$(BIN)/python -m bookbuild.prints.epub

new-chapter: env ## NAME=the-name: a page with all its parts, entered where a chapter has to be
	@$(BIN)/python -m bookbuild.chapter "$(NAME)"

addresses: html ## record the addresses of new sections, figures and exercises, which are kept for ever
	@$(BIN)/python -m bookbuild.site.addresses

artwork: html ## the logo, the favicon, the cover and the picture of the house, drawn anew
	@$(BIN)/python -m bookbuild.artwork

lock: ## both lock files, resolved anew (needs uv)
	uv pip compile pyproject.toml --all-extras --group book --group test --group lint --universal --python-version 3.11 \
	    --fork-strategy fewest --no-header --no-annotate --generate-hashes --no-emit-package torch -c torch.lock \
	    -o requirements.lock
	uv pip compile benchmarks/requirements.in --universal --python-version 3.11 --no-header --no-annotate \
	    -o benchmarks/requirements.lock

clean: ## remove all that was built; the next make html starts from nothing
	@rm -rf .venv .venv.log movable/node_modules audits/node_modules benchmarks/.venv _build build dist *.egg-info .coverage .hypothesis .*_cache
