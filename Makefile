# Targets are few; each says what it needs.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# All but the tests for races is compiled as it is released, and so only once.
export CGO_ENABLED = 0
export GOFLAGS += -trimpath

.PHONY: build demo test race integration releases e2e check generate bench lint cluster release-snapshot image

build: ## bin/kubectl-prodcheck
	$(GO) build -ldflags "-s -w -X main.version=$(VERSION)" -o bin/kubectl-prodcheck ./cmd/kubectl-prodcheck

demo: build ## audit of a real cluster's state, without any cluster
	bin/kubectl-prodcheck demo

# Only Go is needed, and a network or a module cache.
test: ## units, fixtures, scripts against a fake API server, what deploy ships
	$(GO) test ./...
	cd test/deploy && $(GO) test ./...
	cd examples/custom-check && $(GO) build -o ../../bin/kubectl-acmecheck . && $(GO) test ./...

race: ## the same with the race detector, which needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -timeout 20m ./...

# What takes minutes to build is built first, and packages run one after the other: tests of time need the machine.
integration: bin/cluster bin/kube-apiserver-oldest ## real API servers, today's and the oldest; the first run builds them
	CGO_ENABLED=1 $(GO) test -race -tags integration -count 1 -p 1 -timeout 20m ./test/integration ./test/faults ./test/kube
	cd test/deploy && $(GO) test -tags integration -run APIServer .
	cd test/cluster && $(GO) test ./...

releases: ## what a release consists of, and that krew installs it
	cd release && $(GO) test -timeout 20m ./...

e2e: bin/cluster ## real pods on a real node, a real Prometheus; needs root and Debian
	bin/cluster node-packages
	$(GO) test -tags e2e -count 1 -p 1 -timeout 20m -v ./test/e2e ./test/watch

check: lint test race integration releases e2e ## all of it: what must hold before a change lands

# Each of these writes what its test compares: goldens, schemas, tables, pages, what deploy copies.
generate: ## all files that are rendered from the code; look at the diff before you commit it
	$(GO) test ./pkg/report ./pkg/config ./pkg/metrics ./pkg/printers ./pkg/cli -update
	cd test/deploy && $(GO) test -run TestGenerated . -update

bench: build ## audits of up to 20,000 pods on a real API server, filled once in minutes; then their parts
	$(GO) run ./test/bench
	$(GO) test -run '^$$' -bench . -benchtime 5x ./test/scale

release-snapshot: ## all that a release consists of, in dist, as .goreleaser.yaml says; the first run takes minutes
	cd release && $(GO) run . snapshot

image: ## the container image for this machine, as docker load and ctr import read it
	cd release && $(GO) run . image --output ../bin/image.tar

lint: ## gofmt, vet and staticcheck of all modules
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet -tags e2e,integration ./...
	$(GO) run $(STATICCHECK) -tags e2e,integration ./...
	cd test/cluster && $(GO) vet ./...
	cd test/deploy && $(GO) vet -tags integration ./... && $(GO) run $(STATICCHECK) -tags integration ./...
	cd release && $(GO) vet ./... && $(GO) run $(STATICCHECK) ./...

cluster: build bin/cluster ## a node for a person, full of anti-patterns
	bin/cluster node-packages
	@line=$$(bin/cluster up) && eval "$$line" && bin/cluster kubectl apply -f test/e2e/anti && \
	  printf '\n%s\nPATH=%s:$$PATH\n' "$$line" '$(CURDIR)/bin'

.PHONY: bin/cluster bin/kube-apiserver-oldest
bin/cluster:
	test/cluster/build.sh bin/cluster
bin/kube-apiserver-oldest:
	test/cluster/build.sh bin/kube-apiserver-oldest oldest
