package mask

import (
	"regexp"
	"slices"
	"strings"
)

// maxURL bounds how far a URL is read.
const maxURL = 2048

// urls matches the part before the host of URLs: user:password@.
func urls(s string) []span {
	var spans []span
	for at := 0; ; {
		next := strings.Index(s[at:], "://")
		if next < 0 {
			return spans
		}
		scheme := s[max(0, at+next-5) : at+next]
		from := at + next + 3
		at = from
		end := endedBy(s[:min(len(s), from+maxURL)], from, " \t\r\n\"'`<>").to
		if strings.IndexByte(s[from:end], '@') < 0 {
			at = end
			continue
		}
		if found, ok := userinfo(s, from, end, strings.HasSuffix(scheme, "http") || strings.HasSuffix(scheme, "https")); ok {
			spans = append(spans, found)
			at = found.to
		}
	}
}

// userinfo returns the part of a URL before the host. A password may contain
// slashes that should have been escaped: then the text after the colon is not a
// port.
func userinfo(s string, from, end int, web bool) (span, bool) {
	url := s[from:end]
	authority, _, _ := strings.Cut(url, "/")
	authority, _, _ = strings.Cut(authority, "?")
	last := strings.LastIndexByte(authority, '@')
	_, port, colon := strings.Cut(authority, ":")
	if colon && strings.Trim(port, "0123456789") != "" {
		last = strings.LastIndexByte(url, '@')
	}
	switch {
	case last <= 0 || strings.HasPrefix(url[last:], "@sha256:") || strings.HasPrefix(url[last:], "@sha512:"):
		return span{}, false
	case !strings.Contains(url[:last], ":") && !web:
		// A name alone is not a secret. In the URL of a web server it is often
		// a token.
		return span{}, false
	case !literal(url[:last]):
		return span{}, false
	}
	return span{from, from + last}, true
}

// pair matches user:password@host without a scheme, as database drivers accept
// it.
var pair = regexp.MustCompile(`(?:^|[\s"'=,\[(])[A-Za-z][\w.-]*:([^\s:@"'/$]+)@([A-Za-z][A-Za-z0-9.-]*)`)

func pairs(s string) []span {
	if !strings.Contains(s, "@") {
		return nil
	}
	var spans []span
	for _, match := range pair.FindAllStringSubmatchIndex(s, -1) {
		if host := s[match[4]:match[5]]; host != "sha256" && host != "sha512" {
			spans = append(spans, span{match[2], match[3]})
		}
	}
	return spans
}

// scheme matches the credentials of HTTP and others.
var scheme = regexp.MustCompile(`\b(?i:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,})`)

func schemes(s string) []span {
	// Most texts have none, and this is many times as fast as the pattern.
	if lower := strings.ToLower(s); !strings.Contains(lower, "bearer") && !strings.Contains(lower, "basic") {
		return nil
	}
	var spans []span
	for _, match := range scheme.FindAllStringSubmatchIndex(s, -1) {
		// Words of prose contain neither digits nor capitals after the first
		// letter.
		if word := s[match[2]:match[3]]; strings.ContainsAny(word[1:], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ=_~+") {
			spans = append(spans, span{match[2], match[3]})
		}
	}
	return spans
}

// shape matches secrets that can be recognized without a name: keys in PEM,
// JSON Web Tokens, and tokens with the prefix of their issuer.
var shape = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?` +
	`|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?` +
	`|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk_live_|rk_live_|hvs\.|npm_|dckr_pat_|AIza)[A-Za-z0-9_-]{16,}`)

// shapeMarks are such that each shape begins with one.
var shapeMarks = []string{
	"-----BEGIN ", "eyJ", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sk_live_", "rk_live_", "hvs.",
	"npm_", "dckr_pat_", "AIza",
}

func shapes(s string) []span {
	if !slices.ContainsFunc(shapeMarks, func(mark string) bool { return strings.Contains(s, mark) }) {
		return nil
	}
	var spans []span
	for _, match := range shape.FindAllStringIndex(s, -1) {
		spans = append(spans, span{match[0], match[1]})
	}
	return spans
}
