package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	numbered := func(from, to int) string {
		var lines []string
		for i := from; i <= to; i++ {
			lines = append(lines, fmt.Sprintf("line %d", i))
		}
		return strings.Join(lines, "\n")
	}
	for name, test := range map[string]struct{ log, want string }{
		"long":   {log: numbered(1, 100) + "\n", want: numbered(81, 100)},
		"short":  {log: numbered(1, 30) + "\n", want: numbered(1, 30)},
		"no end": {log: "line", want: "line"},
		"empty":  {log: "", want: "(the log is empty)"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log")
			if err := os.WriteFile(path, []byte(test.log), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := Tail(path); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
