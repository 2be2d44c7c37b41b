package metrics

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"

	dto "github.com/prometheus/client_model/go"
)

func TestPushReplacesTheClustersGroup(t *testing.T) {
	var method, path string
	var pushed []*dto.MetricFamily
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		method, path = r.Method, r.URL.Path
		decoder := expfmt.NewDecoder(r.Body, expfmt.ResponseFormat(r.Header))
		for {
			var family dto.MetricFamily
			if decoder.Decode(&family) != nil {
				return
			}
			pushed = append(pushed, &family)
		}
	}))
	defer server.Close()
	gateway, err := ParseGateway(server.URL + "/prefix/")
	if err != nil {
		t.Fatal(err)
	}
	r := shop()
	r.Changes, r.Findings[0].FirstSeen = changed().Changes, ago(time.Hour)
	if err := gateway.Push(t.Context(), Of(r, time.Second)); err != nil {
		t.Fatal(err)
	}
	if method != http.MethodPut || path != "/prefix/metrics/job/prodcheck/cluster/prod-eu" {
		t.Errorf("%s %s", method, path)
	}
	names := map[string]bool{}
	for _, family := range pushed {
		names[family.GetName()] = true
		for _, m := range family.Metric {
			if label(m, ClusterLabel) != "" {
				t.Errorf("%s has the label that names its group", family.GetName())
			}
		}
	}
	for _, m := range Metrics {
		if !names[m.Name] {
			t.Errorf("%s was not pushed", m.Name)
		}
	}
}

func TestPushThatFails(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"/refused": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "pushes are not allowed", http.StatusForbidden)
		},
		"/elsewhere": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for prefix, answer := range answers {
			if strings.HasPrefix(r.URL.Path, prefix) {
				answer(w, r)
			}
		}
	}))
	defer server.Close()
	dead := httptest.NewServer(nil)
	dead.Close()
	for address, want := range map[string]string{
		server.URL + "/refused":   "unexpected status code 403",
		server.URL + "/elsewhere": "the gateway redirects",
		dead.URL:                  "refused", // in words of the system
	} {
		err := Gateway(address).Push(t.Context(), Of(shop(), 0))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "push to "+address+": ") {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Gateway(server.URL).Push(ctx, Of(shop(), 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestParseGateway(t *testing.T) {
	for address, want := range map[string]string{
		"http://pushgateway:9091":        "",
		"https://push.example.com/here/": "",
		"":                               "like http://pushgateway:9091",
		"pushgateway:9091":               "like http://pushgateway:9091",
		"pushgateway":                    "like http://pushgateway:9091",
		"ftp://pushgateway":              "like http://pushgateway:9091",
		"http://":                        "like http://pushgateway:9091",
		"http://a b":                     "not a URL",
		"http://jane:secret@push":        "credentials",
		"http://push/?group=a":           "query",
		"http://push/#a":                 "fragment",
		"http://jane:secret@push:port":   "not a URL",
	} {
		_, err := ParseGateway(address)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", address, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %q", address, err, want)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%q: %v tells the password", address, err)
		}
	}
}
