# Picket: `make run` runs the whole thing, `make test` tests the whole thing. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PORT ?= 8080
SEEDS ?= 10000
FUZZTIME ?= 1s
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
# One way to build for programs and tests: what one has compiled the other need not.
export GOFLAGS := -trimpath $(GOFLAGS)
GO_SOURCES = $(shell find cmd edge sync devices zpl pwa -name '*.go' -not -path '*/node_modules/*') go.mod go.sum
APP_SOURCES = $(shell find pwa/src pwa/public -type f) pwa/index.html pwa/vite.config.ts pwa/tsconfig.json pwa/package-lock.json

.PHONY: help run build app test unit race sim fuzz apptest e2e check bench soak deps clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: bin/picket ## build everything and run the demo; PORT=9000 for other ports, RESET=1 to begin anew, BROKER=tcp://127.0.0.1:1883 for a broker that runs
	@bin/picket demo --port $(PORT) $(if $(RESET),--reset) $(if $(BROKER),--broker $(BROKER))

build: bin/picket bin/picketd bin/picket-oms ## build the binaries into bin/

bin/%: pwa/dist/index.html $(GO_SOURCES)
	@mkdir -p bin
	go build -o $@ ./cmd/$*

app: pwa/dist/index.html ## build the handheld's app

pwa/dist/index.html: $(APP_SOURCES) | pwa/node_modules/.made
	cd pwa && npm run --silent build

%/node_modules/.made: %/package-lock.json
	cd $* && npm ci --silent --no-audit --no-fund
	@touch $@

deps: pwa/node_modules/.made zpl/judge/node_modules/.made sync/wire/foreign/node_modules/.made ## install what the tests need: Mosquitto, Chromium, poppler-utils, a C compiler, npm packages
	@sh deploy/test-deps.sh

test: deps build ## everything: unit tests with the race detector, simulator, fuzzers, app, end to end (at most 15 min on 2 cores)
	$(MAKE) check-house
	$(MAKE) race
	$(MAKE) sim
	$(MAKE) fuzz
	$(MAKE) apptest
	$(MAKE) e2e
	@echo "all tests passed"

.PHONY: check-house
check-house:
	go test ./cmd/internal/house/

unit: deps build ## the Go tests without the race detector
	go test ./...

# What is pure (the list is the house rules' own, cmd/internal/house) starts no goroutine and shares nothing, so the race
# detector would only make it slow; neither do the simulator, the end-to-end tests, and the centre stepped by its tests.
PURE = edge/floor edge/view edge/labels edge/labels/template edge/station edge/route edge/batch edge/carton edge/report edge/slips sync/wire sync/reconcile devices/gs1 zpl zpl/preview
UNRACED = $(PURE:%=picket/%) picket/sync/oms
RACED = $(filter-out $(UNRACED) picket/cmd/picket-sim% picket/cmd/internal/house picket/cmd/e2e, $(shell go list ./...))
# These tests wait for brokers, printers and people more than they compute: three packages at a time keep two cores busy.
race: deps
	go test -timeout 14m $(UNRACED)
	go test -race -p 3 -timeout 14m $(RACED)
	go test -race -timeout 5m -run TestFromPostToTheSite ./sync/oms
	go test -timeout 5m -run TestPowerCut ./sync/oms/store/sqlite

SIM_SEEDS ?= 2000
sim: ## the simulated world, SIM_SEEDS of them, and that the rig sees a rule that is left out
	GOGC=1600 FLEET_SEEDS=$(SIM_SEEDS) go test -timeout 40m ./cmd/picket-sim/...
	GOGC=400 go test -tags mutants -timeout 20m -run Mutants ./cmd/picket-sim/... ./sync/reconcile ./sync/oms ./edge/floor ./edge/node

WORLD ?= swarm
LEDGER ?= data/soak.ledger
soak: ## many seeds of the simulated world, resumable, with a table of all sittings: make soak SEEDS=100000 WORLD=putback
	@mkdir -p bin $(dir $(LEDGER))
	go build -buildvcs=auto -o bin/picket-sim ./cmd/picket-sim
	GOGC=1600 bin/picket-sim fleet -keep-going -seeds $(SEEDS) -world $(WORLD) -ledger $(LEDGER)

MUTANT_SEEDS ?= 2000
.PHONY: soak-mutants
soak-mutants: ## every rule left out, in MUTANT_SEEDS seeds of each world if need be: which seed sees it, and by what
	PICKET_TEST_MUTANT_SEEDS=$(MUTANT_SEEDS) go test -tags mutants -count=1 -timeout 12h -run Mutants -v ./cmd/picket-sim/fleet ./sync/reconcile

ROUNDS ?= 200
.PHONY: soak-kills
soak-kills: build ## site, centre and broker killed in turn under load: make soak-kills ROUNDS=200
	PICKET_TEST_KILL_ROUNDS=$(ROUNDS) go test -count=1 -timeout 4h -run 'TestKills$$' -v ./cmd/e2e

fuzz: ## every fuzzer for FUZZTIME each
	@sh deploy/fuzz.sh $(FUZZTIME)

apptest: pwa/node_modules/.made ## the app's own tests
	cd pwa && npm run --silent check && npm test --silent

e2e: deps build ## the real binaries, a real broker and a real browser
	go test -timeout 10m ./cmd/e2e/...
	cd pwa && npm run --silent e2e

check: deps ## gofmt, vet, linter, house rules
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt'ed:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	cd pwa && npm run --silent check
	$(MAKE) check-house

bench: ## door and line against their reference programs, side by side: ratios, not absolute figures
	go run ./edge/node/bench
	go run ./cmd/internal/syncbench
	go test -run '^$$' -bench . -benchmem ./zpl/ ./devices/gs1/

clean: ## remove what was built; the demo's data stay
	rm -rf bin pwa/node_modules zpl/judge/node_modules sync/wire/foreign/node_modules
	find pwa/dist -mindepth 1 -not -name .keep -delete
