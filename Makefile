# Targets are few; each says what it needs.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO ?= go

# Tools are built from their modules when they are needed.
ACTIONLINT = github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GOLANGCI_LINT = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GORELEASER = github.com/goreleaser/goreleaser/v2@v2.16.0
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0
KIND = sigs.k8s.io/kind@v0.33.0

# Everything except the race tests is compiled without cgo and paths, like a release, so that the build cache is shared.
export CGO_ENABLED = 0
export GOFLAGS += -trimpath

# The program is compiled as .goreleaser.yaml does it. Without inlining, the generated code of dependencies is 4 MB smaller, and an audit
# takes at most a twentieth more CPU time. Most of that would be protowire, which reads protobuf: it keeps inlining.
SMALL = -gcflags=all=-l -gcflags=std= -gcflags=github.com/prodcheck/...= -gcflags=google.golang.org/protobuf/encoding/protowire=

.PHONY: build demo test race integration releases pages e2e e2e-kind check generate bench lint vulncheck coverage fuzz mutate cluster release release-snapshot image

build: ## bin/kubectl-prodcheck
	$(GO) build $(SMALL) -ldflags "-s -w -X main.version=$(VERSION)" -o bin/kubectl-prodcheck ./cmd/kubectl-prodcheck

demo: build ## an audit of the saved state of a real cluster
	bin/kubectl-prodcheck demo

# Only Go is needed, and a network or a module cache.
test: ## units, fixtures, scripts against a fake API server, what deploy ships
	$(GO) test ./...
	cd test/deploy && $(GO) test ./...
	cd examples/custom-check && $(GO) build -o ../../bin/kubectl-acmecheck . && $(GO) test ./...

# The skipped tests repeat the paths of others with other dates and inputs, and are very slow with the detector.
race: ## the same with the race detector, which needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -timeout 20m -skip 'OnAnyDay|Hostile|Floods|Weeks|FailInTheMiddle|UnreadableLists|InEveryWay' ./...

# Packages run one by one, because tests of timing need the machine for themselves.
integration: bin/cluster bin/kube-apiserver-oldest ## real API servers, today's and the oldest; the first run builds them
	CGO_ENABLED=1 $(GO) test -race -tags integration -count 1 -p 1 -timeout 20m ./test/integration ./test/faults ./test/kube ./test/steps
	cd test/deploy && $(GO) test -tags integration -run APIServer .
	cd test/cluster && $(GO) test ./...

releases: ## the files of a release, its installation by krew, and the licenses of its modules
	$(GO) run $(GORELEASER) check
	cd release && GORELEASER=$(GORELEASER) $(GO) test -timeout 30m ./...

# Programs that are missing are installed, which needs root and Debian.
pages: ## the HTML report in a headless Chromium, and the JUnit report against its schema
	for program in chromium npm xmllint=libxml2-utils; do command -v $${program%=*} || packages="$$packages $${program#*=}"; done; \
	  test -z "$$packages" || { apt-get update && apt-get install --yes --no-install-recommends $$packages; }
	$(GO) test -count 1 -v -run TestJUnitIsValid ./pkg/printers
	cd test/pages && npm ci --ignore-scripts --no-audit --no-fund && $(GO) test -count 1 -v ./...

# The flapping test runs alone. The others run one by one, in parallel to the soak test, which takes longest.
e2e: bin/cluster ## real pods on a real node, a real Prometheus; needs root and Debian
	bin/cluster node-packages
	$(GO) test -tags e2e -count 1 -p 1 -parallel 2 -timeout 40m -v ./test/e2e ./test/watch
	cd test/deploy && $(GO) test -tags e2e -count 1 -run 'TestShardedAudit|TestHistoryOfTheCronJob' -v .

e2e-kind: ## the anti-patterns on a kind cluster, which needs Docker and kubectl
	$(GO) run $(KIND) create cluster --name prodcheck --kubeconfig $(CURDIR)/bin/kind.kubeconfig --wait 3m
	PRODCHECK_TEST_KUBECONFIG=$(CURDIR)/bin/kind.kubeconfig \
	  $(GO) test -tags e2e -count 1 -timeout 20m -v -run TestAntiPatternsOnARealNode ./test/e2e
	$(GO) run $(KIND) delete cluster --name prodcheck

check: lint test race integration releases pages e2e ## everything that must pass before a change is merged

# With -update, each test writes the files that it otherwise compares: goldens, schemas, tables, pages, copies in deploy.
generate: ## all files that are rendered from the code; look at the diff before you commit
	$(GO) test ./pkg/api ./pkg/metrics ./pkg/printers ./pkg/cli -update
	cd test/deploy && $(GO) test -run TestGenerated . -update

bench: build ## audits of up to 20,000 pods on a real API server, which takes minutes to fill once; then benchmarks of the parts
	$(GO) run ./test/bench
	$(GO) test -run '^$$' -bench . -benchtime 5x ./test/scale ./pkg/history

release: ## the release of a tag, in CI; needs GITHUB_TOKEN, Docker and permission to publish
	$(GO) run $(GORELEASER) release --clean

release-snapshot: ## the same without images and without publishing, in dist
	$(GO) run $(GORELEASER) release --snapshot --clean --skip=docker

image: ## bin/image.tar, the container image for this machine, as docker load and ctr import read it
	@mkdir -p bin
	cd release && $(GO) run .

# For test/cluster, golangci-lint would have to load all of Kubernetes.
lint: ## golangci-lint with .golangci.yaml for all modules, and a linter for the workflows
	$(GO) run $(ACTIONLINT) -shellcheck=
	$(GO) run $(GOLANGCI_LINT) run ./...
	cd test/deploy && $(GO) run $(GOLANGCI_LINT) run ./...
	cd release && $(GO) run $(GOLANGCI_LINT) run ./...
	cd test/pages && $(GO) run $(GOLANGCI_LINT) run ./...
	cd examples/custom-check && $(GO) run $(GOLANGCI_LINT) run ./...
	cd test/cluster && test -z "$$(gofmt -l . | tee /dev/stderr)" && $(GO) vet ./...

vulncheck: ## known vulnerabilities in called code; asks vuln.go.dev
	$(GO) run $(GOVULNCHECK) ./...

# Fixtures run the checks of all packages, and scripts nearly all code: tests count wherever the code is. The skipped test
# repeats others.
coverage: ## the share of statements that tests run, by package
	@mkdir -p bin
	$(GO) test -skip OnAnyDay -coverpkg ./internal/...,./pkg/... -coverprofile bin/coverage.out ./internal/... ./pkg/...
	@awk 'NR > 1 { of[$$1] = $$2; if ($$3) run[$$1] } \
	  END { for (at in of) { dir = at; sub("/[^/]*$$", "", dir); all[dir] += of[at]; if (at in run) done[dir] += of[at] } \
	    for (dir in all) printf "%5.1f %% %s\n", 100 * done[dir] / all[dir], dir }' bin/coverage.out | sort -k 3
	@$(GO) tool cover -func bin/coverage.out | tail -n 1

FUZZTIME = 5s
fuzz: ## each fuzz target for FUZZTIME
	@grep -r '^func Fuzz' --include='*_test.go' internal pkg | sed -E 's|/[^/]*:func (Fuzz[A-Za-z]+).*| \1|' | sort | \
	  while read -r dir name; do $(GO) test ./$$dir -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) || exit 1; done

# The conditions of the engine, and inferences on which findings rest. The model of flapping pods is slow, and tables must do.
MUTATED = pkg/audit pkg/compare $(addprefix pkg/checks/, internal/amount internal/cause internal/termination \
  $(addprefix jobs/, job_runaway.go job_runaway_cronjob.go job_runaway_series.go limits.go) \
  $(addprefix probes/, guard.go over.go start.go unhealthy.go) \
  $(addprefix shutdown/, hooks.go termination_forced.go) stability/digests.go \
  $(addprefix traffic/, flaps.go probe_failures.go readiness_drop.go scaled_to_zero.go slice_writes.go start.go))
mutate: ## mutants of MUTATED; tests of their packages must kill nine in ten; takes minutes
	$(GO) run ./test/mutate -skip 'TestFlappingIsFound|TestHealthyHistories' $(MUTATED)

cluster: build bin/cluster ## a cluster with a node, full of anti-patterns, to try things on
	bin/cluster node-packages
	@line=$$(bin/cluster up) && eval "$$line" && bin/cluster kubectl apply -f test/e2e/anti && \
	  printf '\n%s\nPATH=%s:$$PATH\n' "$$line" '$(CURDIR)/bin'

.PHONY: bin/cluster bin/kube-apiserver-oldest
bin/cluster:
	test/cluster/build.sh bin/cluster
bin/kube-apiserver-oldest:
	test/cluster/build.sh bin/kube-apiserver-oldest oldest
