package api

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Fingerprint identifies a fault across runs, and across clusters with the same
// content. It covers the check and the object, but nothing that changes while
// the fault stays: no UIDs, counts, times or API versions.
func Fingerprint(check string, o Object) string {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		group = ""
	}
	var room [512]byte
	text := append(room[:0], check...)
	for _, part := range []string{group, o.Kind, o.Namespace, o.Name, o.Container} {
		text = append(append(text, 0), part...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
