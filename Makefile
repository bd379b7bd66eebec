# Everything there is to do here, one word each: `make help`. Works with GNU make 3.81 (macOS) and later.

# The first Python on the PATH that will do; `make PYTHON=python3.12 …` picks another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo "$$name" && break; done)
VENV := $(or $(VENV),.venv)
export VENV
BIN = $(VENV)/bin
# What is added to the command's own arguments: `make test ARGS='-k story -x'`, `make demo ARGS=--help`.
ARGS ?=

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --custom-compile-command 'make lock' --group build --only-binary :all: --no-binary dkimpy --no-binary pyspf

.DEFAULT_GOAL := help
.PHONY: help demo docs test bench scanners check faults simulate fuzz format screenshots mail-tools lock clean run-packages test-packages

help:  ## this list
	@echo "make WORD, where WORD is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: run-packages  ## try Afterword: one address to open, no account, no configuration
	@$(BIN)/afterword demo $(ARGS)

test: test-packages  ## the tests; ARGS='-k story' picks some
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

bench: test-packages  ## measure it beside bare peers; ONLY=click,render picks rows, ARGS=--quick is short
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		--requirement requirements/bench.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-binary talon \
		--requirement requirements/bench-talon.txt || echo "talon cannot be built here, so it is not measured"
	@$(BIN)/python -m bench $(if $(ONLY),ONLY=$(ONLY)) $(ARGS)

scanners: test-packages  ## tell click histories to the application: CORPUS=FILE, else the one that is shipped
	@$(BIN)/python -m bench.scanners $(CORPUS) $(ARGS)

check: test-packages  ## linter, format, types, direction of imports, known vulnerabilities, bill of materials
	@$(BIN)/ruff check --output-format=concise
	@$(BIN)/ruff format --check --output-format=concise
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/audit.py requirements/test.txt
	@$(BIN)/python scripts/sbom.py requirements/run.txt build/afterword.cdx.json

faults: test-packages  ## kill it, cut its power, fill and lock it under load: nothing may be lost; ARGS='--only kill-web'
	@$(BIN)/python -m bench.faults $(ARGS)

simulate: test-packages  ## 10,000 histories made by chance: no promise may break; ARGS='--seeds 500', ARGS='--seed 7' tells one
	@$(BIN)/python -m bench.simulate $(ARGS)

fuzz: test-packages  ## read mails made by chance, for a minute; ARGS='--seconds 3600', or '--mails 100000' through the door
	@PYTHONPATH=. $(BIN)/python tests/replies/fuzz.py $(ARGS)

format: test-packages  ## put the code into shape, and mend what the linter can mend
	@$(BIN)/ruff check --fix --exit-zero
	@$(BIN)/ruff format

screenshots: test-packages  ## make the pictures of the README anew, and of every mail (build/mails); needs Chromium
	@$(BIN)/python scripts/screenshots.py $(ARGS)
	@$(BIN)/python scripts/mail_pictures.py build/mails

docs:  ## the documents as a site, in build/site
	@[ -x build/site-tools/bin/mkdocs ] || $(or $(PYTHON),python3) -m venv build/site-tools
	@build/site-tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		--requirement requirements/docs.txt
	@build/site-tools/bin/mkdocs build --strict $(ARGS)

mail-tools:  ## what else looks at mails in the tests: MJML's own compiler and others, from npm
	@npm ci --ignore-scripts --no-audit --no-fund --prefix tests/mail_tools

lock: test-packages  ## pin the dependencies anew; ARGS=--upgrade takes the newest
	@$(LOCK) --output-file requirements/run.txt $(ARGS)
	@$(LOCK) --extra postgres --constraints requirements/run.txt --output-file requirements/postgres.txt $(ARGS)
	@$(LOCK) --extra oidc --constraints requirements/postgres.txt --output-file requirements/oidc.txt $(ARGS)
	@$(LOCK) --extra opentelemetry --extra sentry --constraints requirements/oidc.txt --constraints requirements/postgres.txt \
		--output-file requirements/telemetry.txt $(ARGS)
	@$(LOCK) --all-extras --group test --constraints requirements/telemetry.txt --constraints requirements/oidc.txt \
		--constraints requirements/postgres.txt --output-file requirements/test.txt $(ARGS)
	@$(BIN)/uv pip compile --group bench --quiet --universal --python-version 3.11 --generate-hashes --no-config \
		--custom-compile-command 'make lock' --only-binary :all: --constraints requirements/run.txt \
		--output-file requirements/bench.txt $(ARGS)
	@$(BIN)/uv pip compile --group docs --quiet --universal --python-version 3.11 --generate-hashes --no-config \
		--custom-compile-command 'make lock' --only-binary :all: --constraints requirements/test.txt \
		--output-file requirements/docs.txt $(ARGS)
	@$(BIN)/uv pip compile --group bench-talon --no-deps --quiet --universal --python-version 3.11 --generate-hashes \
		--no-config --custom-compile-command 'make lock' --constraints requirements/run.txt \
		--output-file requirements/bench-talon.txt $(ARGS)

clean:  ## remove the virtual environment and every cache
	[ ! -e "$(VENV)/pyvenv.cfg" ] || rm -rf "$(VENV)"
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

run-packages:
	@$(or $(PYTHON),$(error Afterword needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python3.12)) scripts/set_up.py run

test-packages:
	@$(or $(PYTHON),$(error Afterword needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python3.12)) scripts/set_up.py test
