package cli

import (
	"crypto/x509"
	"slices"
	"testing"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func TestOwnRootsAreComplete(t *testing.T) {
	want := x509.NewCertPool()
	for root := range bundle.Roots() {
		certificate, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		want.AddCert(certificate)
	}
	roots := len(slices.Collect(bundle.Roots()))
	if roots < 100 || !ownRoots().Equal(want) {
		t.Errorf("%d roots, and not all of them are in the pool", roots)
	}
}
