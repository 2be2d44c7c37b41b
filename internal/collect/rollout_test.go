package collect_test

import (
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const rollouts = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, generation: 3}
spec:
  replicas: 4
  progressDeadlineSeconds: 60
  strategy: {rollingUpdate: {maxUnavailable: 0}}
  template: {spec: {containers: [{name: app, image: "web:1"}]}}
status:
  observedGeneration: 2
  replicas: 5
  updatedReplicas: 1
  readyReplicas: 4
  availableReplicas: 4
  conditions:
  - {type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: too slow, lastUpdateTime: "2026-11-21T11:00:00Z", lastTransitionTime: "2026-11-21T11:30:00Z"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 2
  updateStrategy: {rollingUpdate: {partition: 1}}
  template: {spec: {containers: [{name: app, image: "db:1"}]}}
status: {replicas: 2, readyReplicas: 2, currentRevision: a, updateRevision: a}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  updateStrategy: {type: OnDelete}
  template: {spec: {containers: [{name: app, image: "agent:1"}]}}
status: {desiredNumberScheduled: 3, updatedNumberScheduled: 2}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: all, namespace: shop}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-1, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}
---
apiVersion: v1
kind: Event
metadata: {name: e, namespace: shop}
type: Warning
reason: FailedCreate
involvedObject: {kind: ReplicaSet, namespace: shop, name: web-1}
`

func TestRollouts(t *testing.T) {
	inv := filestest.MustRead(t, rollouts)
	agent, web, db := inv.Workloads[0], inv.Workloads[1], inv.Workloads[2]
	r := web.Rollout
	if r.Generation != 3 || r.Observed != 2 || r.Desired != 4 || r.Updated != 1 || r.Strategy != inventory.RollingUpdate ||
		r.MaxUnavailable.IntValue() != 0 || r.MaxSurge.String() != "25%" || r.ProgressDeadline != time.Minute {
		t.Errorf("Deployment: %+v", r)
	}
	if r.Progressing.Reason != "ProgressDeadlineExceeded" || r.Progressing.Message != "too slow" || r.Progressing.Since.Hour() != 11 || r.Progressing.Since.Minute() != 0 {
		t.Errorf("its progress: %+v", r.Progressing)
	}
	if r := db.Rollout; r.Updated != 2 || r.Partition != 1 || r.MaxUnavailable.IntValue() != 1 || r.MaxSurge != nil {
		t.Errorf("StatefulSet: %+v", r)
	}
	if r := agent.Rollout; r.Desired != 3 || r.Updated != 2 || r.Strategy != inventory.OnDelete || r.MaxUnavailable != nil {
		t.Errorf("DaemonSet: %+v", r)
	}
	if len(web.Autoscalers) != 1 || web.Autoscalers[0].Workload != web || web.Autoscalers[0].Min != 1 {
		t.Errorf("autoscalers %+v", web.Autoscalers)
	}
	filestest.WantNames(t, web.Controllers, "ReplicaSet shop/web-1")
	if events := inv.EventsAround(web); len(events) != 1 || events[0].Reason != "FailedCreate" {
		t.Errorf("events %+v", events)
	}
	if len(inv.Namespaces) != 1 || inv.Namespaces[0].Name != "shop" || len(inv.Namespaces[0].Workloads) != 3 || len(inv.Namespaces[0].Quotas) != 1 {
		t.Errorf("namespaces %+v", inv.Namespaces)
	}
}

const placed = `
apiVersion: v1
kind: Node
metadata: {name: a, labels: {topology.kubernetes.io/zone: z1}}
spec: {taints: [{key: soft, effect: PreferNoSchedule}]}
status:
  conditions: [{type: Ready, status: "True"}]
  nodeInfo: {architecture: arm64, containerRuntimeVersion: "containerd://2.1.0"}
  images: [{names: [web:1, "web@sha256:1"], sizeBytes: 2000000000}]
---
apiVersion: v1
kind: Node
metadata: {name: b}
spec: {taints: [{key: only-for-others, effect: NoSchedule}]}
status: {conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {nodeName: a, containers: [{name: app, image: "web:1"}]}
status:
  phase: Pending
  conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: no room}]
  containerStatuses: [{name: app, ready: true, state: {waiting: {reason: ErrImagePull, message: no such host}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: ended, namespace: shop}
spec: {nodeName: a, containers: [{name: app, image: "web:1"}]}
status:
  phase: Failed
  reason: Evicted
  message: too much
  conditions: [{type: DisruptionTarget, status: "True", reason: TerminationByKubelet}]
`

func TestNodesAndTheirPods(t *testing.T) {
	inv := filestest.MustRead(t, placed)
	a, b := inv.Nodes[0], inv.Nodes[1]
	if !a.Schedulable() || b.Schedulable() || a.Zone != "z1" || a.Architecture != "arm64" || a.Runtime != "containerd://2.1.0" {
		t.Errorf("%+v, %+v", a, b)
	}
	if a.Load.Pods != 1 || b.Load.Pods != 0 {
		t.Errorf("a pod that has ended counts: %+v, %+v", a.Load, b.Load)
	}
	if inv.ImageSize("web:1") != 2e9 || inv.ImageSize("web@sha256:1") != 2e9 || inv.ImageSize("web:2") != 0 {
		t.Error("sizes of images")
	}
	ended, p := inv.Workloads[0].Pods[0], inv.Workloads[1].Pods[0]
	if p.Unscheduled.Message != "no room" || p.Containers[0].WaitingMessage != "no such host" || !p.Containers[0].Ready {
		t.Errorf("%+v", p)
	}
	if ended.Message != "too much" || ended.Disrupted.Reason != "TerminationByKubelet" {
		t.Errorf("%+v", ended)
	}
}
