# Each target sets up all that it needs by itself, and is quick the second time.
# PHOTOS=~/Pictures/2024 lets `make try` work on copies of your own photos.

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
FRESH := packaging/setup.sh pyproject.toml packaging/constraints.txt

.PHONY: try test lint bench soak soak-immich wheel clean

try: $(READY)
	@$(PYTHON) -m tagwright_plugins.demo --into try $(if $(PHOTOS),--photos "$(PHOTOS)",--samples tests/photos)

test: $(READY)
	$(PYTHON) -m pytest -n auto --dist worksteal -q $(ARGS)

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(READY)
	@for script in tests/benchmarks/bench_*.py; do $(PYTHON) $$script || exit 1; done

soak: $(READY)
	$(PYTHON) -m tests.soak.soak_watch $(ARGS)

soak-immich: $(READY)
	$(PYTHON) -m tests.soak.soak_immich $(ARGS)

wheel: $(READY)
	packaging/test-wheel.sh

clean:
	rm -rf $(VENV) try dist

$(READY): $(FRESH)
	packaging/setup.sh $(VENV)
	@touch $@
