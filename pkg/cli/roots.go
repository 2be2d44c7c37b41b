package cli

import (
	"crypto/x509"
	"os"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// rootFiles lists the files in which systems keep the certificates that they trust, as
// crypto/x509 knows them.
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
}

// useOwnRoots sets certificates for a system that has none, as the container image.
// To read them always would take most of a megabyte of memory. macOS and Windows
// have their own way to verify.
var useOwnRoots = sync.OnceFunc(func() {
	if runtime.GOOS != "darwin" && runtime.GOOS != "windows" && !slices.ContainsFunc(rootFiles, hasContent) {
		x509.SetFallbackRoots(ownRoots())
	}
})

func hasContent(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// ownRoots returns the certificates that Mozilla trusts, with its constraints.
func ownRoots() *x509.CertPool {
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		// A test makes sure that all can be parsed.
		certificate, err := x509.ParseCertificate(root.Certificate)
		switch {
		case err != nil:
		case root.Constraint == nil:
			pool.AddCert(certificate)
		default:
			pool.AddCertWithConstraint(certificate, root.Constraint)
		}
	}
	return pool
}
