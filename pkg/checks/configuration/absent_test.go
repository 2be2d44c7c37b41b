package configuration

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// withConfigs has a ConfigMap cart with the key a, and one without known keys. Everything was
// read but what is changed.
func withConfigs(change func(*inventory.Inventory)) *audit.Pass {
	config := func(kind, name string, keys ...string) *inventory.ConfigSource {
		return &inventory.ConfigSource{Object: inventory.Object{APIVersion: "v1", Kind: kind, Namespace: "shop", Name: name}, Keys: keys}
	}
	inv := &inventory.Inventory{Configs: []*inventory.ConfigSource{config(configMap, "cart", "a"), config(configMap, "opaque")}}
	for _, r := range []inventory.Resource{inventory.ConfigMaps, inventory.Events} {
		inv.Reads = append(inv.Reads, inventory.Read{Resource: r, State: inventory.Complete})
	}
	change(inv)
	return &audit.Pass{Cluster: inventory.New(*inv)}
}

func TestAbsentOf(t *testing.T) {
	object := func(kind, name string) *inventory.Absence { return &inventory.Absence{Kind: kind, Name: name} }
	all := func(*inventory.Inventory) {}
	forbidden := func(r inventory.Resource) func(*inventory.Inventory) {
		return func(inv *inventory.Inventory) {
			for i := range inv.Reads {
				if inv.Reads[i].Resource == r {
					inv.Reads[i].State, inv.Reads[i].Reason = inventory.Unreadable, "forbidden"
				}
			}
		}
	}
	pending := []*inventory.Pod{{Phase: corev1.PodPending}}
	for name, test := range map[string]struct {
		r       inventory.Reference
		change  func(*inventory.Inventory)
		pods    []*inventory.Pod
		want    *inventory.Absence
		unknown string
	}{
		"it is there":            {inventory.Reference{Kind: configMap, Name: "cart"}, all, nil, nil, ""},
		"its key is there":       {inventory.Reference{Kind: configMap, Name: "cart", Key: "a"}, all, nil, nil, ""},
		"its key is not":         {inventory.Reference{Kind: configMap, Name: "cart", Key: "b"}, all, nil, &inventory.Absence{Kind: configMap, Name: "cart", Key: "b"}, ""},
		"its keys are not known": {inventory.Reference{Kind: configMap, Name: "opaque", Key: "b"}, all, nil, nil, ""},
		"it is not there":        {inventory.Reference{Kind: configMap, Name: "none", Key: "b"}, all, nil, object(configMap, "none"), ""},
		"nobody may read it":     {inventory.Reference{Kind: configMap, Name: "none"}, forbidden(inventory.ConfigMaps), nil, nil, "configmaps: forbidden"},
		"an operator may create it": {inventory.Reference{Kind: configMap, Name: "db-init"}, func(inv *inventory.Inventory) {
			inv.Operated = []*inventory.Object{{Kind: "Postgres", Namespace: "shop", Name: "db"}}
		}, nil, nil, "the operator of Postgres db may create db-init"},
		"a Secret, for which nobody asked":         {inventory.Reference{Kind: secret, Name: "none"}, all, nil, nil, ""},
		"a Secret, and a pod waits without Events": {inventory.Reference{Kind: secret, Name: "none"}, forbidden(inventory.Events), pending, nil, "events: forbidden"},
		"a Secret, and no pod waits":               {inventory.Reference{Kind: secret, Name: "none"}, forbidden(inventory.Events), nil, nil, ""},
		"a Secret that is not there": {inventory.Reference{Kind: secret, Name: "none"}, func(inv *inventory.Inventory) {
			inv.Reads = append(inv.Reads, inventory.Read{Resource: inventory.Secrets, State: inventory.Complete})
		}, nil, object(secret, "none"), ""},
		"a Secret that nobody may list": {inventory.Reference{Kind: secret, Name: "none"}, func(inv *inventory.Inventory) {
			inv.Reads = append(inv.Reads, inventory.Read{Resource: inventory.Secrets, State: inventory.Unreadable, Reason: "forbidden"})
		}, nil, nil, "secrets: forbidden"},
	} {
		w := &inventory.Workload{Object: inventory.Object{Namespace: "shop"}, Pods: test.pods}
		got, unknown := absentOf(withConfigs(test.change), w, test.r)
		if (got == nil) != (test.want == nil) || got != nil && *got != *test.want || unknown != test.unknown {
			t.Errorf("%s: %+v, %q; want %+v, %q", name, got, unknown, test.want, test.unknown)
		}
	}
}

// What was read outweighs what a kubelet missed a while ago.
func TestSettled(t *testing.T) {
	for name, test := range map[string]struct {
		absence inventory.Absence
		change  func(*inventory.Inventory)
		want    bool
	}{
		"an object that was read":         {inventory.Absence{Kind: configMap, Name: "cart"}, func(*inventory.Inventory) {}, true},
		"a key, if any is known":          {inventory.Absence{Kind: configMap, Name: "cart", Key: "b"}, func(*inventory.Inventory) {}, true},
		"a key, if none is":               {inventory.Absence{Kind: configMap, Name: "opaque", Key: "b"}, func(*inventory.Inventory) {}, false},
		"an object that is not there":     {inventory.Absence{Kind: configMap, Name: "none"}, func(*inventory.Inventory) {}, true},
		"an object that was not read":     {inventory.Absence{Kind: configMap, Name: "none"}, func(inv *inventory.Inventory) { inv.Reads = nil }, false},
		"a Secret for which nobody asked": {inventory.Absence{Kind: secret, Name: "none"}, func(*inventory.Inventory) {}, false},
	} {
		if got := settled(withConfigs(test.change), "shop", test.absence); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
