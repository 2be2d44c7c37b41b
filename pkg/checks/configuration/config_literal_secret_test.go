package configuration

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/envname"
)

func TestSaysSecret(t *testing.T) {
	standard := secretNames.In(&audit.Pass{})
	for name, want := range map[string]bool{
		"PASSWORD": true, "DB_PASSWORD": true, "dbPassword": true, "PGPASSWORD": true, "MYSQL_ROOT_PASSWORD": true,
		"spring.datasource.password": true, "DB_PASS": true, "SMTP_PWD": true, "API_TOKEN": true, "CLIENT_SECRET": true,
		"CLIENTSECRET": true, "SECRET_KEY_BASE": true, "AWS_SECRET_ACCESS_KEY": true, "OPENAI_API_KEY": true, "apiKey": true,
		"STRIPE_APIKEY": true, "GOOGLE_CREDENTIALS": true, "TLS_PRIVATE_KEY": true, "JWT_SECRET": true,

		"DB_PASSWORD_FILE": false, "PASSWORDFILE": false, "TOKEN_TTL": false, "SECRET_NAME": false, "MAX_TOKENS": false,
		"MAX_TOKEN_COUNT": false, "TOKENIZERS_PARALLELISM": false, "ALLOW_EMPTY_PASSWORD": false, "AWS_ACCESS_KEY_ID": false,
		"MYSQL_RANDOM_ROOT_PASSWORD": false, "PASSWORD_MIN_LENGTH": false, "API_KEY_HEADER": false, "PUBLIC_KEY": false,
		"CACHE_KEY": false, "KEYCLOAK_URL": false, "PASSENGER_APP_ENV": false, "COMPASS": false, "BYPASS_CACHE": false,
		"TOKEN_URL": false, "GOOGLE_APPLICATION_CREDENTIALS_PATH": false, "LOG_LEVEL": false, "": false,
	} {
		if got := envname.SaysSecret(name, standard); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A reference to another variable, a switch and a path are no secrets.
func TestIsLiteral(t *testing.T) {
	for value, want := range map[string]bool{
		"<removed>": true, "https://<removed>": true, "": false, "$(OTHER)": false, "none": false, "/<removed>": false,
	} {
		if got := isLiteral(&corev1.EnvVar{Name: "PASSWORD", Value: value}); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}
