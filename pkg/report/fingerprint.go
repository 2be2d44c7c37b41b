package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Fingerprint identifies a fault across runs, clusters of the same content
// included: check and object, without anything that changes while the fault
// stays (UIDs, counts, times, API versions).
func Fingerprint(check string, o Object) string {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		group = ""
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{check, group, o.Kind, o.Namespace, o.Name, o.Container}, "\x00")))
	return hex.EncodeToString(sum[:8])
}
