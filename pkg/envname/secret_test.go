package envname

import "testing"

func TestSaysSecret(t *testing.T) {
	terms := []string{
		"password", "pass", "secret", "token", "credential", "apikey", "api_key", "api_keys", "access_key", "secret_key", "private_key",
	}
	for name, want := range map[string]bool{
		"DB_PASSWORD":                   true,
		"PASSWORD":                      true,
		"PGPASSWORD":                    true,
		"DB_PASSWORD_1":                 true,
		"DJANGO_SECRET_KEY":             true,
		"SECRET_KEY_BASE":               true,
		"AWS_SECRET_ACCESS_KEY":         true,
		"OIDC_TOKEN_CLIENT_SECRET":      true,
		"PASSWORD_RESET_TOKEN":          true,
		"TOKEN_FILE_PASSWORD":           true,
		"API_KEYS":                      true,
		"WEBHOOK_SECRET":                true,
		"PRIVATE_KEY_FILE_CONTENT":      true,
		"PASSWORD_SALT":                 true,
		"API_TOKEN_USER_SERVICE_A":      true,
		"DB_PASSWORD_FILE":              false,
		"DB_PASSWORD_FILE_2":            false,
		"RING_SECRET_KEY_PATH":          false,
		"SECRET_KEY_FILE":               false,
		"SECRETKEY_PATH":                false,
		"DB_PASSWORD_SECRET_NAME":       false,
		"API_TOKEN_SECRET_REF":          false,
		"CLIENT_SECRET_ARN":             false,
		"TOKEN_EXCHANGE_CLIENT_ID":      false,
		"AWS_ACCESS_KEY_ID":             false,
		"PASSWORD_LOGIN_ENABLED":        false,
		"TOKEN_LEEWAY":                  false,
		"PASSWORD_ENCODER":              false,
		"CSRF_TOKEN_COOKIE_DOMAIN":      false,
		"TOKEN_REFRESH_INTERVAL":        false,
		"ACCESS_TOKEN_LIFETIME_SECONDS": false,
		"TOKEN_CACHE_KIND":              false,
		"SECRETS_BACKEND":               false,
		"MAX_API_KEYS":                  false,
		"ALLOW_EMPTY_PASSWORD":          false,
		"IMAGE_PULL_SECRET":             false,
		"IMAGE_PULL_SECRETS":            false,
		"INGRESS_TLS_SECRET":            false,
		"registry.credential.username":  false,
		"passwordFile":                  false,
		"PASS_THROUGH_HEADERS":          false,
		"COMPASS_URL":                   false,
		"":                              false,
	} {
		if got := SaysSecret(name, terms); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
