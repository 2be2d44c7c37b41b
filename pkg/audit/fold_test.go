package audit

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A finding folds another one for the same container of the same pods if the
// times fit. The rest of the folded one can explain others.
func TestFoldingByPodAndTime(t *testing.T) {
	pod := map[byte]*inventory.Pod{}
	for _, name := range "abc" {
		pod[byte(name)] = &inventory.Pod{Object: inventory.Object{Name: string(name)}}
	}
	// seen returns a fault in the pods with these names, each last seen so long
	// ago. Without times, the fault continues.
	seen := func(names string, ago ...time.Duration) Fault {
		f := Fault{Container: "app", Message: names}
		for i := range names {
			f.Pods = append(f.Pods, pod[names[i]])
		}
		for _, d := range ago {
			f.Seen = append(f.Seen, now.Add(-d))
		}
		return f
	}
	divisible := func(f Fault) Fault {
		names, at := f.Message, f.Seen
		f.Without = func(explained func(*inventory.Pod) bool) *Fault {
			rest := f
			rest.Message, rest.Pods, rest.Seen = "", nil, nil
			for i := range names {
				if p := pod[names[i]]; !explained(p) {
					rest.Message, rest.Pods = rest.Message+p.Name, append(rest.Pods, p)
					if at != nil {
						rest.Seen = append(rest.Seen, at[i])
					}
				}
			}
			return &rest
		}
		return f
	}
	severe := func(s api.Severity, f Fault) Fault { f.Severity = s; return f }
	of := func(variant string, f Fault) Fault { f.Variant = variant; return f }
	const hour, day = time.Hour, 24 * time.Hour
	checks := []*Check{
		{ID: "container-restarting"},
		{ID: "rollout-stuck"},
		{ID: "container-crash-looping", Explains: []string{"container-restarting", "rollout-stuck"}},
		{ID: "lifecycle-hook-failing", VariantExplains: map[string][]string{"postStart": {"container-crash-looping"}}},
		{ID: "container-oom-killed", Explains: []string{
			"lifecycle-hook-failing/postStart", "container-crash-looping", "container-restarting", "rollout-stuck"}},
	}
	type faults map[string]Fault
	for name, test := range map[string]struct {
		faults faults
		want   []string
	}{
		"the same pod and end": {
			faults{"container-oom-killed": seen("a", 2*day), "container-restarting": seen("a", 2*day)},
			[]string{"high container-oom-killed a [container-restarting]"}},
		"other pods": {
			faults{"container-oom-killed": seen("a", hour), "container-restarting": divisible(seen("abc", hour, hour, hour))},
			[]string{"high container-oom-killed a []", "high container-restarting bc []"}},
		"other pods, indivisible": {
			faults{"container-oom-killed": seen("a", hour), "container-restarting": seen("abc", hour, hour, hour)},
			[]string{"high container-oom-killed a []", "high container-restarting abc []"}},
		"another time": {
			faults{"container-oom-killed": seen("a", day), "container-crash-looping": seen("a")},
			[]string{"high container-oom-killed a []", "high container-crash-looping a []"}},
		"the cause becomes as severe": {
			faults{"container-oom-killed": seen("a", hour), "container-crash-looping": severe(api.Critical, seen("a", hour))},
			[]string{"critical container-oom-killed a [container-crash-looping]"}},
		"two causes share the pods": {
			faults{"container-oom-killed": seen("a", hour), "container-crash-looping": seen("b", hour),
				"container-restarting": seen("ab", hour, hour)},
			[]string{"high container-oom-killed a [container-restarting]", "high container-crash-looping b [container-restarting]"}},
		"the rest explains others": {
			faults{"container-oom-killed": seen("a", hour), "container-crash-looping": divisible(seen("ab", hour, hour)),
				"container-restarting": severe(api.Critical, seen("b", hour))},
			[]string{"high container-oom-killed a []", "critical container-crash-looping b [container-restarting]"}},
		"an old cause and a whole subject": {
			faults{"container-oom-killed": seen("a", day), "rollout-stuck": seen("")},
			[]string{"high container-oom-killed a []", "high rollout-stuck  []"}},
		"a cause of now and a whole subject": {
			faults{"container-oom-killed": seen("a", hour/2), "rollout-stuck": seen("")},
			[]string{"high container-oom-killed a [rollout-stuck]"}},
		"a cause at the last moment": {
			faults{"container-oom-killed": seen("a", 2*hour), "container-restarting": seen("a", hour)},
			[]string{"high container-oom-killed a [container-restarting]"}},
		"a cause of a whole subject at the last moment": {
			faults{"container-oom-killed": seen("a", hour), "rollout-stuck": seen("")},
			[]string{"high container-oom-killed a [rollout-stuck]"}},
		"an effect of another variant": {
			faults{"container-oom-killed": seen("a"), "lifecycle-hook-failing": of("preStop", seen("a"))},
			[]string{"high lifecycle-hook-failing a []", "high container-oom-killed a []"}},
		"an effect of the variant": {
			faults{"container-oom-killed": seen("a"), "lifecycle-hook-failing": of("postStart", seen("a"))},
			[]string{"high container-oom-killed a [lifecycle-hook-failing]"}},
		"an effect of any variant": {
			faults{"container-oom-killed": seen("a"), "container-crash-looping": of("odd", seen("a"))},
			[]string{"high container-oom-killed a [container-crash-looping]"}},
		"another variant": {
			faults{"lifecycle-hook-failing": of("preStop", seen("a")), "container-crash-looping": seen("a")},
			[]string{"high lifecycle-hook-failing a []", "high container-crash-looping a []"}},
		"the variant": {
			faults{"lifecycle-hook-failing": of("postStart", seen("a")), "container-crash-looping": seen("a")},
			[]string{"high lifecycle-hook-failing a [container-crash-looping]"}},
	} {
		t.Run(name, func(t *testing.T) {
			var failures []*failure
			for _, c := range checks {
				c.Severity = api.High
				if f, found := test.faults[c.ID]; found {
					failures = append(failures, &failure{check: c, faults: []Fault{f}})
				}
			}
			fold(failures, explained(checks), now)
			var got []string
			for _, f := range failures {
				for _, fault := range f.own {
					got = append(got, string(fault.severity(f.check))+" "+f.check.ID+" "+fault.Message+" ["+strings.Join(f.folded, ",")+"]")
				}
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("%q\nwant %q", got, test.want)
			}
		})
	}
}
