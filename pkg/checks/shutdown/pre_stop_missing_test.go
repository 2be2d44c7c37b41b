package shutdown

import (
	"reflect"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
)

// A sleep must leave a part of the grace period, and the server must know it.
func TestSleep(t *testing.T) {
	action := func(seconds int64) remedy.Fields {
		return remedy.Fields{"sleep": remedy.Fields{"seconds": seconds}}
	}
	program := remedy.Fields{"exec": remedy.Fields{"command": []string{"sleep", "5"}}}
	for _, test := range []struct {
		server string
		grace  int64
		want   remedy.Fields
	}{
		{"v1.36.3", 30, action(5)},
		{"v1.30.0", 10, action(5)},
		{"v1.36.3", 9, action(4)},
		{"v1.36.3", 0, action(1)},
		{"v1.29.14-eks-1", 30, program},
		{"", 30, action(5)},
		{"unknown", 30, action(5)},
	} {
		if got := sleep(test.server, test.grace); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s, %d: %v, want %v", test.server, test.grace, got, test.want)
		}
	}
}
