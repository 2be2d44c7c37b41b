package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// PowerShell redirects output with lines that end in CRLF, and in UTF-16 or with a byte order
// mark.
func TestReportsOfPowerShell(t *testing.T) {
	for _, format := range []string{"json", "yaml"} {
		audit := start(nil, "-f", clusterFile, "-o", format, "--as-of", "2026-11-21T12:00:00Z").wait()
		text := strings.ReplaceAll(audit.out.String(), "\n", "\r\n")
		inUTF16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, redirected := range []string{inUTF16, "\ufeff" + text} {
			file := filepath.Join(t.TempDir(), "report")
			writeFile(t, file, redirected)
			if o := start(nil, "diff", file, file).wait(); o.status != statusOK || !strings.Contains(o.out.String(), "nothing new, nothing gone") {
				t.Errorf("%s: status %d: %s", format, o.status, o.errOut.String())
			}
		}
	}
}
