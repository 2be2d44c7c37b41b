package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
)

// full turns on everything that the chart can do with a pod that keeps running.
var full = values{
	"mode": "serve", "watch": true, "clusterName": "prod-eu", "args": []any{"--profile=strict"}, "config": map[string]any{"profile": "strict"},
	"image":            map[string]any{"digest": "sha256:" + strings.Repeat("0a", 32)},
	"imagePullSecrets": []any{map[string]any{"name": "registry"}},
	"podAnnotations":   map[string]any{"team": "platform"},
	"nodeSelector":     map[string]any{"kubernetes.io/os": "linux"},
	"tolerations":      []any{map[string]any{"operator": "Exists"}},
	"affinity":         map[string]any{"nodeAffinity": map[string]any{}},
	"history":          map[string]any{"enabled": true, "keep": "30d", "size": "5Gi", "storageClassName": "fast", "accessMode": "ReadWriteOncePod"},
	"serviceAccount":   map[string]any{"annotations": map[string]any{"team": "platform"}},
	"prometheus": map[string]any{
		"serviceMonitor": map[string]any{"enabled": true, "labels": map[string]any{"release": "monitoring"}},
		"rules":          map[string]any{"enabled": true, "labels": map[string]any{"release": "monitoring"}},
		"dashboard":      map[string]any{"enabled": true},
	},
}

// sharded audits with several pods.
var sharded = values{
	"shards": 8, "shardsVolume": map[string]any{"persistentVolumeClaim": map[string]any{"claimName": "reports"}},
}

// kept keeps reports.
var kept = values{"history": map[string]any{"enabled": true}}

// Each pod of the Job audits its part, and they hand over their reports on a volume.
func TestShards(t *testing.T) {
	job := objects(t, templated(t, sharded))["CronJob prodcheck"]["spec"].(map[string]any)["jobTemplate"].(map[string]any)["spec"].(map[string]any)
	if job["completionMode"] != "Indexed" || job["completions"] != 8.0 || job["parallelism"] != 8.0 {
		t.Errorf("%v", job)
	}
	pod := job["template"].(map[string]any)["spec"].(map[string]any)
	container := pod["containers"].([]any)[0].(map[string]any)
	for what, both := range map[string][2]any{
		"arguments": {container["args"], []any{"--all-namespaces", "--output=json", "--shards=8", "--hand-over=/shards/$(JOB_NAME)"}},
		"mounts":    {container["volumeMounts"], []any{map[string]any{"name": "shards", "mountPath": "/shards"}}},
		"volumes":   {pod["volumes"], []any{map[string]any{"name": "shards", "persistentVolumeClaim": map[string]any{"claimName": "reports"}}}},
	} {
		if diff := cmp.Diff(both[1], both[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if _, err := template(values{"shards": 8, "observe": "2m"}, "default"); err == nil || !strings.Contains(err.Error(), "observe cannot be used with shards") {
		t.Errorf("with an observation: %v", err)
	}
	if _, err := template(values{"shards": 8}, "default"); err == nil || !strings.Contains(err.Error(), "shards need shardsVolume") {
		t.Errorf("without a volume: %v", err)
	}
}

func TestHelmLint(t *testing.T) {
	for name, v := range map[string]values{"defaults": {}, "everything": full, "sharded": sharded} {
		for _, message := range lint.RunAll(chartDir, v, "default").Messages {
			// An icon is for catalogs of charts.
			if message.Severity > support.InfoSev || !strings.Contains(message.Err.Error(), "icon is recommended") {
				t.Errorf("%s: %s", name, message)
			}
		}
	}
}

// The chart and the kustomizations are two ways to the same objects.
func TestChartIsTheKustomization(t *testing.T) {
	for name, test := range map[string]struct {
		kustomized string
		values     values
	}{
		"cronjob":                 {kustomized(t, "base"), values{}},
		"serve":                   {kustomized(t, "serve"), values{"mode": "serve"}},
		"cronjob, with Secrets":   {withSecrets(t, "base"), values{"secrets": true}},
		"serve, with Secrets":     {withSecrets(t, "serve"), values{"mode": "serve", "secrets": true}},
		"cronjob, with a history": {withHistory(t, "base"), kept},
		"serve, with a history":   {withHistory(t, "serve"), values{"mode": "serve", "history": kept["history"]}},
		"cronjob that observes":   {watching(t, "base"), values{"observe": "2m"}},
		"serve, watching":         {watching(t, "serve"), values{"mode": "serve", "watch": true}},
		"serve, with the Prometheus operator": {operated(t), values{"mode": "serve", "prometheus": map[string]any{
			"serviceMonitor": map[string]any{"enabled": true}, "rules": map[string]any{"enabled": true},
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			fromChart := withoutHelmLabels(objects(t, templated(t, test.values))).(map[string]map[string]any)
			if diff := cmp.Diff(objects(t, test.kustomized), fromChart); diff != "" {
				t.Errorf("kustomization (-), chart (+):\n%s", diff)
			}
		})
	}
}

// withoutHelmLabels removes the labels that distinguish one release from
// another.
func withoutHelmLabels(value any) any {
	switch v := value.(type) {
	case map[string]map[string]any:
		for _, object := range v {
			withoutHelmLabels(object)
		}
	case map[string]any:
		for _, key := range []string{"app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart"} {
			delete(v, key)
		}
		for _, inner := range v {
			withoutHelmLabels(inner)
		}
	case []any:
		for _, inner := range v {
			withoutHelmLabels(inner)
		}
	}
	return value
}

func TestValues(t *testing.T) {
	t.Run("nothing of Secrets is allowed or audited, unless it is asked for", func(t *testing.T) {
		const rule, argument = "- apiGroups:\n  - \"\"\n  resources:\n  - secrets\n  verbs:\n  - list\n", `            - "--secrets"` + "\n"
		with, without := templated(t, values{"secrets": true}), templated(t, values{})
		if strings.Contains(without, "secrets") {
			t.Errorf("by default:\n%s", without)
		}
		if strings.Replace(strings.Replace(with, rule, "", 1), argument, "", 1) != without {
			t.Errorf("with Secrets:\n%s", with)
		}
	})
	t.Run("the role allows watching only if an audit watches", func(t *testing.T) {
		verbs := func(v values) (all []string) {
			for _, rule := range objects(t, templated(t, v))["ClusterRole prodcheck"]["rules"].([]any) {
				all = append(all, fmt.Sprint(rule.(map[string]any)["verbs"]))
			}
			return all
		}
		for name, v := range map[string]values{
			"by default": {}, "serve": {"mode": "serve"},
			"observe, which the server cannot": {"mode": "serve", "observe": "2m"}, "watch, which a CronJob cannot": {"watch": true},
		} {
			if strings.Contains(strings.Join(verbs(v), ""), "watch") {
				t.Errorf("%s: %q", name, verbs(v))
			}
		}
		for name, v := range map[string]values{
			"observing": {"observe": "90s", "secrets": true}, "watching": {"mode": "serve", "watch": true, "secrets": true},
		} {
			if slices.ContainsFunc(verbs(v), func(of string) bool { return !strings.Contains(of, "list watch") }) {
				t.Errorf("%s: %q", name, verbs(v))
			}
		}
	})
	t.Run("in its own namespace the release does not make it again", func(t *testing.T) {
		text, err := template(values{}, "prodcheck")
		if err != nil {
			t.Fatal(err)
		}
		o := objects(t, text)
		if o["Namespace prodcheck"] != nil || o["ResourceQuota prodcheck"] == nil {
			t.Error("want the quota, and no namespace")
		}
	})
	t.Run("a shared namespace is left as it is", func(t *testing.T) {
		o := objects(t, templated(t, values{"namespace": map[string]any{"name": "monitoring", "create": false, "quota": nil}}))
		if o["Namespace monitoring"] != nil || o["ResourceQuota prodcheck"] != nil {
			t.Error("it is not")
		}
	})
	t.Run("a configuration is mounted and named", func(t *testing.T) {
		text := templated(t, values{"config": map[string]any{"profile": "strict"}})
		config := objects(t, text)["ConfigMap prodcheck"]["data"].(map[string]any)["config.yaml"]
		if want := "apiVersion: prodcheck/v1alpha1\nkind: Config\nprofile: strict"; config != want {
			t.Errorf("config.yaml is %q, want %q", config, want)
		}
		file := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(file, []byte(config.(string)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(prodcheck(t), "config", "validate", file).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		for _, want := range []string{`- "--config=/etc/prodcheck/config.yaml"`, "mountPath: /etc/prodcheck"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s", want)
			}
		}
	})
	t.Run("reports have a volume, which the server does not need", func(t *testing.T) {
		v := values{"reports": map[string]any{"persistentVolumeClaim": map[string]any{"claimName": "kept"}}}
		pod := "mountPath: /reports\n"
		text := templated(t, v)
		for _, want := range []string{pod, "fsGroup: 65532\n", "name: reports\n            persistentVolumeClaim:\n              claimName: kept\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
		v["mode"] = "serve"
		if strings.Contains(templated(t, v), pod) {
			t.Error("the server mounts it")
		}
	})
	t.Run("a history has a claim, or the volume that it is given", func(t *testing.T) {
		claim := func(v values) map[string]any {
			return objects(t, templated(t, v))["PersistentVolumeClaim prodcheck-history"]
		}
		if claim(values{}) != nil || claim(kept) == nil {
			t.Error("want a claim only with a history")
		}
		own := values{"history": map[string]any{"enabled": true, "volume": map[string]any{"nfs": map[string]any{"server": "files", "path": "/"}}}}
		if text := templated(t, own); claim(own) != nil || !strings.Contains(text, "name: history\n            nfs:\n") {
			t.Errorf("the given volume is not used:\n%s", text)
		}
		elsewhere := values{"history": kept["history"], "config": map[string]any{"history": map[string]any{"directory": "/history/prod-eu"}}}
		if text := templated(t, elsewhere); strings.Contains(text, "--history") || !strings.Contains(text, "mountPath: /history") {
			t.Errorf("the configuration names the directory:\n%s", text)
		}
		apart := values{"history": kept["history"], "shards": 8, "shardsVolume": sharded["shardsVolume"]}
		if _, err := template(apart, "default"); err == nil || !strings.Contains(err.Error(), "history with shards needs history.accessMode: ReadWriteMany") {
			t.Errorf("pods that cannot all mount the volume: %v", err)
		}
	})
	t.Run("TLS and basic authentication come from a Secret", func(t *testing.T) {
		text := templated(t, values{"mode": "serve", "webConfigSecret": "prodcheck-web", "config": map[string]any{"profile": "strict"},
			"prometheus": map[string]any{"serviceMonitor": map[string]any{"enabled": true, "endpoint": map[string]any{"scheme": "https"}}}})
		for _, want := range []string{
			`- "--web.config.file=/etc/prodcheck-web/web.yaml"`, "mountPath: /etc/prodcheck-web", "secretName: prodcheck-web",
			`- "--config=/etc/prodcheck/config.yaml"`, "tcpSocket:", "    scheme: https\n",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s", want)
			}
		}
		// A kubelet has no password.
		if strings.Contains(text, "httpGet") {
			t.Error("probes ask over HTTP")
		}
		if strings.Contains(templated(t, values{"webConfigSecret": "prodcheck-web"}), "web.config.file") {
			t.Error("a CronJob serves nothing")
		}
	})
	t.Run("the board is as it was tested", func(t *testing.T) {
		board := objects(t, templated(t, full))["ConfigMap prodcheck-dashboard"]["data"].(map[string]any)["prodcheck.json"]
		want := strings.TrimSpace(string(read(t, filepath.Join(root, "deploy", "grafana", "prodcheck.json"))))
		if diff := cmp.Diff(want, strings.TrimSpace(board.(string))); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("everything at once", func(t *testing.T) {
		text := templated(t, full)
		for _, want := range []string{
			"kubectl-prodcheck:v0.1.0@sha256:0a0a", `- "--profile=strict"`, `- "--cluster-name=prod-eu"`, `grafana_dashboard: "1"`, "release: monitoring", "- name: registry", "team: platform",
			"kubernetes.io/os: linux", "operator: Exists", `- "--history-keep=30d"`, "storage: 5Gi", `storageClassName: "fast"`, "- ReadWriteOncePod", "nodeAffinity: {}", "checksum/config: ",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
	})
}

// Each wrong value is reported in one line that names it.
func TestWrongValues(t *testing.T) {
	for name, test := range map[string]struct {
		values values
		want   []string
	}{
		"unknown":          {values{"scedule": "@hourly"}, []string{"additional properties 'scedule' not allowed"}},
		"unknown, nested":  {values{"image": map[string]any{"name": "x"}}, []string{"at '/image'", "additional properties 'name' not allowed"}},
		"mode":             {values{"mode": "daemon"}, []string{"at '/mode'", "'cronjob', 'serve'"}},
		"schedule":         {values{"schedule": "hourly"}, []string{"at '/schedule'", "'hourly' does not match pattern"}},
		"interval":         {values{"interval": "60"}, []string{"at '/interval'", "'60' does not match pattern"}},
		"observe":          {values{"observe": "2"}, []string{"at '/observe'", "'2' does not match pattern"}},
		"digest":           {values{"image": map[string]any{"digest": "abc"}}, []string{"at '/image/digest'", "'abc' does not match pattern"}},
		"deadline":         {values{"deadlineSeconds": 0}, []string{"at '/deadlineSeconds'", "minimum: got 0, want 1"}},
		"argument":         {values{"args": []any{"prod"}}, []string{"at '/args/0'", "'prod' does not match pattern"}},
		"quantity":         {values{"resources": map[string]any{"limits": map[string]any{"memory": "256MB"}}}, []string{"at '/resources/limits/memory'", "'256MB' does not match pattern"}},
		"no memory limit":  {values{"resources": map[string]any{"limits": map[string]any{"memory": nil}}}, []string{"at '/resources/limits'", "missing property 'memory'"}},
		"namespace":        {values{"namespace": map[string]any{"name": "Prod"}}, []string{"at '/namespace/name'", "'Prod' does not match pattern"}},
		"age":              {values{"history": map[string]any{"keep": "long"}}, []string{"at '/history/keep'", "'long' does not match pattern"}},
		"access":           {values{"history": map[string]any{"accessMode": "ReadOnlyMany"}}, []string{"at '/history/accessMode'", "'ReadWriteMany'"}},
		"type":             {values{"secrets": "no"}, []string{"at '/secrets'", "got string, want boolean"}},
		"nothing to watch": {values{"prometheus": map[string]any{"serviceMonitor": map[string]any{"enabled": true}}}, []string{"prometheus.serviceMonitor.enabled needs mode: serve"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := template(test.values, "default")
			if err == nil {
				t.Fatal("it renders")
			}
			var lines []string
			for _, line := range strings.Split(strings.TrimSpace(err.Error()), "\n") {
				// Other lines are Helm's own: they say that the values do not match the
				// schema, and name the chart.
				if strings.HasPrefix(line, "- ") {
					lines = append(lines, line)
				}
			}
			if len(lines) > 1 {
				t.Errorf("%d lines:\n%s", len(lines), err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v\nwant %s", err, want)
				}
			}
		})
	}
}
