# Picket: `make run` runs the whole thing, `make test` tests the whole thing. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PORT ?= 8080
SEEDS ?= 10000
FUZZTIME ?= 5s
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GO_SOURCES = $(shell find cmd edge sync devices zpl pwa -name '*.go' -not -path '*/node_modules/*') go.mod go.sum
APP_SOURCES = $(shell find pwa/src pwa/public -type f) pwa/index.html pwa/vite.config.ts pwa/tsconfig.json pwa/package-lock.json

.PHONY: help run build app test unit race sim fuzz apptest e2e check bench soak deps clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: bin/picket ## build everything and run the demo; PORT=9000 for other ports, RESET=1 to begin anew
	@bin/picket demo --port $(PORT) $(if $(RESET),--reset)

build: bin/picket bin/picketd bin/picket-oms ## build the binaries into bin/

bin/%: pwa/dist/index.html $(GO_SOURCES)
	@mkdir -p bin
	go build -trimpath -o $@ ./cmd/$*

app: pwa/dist/index.html ## build the handheld's app

pwa/dist/index.html: $(APP_SOURCES) | pwa/node_modules/.made
	cd pwa && npm run --silent build

%/node_modules/.made: %/package-lock.json
	cd $* && npm ci --silent --no-audit --no-fund
	@touch $@

deps: pwa/node_modules/.made zpl/judge/node_modules/.made ## install what the tests need: Mosquitto, Chromium, poppler-utils, a C compiler, npm packages
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

# The simulator and the end-to-end tests have targets of their own; neither gains by the race detector.
RACE_PACKAGES = $(shell go list ./... | grep -v -e /picket-sim -e /internal/house -e /e2e)
race: deps
	go test -race -timeout 14m $(RACE_PACKAGES)

sim: ## the simulated world, 200 seeds; SEEDS=n with `make soak` for more
	go test -timeout 10m ./cmd/picket-sim/...

soak: build ## many seeds of the simulated world, resumable: make soak SEEDS=100000
	go run ./cmd/picket-sim fleet -seeds $(SEEDS) -ledger data/soak.ledger

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

bench: ## the door against its reference programs, side by side: ratios, not absolute figures
	go run ./edge/node/bench
	go test -run '^$$' -bench . -benchmem ./zpl/ ./devices/gs1/

clean: ## remove what was built; the demo's data stay
	rm -rf bin pwa/node_modules zpl/judge/node_modules
	find pwa/dist -mindepth 1 -not -name .keep -delete
