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

func TestShare(t *testing.T) {
	for _, test := range []struct {
		n, of int
		want  string
	}{{1, 1, ""}, {1, 2, "1 of 2 pods: "}, {3, 5, "3 of 5 pods: "}, {0, 0, "0 of 0 pods: "}} {
		if got := Share(test.n, test.of, ": "); got != test.want {
			t.Errorf("%d of %d: %q, want %q", test.n, test.of, got, test.want)
		}
	}
}

func TestQuantity(t *testing.T) {
	for n, want := range map[int64]string{
		256 << 20: "256Mi", 500e6: "500M", 1 << 30: "1Gi", 1e12: "1T", 3 << 29: "1536Mi", 1234567: "1234567",
	} {
		if got := Quantity(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestAtLeast(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 1023: "1023", 1 << 20: "1Mi", 1<<20 + 1: "1Mi", 3<<30 - 1: "3071Mi", 1 << 30: "1Gi"} {
		if got := AtLeast(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	for n, want := range map[int]string{1: "once", 2: "2 times", 12: "12 times"} {
		if got := Times(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
