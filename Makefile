# make demo    the whole job against an invented world
# make pages   the same, shown in your browser
# make test    what CI runs: lint, types, tests
# make mutants    which changed operations of the privacy, identity and query code no test notices
# make sbom, make release    the SBOM; wheel, source archive, notes and hashes
# make soak    quarters of nights with kills and faults
# make bench   the figures in benchmarks/README.md
# make bench-quality    how well changes are read, against labels of two people, and in ten languages
# make check-github-schema    our queries against GitHub's published schema (needs npm)
.PHONY: demo pages test mutants lint format docs pictures constraints soak bench schema readme check-github-schema check-pages \
	sbom release clean
.DEFAULT_GOAL := test

BIN := .venv/bin
# What the commands need, and what work on them needs as well.
USABLE := .venv/.usable
READY := .venv/.ready
# The first interpreter that is new enough; a name on the PATH alone says nothing.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

define install
	@if command -v uv >/dev/null; then uv pip install -q --python $(BIN)/python -e '.$(1)'; \
		else $(BIN)/python -m pip install -qq --disable-pip-version-check -e '.$(1)'; fi
endef

$(USABLE): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 1; }
	@echo "Setting up .venv, once; this takes about a minute" >&2
	@if command -v uv >/dev/null; then uv venv -q --allow-existing --python $(PYTHON) .venv; \
		else $(PYTHON) -m venv .venv; fi
	$(call install,[demo])
	@touch $@

$(READY): $(USABLE)
	$(call install,[dev])
	@touch $@

demo: $(USABLE)
	@$(BIN)/sourcing demo

pages: $(USABLE)
	@$(BIN)/sourcing demo --serve

lint: $(READY)
	@$(BIN)/ruff check -q
	@$(BIN)/ruff format -q --check
	@$(BIN)/mypy --no-error-summary

test: lint
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

format: $(READY)
	@$(BIN)/ruff check -q --fix
	@$(BIN)/ruff format -q

schema: $(READY)
	@$(BIN)/python -m db.schema > db/schema.sql.new && mv db/schema.sql.new db/schema.sql

# The README's session, as the commands say it today; a test compares them.
readme: $(READY)
	@$(BIN)/python -m tests.rewrite_readme

# The pages that are made of the code; a test compares them.
docs: $(READY)
	@$(BIN)/python -m tests.rewrite_docs

# The pictures of docs/recruiter.md; needs Chromium.
pictures: $(READY)
	@$(BIN)/python -m tests.take_pictures

# Every package at one version, by hash and by no address: pip install --require-hashes -r constraints.txt
constraints: $(READY)
	@test -x build/pins/bin/uv || { $(PYTHON) -m venv build/pins && build/pins/bin/pip install -qq uv; }
	@build/pins/bin/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate pyproject.toml -o constraints.txt

# Our queries, and the schema of the loopback GitHub, against the one that GitHub publishes.
check-github-schema: $(READY)
	@rm -rf build/github-schema && mkdir -p build/github-schema
	@npm install --silent --no-save --no-audit --no-fund --prefix build/github-schema @octokit/graphql-schema
	@$(BIN)/python -m tests.check_github_schema \
		build/github-schema/node_modules/@octokit/graphql-schema/schema.graphql

# Ten simulated quarters of 90 nights with kills and faults, then the parsers fuzzed; about an hour.
soak: $(READY)
	@$(BIN)/python -m tests.soak
	@$(BIN)/python -m tests.soak.faults
	@$(BIN)/python -m tests.soak.fuzz

# Mutation tests of the code that protects people (tests/mutants); hours for all of it. A part:
# make mutants MUTANTS="db.privacy.ingest_filter --sample 20"
mutants: $(READY)
	@$(BIN)/python -m tests.mutants $(MUTANTS)

# The pages in a real browser, and what axe-core finds in them.
check-pages: $(READY)
	@mkdir -p build/pages
	@npm install --silent --no-save --no-audit --no-fund --prefix build/pages axe-core
	@$(BIN)/pytest tests/test_web_browser.py

bench: $(READY)
	$(call install,[bench])
	@$(BIN)/python -m benchmarks

# How well changes are read. The labels are outside this repository, in SHARED; without them that table is left out.
SHARED ?= ../shared
bench-quality: $(READY)
	@$(BIN)/python -m benchmarks.quality $(SHARED)
	@$(BIN)/python -m benchmarks.languages

# The SBOM of the pinned dependencies (CycloneDX), to stdout.
sbom: $(READY)
	@$(BIN)/python -m tests.make_release --sbom

# Wheel, source archive, SBOM, notes and hashes in dist/; two builds of a commit give the same bytes.
release: $(READY)
	@rm -rf dist
	@$(BIN)/python -m tests.make_release dist

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
