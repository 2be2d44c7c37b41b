//go:build integration

package faults

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// fault answers a request in its own way; server is the real one.
type fault func(w http.ResponseWriter, r *http.Request, server http.Handler)

// proxy stands between the audit and the API server.
type proxy struct {
	server http.Handler
	// hit counts the requests that met the fault.
	hit atomic.Int64
}

func newProxy(t *testing.T, config *rest.Config) *proxy {
	t.Helper()
	target, err := url.Parse(config.Host)
	must(t, err)
	transport, err := rest.TransportFor(config)
	must(t, err)
	return &proxy{server: &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: transport,
		ErrorLog:  log.New(io.Discard, "", 0),
	}}
}

// serve starts the proxy, with a fault for the requests that match, and returns
// how to connect to it. Like an API server it uses HTTP/2, unless the fault is
// in the connection itself.
func (p *proxy) serve(t *testing.T, old bool, match func(*http.Request) bool, f fault) *rest.Config {
	t.Helper()
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !match(r) {
			p.server.ServeHTTP(w, r)
			return
		}
		p.hit.Add(1)
		f(w, r, p.server)
	}))
	front.EnableHTTP2 = !old
	front.Config.ErrorLog = log.New(io.Discard, "", 0)
	front.StartTLS()
	t.Cleanup(func() {
		front.CloseClientConnections()
		front.Close()
	})
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw})
	return &rest.Config{Host: front.URL, TLSClientConfig: rest.TLSClientConfig{CAData: authority}}
}

// lists matches the lists of a resource, in all namespaces and in one.
func lists(resource inventory.Resource) func(*http.Request) bool {
	group, prefix := resource.GroupResource(), "/api/"
	if group.Group != "" {
		prefix = "/apis/" + group.Group + "/"
	}
	return func(r *http.Request) bool {
		return strings.HasPrefix(r.URL.Path, prefix) && strings.HasSuffix(r.URL.Path, "/"+group.Resource)
	}
}

// laterPages matches all pages of a list but its first.
func laterPages(resource inventory.Resource) func(*http.Request) bool {
	list := lists(resource)
	return func(r *http.Request) bool { return list(r) && r.URL.Query().Has("continue") }
}

// single matches requests for single objects of a resource.
func single(resource inventory.Resource) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return strings.Contains(r.URL.Path, "/"+resource.GroupResource().Resource+"/")
	}
}

func everything(*http.Request) bool { return true }

// once makes a fault that only the first request meets.
func once(f fault) fault {
	var met atomic.Bool
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if met.Swap(true) {
			server.ServeHTTP(w, r)
			return
		}
		f(w, r, server)
	}
}

func unharmed(w http.ResponseWriter, r *http.Request, server http.Handler) { server.ServeHTTP(w, r) }

// refuse answers as the API server does, with a Status.
func refuse(code int, reason metav1.StatusReason, header ...string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		writeStatus(w, metav1.Status{Code: int32(code), Reason: reason})
	}
}

func writeStatus(w http.ResponseWriter, status metav1.Status) {
	status.APIVersion, status.Kind, status.Status = "v1", "Status", metav1.StatusFailure
	status.Message = "injected: " + string(status.Reason)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(status.Code))
	_ = json.NewEncoder(w).Encode(status)
}

// pageNotFound is the 404 of a server that does not know an API.
func pageNotFound(w http.ResponseWriter, r *http.Request, _ http.Handler) { http.NotFound(w, r) }

// forbiddenBut refuses lists of all namespaces, and of every namespace except
// one.
func forbiddenBut(namespace string) fault {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if strings.Contains(r.URL.Path, "/namespaces/"+namespace+"/") {
			server.ServeHTTP(w, r)
			return
		}
		refuse(http.StatusForbidden, metav1.StatusReasonForbidden)(w, r, server)
	}
}

// expired answers a continue token as the API server does after a compaction:
// with another token, which continues from the same key in the present objects.
func expired(w http.ResponseWriter, r *http.Request, server http.Handler) {
	var token struct {
		Version  string `json:"v"`
		Revision int64  `json:"rv"`
		Start    string `json:"start"`
	}
	data, err := base64.RawURLEncoding.DecodeString(r.URL.Query().Get("continue"))
	if err == nil {
		err = json.Unmarshal(data, &token)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	if token.Revision < 0 {
		server.ServeHTTP(w, r)
		return
	}
	token.Revision = -1
	data, _ = json.Marshal(token)
	writeStatus(w, metav1.Status{
		Code: http.StatusGone, Reason: metav1.StatusReasonExpired,
		ListMeta: metav1.ListMeta{Continue: base64.RawURLEncoding.EncodeToString(data)},
	})
}

// half sends the first half of the real response, with a header that announces
// length bytes.
func half(w http.ResponseWriter, r *http.Request, server http.Handler, length func(whole, half int) int) {
	real := httptest.NewRecorder()
	server.ServeHTTP(real, r)
	whole := real.Body.Bytes()
	for name, values := range real.Header() {
		w.Header()[name] = values
	}
	part := whole[:len(whole)/2]
	w.Header().Set("Content-Length", strconv.Itoa(length(len(whole), len(part))))
	w.WriteHeader(real.Code)
	_, _ = io.Copy(w, bytes.NewReader(part))
	_ = http.NewResponseController(w).Flush()
}

func promiseAll(whole, _ int) int { return whole }

func promiseHalf(_, half int) int { return half }

// reset breaks the connection in the middle of a page.
func reset(w http.ResponseWriter, r *http.Request, server http.Handler) {
	half(w, r, server, promiseAll)
	panic(http.ErrAbortHandler)
}

// truncate sends half a page as if it were a whole one.
func truncate(w http.ResponseWriter, r *http.Request, server http.Handler) {
	half(w, r, server, promiseHalf)
}

// stall never answers; stallInside never ends its answer.
func stall(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }

func stallInside(w http.ResponseWriter, r *http.Request, server http.Handler) {
	half(w, r, server, promiseAll)
	<-r.Context().Done()
}

// garble writes bytes into the TLS connection that are not TLS.
func garble(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = conn.(*tls.Conn).NetConn().Write([]byte("HTTP/1.1 500 no TLS here\r\n\r\n"))
	_ = conn.Close()
}

// goneAfter breaks all connections permanently after some answers.
func goneAfter(answers int64) fault {
	var given atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if given.Add(1) > answers {
			panic(http.ErrAbortHandler)
		}
		server.ServeHTTP(w, r)
	}
}

// closing ends the connection with every third answer, as load balancers do.
func closing() fault {
	var given atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if given.Add(1)%3 == 0 {
			w.Header().Set("Connection", "close")
		}
		server.ServeHTTP(w, r)
	}
}

// emptyList answers a list with an empty one, for example an outdated one.
func emptyList(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"apiVersion":"meta.k8s.io/v1","kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"1"},"items":[]}`)
}
