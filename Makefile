# The only task runner. `make` alone lists the verbs.
SHELL := /bin/bash
# The first Python that runs and is new enough; a mere python3 otherwise, which scripts/prepare.py then explains.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$each; exit; }; done; command -v python3)
BIN := .venv/bin
TAG ?= dev
export NEXT_TELEMETRY_DISABLED := 1

.DEFAULT_GOAL := help
.PHONY: help up setup dev-setup kora deploy test test-compose test-cluster check fix gen lock bench evals wheel env images clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

up: setup ## install what is missing, start Taskora and stay in the foreground (PORT, HOST, TASKORA_DATA_DIR)
	@exec $(BIN)/taskora serve

setup: ## the same preparation without starting
	@test -n "$(PYTHON)" || { echo "Taskora needs Python 3.11 or newer, and no python3 was found. Install it, then run the same command again." >&2; exit 1; }
	@$(PYTHON) scripts/prepare.py

dev-setup: ## preparation for tests and checks
	@test -n "$(PYTHON)" || { echo "Taskora needs Python 3.11 or newer, and no python3 was found. Install it, then run the same command again." >&2; exit 1; }
	@$(PYTHON) scripts/prepare.py --dev

kora: ## install Kora alone (no Node.js needed); leaves .venv/bin/kora
	@test -n "$(PYTHON)" || { echo "Kora needs Python 3.11 or newer, and no python3 was found. Install it, then run the same command again." >&2; exit 1; }
	@$(PYTHON) scripts/prepare.py --kora

deploy: kora ## build Taskora, ship it to the cluster of your kubeconfig and print its addresses
	@exec $(BIN)/kora up

test: dev-setup ## every suite that needs neither a container engine nor a cluster
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --ignore=tests/browser --ignore=tests/compose --ignore=tests/cluster
	@$(BIN)/python -m pytest -q tests/browser # alone: a browser keeps an event loop open that async tests can't share
	@cd frontend && npm test --silent

test-compose: dev-setup ## both images and compose.yaml on this machine's Docker engine
	@$(BIN)/python -m pytest -q tests/compose

test-cluster: dev-setup ## the chart installed on the cluster that KUBECONFIG names (namespaces of its own)
	@$(BIN)/python -m pytest -q tests/cluster

check: dev-setup ## format, lint, types, import contracts, both languages
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@cd frontend && npm run --silent check

fix: dev-setup ## format and mend what can be mended by machine
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@cd frontend && npm run --silent fix

gen: dev-setup ## regenerate what is generated (OpenAPI document, TypeScript client, references, chart pages, rendered manifests)
	@$(BIN)/taskora openapi > frontend/openapi.json
	@$(BIN)/python scripts/api_reference.py frontend/openapi.json > docs/reference/api.md
	@$(BIN)/python scripts/error_reference.py taskora > docs/reference/errors.md
	@$(BIN)/python scripts/error_reference.py kora > docs/reference/kora-errors.md
	@$(BIN)/python scripts/cause_reference.py
	@$(BIN)/python -m kora.operations.dockerfiles.reference
	@$(BIN)/python scripts/crds.py
	@$(BIN)/python scripts/api_fields.py > ops/src/kora/language/rules/api_fields.txt
	@$(BIN)/python scripts/chart_docs.py
	@$(BIN)/python scripts/chart_rendered.py
	@cd frontend && npm run --silent gen

lock: ## write the lock files anew (needs uv)
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 --no-header \
	  backend/pyproject.toml ops/pyproject.toml --group pyproject.toml:dev --group pyproject.toml:build -o requirements.lock
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 --no-header \
	  backend/pyproject.toml --group pyproject.toml:build -c requirements.lock -o backend/requirements.lock
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 --no-header \
	  ops/pyproject.toml --group pyproject.toml:build -c requirements.lock -o ops/requirements.lock

bench: setup ## print the numbers of the specification
	@for each in bench/*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

evals: dev-setup ## score the language and assistant corpora
	@for each in evals/*/score.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

wheel: dev-setup ## build the wheel, the page inside
	@cd backend && ../$(BIN)/python -m hatchling build -t wheel -d ../dist

env: ## write .env with fresh secrets for docker compose (an existing one is kept)
	@if [ -e .env ]; then echo ".env is already there; nothing was changed."; else umask 077 && sed \
	  -e "s|^BETTER_AUTH_SECRET=.*|BETTER_AUTH_SECRET=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))')|" \
	  -e "s|^POSTGRES_PASSWORD=.*|POSTGRES_PASSWORD=$$($(PYTHON) -c 'import secrets; print(secrets.token_hex(24))')|" \
	  .env.example > .env && echo ".env is written. Next: docker compose up --build"; fi

images: ## build the container images and print their sizes (TAG, default dev)
	@for each in taskora-backend=backend taskora-frontend=frontend kora=ops; do image=$${each%=*}:$(TAG); \
	  docker build --quiet --build-arg VERSION=$(TAG) --build-arg REVISION=$$(git rev-parse --short HEAD) -t $$image $${each#*=} >/dev/null || exit 1; \
	  docker image inspect -f "$$image  {{.Size}} bytes" $$image; done

clean: ## remove what was built or installed; your data folder stays
	@rm -rf .venv .stamps dist frontend/node_modules frontend/.next frontend/out backend/src/taskora/web/page
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
