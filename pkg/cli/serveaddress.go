package cli

import (
	"os"

	"github.com/prometheus/exporter-toolkit/web"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
)

// defaultAddress returns an address of this machine only. In a pod it returns
// all addresses, because otherwise nobody could reach it.
func defaultAddress() string {
	if os.Getenv("KUBERNETES_SERVICE_HOST") != "" {
		return ":8080"
	}
	return "localhost:8080"
}

// schemeOf returns https if the web configuration enables TLS. It fails for the
// same mistakes as the server: an unreadable file, certificate or password hash.
func schemeOf(webConfig string) (string, error) {
	if webConfig == "" {
		return "http", nil
	}
	text, err := os.ReadFile(webConfig)
	if err != nil {
		return "", fileerror.Cause(err)
	}
	if err := web.Validate(webConfig); err != nil {
		return "", err
	}
	var config struct {
		TLS map[string]any `json:"tls_server_config"`
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		return "", err
	}
	if len(config.TLS) > 0 {
		return "https", nil
	}
	return "http", nil
}
