package amount

import "testing"

func TestBytes(t *testing.T) {
	for bytes, want := range map[float64]string{
		1 << 30: "1Gi", 1<<30 - 1: "1024Mi", 1.25 * (1 << 30): "1.3Gi", 512 << 20: "512Mi", 1.5 * (1 << 20): "1.5Mi", 0: "0Mi",
	} {
		if got := Bytes(bytes); got != want {
			t.Errorf("%.0f: %s, want %s", bytes, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 pods", 1: "1 pod", 12: "12 pods"} {
		if got := Count(n, "pod"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
