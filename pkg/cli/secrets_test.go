package cli

import (
	"slices"
	"strings"
	"testing"
)

// secretive refers to Secrets in every way, also as the owner of a pod that is
// confirmed one by one.
const secretive = `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  ownerReferences: [{apiVersion: v1, kind: Secret, name: token, uid: "7", controller: true}]
spec:
  imagePullSecrets: [{name: registry}]
  containers:
  - name: app
    image: registry.example/web:1.0
    envFrom: [{secretRef: {name: settings}}]
    env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: database, key: password}}}]
  volumes: [{name: keys, secret: {secretName: keys}}, {name: all, projected: {sources: [{secret: {name: more}}]}}]
status: {phase: Pending, containerStatuses: [{name: app, state: {waiting: {reason: CreateContainerConfigError, message: 'secret "settings" not found'}}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: database, namespace: shop}
`

func (s *apiServer) asked(plural string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.requests, plural)
}

// Without --secrets, no request is about Secrets, whatever else is read.
func TestNothingOfSecretsIsRequested(t *testing.T) {
	for _, test := range []struct {
		args  string
		asked bool
	}{
		{"", false}, {"-A", false}, {"-A --logs --kubelet-stats --profile strict --events all", false},
		{"-n shop --check config-reference-missing,config-stale", false}, {"snapshot -A -", false},
		{"snapshot - --logs --check *", false},
		{"-A --secrets", true}, {"snapshot - --secrets", true}, {"--secrets --check container-oom-killed", false},
	} {
		t.Run(test.args, func(t *testing.T) {
			server := useAPIServer(t, secretive, nil)
			o := start(nil, strings.Fields(test.args)...).wait()
			if o.status != statusOK || !server.asked("pods") {
				t.Fatalf("status %d: %s", o.status, o.errOut.String())
			}
			if got := server.asked("secrets"); got != test.asked {
				t.Errorf("asked for secrets: %v, want %v", got, test.asked)
			}
		})
	}
	server := useAPIServer(t, secretive, nil)
	s := startServe(t, "-A")
	s.line(t)
	s.end(t)
	if server.asked("secrets") || !server.asked("pods") {
		t.Errorf("serve asked for %v", server.requests)
	}
}
