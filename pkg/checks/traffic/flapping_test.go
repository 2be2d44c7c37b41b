package traffic

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// quick finds a failure out within a second.
var quick = corev1.Probe{PeriodSeconds: 1, FailureThreshold: 1, TimeoutSeconds: 1}

// flapsEvery answers for a half of each period; pods are the time so much apart.
func flapsEvery(period int) func(second, age int) bool {
	return func(second, _ int) bool { return second%period < (period+1)/2 }
}

// A Service that flaps is found in each second, whatever phase it is in and
// however many others flap, from the time on when its slice was written more
// often than by one loss of each pod. Where a write stands for all pods at once,
// that takes more losses, unless the probe's Events tell.
func TestFlappingIsFoundInEveryPhase(t *testing.T) {
	for _, test := range []struct{ period, services, pods int }{
		{5, 1, 2}, {13, 1, 2}, {13, 4, 2}, {13, 1, 10}, {30, 2, 3}, {60, 1, 2},
	} {
		for _, batches := range []bool{false, true} {
			t.Run(fmt.Sprintf("every %ds, %d Services of %d pods, batches %v", test.period, test.services, test.pods, batches), func(t *testing.T) {
				t.Parallel()
				m := &model{batches: batches}
				for i := range test.services {
					m.apps = append(m.apps, &modelApp{
						name: fmt.Sprint("app-", i), probe: quick, answers: flapsEvery(test.period),
						script: func(a *modelApp, second int) {
							if second == 1 {
								a.create(test.pods, second)
							}
						},
					})
				}
				losses := 3
				if batches && test.period > 30 {
					losses += 2 * test.pods
				}
				from := max(60, losses*test.period+5)
				for m.second < from+test.period {
					if m.step(); m.second >= from {
						expectFlapping(t, m, test.services)
					}
				}
			})
		}
	}
}

func expectFlapping(t *testing.T, m *model, services int, unread ...inventory.Resource) {
	t.Helper()
	found := m.look(t, unread...)
	high := 0
	for _, f := range found {
		if f.Severity.AtLeast(api.High) {
			high++
		}
	}
	if high != services {
		t.Errorf("second %d: %d of %d Services are found: %v", m.second, high, services, messages(found))
	}
}

func messages(found []api.Finding) (all []string) {
	for _, f := range found {
		all = append(all, string(f.Severity)+" "+f.Object.Name+": "+f.Message)
	}
	return all
}

// What the one proof cannot show, the other does.
func TestFlappingIsFoundByEitherProof(t *testing.T) {
	const period, pods = 13, 3
	for name, test := range map[string]struct {
		script func(a *modelApp, second int)
		from   int
		unread []inventory.Resource
	}{
		"the writes, where Events are not read": {
			script: func(a *modelApp, second int) {
				if second == 1 {
					a.create(pods, second)
				}
			},
			from: 60, unread: []inventory.Resource{inventory.Events},
		},
		"the Events, where pods were scaled": {
			script: func(a *modelApp, second int) {
				switch second {
				case 1:
					a.create(1, second)
				case 5:
					a.scale(pods, second)
				}
			},
			from: 65,
		},
		"the Events, where all pods are younger than the slice": {
			script: func(a *modelApp, second int) {
				switch {
				case second == 1:
					a.create(pods, second)
				case second < 200 && second%30 == 0:
					a.rollOut(second)
				}
			},
			from: 240,
		},
		"the writes, where a container of each pod crashes now and then": {
			script: func(a *modelApp, second int) {
				if second == 1 {
					a.create(pods, second)
				}
				if second%60 == 0 {
					a.restart(a.pods[second/60%pods], second)
				}
			},
			from: 70, unread: []inventory.Resource{inventory.Events},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &model{apps: []*modelApp{{name: "web", probe: quick, answers: flapsEvery(period), script: test.script}}}
			for m.second < test.from+3*period {
				if m.step(); m.second >= test.from {
					expectFlapping(t, m, 1, test.unread...)
				}
			}
		})
	}
}

// toAndFro scales up and down again, twice a minute.
func toAndFro(a *modelApp, second int) {
	switch second % 30 {
	case 10:
		a.scale(6, second)
	case 25:
		a.scale(2, second)
	}
}

// What happens in every cluster is not flapping, whenever one looks.
func TestHealthyHistoriesAreNotFlapping(t *testing.T) {
	after := func(seconds int) func(int, int) bool { return func(_, age int) bool { return age >= seconds } }
	unless := func(from, to int) func(int, int) bool {
		return func(second, _ int) bool { return second < from || second >= to }
	}
	create := func(pods int, then func(a *modelApp, second int)) func(a *modelApp, second int) {
		return func(a *modelApp, second int) {
			if second == 1 {
				a.create(pods, second)
			} else if then != nil {
				then(a, second)
			}
		}
	}
	for name, test := range map[string]struct {
		answers func(second, age int) bool
		script  func(a *modelApp, second int)
		probe   corev1.Probe
		worst   api.Severity
	}{
		"all is well":    {after(1), create(3, nil), quick, ""},
		"a slow start":   {after(150), create(3, nil), quick, ""},
		"a slower probe": {after(40), create(10, nil), corev1.Probe{PeriodSeconds: 10, FailureThreshold: 3, TimeoutSeconds: 1}, ""},
		"rolling updates, one after the other": {after(9), create(3, func(a *modelApp, second int) {
			if second%40 == 0 {
				a.rollOut(second)
			}
		}), quick, ""},
		"scaling to and fro":                       {after(5), create(2, toAndFro), quick, ""},
		"scaling to and fro of what starts slowly": {after(70), create(2, toAndFro), quick, ""},
		"a pod that is deleted again and again": {after(2), create(3, func(a *modelApp, second int) {
			if second%8 == 0 {
				a.remove(1)
				a.add(1, second)
			}
		}), quick, ""},
		"the only pod is deleted again and again": {after(2), create(1, func(a *modelApp, second int) {
			if second%8 == 0 {
				a.remove(1)
				a.add(1, second)
			}
		}), quick, ""},
		"a start with crashes": {after(20), create(2, func(a *modelApp, second int) {
			if second < 120 && second%15 == 0 {
				for _, p := range a.pods {
					a.restart(p, second)
				}
			}
		}), quick, ""},
		"a pod that crashes again and again": {after(1), create(3, func(a *modelApp, second int) {
			if second%20 == 0 {
				a.restart(a.pods[1], second)
			}
		}), quick, ""},
		"labels of the Service are changed": {after(1), create(3, func(a *modelApp, second int) {
			if second%20 == 0 {
				a.writes++
			}
		}), quick, ""},
		"the kubelet restarts": {unless(250, 252), create(3, nil), quick, ""},
		// All pods at once, once: less is known of it than of a node.
		"a dependency is away for a minute": {unless(250, 310), create(3, nil), quick, api.Low},
	} {
		for _, batches := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", batches ", batches), func(t *testing.T) {
				t.Parallel()
				m := &model{batches: batches, apps: []*modelApp{
					{name: "web", probe: test.probe, answers: test.answers, script: test.script},
				}}
				if test.worst == "" {
					// The node's other pods do the same at the same time.
					m.apps = append(m.apps, &modelApp{name: "shop", probe: test.probe, answers: test.answers, script: create(2, nil)})
				}
				for m.second < 400 {
					if m.step(); m.second < 60 || m.second > 160 && m.second%7 != 0 {
						continue
					}
					for _, f := range m.look(t) {
						if test.worst == "" || !test.worst.AtLeast(f.Severity) {
							t.Errorf("second %d: %s %s: %s", m.second, f.Severity, f.Object.Name, f.Message)
						}
					}
				}
			})
		}
	}
}
