# The project's commands; `make help` lists them.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
ENGINE  ?= $(shell command -v docker >/dev/null && docker info >/dev/null 2>&1 && echo docker || echo podman)
IMAGE   ?= localhost/apply-release:dev
ARCH    ?= $(shell $(GO) env GOARCH)
BINARY  ?= build
# What a build says of itself; the date is that of the commit, so that two builds of one commit are the same bytes.
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
DATE     ?= $(shell git log -1 --format=%cI 2>/dev/null || echo unknown)
BUILD    = -trimpath -buildvcs=false -ldflags '-s -w -X $(MODULE)/pkg/cli.buildOf=$(VERSION) -X $(MODULE)/pkg/cli.revision=$(REVISION) -X $(MODULE)/pkg/cli.date=$(DATE)'
MODULE   = github.com/giantswarm/apply-release

# Tools, pinned; go run and go install fetch them.
KUSTOMIZE   = sigs.k8s.io/kustomize/kustomize/v5@v5.8.2
GOFUMPT     = mvdan.cc/gofumpt@v0.12.0
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
SBOM        = github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.1.4

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: bin/apply-release ## build the binary, bin/apply-release

bin/apply-release: $(shell find fn pkg -name '*.go' -o -name '*.txt') go.mod go.sum
	$(GO) build $(BUILD) -o $@ ./fn/apply-release

.PHONY: install
install: ## install the binary where go install does
	$(GO) install $(BUILD) ./fn/apply-release

.PHONY: demo
demo: bin/apply-release ## upgrade the cluster of examples/rfc-machinepool and show the diff
	@rm -rf bin/demo && cp -R examples/rfc-machinepool/repo bin/demo
	bin/apply-release upgrade gauss/peu01 --release aws/v21.0.0 --repo bin/demo --allow-dirty
	@diff -U1 examples/rfc-machinepool/repo/gauss/peu01/machinepool.yaml bin/demo/gauss/peu01/machinepool.yaml || test $$? = 1

.PHONY: test
test: ## run all tests that need Go only
	$(GO) test ./...

.PHONY: race
race: ## look for data races where work is done side by side
	$(GO) test -race ./pkg/internal/upgrade ./pkg/internal/fleet ./pkg/internal/merge ./pkg/function
	$(GO) test -race -run 'TestScripts|TestCommands/(fleet|split|status|selection|shard|path)$$' ./fn/...

.PHONY: laws
laws: ## draw 5,000 random cases for each law of the merge
	$(GO) test ./pkg/internal/merge -count 1 -timeout 30m -run 'TestLaw' -rapid.checks=5000

# Where fuzzing finds something, it keeps the input in testdata/fuzz; mend the fault and commit the input.
FUZZTIME ?= 30m
FUZZ     = function/FuzzRun internal/merge/FuzzMerge yamledit/FuzzBytes internal/checkout/FuzzFile yamltree/FuzzParse internal/escape/FuzzText

.PHONY: fuzz
fuzz: ## fuzz each target for FUZZTIME, 30m
	@for f in $(FUZZ); do $(GO) test ./pkg/$${f%/*} -run '^$$' -fuzz "^$${f##*/}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s || exit 1; done

.PHONY: man
man: ## write the man pages into bin/man
	SOURCE_DATE_EPOCH=0 $(GO) run ./pkg/cli/internal/mangen bin/man

.PHONY: lint
lint: ## check format, vet on each system, staticcheck
	@out=$$($(GO) run $(GOFUMPT) -l .); test -z "$$out" || { echo "gofumpt would change:"; echo "$$out"; exit 1; }
	$(GO) vet -tags e2e ./...
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	$(GO) run $(STATICCHECK) -tags e2e ./... ./testdata/bench/...

.PHONY: e2e
e2e: bin/apply-release bin/kustomize ## run the real kustomize, kubectl, kpt and a real container
	$(MAKE) image BINARY=prebuilt
	$(GO) test -tags e2e -count 1 -parallel 1 -run TestEndToEnd ./fn/...
	$(MAKE) image BINARY=prebuilt ARCH=arm64 IMAGE=localhost/apply-release:arm64

bin/kustomize:
	GOBIN=$(CURDIR)/bin $(GO) install $(KUSTOMIZE)

.PHONY: image
image: ## build the image with docker or podman; ARCH=arm64 for another architecture
ifeq ($(BINARY),prebuilt)
	CGO_ENABLED=0 GOOS=linux GOARCH=$(ARCH) $(GO) build $(BUILD) -o bin/linux-$(ARCH)/apply-release ./fn/apply-release
endif
	$(ENGINE) build $(if $(filter podman,$(ENGINE)),--isolation=chroot) --platform linux/$(ARCH) --build-arg TARGETARCH=$(ARCH) --build-arg BUILDPLATFORM=linux/$(shell $(GO) env GOARCH) \
		--build-arg BINARY=$(BINARY) --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) --build-arg DATE=$(DATE) -t $(IMAGE) .

# What a release is made of. The same commit makes the same bytes, whoever builds it.
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
DIST      ?= bin/dist

.PHONY: dist
dist: ## build the archives of a release, with checksums, an SBOM and a krew manifest, into bin/dist
	@rm -rf $(DIST) && mkdir -p $(DIST)
	@for p in $(PLATFORMS); do echo "$$p"; GO="$(GO)" DIST="$(DIST)" packaging/archive.sh "$$p" $(BUILD) || exit 1; done
	$(GO) run $(SBOM) app -json -noserial -output $(DIST)/apply-release.cdx.json -main fn/apply-release . 2>/dev/null
	@sed -i.orig '/"timestamp"/d' $(DIST)/apply-release.cdx.json && rm $(DIST)/apply-release.cdx.json.orig
	@packaging/krew.sh "$(VERSION)" $(DIST)
	@cd $(DIST) && sha256sum * > checksums.txt && cat checksums.txt

.PHONY: vuln
vuln: ## look for known vulnerabilities, which needs the database of vuln.go.dev
	$(GO) run $(GOVULNCHECK) ./...

.PHONY: bench
bench: ## compare speed and memory with other programs and readers, in one run
	$(GO) test -run '^$$' -bench . -benchmem ./pkg/...
	$(GO) run ./testdata/bench

.PHONY: generate
generate: ## renew the JSON schema and the tables of merge keys
	$(GO) generate ./...
