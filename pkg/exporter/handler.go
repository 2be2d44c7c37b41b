package exporter

import (
	"fmt"
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// maxScrapes limits concurrent scrapes, because each reads all findings.
const maxScrapes = 4

const index = `<!DOCTYPE html>
<title>prodcheck</title>
<h1>prodcheck</h1>
<ul>
<li><a href="metrics">metrics</a>
<li><a href="report.json">report.json</a>
<li><a href="healthz">healthz</a>
<li><a href="readyz">readyz</a>
</ul>
`

// Handler answers GET and HEAD.
func (e *Exporter) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, index)
	})
	mux.Handle("GET /metrics", e.metrics())
	mux.HandleFunc("GET /report.json", e.report)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", e.readyz)
	return mux
}

// metrics serves the metrics of the audit and those of this process.
func (e *Exporter) metrics() http.Handler {
	process := prometheus.NewRegistry()
	process.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	last := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		gatherer, err := metrics.Gatherer(*e.last.Load())
		if err != nil {
			return nil, err
		}
		return gatherer.Gather()
	})
	return promhttp.HandlerFor(prometheus.Gatherers{last, process}, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes})
}

// noReport is the answer before the first report.
const noReport = "no report yet"

// readyz is ready once there is a report, and stays ready: the age of a report
// shows that it is old.
func (e *Exporter) readyz(w http.ResponseWriter, _ *http.Request) {
	if e.last.Load().Report == nil {
		http.Error(w, noReport, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func (e *Exporter) report(w http.ResponseWriter, _ *http.Request) {
	r := e.last.Load().Report
	if r == nil {
		http.Error(w, noReport, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// Findings are written one by one, so that the report is never in memory twice.
	// It does not matter if a client disconnects in between.
	_ = printers.JSON{ResourcePrinter: &kubeprinters.JSONPrinter{}}.PrintObj(r, w)
}
