package traffic

import (
	"testing"
	"time"
)

func TestExplainedWrites(t *testing.T) {
	for name, test := range map[string]struct {
		h    history
		want int64
	}{
		"nothing but housekeeping":              {history{}, 2},
		"pods that started":                     {history{pods: 3}, 2*3 + 2},
		"one of them lost readiness once":       {history{pods: 3, moved: 1}, 2*3 + 2 + 2},
		"all of them did":                       {history{pods: 3, moved: 3}, 2*3 + 2*3 + 2},
		"containers restarted":                  {history{pods: 2, restarts: 5}, 2*2 + 3*5 + 2},
		"with their node, which is up a minute": {history{pods: 2, moved: 2, withNode: true, age: time.Minute}, 2*2 + 2*2 + 2},
		"with their node, after 10 minutes":     {history{pods: 2, moved: 2, withNode: true, age: 10 * time.Minute}, 2*2 + 2*2*2 + 2},
		"with their node, after hours":          {history{pods: 2, moved: 2, withNode: true, age: 5 * time.Hour}, 2*2 + 2*2*3 + 2},
		"with their node, after 10 days":        {history{pods: 2, moved: 2, withNode: true, age: 240 * time.Hour}, 2*2 + 2*2*13 + 2 + 10},
		"nodes came and went for 3 hours":       {history{pods: 2, perNode: true, age: 3 * time.Hour}, 2*2 + 5*2*3 + 2},
		"whose controller was not read":         {history{pods: 2, unowned: true}, 2*2 + 5*4 + 2},
		"in two slices":                         {history{pods: 150, moved: 1, slices: 2}, 2*(2*150+2) + 2},
		"for a year":                            {history{pods: 2, slices: 1, age: 365 * 24 * time.Hour}, 2*2 + 2 + 365},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.h.explainedWrites(); got != test.want {
				t.Errorf("%d writes are explained, want %d", got, test.want)
			}
		})
	}
}
