//go:build e2e

package watch

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/test/certificate"
)

// secured is a server with TLS and a password, "open sesame".
type secured struct{ target, config, certificate string }

// secure writes its web configuration.
func secure(t *testing.T) secured {
	t.Helper()
	dir := t.TempDir()
	file, _ := certificate.Write(t, dir)
	s := secured{config: filepath.Join(dir, "web.yaml"), certificate: file}
	write(t, s.config, "tls_server_config: {cert_file: tls.crt, key_file: tls.key}\n"+
		"basic_auth_users: {prometheus: $2a$04$Yd5b4xB4uJ6xMLCZJRlf4um3cxLOSNOK9vXs8zWXJazGbbSXQqHeS}\n")
	return s
}

// scrapes returns one scrape that succeeds, and two that must not.
func (s secured) scrapes() []map[string]any {
	scrape := func(job string, more map[string]any) map[string]any {
		scrape := map[string]any{
			"job_name": job, "honor_labels": true, "static_configs": []map[string]any{{"targets": []string{s.target}}},
		}
		maps.Copy(scrape, more)
		return scrape
	}
	tls := map[string]any{"ca_file": s.certificate}
	password := map[string]any{"username": "prometheus", "password": "open sesame"}
	return []map[string]any{
		scrape("secured", map[string]any{"scheme": "https", "tls_config": tls, "basic_auth": password}),
		scrape("secured-without-password", map[string]any{"scheme": "https", "tls_config": tls}),
		scrape("secured-without-tls", map[string]any{"basic_auth": password}),
	}
}
