package cli

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/test/certificate"
)

// users contains one user, "prometheus", with the password "open sesame".
const users = "basic_auth_users: {prometheus: $2a$04$Yd5b4xB4uJ6xMLCZJRlf4um3cxLOSNOK9vXs8zWXJazGbbSXQqHeS}\n"

const withTLS = "tls_server_config: {cert_file: tls.crt, key_file: tls.key}\n"

func (s *server) code(t *testing.T, client *http.Client, url, password string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if password != "" {
		request.SetBasicAuth("prometheus", password)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestServeWithTLSAndPassword(t *testing.T) {
	useAPIServer(t, onePod, nil)
	dir := t.TempDir()
	file, _ := certificate.Write(t, dir)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	config := filepath.Join(dir, "web.yaml")
	writeFile(t, config, withTLS+users)
	s := startServe(t, "-A", "--web.config.file", config)
	s.line(t)
	if !strings.HasPrefix(s.url, "https://") {
		t.Fatalf("it serves %s", s.url)
	}
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer trusting.CloseIdleConnections()
	for _, path := range []string{"/", "/metrics", "/report.json", "/healthz", "/readyz"} {
		for password, want := range map[string]int{"open sesame": http.StatusOK, "wrong": http.StatusUnauthorized, "": http.StatusUnauthorized} {
			if got := s.code(t, trusting, s.url+path, password); got != want {
				t.Errorf("%s with the password %q: status %d, want %d", path, password, got, want)
			}
		}
	}
	if got := s.code(t, &http.Client{}, s.url+"/metrics", "open sesame"); got != 0 {
		t.Errorf("a client that does not trust the certificate gets %d", got)
	}
	if got := s.code(t, &http.Client{}, strings.Replace(s.url, "https", "http", 1)+"/report.json", "open sesame"); got != http.StatusBadRequest {
		t.Errorf("without TLS: status %d", got)
	}
	s.end(t)
}

func TestServeWithPasswordAlone(t *testing.T) {
	useAPIServer(t, onePod, nil)
	file := filepath.Join(t.TempDir(), "web.yaml")
	writeFile(t, file, users)
	s := startServe(t, "-A", "--web.config.file", file)
	s.line(t)
	for password, want := range map[string]int{"open sesame": http.StatusOK, "": http.StatusUnauthorized} {
		if got := s.code(t, http.DefaultClient, s.url+"/metrics", password); !strings.HasPrefix(s.url, "http://") || got != want {
			t.Errorf("%s with the password %q: status %d, want %d", s.url, password, got, want)
		}
	}
	s.end(t)
}

func TestDefaultAddress(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	if got := defaultAddress(); got != "localhost:8080" {
		t.Errorf("on a desk: %s", got)
	}
	t.Setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
	if got := defaultAddress(); got != ":8080" {
		t.Errorf("in a pod: %s", got)
	}
}
