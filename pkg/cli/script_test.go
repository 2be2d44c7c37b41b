package cli

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	utilversion "k8s.io/apimachinery/pkg/util/version"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

var update = flag.Bool("update", false, "write what the scripts expect")

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// No test may find the cluster of the person who runs it.
			env.Setenv("KUBECONFIG", filepath.Join(env.WorkDir, "kubeconfig"))
			env.Setenv("CLUSTER", clusterFile)
			env.Setenv(clockVariable, os.Getenv(clockVariable))
			executable, err := os.Executable()
			if err != nil {
				return err
			}
			env.Setenv("EXECUTABLE", executable)
			// With the race detector, a process sleeps for a second before it exits.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"apiserver":   serve,
			"cluster":     addCluster,
			"edit":        editFile,
			"files":       expectFiles,
			"mode":        expectMode,
			"pod":         makePod,
			"pushgateway": startPushGateway,
			"status":      expectStatus,
			"truncate":    truncateFiles,
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "pods-can-be-faked":
				return canFakePods(), nil
			case "kubectl-completes-plugins":
				return kubectlCompletesPlugins(), nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
	})
}

// Scripts also run on Windows: those that need other programs say where they are skipped.
func TestScriptsNeedNoUnix(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	program := regexp.MustCompile(`(?m)^(! )?(exec|status \d+) ([^k\s]\S*)`)
	for _, file := range scripts {
		script, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if used := program.Find(script.Comment); used != nil && !bytes.Contains(script.Comment, []byte("] skip ")) {
			t.Errorf("%s: %s", file, used)
		}
	}
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

// makePod starts an API server and creates what a pod of it has: environment
// variables, and the files of a service account, in $WORK/serviceaccount:
//
//	pod NAMESPACE FILE
func makePod(ts *testscript.TestScript, _ bool, args []string) {
	s, err := newAPIServer(ts.MkAbs(args[1]), nil)
	ts.Check(err)
	s.token = "of-the-service-account"
	// Clients close TLS connections without notice.
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	ts.Defer(s.stop)
	host, port, err := net.SplitHostPort(s.Listener.Addr().String())
	ts.Check(err)
	ts.Setenv("KUBERNETES_SERVICE_HOST", host)
	ts.Setenv("KUBERNETES_SERVICE_PORT", port)
	dir := ts.MkAbs("serviceaccount")
	ts.Check(os.Mkdir(dir, 0o700))
	for name, text := range map[string][]byte{
		"namespace": []byte(args[0]),
		"token":     []byte(s.token),
		"ca.crt":    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}),
	} {
		ts.Check(os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
}

// canFakePods reports whether this user can mount a file system that only one
// process sees: client-go looks for a service account in a fixed place.
var canFakePods = sync.OnceValue(func() bool {
	return exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/var/run").Run() == nil
})

// kubectlCompletesPlugins reports whether there is a kubectl that completes
// plugins.
var kubectlCompletesPlugins = sync.OnceValue(func() bool {
	out, err := exec.Command("kubectl", "version", "--client", "-o", "json").Output()
	var is struct{ ClientVersion struct{ GitVersion string } }
	if err != nil || json.Unmarshal(out, &is) != nil {
		return false
	}
	kubectl, err := utilversion.ParseGeneric(is.ClientVersion.GitVersion)
	return err == nil && kubectl.AtLeast(utilversion.MustParseGeneric("1.26"))
})

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
