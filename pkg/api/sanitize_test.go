package api

import (
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"nginx:1.27":                 "nginx:1.27",
		"größe 5 µs":                 "größe 5 µs",
		"\x1b[31mred\x1b[0m":         `\x1b[31mred\x1b[0m`,
		"a\nb\tc\rd":                 `a\nb\tc\rd`,
		"csi \u009b31m":              `csi \x9b31m`,
		"raw \x9b byte":              `raw \x9b byte`,
		"bidi \u202eevil":            `bidi \u202eevil`,
		"zero\u200bwidth \ufeff":     `zero\u200bwidth \ufeff`,
		"line\u2028sep":              `line\u2028sep`,
		"del \x7f":                   `del \x7f`,
		"tag \U000e0041":             `tag \U000e0041`,
		strings.Repeat("x", 300):     strings.Repeat("x", 256) + "…",
		strings.Repeat("ß", 256):     strings.Repeat("ß", 256),
		strings.Repeat("\x1b", 1000): strings.Repeat(`\x1b`, 64) + "…",
	} {
		if got := Value(in); got != want {
			t.Errorf("Value(%q) = %q, want %q", in, got, want)
		}
		if again := Value(want); again != want {
			t.Errorf("Value(%q) = %q the second time", want, again)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "nginx", "\x1b]0;title\x07", "\u009b2J", "\xff\xfe", "\u202e\u2066", "a\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Value(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is no UTF-8", got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Errorf("%q holds %U", got, r)
			}
		}
		if n := utf8.RuneCountInString(got); n > 256+1 {
			t.Errorf("%d runes", n)
		}
		if again := Value(got); again != got {
			t.Errorf("%q becomes %q when done twice", got, again)
		}
	})
}

// Every text of a report goes through the sanitizer: a field that is added
// later and forgotten there fails this test.
func TestSanitizeReachesEveryText(t *testing.T) {
	const hostile = "\x1b[2J\u202e\x9b\n"
	r := New()
	fillStrings(reflect.ValueOf(r).Elem(), hostile)
	r.TypeMeta = metav1.TypeMeta{APIVersion: APIVersion, Kind: Kind}
	r.Sanitize()
	eachString(reflect.ValueOf(r).Elem(), "Report", func(path, s string) {
		for _, c := range s {
			if !unicode.IsPrint(c) {
				t.Errorf("%s: %q", path, s)
				return
			}
		}
	})
}

// ours lists fields whose values come only from this program.
var ours = map[string]bool{
	"Tool": true, "ID": true, "Category": true, "Severity": true, "Urgency": true, "Outcome": true, "Grade": true, "CappedBy": true, "Check": true,
	"DefaultSeverity": true, "MinSeverity": true, "FailOn": true, "State": true, "Enabled": true, "Disabled": true,
	"Folded": true, "Fingerprint": true, "TypeMeta": true, "Since": true, "CreationTimestamp": true, "Change": true, "FailOnNew": true,
	"FirstSeen": true, "OpenSince": true, "From": true, "To": true,
}

func fillStrings(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillStrings(v.Elem(), s)
	case reflect.Struct:
		for i := range v.NumField() {
			if !ours[v.Type().Field(i).Name] {
				fillStrings(v.Field(i), s)
			}
		}
	case reflect.Slice:
		item := reflect.New(v.Type().Elem()).Elem()
		fillStrings(item, s)
		v.Set(reflect.Append(v, item))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		switch m := v.Interface().(type) {
		case Evidence:
			m["text"], m["list"] = s, []string{s}
		case map[string]int:
			m[s] = 1
		case map[string]string:
			m["option"] = s
		}
	}
}

func eachString(v reflect.Value, path string, visit func(path, s string)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			if !ours[v.Type().Field(i).Name] {
				eachString(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachString(v.Index(i), path+"[]", visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachString(key, path+" key", visit)
			eachString(v.MapIndex(key), path+"[]", visit)
		}
	case reflect.Interface, reflect.Pointer:
		eachString(v.Elem(), path, visit)
	}
}

// A server's explanation of a failure is hostile text as well.
func TestFailuresAreSanitized(t *testing.T) {
	got := NewFailure("prod\x1b[2J", "forbidden\nforged\x9b"+strings.Repeat("x", 2*MaxMessage))
	if want := `prod\x1b[2J`; got.Name != want {
		t.Errorf("the name is %q, want %q", got.Name, want)
	}
	if want := `forbidden\nforged\x9bx`; !strings.HasPrefix(got.Reason, want) || !strings.HasSuffix(got.Reason, "x…") {
		t.Errorf("the reason is %q", got.Reason)
	}
}
