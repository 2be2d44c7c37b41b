package envname

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"":                        "",
		"DB_PASSWORD":             "db password",
		"dbPassword":              "db password",
		"spring.datasource.pass":  "spring datasource pass",
		"AWS_ACCESS_KEY_ID":       "aws access key id",
		"__A__":                   "a",
		"OAUTH2_TOKEN":            "oauth2 token",
		"APIToken":                "apitoken",
		"PASSWORD\x1b[2Jé\u200bX": "password 2j x",
	} {
		if got := strings.Join(Words(name), " "); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name, term    string
		before, after string
		found         bool
	}{
		{"DB_PASSWORD", "password", "db", "", true},
		{"PGPASSWORD", "password", "pg", "", true},
		{"PASSWORDFILE", "password", "", "file", true},
		{"PASSWORDS", "password", "", "", true},
		{"CREDENTIALS_FILE", "credential", "", "file", true},
		{"DB_PASSWORD_FILE", "password", "db", "file", true},
		{"TOKEN_OF_TOKEN_URL", "token", "token of", "url", true},
		{"AWS_ACCESS_KEY_ID", "access_key", "aws", "id", true},
		{"ACCESS", "access_key", "", "", false},
		{"API_TOKEN", "token", "api", "", true},
		{"TOKENIZERS_PARALLELISM", "token", "", "", false},
		{"MAX_TOKENS", "token", "", "", false},
		{"MONKEY", "key", "", "", false},
	} {
		before, after, found := Find(Words(test.name), test.term)
		if strings.Join(before, " ") != test.before || strings.Join(after, " ") != test.after || found != test.found {
			t.Errorf("%s in %s: %q, %q, %v", test.term, test.name, before, after, found)
		}
	}
}

// Find does not change its arguments.
func TestFindKeepsItsArguments(t *testing.T) {
	words := Words("A_MYPASSWORDS_B_C")
	kept := slices.Clone(words)
	Find(words[:3], "password")
	if !slices.Equal(words, kept) {
		t.Errorf("%q became %q", kept, words)
	}
}
