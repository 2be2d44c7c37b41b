package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const planted = "Pl4nt3d"

// leakySpec contains a secret in every place where a user can put one.
const leakySpec = `{
  initContainers: [{name: setup, image: "registry.example/setup:latest", command: [sh, -c, "mysql -uroot -pSECRET -e 'x' > /var/log/setup.log"]}],
  containers: [{
    name: app, image: registry.example/web:latest, command: [sh, -c],
    args: ["PGPASSWORD=SECRET psql; worker --password SECRET & curl -u a:SECRET -H 'Authorization: Bearer SECRET' http://a; server --log-file /var/log/a --token=SECRET"],
    env: [{name: DB_PASSWORD, value: SECRET}, {name: DATABASE_URL, value: "postgres://a:SECRET@db/x"}],
    livenessProbe: {httpGet: {path: "/health?api_key=SECRET", port: 80, httpHeaders: [{name: Authorization, value: Basic SECRET}, {name: X-Trace, value: token=SECRET}]}},
    readinessProbe: {exec: {command: [redis-cli, -a, SECRET, ping]}},
    lifecycle: {postStart: {exec: {command: [mysqladmin, -uroot, -pSECRET, ping]}}, preStop: {httpGet: {path: "/stop?token=SECRET", port: 80}}},
  }, {
    name: proxy, image: registry.example/proxy:latest, args: [--upstream, "https://a:SECRET@b/c", --password, SECRET, --log-file=/var/log/x],
    livenessProbe: {exec: {command: [sh, -c, "app --password=SECRET"]}}, readinessProbe: {exec: {command: [sh, -c, "app --password=SECRET"]}},
  }],
  volumes: [{name: data, csi: {driver: a, volumeAttributes: {password: SECRET, options: "username=a,password=SECRET"}}}],
}`

// leaky also contains a secret in every place where a kubelet or a webhook
// quotes one. Its pods have faults for which checks quote most of these texts.
var leaky = strings.NewReplacer("SECRET", planted).Replace(strings.ReplaceAll(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  uid: "1"
  annotations: {team: --password=SECRET, prodcheck/ignore: image-tag-latest, prodcheck/ignore-reason: "see https://a:SECRET@b"}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}, annotations: {team: --password=SECRET}}, spec: SPEC}
status:
  replicas: 1
  conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: 'admission webhook said "password=SECRET"'}]
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-1, namespace: shop, uid: "2", ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: "1", controller: true}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1-a
  namespace: shop
  uid: "3"
  creationTimestamp: "2026-11-21T10:00:00Z"
  labels: {app: web}
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "SECRET"}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: "2", controller: true}]
spec: SPEC
status:
  phase: Running
  message: "evicted: password=SECRET"
  conditions: [{type: Ready, status: "False", lastTransitionTime: "2026-11-21T10:00:00Z", message: "token=SECRET"}]
  initContainerStatuses: [{name: setup, state: {terminated: {exitCode: 1, message: 'token=SECRET'}}}]
  containerStatuses:
  - name: app
    restartCount: 9
    state: {waiting: {reason: CreateContainerError, message: 'exec: "server --token=SECRET": not found'}}
    lastState: {terminated: {exitCode: 1, reason: Error, finishedAt: "2026-11-21T11:58:00Z", message: "login with password=SECRET failed at https://a:SECRET@b"}}
  - {name: proxy, restartCount: 0, started: true, ready: false, state: {running: {startedAt: "2026-11-21T10:00:00Z"}}}
---
apiVersion: v1
kind: Event
metadata: {name: web.1, namespace: shop}
type: Warning
reason: Unhealthy
message: 'Readiness probe failed: command "redis-cli -a SECRET ping" timed out: Get "http://a:SECRET@10.0.0.1/x?token=SECRET"'
count: 20
involvedObject: {kind: Pod, namespace: shop, name: web-1-a, uid: "3", fieldPath: "spec.containers{proxy}"}
firstTimestamp: "2026-11-21T10:00:00Z"
lastTimestamp: "2026-11-21T11:59:00Z"
---
apiVersion: v1
kind: Event
metadata: {name: web.2, namespace: shop}
type: Warning
reason: FailedPostStartHook
message: 'Exec lifecycle hook ([mysqladmin -uroot -pSECRET ping]) for Container "app" in Pod "web-1-a" failed - error: exit 1, message: "password=SECRET"'
count: 20
involvedObject: {kind: Pod, namespace: shop, name: web-1-a, uid: "3", fieldPath: "spec.containers{app}"}
firstTimestamp: "2026-11-21T10:00:00Z"
lastTimestamp: "2026-11-21T11:59:00Z"
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop, creationTimestamp: "2026-11-21T10:00:00Z"}
spec:
  template: {spec: SPEC}
status:
  failed: 7
  conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, lastTransitionTime: "2026-11-21T11:00:00Z", message: "password=SECRET"}]
`, "SPEC", leakySpec))

// No secret of a pod appears in any output or file.
func TestNoSecretComesOut(t *testing.T) {
	useAPIServer(t, leaky, nil)
	snapshot := filepath.Join(t.TempDir(), "snapshot.jsonl")
	for _, args := range []string{
		"-A -o json --profile strict", "-A -o wide --profile strict", "-A -o yaml --profile strict", "-A -o prometheus --profile strict",
		"-A --profile strict", "-n shop -o wide --check *", "snapshot -A " + snapshot, "snapshot -A -", "-f " + snapshot + " -o json",
	} {
		o := start(nil, strings.Fields(args)...).wait()
		text := o.out.String() + o.errOut.String()
		if o.status != statusOK || len(text) == 0 {
			t.Errorf("%s: status %d: %s", args, o.status, o.errOut.String())
		}
		if at := strings.Index(text, planted); at >= 0 {
			t.Errorf("%s prints …%s…", args, text[max(0, at-120):min(len(text), at+60)])
		}
	}
	saved, err := os.ReadFile(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(saved), planted) || !strings.Contains(string(saved), "--password") {
		t.Error("the snapshot holds a secret, or not what is around it")
	}
}
