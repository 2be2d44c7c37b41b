package inventory

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// changing returns pods with a readiness probe on one node. They belong to as
// many workloads as given, and the workloads change their readiness one after
// the other. The steady pods have not changed since they started.
func changing(workloads, pods, steady int, apart time.Duration) *Inventory {
	start := time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC)
	probed := &Template{Spec: corev1.PodSpec{Containers: []corev1.Container{{ReadinessProbe: &corev1.Probe{}}}}}
	inv := &Inventory{}
	for i := range workloads + steady {
		w := &Workload{Object: Object{Kind: "Deployment", Namespace: "shop", Name: fmt.Sprint("web-", i)}}
		changed := start.Add(time.Hour + time.Duration(i)*apart)
		if i >= workloads {
			changed = start.Add(2 * time.Second)
		}
		for range pods {
			w.Pods = append(w.Pods, &Pod{
				Object: Object{Namespace: "shop"}, Node: "a", Workload: w, Template: probed, Ready: Condition{Since: changed},
				Containers: []Container{{ContainerIdentity: &ContainerIdentity{Kind: App}, RunningSince: start}},
			})
		}
		inv.Workloads = append(inv.Workloads, w)
	}
	inv.readiness = findReadinessChanges(inv.Workloads)
	return inv
}

func TestChangedWithNode(t *testing.T) {
	for name, test := range map[string]struct {
		workloads, pods, steady int
		apart                   time.Duration
		change                  func(*Pod)
		want                    bool
	}{
		"all pods of a node":              {3, 2, 0, 0, nil, true},
		"two workloads are all there are": {2, 1, 0, 0, nil, true},
		"one workload":                    {1, 100, 0, 0, nil, false},
		"three workloads, another stays":  {3, 1, 1, 0, nil, false},
		"practically all":                 {9, 1, 1, 0, nil, true},
		"within the span":                 {3, 1, 0, 15 * time.Second, nil, true},
		"later than the span":             {3, 1, 0, 31 * time.Second, nil, false},
		"a pod of another node":           {3, 1, 0, 0, func(p *Pod) { p.Node = "b" }, false},
		"a pod of another namespace":      {3, 1, 0, 0, func(p *Pod) { p.Namespace = "till" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			inv := changing(test.workloads, test.pods, test.steady, test.apart)
			for _, i := range []int{0, test.workloads - 1} {
				pod := *inv.Workloads[i].Pods[0]
				if test.change != nil {
					test.change(&pod)
				}
				if got := inv.ChangedWithNode(&pod, 30*time.Second); got != test.want {
					t.Errorf("workload %d: changed with its node is %v, want %v", i, got, test.want)
				}
			}
		})
	}
}

// A pod that started after the others changed says nothing about the node.
func TestPodsThatStartedLaterDoNotCount(t *testing.T) {
	inv := changing(2, 1, 1, 0)
	changed := inv.Workloads[0].Pods[0]
	late := inv.Workloads[2].Pods[0]
	late.Containers[0].RunningSince = changed.Ready.Since.Add(time.Minute)
	late.Ready.Since = changed.Ready.Since.Add(time.Minute)
	inv.readiness = findReadinessChanges(inv.Workloads)
	if !inv.ChangedWithNode(changed, 30*time.Second) {
		t.Error("all pods that ran at the time changed, and it was not the node")
	}
}

// A node on which everything changes at once is asked about each of its pods.
func BenchmarkChangedWithNode(b *testing.B) {
	inv := changing(2, 5000, 0, 0)
	pod := inv.Workloads[0].Pods[0]
	for b.Loop() {
		inv.ChangedWithNode(pod, time.Minute)
	}
}
