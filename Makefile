# One binary, few targets. `make help` lists them.
export CGO_ENABLED = 0
GO       ?= go
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BUILT    := $(shell git log -1 --format=%ct 2>/dev/null)
LDFLAGS  := -s -w -buildid= -X main.version=$(VERSION) -X main.built=$(BUILT)
# What is never hot is compiled without inlining: 2.5 MB less. Pages take no longer
# (make bench); what compresses, encodes cards and holds the database is hot.
COLD     := copi.local/ui copi.local/appliance github.com google.golang.org codeberg.org golang.org/x/net \
            net crypto/tls crypto/x509 encoding/asn1 encoding/xml math/big regexp log text/template/parse \
            copi.local/store copi.local/peer database/sql golang.org/x/text go.uber.org encoding/csv encoding/json \
            encoding/pem mime flag html os internal/poll fmt path syscall vendor time
HOT      := github.com/klauspost github.com/fxamacker copi.local/store/listing copi.local/peer/wire html/template
# packed: ui/source_packed.go; the other leaves HTTP/2 out of net/http, which no
# browser speaks without TLS.
TAGS     := packed,nethttpomithttp2
# lean, and where it leads: ui/internal/lean leaves out methods nobody calls.
FLAGS     = -trimpath -buildvcs=false $(shell cd ui && $(GO) run ./internal/lean $(TAGS) lean_methods.go ../dist/_lean) \
            $(foreach lib,$(COLD),-gcflags=$(lib)/...=-l) $(foreach lib,$(HOT),-gcflags=$(lib)/...=)
BUILD     = $(GO) build $(FLAGS) -ldflags "$(LDFLAGS)"
LINT     := $(GO) tool -modfile=.ci/tools.mod golangci-lint
BROWSER  := ui/testdata/browser
FUZZTIME ?= 20s
CUTS     ?= 200

.PHONY: help run build pi binaries unit pack test check race fuzz nightly bench lint load image publish image-test lean arm schema assets browser netns powercut vectors calendars lines sticks foreign

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## start a box with an invented village at http://localhost:8080
	@data=$$(mktemp -d "$${TMPDIR:-/tmp}/copi-demo.XXXXXX") && trap 'rm -rf "$$data"' EXIT INT TERM && \
	./copi demo --data "$$data" && ./copi serve --data "$$data" --http :8080 --gpio sim

build: pack ## build ./copi for this machine
	$(BUILD) -o copi ./cmd/copi

pi: pack ## build dist/copi-arm64 for a Raspberry Pi, stripped and reproducible
	GOOS=linux GOARCH=arm64 $(BUILD) -o dist/copi-arm64 ./cmd/copi
	@ls -l dist/copi-arm64 | awk '{printf "%.1f MB\n", $$5/1e6}'

binaries: pack ## build dist/copi-* for Raspberry Pis, of 64 and of 32 bit, and for PCs
	@for to in arm64 arm/7 arm/6 amd64; do GOOS=linux GOARCH=$${to%/*} GOARM=$${to#*/} $(BUILD) -o dist/copi-$$(echo $$to | sed 's,arm/,armv,') ./cmd/copi || exit 1; done
	@ls -l dist/copi-a* | awk '{printf "%s %.1f MB\n", $$9, $$5/1e6}'

pack: # what people read, as one file for the binary
	@cd ui && $(GO) run ./internal/pack sources.gz templates locales help

test: ## run the tests: pure Go, no root, no other program
	$(GO) test ./...

check: lint race lean arm vectors foreign calendars netns powercut browser image-test unit lines sticks ## everything: lint, race, calendars, browser, namespaces, power cuts, QEMU

arm: ## a Pi of 32 bit: everything compiles, and what counts in large numbers does so there
	GOARCH=arm GOARM=6 $(GO) vet ./...
	GOARCH=arm GOARM=6 $(GO) test -exec qemu-arm ./store/amount ./store/vote/tally ./store/photo/picture ./peer/wire

lean: pack ## run the tests of the pages as they are built for a box
	$(GO) test $(filter -tags% -overlay%,$(FLAGS)) ./ui

# SQLite itself, translated from C, is not watched, which makes all of it three times as fast:
# it starts nothing, and what locks around it is watched.
race: ## run the tests under the race detector, without the longest ones and the scripts, which run the same parts as programs
	CGO_ENABLED=1 $(GO) test -race -gcflags=modernc.org/sqlite/lib=-race=false -short -timeout 30m $$($(GO) list ./... | grep -v /cmd/copi$$)

lint: ## golangci-lint with the list of .golangci.yml
	GOLANGCI_LINT_CACHE=$(CURDIR)/dist/lint $(LINT) run --allow-parallel-runners ./...

fuzz: ## fuzz every decoder for FUZZTIME (20s) each
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

nightly: ## hours: 10,000 histories of boxes, the exchange without each of its rules, 100 and 500 boxes, ten years, 1,000 power cuts
	$(MAKE) powercut CUTS=1000
	$(GO) test -tags nightly -count 1 -timeout 12h -v -run Nightly ./peer

bench: dist/clib ## pages, posts and first sync as ratios to a bare baseline of the same run; searches beside the C library
	COPI_CLIB=$(CURDIR)/dist/clib $(GO) test -run '^$$' -bench . -benchtime 1s ./ui ./store/listing ./store/booking ./store/timebank ./store/photo ./store/vote ./store/vote/tally ./peer ./appliance

dist/clib: .ci/clib/main.go .ci/clib/go.mod # SQLite in C, for comparison only: needs gcc
	cd .ci/clib && CGO_ENABLED=1 $(GO) build -tags sqlite_fts5 -o $(CURDIR)/dist/clib .

schema: ## write the golden store/schema.sql anew
	$(GO) test ./store -run TestSchema -update

assets: ## compress the static files and write their hashes anew
	$(GO) generate ./ui

vectors: ## independent readers in JavaScript check the wire vectors and count published votes again
	$(GO) test -tags node -run Vectors ./peer/... ./store/vote/tally

foreign: ## js-libp2p links with a box, reads its log and serves one (node, npm)
	cd peer/testdata/foreign && npm ci --ignore-scripts --no-audit --no-fund
	$(GO) test -tags foreign -count 1 -run Foreign ./peer

calendars: ## khal and a second reader find the same dates in our calendars (Debian: khal, python3-recurring-ical-events)
	$(GO) test -tags calendars -count 1 -run OtherPrograms ./ui

lines: ## the LED and the button on the image's kernel in QEMU
	$(GO) test -tags qemu -count 1 -timeout 5m -run TestLinesOfTheKernel ./appliance/panel

sticks: ## USB sticks of every format on the image's kernel in QEMU, plugged in and pulled out too early
	$(GO) test -tags qemu -count 1 -timeout 6m -run TestSticksOfTheKernel ./appliance/stick

netns: build ## find the box by mDNS from another namespace; a phone on its Wi-Fi; boxes behind routers, slow lines (root, nftables, udhcpc, hostapd)
	$(GO) test -tags netns -count 1 ./appliance/mdns
	COPI_PROGRAM=$(CURDIR)/copi $(GO) test -tags netns -count 1 -run OwnWifi ./appliance/hotspot
	$(GO) test -tags netns -count 1 -run BehindRouters -timeout 30m ./peer

powercut: dist/torn ## cut the power CUTS (200) times by each of two methods under posts: none acknowledged is lost (root)
	COPI_TORN=$(CURDIR)/dist/torn $(GO) test -tags powercut -count 1 -v -timeout 60m -run PowerCut ./appliance -cuts $(CUTS)

load: build ## 500 people and 1,000 slow connections at a box with 256 MB of memory: figures (root)
	COPI_PROGRAM=$(CURDIR)/copi $(GO) test -tags load -count 1 -v -timeout 10m -run FiveHundred ./appliance

dist/torn: .ci/torn/main.go .ci/torn/disk.go .ci/torn/node.go .ci/torn/go.mod # a directory whose unsynced sectors are torn at a cut
	cd .ci/torn && $(GO) build -o $(CURDIR)/dist/torn .

browser: build ## axe, Nu validator, weights and screenshots of every page
	cd $(BROWSER) && npm ci --ignore-scripts --no-audit --no-fund && node run.mjs ../../../copi

image: pack ## build the SD card image dist/copi.img
	$(GO) run ./cmd/copi-image build --out dist/copi.img $(addprefix --flag ,$(FLAGS))

publish: image ## compress the image, with the file that Raspberry Pi Imager opens: dist/copi.img.gz
	$(GO) run ./cmd/copi-image publish

unit: build ## let systemd judge the service that copi install writes
	@mkdir -p dist && ./copi install --print | sed 's,/usr/local/bin/copi,$(CURDIR)/copi,' > dist/copi.service
	systemd-analyze verify dist/copi.service && systemd-analyze security --offline=true --threshold=20 --no-pager dist/copi.service | tail -1

image-test: image ## boot the image in QEMU, set it up, pull the plug, boot again
	$(GO) run ./cmd/copi-image test --image dist/copi.img
	$(GO) test -tags image -count 1 -timeout 40m ./images # two builds give the same bytes; a card changes versions, and goes back
