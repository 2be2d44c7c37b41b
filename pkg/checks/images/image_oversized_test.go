package images

import "testing"

func TestGi(t *testing.T) {
	for bytes, want := range map[int64]string{
		1 << 30: "1Gi", 1<<30 - 1: "1024Mi", 2576980378: "2.4Gi", 80 << 20: "80Mi", 0: "0Mi",
	} {
		if got := gi(bytes); got != want {
			t.Errorf("%d: %s, want %s", bytes, got, want)
		}
	}
}
