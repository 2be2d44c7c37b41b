package history

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// Whatever somebody writes into an entry, the next audit is compared with it or leaves it
// out, and is kept.
func TestAlteredEntries(t *testing.T) {
	known := newLives()
	known.add(reportAt(0, "web", "cart"))
	known.add(unjudged(reportAt(1, "web")))
	last := reportAt(2, "cart")
	known.add(last)
	seed, err := json.Marshal(known.hand(last))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 0))
	read := 0
	for range 300 {
		text := bytes.Clone(seed)
		for range random.IntN(4) + 1 {
			const letters = `0123456789abcxyz{}[]",:\nul`
			text[random.IntN(len(text))] = letters[random.IntN(len(letters))]
		}
		d, r := Directory(t.TempDir()), reportAt(3, "web", "cart")
		series := filepath.Join(string(d), seriesName(r))
		if err := os.Mkdir(series, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(series, "20261103T023000Z-1"+extension), append(packed(t, text), packed(t, text)...), 0o600); err != nil {
			t.Fatal(err)
		}
		problems, err := d.Mark(r)
		if err != nil || (r.Changes == nil) != (len(problems) == 1) {
			t.Fatalf("%v, %v, from %s", problems, err, text)
		}
		read += 1 - len(problems)
		err = d.append(r, func(name string) (file, error) {
			f, err := os.Create(name)
			return unsynced{f}, err
		})
		if err != nil {
			t.Fatalf("%v, from %s", err, text)
		}
		for _, q := range []Query{{}, {Namespace: "shop"}, {Fingerprint: r.Findings[0].Fingerprint}} {
			// Sums can be read although the outline cannot.
			if h, err := d.Tell(q); err != nil || len(h.NotRead) != len(problems) && !q.whole() {
				t.Fatalf("%+v, %v, from %s", h, err, text)
			}
		}
	}
	if read == 0 || read == 300 {
		t.Errorf("%d of 300 could be read", read)
	}
}

func packed(t *testing.T, text []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return packed.Bytes()
}
