package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// console matches a command in a page and the output below it.
var console = regexp.MustCompile("(?s)```console\n\\$ kubectl prodcheck ([^\n]*)\n(.*?)```")

// The page about several clusters shows the output of the program; -update
// rewrites it.
func TestClustersPage(t *testing.T) {
	useClustersOfThePage(t)
	const file = "../../docs/clusters.md"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	want := asPrinted(page)
	if want == page && !console.MatchString(page) {
		t.Fatal("the page shows no command")
	}
	comparePage(t, file, want, page)
}

// asPrinted replaces the output below each command of a page by the current one.
func asPrinted(page string) string {
	return console.ReplaceAllStringFunc(page, func(block string) string {
		args := console.FindStringSubmatch(block)[1]
		var text strings.Builder
		run(append([]string{"kubectl-prodcheck"}, words(args)...), genericiooptions.IOStreams{Out: &text, ErrOut: &text})
		return "```console\n$ kubectl prodcheck " + args + "\n" + strings.TrimSuffix(text.String(), "\n") + "\n```"
	})
}

// words splits a command line and removes the quotes of quoted words.
func words(line string) []string {
	var words []string
	for _, word := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(line, -1) {
		words = append(words, strings.Trim(word, "'"))
	}
	return words
}

// useClustersOfThePage makes a kubeconfig of two clusters and a dead one.
func useClustersOfThePage(t *testing.T) {
	t.Helper()
	config := clientcmdapi.NewConfig()
	add := func(name, namespace, server string) {
		config.Clusters[name] = &clientcmdapi.Cluster{Server: server}
		config.Contexts[name] = &clientcmdapi.Context{Cluster: name, Namespace: namespace}
	}
	for name, namespace := range map[string]string{"prod-eu": "shop", "prod-us": "billing"} {
		s, err := startAPIServer(clusterFile, nil)
		t.Cleanup(s.stop)
		if err != nil {
			t.Fatal(err)
		}
		add(name, namespace, s.URL)
	}
	add("staging", "shop", "https://127.0.0.1:1")
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", file)
}
