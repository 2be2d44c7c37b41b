package audit

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// A report is the same however many processors divide the work.
func TestProcessorsDoNotMatter(t *testing.T) {
	var names []string
	verdicts := map[string]Verdict{}
	for i := range 50 {
		name := fmt.Sprintf("w%d", i)
		names = append(names, name)
		switch i % 4 {
		case 0:
			verdicts[name] = faultIn(name)
		case 1:
			verdicts[name] = Unknown("of " + name + " nothing is known")
		case 2:
			verdicts[name] = NotApplicable()
		}
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	want := asJSON(run1(cluster(names...), failing("a", api.High, verdicts), failing("b", api.Low, verdicts)))
	for _, processors := range []int{2, 3, 64} {
		runtime.GOMAXPROCS(processors)
		got := asJSON(run1(cluster(names...), failing("a", api.High, verdicts), failing("b", api.Low, verdicts)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d processors (-one +many):\n%s", processors, diff)
		}
	}
}
