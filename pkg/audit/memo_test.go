package audit

import "testing"

// A function is called once for each value, in each audit.
func TestMemo(t *testing.T) {
	calls := map[string]int{}
	lengths := NewMemo(func(_ *Pass, word string) int {
		calls[word]++
		return len(word)
	})
	for range 2 {
		p := &Pass{}
		for _, word := range []string{"a", "bc", "a", "bc"} {
			if got := lengths.In(p, word); got != len(word) {
				t.Errorf("%s: %d", word, got)
			}
		}
	}
	if calls["a"] != 2 || calls["bc"] != 2 {
		t.Errorf("calls %v", calls)
	}
}
