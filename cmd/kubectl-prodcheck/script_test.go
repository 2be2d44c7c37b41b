package main

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

var update = flag.Bool("update", false, "write what the scripts expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"kubectl-prodcheck":          main,
		"kubectl_complete-prodcheck": main,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// No test may find the cluster of the one who runs it.
			env.Setenv("KUBECONFIG", filepath.Join(env.WorkDir, "kubeconfig"))
			env.Setenv("CLUSTER", clusterFile)
			// A process with the race detector sleeps for a second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"apiserver":   serve,
			"cluster":     addCluster,
			"pushgateway": startPushGateway,
			"status":      expectStatus,
		},
	})
}

// clusterFile is the cluster of most scripts.
var clusterFile, _ = filepath.Abs(filepath.Join("testdata", "cluster.yaml"))

// serve starts an API server and makes its kubeconfig the current one:
//
//	apiserver FILE [RESOURCE=FAULT...]
func serve(ts *testscript.TestScript, _ bool, args []string) {
	url := startServer(ts, args[0], args[1:])
	ts.Setenv("SERVER", url)
	ts.Check(os.WriteFile(ts.Getenv("KUBECONFIG"), []byte(kubeconfig(url)), 0o600))
}

// addCluster starts an API server and adds a context for it to the kubeconfig:
//
//	cluster CONTEXT NAMESPACE FILE [RESOURCE=FAULT...]
func addCluster(ts *testscript.TestScript, _ bool, args []string) {
	name, file := args[0], ts.Getenv("KUBECONFIG")
	config, err := clientcmd.LoadFromFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		config, err = clientcmdapi.NewConfig(), nil
	}
	ts.Check(err)
	config.Clusters[name] = &clientcmdapi.Cluster{Server: startServer(ts, args[2], args[3:])}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, Namespace: args[1]}
	ts.Check(clientcmd.WriteToFile(*config, file))
}

func startServer(ts *testscript.TestScript, file string, faulty []string) (url string) {
	faults := map[string]string{}
	for _, fault := range faulty {
		resource, what, _ := strings.Cut(fault, "=")
		faults[resource] = what
	}
	s, err := startAPIServer(ts.MkAbs(file), faults)
	ts.Check(err)
	ts.Defer(s.stop)
	return s.URL
}

// expectStatus runs a program that ends with a status other than 0:
//
//	status STATUS PROGRAM ARGUMENT...
func expectStatus(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		ts.Fatalf("%s ended with %v, want status %d", strings.Join(args[1:], " "), err, want)
	}
	if exit.ExitCode() != want {
		ts.Fatalf("%s ended with status %d, want %d", strings.Join(args[1:], " "), exit.ExitCode(), want)
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
