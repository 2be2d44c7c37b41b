package envname

import (
	"slices"
	"strings"
)

// SecretTerms are the words in a name which say that the value is a secret.
var SecretTerms = []string{
	"password", "passwd", "passphrase", "passcode", "pass", "pwd", "secret", "token", "credential", "apikey",
	"api_key", "api_keys", "app_key", "access_key", "secret_key", "private_key", "encryption_key", "signing_key", "master_key",
	"account_key", "auth_key", "hmac_key", "jwt_key", "license_key", "session_key", "shared_key", "storage_key",
	"erlang_cookie",
}

// SaysSecret reports whether a name means a secret, by one of the terms, and
// not something about a secret: the words around the last term decide.
func SaysSecret(name string, terms []string) bool {
	words := Words(name)
	var before, after []string
	secret := ""
	for _, term := range terms {
		if b, a, found := Find(words, term); found && (secret == "" || len(a) < len(after)) {
			before, after, secret = b, a, term
		}
	}
	for len(after) > 0 && strings.Trim(after[len(after)-1], "0123456789") == "" {
		after = after[:len(after)-1]
	}
	switch {
	case secret == "" || slices.ContainsFunc(before, func(word string) bool { return slices.Contains(asking, word) }):
		return false
	case len(after) == 0:
		return secret != "secret" || len(before) == 0 || !slices.Contains(objects, before[len(before)-1])
	}
	last := after[len(after)-1]
	return slices.Contains(holding, last) || !describes(after[0]) && !describes(last)
}

// asking are words that, before the name of a secret, make it a question or a
// number.
var asking = []string{
	"allow", "check", "disable", "disabled", "empty", "enable", "enabled", "force", "generate", "has", "hide", "ignore", "is",
	"mask", "max", "min", "no", "num", "random", "require", "required", "show", "skip", "use", "validate", "verify", "with",
	"without",
}

// objects are words before "secret" where the object of kind Secret is meant:
// IMAGE_PULL_SECRET holds the name of one.
var objects = []string{"ca", "cert", "certificate", "k8s", "kubeconfig", "kubernetes", "pull", "tls"}

func describes(word string) bool {
	return slices.Contains(describing, strings.TrimRight(word, "0123456789"))
}

// describing are words that, after the name of a secret, make it something
// about the secret.
var describing = []string{
	"age", "alg", "algorithm", "annotation", "annotations", "arn", "attempts", "audience", "backend", "budget",
	"bytes", "cache", "callback", "claim", "class", "column", "complexity", "cost", "count", "days", "delay", "dir",
	"directory", "disabled", "domain", "domains", "driver", "duration", "email", "enable", "enabled", "encoder",
	"encoding", "endpoint", "engine", "env", "exp", "expiration", "expire", "expires", "expiry", "field", "file",
	"filename", "files", "folder", "format", "generator", "grace", "header", "hint", "history", "host", "hosts",
	"hours", "id", "ids", "interval", "iss", "issuer", "iterations", "kind", "kwargs", "label", "labels", "leeway",
	"length", "less", "lifespan", "lifetime", "limit", "location", "lookup", "manager", "mapping", "max", "maxage",
	"method", "milliseconds", "min", "minutes", "mode", "months", "mount", "ms", "name", "names", "namespace",
	"namespaces", "options", "param", "parameter", "parameters", "path", "paths", "pattern", "period", "plugin",
	"policy", "port", "prefix", "property", "protocol", "provider", "query", "quota", "rate", "realm", "redirect",
	"ref", "reference", "refresh", "regex", "region", "renewal", "repository", "required", "reset", "resource",
	"retention", "retries", "retry", "rotate", "rotation", "rounds", "rule", "rules", "schema", "scheme", "scope",
	"scopes", "sec", "seconds", "secs", "selector", "separator", "server", "service", "settings", "size", "skew",
	"source", "storage", "store", "strategy", "subject", "suffix", "table", "template", "threshold", "through",
	"timeout", "tolerance", "ttl", "type", "uri", "url", "urls", "usage", "username", "validation", "validator",
	"validity", "verification", "verify", "version", "volume", "weeks", "window", "years",
}

// holding are words at the end of a name which say x
var holding = []string{"base64", "content", "contents", "data", "value"}
