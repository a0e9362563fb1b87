# `make` or `make help` lists what there is. Everything runs from .venv, which ./casepath makes.
.DEFAULT_GOAL := help
.PHONY: help check test e2e browser browser-days screens progression faults faults-long faults-cluster races soak drill lose-servers desk-in-docker production-in-docker upgrade mutants bench bench-keys security weak-places lint-deploy attacks audit sbom image image-sbom image-archive image-twice image-digests contracts compare transcript transcript-record docs documents release-documents lock format

PYTHON := .venv/bin/python
# Programs are started by module, since a checkout may have been moved.
LINT_IMPORTS := -c "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
export PYTHONPATH := $(CURDIR)

help: ## List these.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The command makes the environment with everything that the checks and tests need.
.venv/installed-requirements-dev.lock: requirements.lock requirements-dev.lock
	./casepath test --help >/dev/null

check: .venv/installed-requirements-dev.lock ## Style, types, layers, architecture: two minutes on an idle machine.
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) $(LINT_IMPORTS)
	$(PYTHON) -m pytest -q tests/architecture tests/compat

test: ## All checks, unit and integration tests, with a real broker and database.
	./casepath test

e2e: .venv/installed-requirements-dev.lock ## Whole journeys through running services.
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m e2e tests/stories tests/e2e

progression: .venv/installed-requirements-dev.lock ## A thousand journeys from outreach sessions, counted back (FILE=... has the CTDC's columns).
	CASEPATH_PROGRESSION_JOURNEYS=1000 CASEPATH_CTDC_FILE=$(if $(FILE),$(abspath $(FILE))) $(PYTHON) -m pytest -q -s -m e2e tests/e2e/test_progression.py

faults: .venv/installed-requirements-dev.lock ## Break servers, services and the network between them under writes; the history is checked.
	$(PYTHON) -m pytest -q -m "not cluster" tests/faults

faults-long: .venv/installed-requirements-dev.lock ## The broker away for ten minutes under writes.
	CASEPATH_FAULTS_OUTAGE_SECONDS=600 $(PYTHON) -m pytest -q tests/faults/test_broker.py -k long_absence

faults-cluster: .venv/installed-requirements-dev.lock ## The same with three RabbitMQ nodes: killed, paused, cut off, restarted in turn.
	$(PYTHON) -m pytest -q -m cluster tests/faults/cluster

races: .venv/installed-requirements-dev.lock ## A thousand withdrawals against what is on its way to agencies, by webhook and at the broker; a hundred against their answers.
	CASEPATH_RACES=1000 $(PYTHON) -m pytest -q -m "" tests/services/partners/test_webhook_races.py tests/services/partners/test_broker_queue_races.py tests/services/test_agency_report_races.py

soak: .venv/installed-requirements-dev.lock ## Faults without end, MINUTES=60 of them: kept in build/soak.json (SEED=... deals the same again).
	$(PYTHON) -m tests.faults.soak --minutes $(or $(MINUTES),60) $(if $(SEED),--seed $(SEED))

drill: .venv/installed-requirements-dev.lock ## The operator's whole way: journeys, backup, everything lost, restore, an alarm, upgrade, back.
	.ci/install-promtool servers
	$(PYTHON) -m tests.drill

lose-servers: .venv/installed-requirements-dev.lock ## In Docker: servers of data and broker are killed under writes, and others take over.
	.ci/lose-servers-in-docker

desk-in-docker: .venv/installed-requirements-dev.lock ## In Docker: a production desk behind the proxy, by TLS, with a real provider: sign in, a case, sign out.
	.ci/install-provider
	.ci/desk-in-docker

production-in-docker: .venv/installed-requirements-dev.lock ## In Docker: type the production guide, from install to the first case at the desk, and an alarm that arrives.
	.ci/install-provider
	.ci/production-in-docker

upgrade: ## Upgrade an installation of 0.2.0 in Docker to this release (FROM=revision: another one).
	.ci/upgrade-in-docker $(FROM)

# The programs that look at the source live in an environment of their own.
SECURITY_VENV := build/security-venv
$(SECURITY_VENV)/installed: requirements-security.lock
	.venv/bin/python -m venv --clear $(SECURITY_VENV)
	$(SECURITY_VENV)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements-security.lock
	touch $@

security: weak-places attacks ## Both: look through the source for weak places, and attack running services.

weak-places: $(SECURITY_VENV)/installed ## Look through the source for what is known to be weak.
	$(SECURITY_VENV)/bin/python -m bandit --quiet --recursive --configfile pyproject.toml shared services deploy

# Order and quotes are a matter of taste, and not checked. The interface that agencies connect to is a setting.
lint-deploy: $(SECURITY_VENV)/installed ## Check the Dockerfile, the workflows and forms of GitHub, and the Compose files (dclint, where npm is).
	$(SECURITY_VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(SECURITY_VENV)/bin/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SECURITY_VENV)/bin/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(SECURITY_VENV)/bin/zizmor --offline --quiet .github
	$(SECURITY_VENV)/bin/hadolint --config deploy/lint/hadolint.yaml deploy/Dockerfile
	@if command -v npm >/dev/null; then npm ci --prefix deploy/lint --ignore-scripts --no-audit --no-fund && \
	  deploy/lint/node_modules/.bin/dclint --config deploy/lint/dclint.json --max-warnings 0 \
	  docker-compose.yml deploy/*.yml deploy/rabbitmq/*.yml; else echo "npm is not installed: dclint did not run"; fi

attacks: .venv/installed-requirements-dev.lock $(SECURITY_VENV)/installed ## Attack running services: tokens, other cases, injection; search every store for planted words.
	$(PYTHON) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder tests/security

# What posters are drawn with has everything of requirements.lock, and more.
audit: $(SECURITY_VENV)/installed ## Look for known weaknesses of the dependencies (asks the network).
	@$(SECURITY_VENV)/bin/python -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements-print.lock || \
	  { echo "Not clean, or the database of weaknesses can't be reached from here: see above."; exit 1; }

sbom: $(SECURITY_VENV)/installed ## Write build/sbom.json: what an installation is made of (CycloneDX).
	$(SECURITY_VENV)/bin/python -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible \
	  --of JSON -o build/sbom.json requirements.lock

# A release's image says from which revision it is; `latest` is never made, so that no tag changes its meaning.
RELEASE := $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' shared/__init__.py)
IMAGE ?= casepath:$(RELEASE)
BUILD_NETWORK ?= default
IMAGE_OPTIONS = --network $(BUILD_NETWORK) --file deploy/Dockerfile \
  --build-arg CASEPATH_RELEASE=$(RELEASE) --build-arg CASEPATH_SOURCE=$(or $(SOURCE),unknown) \
  --build-arg CASEPATH_REVISION=$$(git describe --always --dirty --abbrev=40 --exclude '*') \
  $(if $(PIP_CONFIG),--secret id=pip_config$(COMMA)src=$(PIP_CONFIG))
image: ## Build the one image, as IMAGE (casepath:RELEASE), and write build/image-sbom.json: the parts of it (CycloneDX).
	docker build $(IMAGE_OPTIONS) --tag $(IMAGE) .
	$(MAKE) image-sbom
image-sbom: ## Write build/image-sbom.json from the image IMAGE.
	mkdir -p build
	docker run --rm --network none --entrypoint cat $(IMAGE) /opt/casepath/bill-of-materials.json >build/image-sbom.json

# All times in the image are the time of the commit, so that the same commit and base image make the same digest.
ARCHIVE ?= build/image.tar
image-archive: ## Build the image without a cache as an OCI archive, ARCHIVE (build/image.tar), and print its digest.
	mkdir -p $(dir $(ARCHIVE))
	docker buildx build --no-cache --provenance=false $(IMAGE_OPTIONS) \
	  --build-arg SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) --output type=oci,name=$(IMAGE),dest=$(ARCHIVE),rewrite-timestamp=true .
	tar --extract --to-stdout --file $(ARCHIVE) index.json | $(PYTHON) -c \
	  'import json, sys; print(json.load(sys.stdin)["manifests"][0]["digest"])' | tee $(ARCHIVE:.tar=.digest)

image-twice: ## Build the image twice into build/image.tar, and fail if the digests differ (needs the containerd store, or root).
	.ci/image-twice

image-digests: ## Write the base images' current digests into deploy/images.env (needs Docker and the registries).
	$(PYTHON) -m deploy.image_digests

COMMA := ,

# MkDocs has an environment of its own. Links to the source lead to SOURCE, the repository's address, if it is given.
DOCS_VENV := build/docs-venv
$(DOCS_VENV)/installed: requirements-docs.lock
	.venv/bin/python -m venv --clear $(DOCS_VENV)
	$(DOCS_VENV)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements-docs.lock
	touch $@

docs: .venv/installed-requirements-dev.lock $(DOCS_VENV)/installed ## Build the documentation site, build/site, and check its links (SOURCE=address of the repository).
	NO_MKDOCS_2_WARNING=1 CASEPATH_DOCS_FILES=$(if $(SOURCE),$(SOURCE)/blob/v$(RELEASE)) $(DOCS_VENV)/bin/python -m mkdocs build --strict --clean

# mutmut has an environment of its own, with everything that the tests need.
MUTANTS_VENV := build/mutants-venv
$(MUTANTS_VENV)/installed: requirements-mutants.lock
	.venv/bin/python -m venv --clear $(MUTANTS_VENV)
	$(MUTANTS_VENV)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements-mutants.lock
	touch $@

mutants: .venv/installed-requirements-dev.lock $(MUTANTS_VENV)/installed ## Measure the mutation score of access rules, consent gate and deadline derivation (mutmut, 15 minutes; ONLY=gate: one area; JOBS=1).
	$(MUTANTS_VENV)/bin/python -m tests.mutants $(if $(ONLY),--only $(ONLY)) $(if $(JOBS),--jobs $(JOBS))

# The systems that ours is measured against live in an environment of their own.
BENCHMARKS_VENV := build/benchmarks-venv
$(BENCHMARKS_VENV)/installed: requirements-benchmarks.lock
	.venv/bin/python -m venv --clear $(BENCHMARKS_VENV)
	$(BENCHMARKS_VENV)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements-benchmarks.lock
	touch $@

bench: .venv/installed-requirements-dev.lock $(BENCHMARKS_VENV)/installed ## Measure beside others; prints tables and writes build/bench.json (ONLY=routes: that part alone).
	$(PYTHON) -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

bench-keys: .venv/installed-requirements-dev.lock ## How long anybody waits while 10,000 keys are wrapped anew.
	$(PYTHON) -m tests.benchmarks.rotation

# The browser's driver has an environment of its own, with all that the tests need. axe comes from npm.
BROWSER_VENV := build/browser-venv
$(BROWSER_VENV)/installed: requirements-browser.lock
	.venv/bin/python -m venv --clear $(BROWSER_VENV)
	$(BROWSER_VENV)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements-browser.lock
	touch $@

tests/browser/node_modules/installed: tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	touch $@

browser: .venv/installed-requirements-dev.lock $(BROWSER_VENV)/installed tests/browser/node_modules/installed ## Open every page of the desk in Chromium: days, accessibility, console, other origins (needs node 20).
	.ci/install-browser
	$(BROWSER_VENV)/bin/python -m pytest -q -m browser tests/browser

screens: .venv/installed-requirements-dev.lock $(BROWSER_VENV)/installed ## Write docs/screens/*.png from a training installation of its own (needs node 20).
	.ci/install-browser
	$(BROWSER_VENV)/bin/python -m tests.browser.screens

browser-days: .venv/installed-requirements-dev.lock $(BROWSER_VENV)/installed ## Play one short day per role at the desk in Chromium.
	.ci/install-browser
	$(BROWSER_VENV)/bin/python -m pytest -q -m browser_day tests/browser/days

# What others' tools say of the documents, of versions that are locked; `npm ci` asks the network, once.
VALIDATORS := tests/validators
$(VALIDATORS)/node_modules/installed: $(VALIDATORS)/package-lock.json
	npm ci --prefix $(VALIDATORS) --ignore-scripts --no-audit --no-fund
	touch $@

contracts: documents $(VALIDATORS)/node_modules/installed ## Others' validators of all documents and of all that is sent (needs node 20, and npm's registry once).
	$(PYTHON) -W ignore -m tests.contracts.sent build/contracts
	node $(VALIDATORS)/check.js . build/contracts
	$(VALIDATORS)/node_modules/.bin/spectral lint --ruleset $(VALIDATORS)/spectral.yaml --fail-severity hint \
	  build/documents/openapi/*.json build/documents/asyncapi/*.json build/contracts/asyncapi-nobody.json build/contracts/asyncapi-media.json

compare: ## Compare samples, AsyncAPI, routes and migrations with an earlier state (BASE=revision; commit first).
	$(PYTHON) -W ignore -m deploy.documents.compare $(BASE)

TRANSCRIPT_JOBS = $(if $(JOBS),--jobs $(JOBS)) $(if $(GO_ON),--go-on)
transcript: .venv/installed-requirements-dev.lock ## Play 2,000 recorded histories and list what differs (ONLY="7 20-39", BASE=revision, JOBS=2).
	$(PYTHON) -W ignore -m tests.transcript compare $(if $(BASE),--base $(BASE)) $(if $(ONLY),--only $(ONLY)) $(TRANSCRIPT_JOBS)

transcript-record: .venv/installed-requirements-dev.lock ## Record the histories again, when an issue closes (RELEASE=name).
	$(PYTHON) -W ignore -m tests.transcript record --release $(RELEASE) $(TRANSCRIPT_JOBS)

documents: .venv/installed-requirements-dev.lock ## Write what is generated from the code: build/documents/, and short files that are in git.
	$(PYTHON) -m deploy.documents
	$(PYTHON) -W ignore -m tests.compat

# The same documents make the same bytes.
release-documents: documents ## Pack build/documents/ as build/casepath-documents-RELEASE.tar.gz, to attach it to a release.
	tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory build documents | \
	  gzip --no-name >build/casepath-documents-$(RELEASE).tar.gz

format: .venv/installed-requirements-dev.lock ## Put the code into its one form.
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

lock: ## Choose the dependencies' versions anew, with hashes (needs uv).
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group print -c requirements.lock -o requirements-print.lock
	$(COMPILE) pyproject.toml --group dev -c requirements-print.lock -o requirements-dev.lock
	$(COMPILE) pyproject.toml --group browser -c requirements.lock -c requirements-dev.lock -o requirements-browser.lock
	$(COMPILE) pyproject.toml --group mutants -c requirements-dev.lock -o requirements-mutants.lock
	$(COMPILE) pyproject.toml --group security -c requirements.lock -o requirements-security.lock
	$(COMPILE) --group docs -c requirements-dev.lock -o requirements-docs.lock
	$(COMPILE) pyproject.toml --group benchmarks -c requirements.lock -o requirements-benchmarks.lock
