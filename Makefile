# Everything starts from Python 3.11+, make and nothing else: the first target that needs it
# builds .venv from the locked, hashed dependencies.
PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
PYTHONS ?= python3.11 python3.12 python3.13
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

LOCK   := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml

.PHONY: demo test check format lint types contracts test-players test-year test-pythons bench audio lock clean help

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

demo: $(VENV)/run.stamp ## the demo station on the air, with the addresses to open
	$(BIN)/radiocast demo --port $(PORT)

test: $(VENV)/dev.stamp ## the test suite
	$(BIN)/python -m pytest

check: format lint types contracts test ## what CI runs: format, lint, types, import contracts, tests

format: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy src tests bench

contracts: $(VENV)/dev.stamp
	$(BIN)/lint-imports

test-year: $(VENV)/dev.stamp ## a year of the schedule in each of ten time zones (two minutes)
	$(BIN)/python -m pytest -m year tests/schedule

test-pythons: ## the tests on every Python we promise
	for python in $(PYTHONS); do $(MAKE) test PYTHON=$$python VENV=.venv-$$python || exit 1; done

test-players: $(VENV)/dev.stamp ## real players and a real Icecast against the stream (Debian packages: see tests/players)
	$(BIN)/python -m pytest -m players tests/players

bench: $(VENV)/dev.stamp ## every figure in docs/performance.md; the largest crowds cut short (python -m bench.listeners runs them in full)
	$(BIN)/python -m bench

audio: $(VENV)/run.stamp ## make the demo station's music, idents, sounder and bed again
	$(BIN)/python tools/make_demo_audio.py

lock: ## pin the dependencies again (needs uv); the lock names no host
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
	$(subst pyproject.toml,,$(LOCK)) --group build -c requirements-dev.lock -o requirements-build.lock

clean:
	rm -rf $(VENV) var build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "radiocast needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version`. Try: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# The build backends come from their lock first, so that nothing unpinned is fetched. Everything is a wheel but
# docopt (one Python file, of which there is only a source release).
LOCKED := install -q --require-hashes --only-binary :all: --no-binary docopt --no-build-isolation
$(VENV)/run.stamp: $(BIN)/python requirements.lock requirements-build.lock pyproject.toml
	$(PIP) $(LOCKED) -r requirements-build.lock
	$(PIP) $(LOCKED) -r requirements.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(PIP) $(LOCKED) -r requirements-dev.lock
	@touch $@
