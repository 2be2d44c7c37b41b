package printers

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// hostile contains texts with which users of a cluster could deceive a reader.
const hostile = "a\x1b[2J\x1b]0;owned\a\r\n\tcritical\x00\u202eelif\u200b\u0085\x9b31m\xff 日本語 end"

// sequence matches a color, the only control sequence that printers may write.
var sequence = regexp.MustCompile("\x1b\\[[0-9;]*m")

func stripColors(s string) string { return sequence.ReplaceAllString(s, "") }

// poison puts the hostile text into every string that it can reach.
func poison(v reflect.Value) { spread(v, hostile) }

// spread appends a text to every string that it can reach.
func spread(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Elem().CanSet() {
			spread(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				spread(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			spread(v.Index(i), text)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			if value.Kind() == reflect.Interface {
				value.Set(reflect.ValueOf([]string{text}))
			}
			v.SetMapIndex(key, reflect.Value{})
			v.SetMapIndex(reflect.ValueOf(key.String()+text), value)
		}
	case reflect.String:
		v.SetString(v.String() + text)
	}
}

func TestHostileStrings(t *testing.T) {
	printed := map[string]func(Options) string{
		"explain": func(o Options) string {
			c := oomCheck()
			poison(reflect.ValueOf(&c).Elem())
			var out strings.Builder
			if err := Explain(&out, c, Examples{Bad: hostile, Good: hostile}, o); err != nil {
				t.Fatal(err)
			}
			return out.String()
		},
		"finding": func(o Options) string {
			f := explainedFinding()
			poison(reflect.ValueOf(&f).Elem())
			var out strings.Builder
			if err := Finding(&out, f, o); err != nil {
				t.Fatal(err)
			}
			return out.String()
		},
		"catalog": func(o Options) string {
			c := oomCheck()
			poison(reflect.ValueOf(&c).Elem())
			var out strings.Builder
			if err := Catalog(&out, []api.CatalogCheck{c}, o); err != nil {
				t.Fatal(err)
			}
			return out.String()
		},
	}
	for name, build := range map[string]func() *api.Report{
		"shop": shop, "cluster": cluster, "perfect": perfect, "empty": empty, "unreadable": unreadable, "excepted": excepted,
	} {
		printed["table of "+name] = func(o Options) string {
			r := build()
			poison(reflect.ValueOf(r).Elem())
			return print(t, r, o)
		}
	}
	printed["settings"] = func(o Options) string {
		settings := []Setting{{Key: "profile", Source: "default", Value: "production"}}
		poison(reflect.ValueOf(settings))
		var out strings.Builder
		if err := Settings(&out, settings, o); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	printed["clusters"] = func(o Options) string {
		l := several()
		poison(reflect.ValueOf(l).Elem())
		return printClusters(t, l, o)
	}
	for name, print := range printed {
		for _, o := range []Options{{}, {Wide: true}, {Width: 80}, {Width: 80, Wide: true, Color: true}, {Width: 200, Color: true}} {
			t.Run(fmt.Sprintf("%s/%+v", name, o), func(t *testing.T) {
				out := print(o)
				if !utf8.ValidString(out) {
					t.Error("the output is not UTF-8")
				}
				for i, r := range stripColors(out) {
					if r != '\n' && !unicode.IsPrint(r) {
						t.Fatalf("%U in the output: %q", r, stripColors(out)[max(i-20, 0):i+5])
					}
				}
				if !o.Color && strings.ContainsRune(out, '\x1b') {
					t.Error("an escape sequence in an output without colors")
				}
			})
		}
	}
}

// A line break in a message must not look like another finding.
func TestHostileStringsForgeNoRows(t *testing.T) {
	r := shop()
	before := strings.Count(print(t, r, Options{}), "\n")
	r.Findings[0].Message += "\ncritical  forged-check  deploy/other"
	if after := strings.Count(print(t, r, Options{}), "\n"); after != before {
		t.Errorf("%d lines, want %d", after, before)
	}
}
