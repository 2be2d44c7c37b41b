# Targets are few; each says what it needs.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO ?= go

# Tools are built from their modules when they are needed.
ACTIONLINT = github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GOLANGCI_LINT = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GORELEASER = github.com/goreleaser/goreleaser/v2@v2.16.0
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0
GREMLINS = github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
KIND = sigs.k8s.io/kind@v0.33.0

# All but the tests for races is compiled as it is released, and so only once.
export CGO_ENABLED = 0
export GOFLAGS += -trimpath

.PHONY: build demo test race integration releases e2e e2e-kind check generate bench lint vulncheck coverage fuzz mutate cluster release release-snapshot image

build: ## bin/kubectl-prodcheck
	$(GO) build -ldflags "-s -w -X main.version=$(VERSION)" -o bin/kubectl-prodcheck ./cmd/kubectl-prodcheck

demo: build ## audit of a real cluster's state, without any cluster
	bin/kubectl-prodcheck demo

# Only Go is needed, and a network or a module cache.
test: ## units, fixtures, scripts against a fake API server, what deploy ships
	$(GO) test ./...
	cd test/deploy && $(GO) test ./...
	cd examples/custom-check && $(GO) build -o ../../bin/kubectl-acmecheck . && $(GO) test ./...

# Other days and other bytes take no other paths than the rest, and many times as long with the detector.
race: ## the same with the race detector, which needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -timeout 20m -skip 'OnAnyDay|Hostile|Floods' ./...

# What takes minutes to build is built first, and packages run one after the other: tests of time need the machine.
integration: bin/cluster bin/kube-apiserver-oldest ## real API servers, today's and the oldest; the first run builds them
	CGO_ENABLED=1 $(GO) test -race -tags integration -count 1 -p 1 -timeout 20m ./test/integration ./test/faults ./test/kube
	cd test/deploy && $(GO) test -tags integration -run APIServer .
	cd test/cluster && $(GO) test ./...

releases: ## what a release consists of, that krew installs it, and the licenses of what is in it
	$(GO) run $(GORELEASER) check
	cd release && GORELEASER=$(GORELEASER) $(GO) test -timeout 30m ./...

# Flapping has the machine for itself; beside the soak, which takes longest, the others run one after the other.
e2e: bin/cluster ## real pods on a real node, a real Prometheus; needs root and Debian
	bin/cluster node-packages
	$(GO) test -tags e2e -count 1 -p 1 -parallel 2 -timeout 40m -v ./test/e2e ./test/watch

e2e-kind: ## the anti-patterns on a kind cluster, which needs Docker and kubectl
	$(GO) run $(KIND) create cluster --name prodcheck --kubeconfig $(CURDIR)/bin/kind.kubeconfig --wait 3m
	PRODCHECK_TEST_KUBECONFIG=$(CURDIR)/bin/kind.kubeconfig \
	  $(GO) test -tags e2e -count 1 -timeout 20m -v -run TestAntiPatternsOnARealNode ./test/e2e
	$(GO) run $(KIND) delete cluster --name prodcheck

check: lint test race integration releases e2e ## all of it: what must hold before a change lands

# Each of these writes what its test compares: goldens, schemas, tables, pages, what deploy copies.
generate: ## all files that are rendered from the code; look at the diff before you commit it
	$(GO) test ./pkg/api ./pkg/metrics ./pkg/printers ./pkg/cli -update
	cd test/deploy && $(GO) test -run TestGenerated . -update

bench: build ## audits of up to 20,000 pods on a real API server, filled once in minutes; then their parts
	$(GO) run ./test/bench
	$(GO) test -run '^$$' -bench . -benchtime 5x ./test/scale

release: ## what a tag releases, in CI; needs GITHUB_TOKEN, Docker and the rights to publish
	$(GO) run $(GORELEASER) release --clean

release-snapshot: ## the same without images and without publishing, in dist
	$(GO) run $(GORELEASER) release --snapshot --clean --skip=docker

image: ## bin/image.tar, the container image for this machine, as docker load and ctr import read it
	@mkdir -p bin
	cd release && $(GO) run .

# Linters of test/cluster would have to load all of Kubernetes.
lint: ## golangci-lint of all modules as .golangci.yaml says, and the workflows
	$(GO) run $(ACTIONLINT) -shellcheck=
	$(GO) run $(GOLANGCI_LINT) run ./...
	cd test/deploy && $(GO) run $(GOLANGCI_LINT) run ./...
	cd release && $(GO) run $(GOLANGCI_LINT) run ./...
	cd examples/custom-check && $(GO) run $(GOLANGCI_LINT) run ./...
	cd test/cluster && test -z "$$(gofmt -l . | tee /dev/stderr)" && $(GO) vet ./...

vulncheck: ## known vulnerabilities in what the code calls; asks vuln.go.dev
	$(GO) run $(GOVULNCHECK) ./...

coverage: ## share of the statements that tests run, by package
	@mkdir -p bin
	$(GO) test -coverprofile bin/coverage.out ./internal/... ./pkg/...
	$(GO) tool cover -func bin/coverage.out | tail -n 1

FUZZTIME = 5s
fuzz: ## each fuzz target for FUZZTIME
	@grep -r '^func Fuzz' --include='*_test.go' internal pkg | sed -E 's|/[^/]*:func (Fuzz[A-Za-z]+).*| \1|' | sort | \
	  while read -r dir name; do $(GO) test ./$$dir -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) || exit 1; done

# The conditions of the engine, and inferences that findings rest on.
MUTATED = pkg/audit/score.go pkg/audit/gate.go pkg/audit/run.go \
  pkg/checks/internal/termination/cause.go pkg/checks/traffic/slice_writes.go
mutate: ## mutants of MUTATED, of which the tests of their packages must kill nine in ten; takes half an hour
	@for file in $(MUTATED); do dir=$$(dirname $$file); echo "$$file"; \
	  others=$$(cd $$dir && ls *.go | grep -vx $$(basename $$file) | paste -sd '|'); \
	  $(GO) run $(GREMLINS) unleash --exclude-files "^($$others)$$|/" ./$$dir || exit 1; done

cluster: build bin/cluster ## a node for a person, full of anti-patterns
	bin/cluster node-packages
	@line=$$(bin/cluster up) && eval "$$line" && bin/cluster kubectl apply -f test/e2e/anti && \
	  printf '\n%s\nPATH=%s:$$PATH\n' "$$line" '$(CURDIR)/bin'

.PHONY: bin/cluster bin/kube-apiserver-oldest
bin/cluster:
	test/cluster/build.sh bin/cluster
bin/kube-apiserver-oldest:
	test/cluster/build.sh bin/kube-apiserver-oldest oldest
