package cli

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/rogpeppe/go-internal/testscript"
)

// startPushGateway starts a Pushgateway, or one that answers with a status:
//
//	pushgateway [STATUS]
//
// GATEWAY is its URL. What is pushed to a group is the file pushed/PATH.
func startPushGateway(ts *testscript.TestScript, _ bool, args []string) {
	status := http.StatusOK
	if len(args) > 0 {
		var err error
		status, err = strconv.Atoi(args[0])
		ts.Check(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status != http.StatusOK {
			http.Error(w, "no pushes today", status)
			return
		}
		if err := savePushed(ts.MkAbs("pushed"+r.URL.Path), r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("GATEWAY", server.URL)
}

// savePushed writes the content of a request as text.
func savePushed(file string, r *http.Request) error {
	if r.Method != http.MethodPut {
		return errors.New("only PUT replaces a group")
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	decoder := expfmt.NewDecoder(r.Body, expfmt.ResponseFormat(r.Header))
	for {
		var family dto.MetricFamily
		switch err := decoder.Decode(&family); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if _, err := expfmt.MetricFamilyToText(out, &family); err != nil {
			return err
		}
	}
}
