package api

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on text from a cluster, in runes. A message holds several values; the
// longest legal object name has 253 characters.
const (
	maxValue   = 256
	MaxMessage = 1024
)

// Text makes text from a cluster safe to print on one line of a terminal. Users
// of a cluster control images, owner names, event messages and everything in a
// file; any of these may hold escape sequences, line breaks, bidirectional
// overrides or invalid UTF-8. Each becomes visible as a Go escape. The text is
// cut after limit runes. Safe text stays as it is.
func Text(s string, limit int) string {
	if isPlain(s, limit) {
		return s
	}
	var b strings.Builder
	kept := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		visible := visible(r, s[i:i+size])
		// What was cut before stays as it is: reports are merged.
		if kept += utf8.RuneCountInString(visible); kept > limit {
			b.WriteString("…")
			break
		}
		b.WriteString(visible)
		i += size
	}
	return b.String()
}

// visible is a rune, which was read from these bytes, as it is printed.
func visible(r rune, bytes string) string {
	switch {
	case r == utf8.RuneError && len(bytes) == 1:
		return fmt.Sprintf(`\x%02x`, bytes[0])
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case r == '\r':
		return `\r`
	case printable(r):
		return bytes
	case r <= 0xff:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Value is Text with the limit for a single value.
func Value(s string) string { return Text(s, maxValue) }

func isPlain(s string, limit int) bool {
	if len(s) > limit {
		return false
	}
	for i := range len(s) {
		// One comparison covers both ends, because bytes below ' ' wrap around.
		if s[i]-' ' > '~'-' ' {
			return false
		}
	}
	return true
}

// printable rejects everything that unicode.IsPrint rejects: controls, formats
// such as bidirectional and zero-width marks, and separators. A replacement
// character that the cluster itself sent stays.
func printable(r rune) bool { return unicode.IsPrint(r) }

// Sanitize makes every text in the report safe to print. All text from a
// cluster passes through here before it leaves the audit.
func (r *Report) Sanitize() {
	value := func(s *string) { *s = Value(*s) }
	value(&r.Metadata.Name)
	value(&r.Cluster.Version)
	value(&r.Scope.Selector)
	value(&r.Profile)
	for name, setting := range r.Settings {
		r.Settings[name] = Value(setting)
	}
	for i := range r.Scope.Namespaces {
		value(&r.Scope.Namespaces[i])
	}
	for i := range r.Scope.Objects {
		value(&r.Scope.Objects[i])
	}
	if left := r.Scope.LeftOut; left != nil {
		for i := range left.Patterns {
			value(&left.Patterns[i])
		}
	}
	r.Observation.sanitize()
	if s := r.Shard; s != nil {
		s.Division, s.Facts = Value(s.Division), Text(s.Facts, math.MaxInt)
	}
	r.Policy.sanitize()
	r.Gate.sanitize()
	r.Changes.sanitize()
	for i := range r.Namespaces {
		value(&r.Namespaces[i].Name)
	}
	for i := range r.Subjects {
		r.Subjects[i].Object.sanitize()
		value(&r.Subjects[i].Template)
		for j := range r.Subjects[i].DependsOn {
			r.Subjects[i].DependsOn[j].sanitize()
		}
	}
	for i := range r.Checks {
		r.Checks[i].Reason = Text(r.Checks[i].Reason, MaxMessage)
	}
	for i := range r.Findings {
		r.Findings[i].sanitize()
	}
	for i := range r.Suppressed {
		r.Suppressed[i].Finding.sanitize()
		r.Suppressed[i].By.sanitize()
	}
	for i := range r.Incomplete {
		incomplete := &r.Incomplete[i]
		value(&incomplete.Resource)
		value(&incomplete.Namespace)
		value(&incomplete.Reason)
		incomplete.Detail = Text(incomplete.Detail, MaxMessage)
	}
	for i := range r.NotRead {
		file := &r.NotRead[i]
		file.File, file.Reason = Text(file.File, MaxMessage), Text(file.Reason, MaxMessage)
	}
	for i := range r.Replaced {
		replaced := &r.Replaced[i]
		replaced.Object.sanitize()
		replaced.Source.File, replaced.By.File = Text(replaced.Source.File, MaxMessage), Text(replaced.By.File, MaxMessage)
	}
	r.Ignored, r.Removed = sanitizedCounts(r.Ignored), sanitizedCounts(r.Removed)
}

func sanitizedCounts(counts map[string]int) map[string]int {
	var sanitized map[string]int
	for what, n := range counts {
		if sanitized == nil {
			sanitized = map[string]int{}
		}
		sanitized[Value(what)] += n
	}
	return sanitized
}

func (f *Finding) sanitize() {
	f.Object.sanitize()
	f.Message = Text(f.Message, MaxMessage)
	f.Fix = Text(f.Fix, MaxMessage)
	if f.Source != nil {
		f.Source.File = Text(f.Source.File, MaxMessage)
	}
	for key, fact := range f.Evidence {
		switch v := fact.(type) {
		case string:
			if clean := Value(v); clean != v {
				f.Evidence[key] = clean
			}
		case []string:
			for i := range v {
				v[i] = Value(v[i])
			}
		case []any:
			for i := range v {
				if text, ok := v[i].(string); ok {
					v[i] = Value(text)
				}
			}
		}
	}
}

func (o *Object) sanitize() {
	o.APIVersion, o.Kind, o.Namespace, o.Name, o.Container =
		Value(o.APIVersion), Value(o.Kind), Value(o.Namespace), Value(o.Name), Value(o.Container)
}
