//go:build integration

package steps

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
)

// cluster contains the objects of a server.
type cluster struct{ text bytes.Buffer }

// add adds the objects of a template.
func (c *cluster) add(of *template.Template, values map[string]any) {
	c.text.WriteString("\n---\n")
	if err := of.Execute(&c.text, values); err != nil {
		panic(err)
	}
}

// parse parses a template in which seq counts.
func parse(text string) *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"seq": func(n int) []int {
			numbers := make([]int, n)
			for i := range numbers {
				numbers[i] = i
			}
			return numbers
		},
		"odd": func(i int) bool { return i%2 == 1 },
		"mod": func(i, n int) int { return i % n },
	}).Parse(strings.TrimSpace(text)))
}

var namespaceText = parse(`
{apiVersion: v1, kind: Namespace, metadata: {name: {{.ns}}}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: {{.ns}}}
spec: {limits: [{type: Container, default: {memory: 512Mi}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: {{.ns}}}
spec: {hard: {pods: "1000"}}
status: {hard: {pods: "1000"}, used: {pods: "990"}}
`)

var nodeText = parse(`
apiVersion: v1
kind: Node
metadata: {name: node-{{.i}}, labels: {kubernetes.io/hostname: node-{{.i}}, topology.kubernetes.io/zone: zone-{{mod .i 3}}, node-role.kubernetes.io/control-plane: ""}}
spec: {taints: [{key: example.com/dedicated, effect: PreferNoSchedule}]}
status:
  capacity: {cpu: "8", memory: 32Gi, pods: "110"}
  allocatable: {cpu: "8", memory: 30Gi, pods: "110"}
  nodeInfo: {kubeletVersion: v1.3{{mod .i 6}}.0}
  conditions:
  - {type: Ready, status: "{{if odd .i}}False{{else}}True{{end}}", lastTransitionTime: "2026-11-21T10:00:00Z", lastHeartbeatTime: "2026-11-21T11:59:00Z"}
  - {type: MemoryPressure, status: "{{if odd .i}}True{{else}}False{{end}}", lastTransitionTime: "2026-11-21T10:00:00Z"}
`)

// workloadText is a Deployment with everything that can belong to one. Every other pod fails.
var workloadText = parse(`
{{$w := .}}
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{.name}}, namespace: {{.ns}}, labels: {app: {{.name}}, tier: all}, annotations: {deployment.kubernetes.io/revision: "{{.revisions}}"}}
spec:
  replicas: {{.pods}}
  selector: {matchLabels: {app: {{.name}}}}
  template: &template
    metadata: {labels: {app: {{.name}}, tier: all}}
    spec: &spec
      serviceAccountName: {{.name}}
      containers:
      - name: app
        image: registry.example/{{.name}}:latest
        command: [sh, -c, "exec server --database postgres://user:secret@db:5432/shop"]
        ports: [{name: http, containerPort: 8080}]
        resources: {limits: {memory: 256Mi}, requests: {cpu: 100m, memory: 128Mi}}
        readinessProbe: {httpGet: {path: /ready, port: http}}
        livenessProbe: {httpGet: {path: /ready, port: http}}
        env: [{name: LEVEL, value: info}, {name: PASSWORD, valueFrom: {secretKeyRef: {name: {{.name}}, key: password}}}{{range seq .variables}}, {name: SETTING_{{.}}, valueFrom: {configMapKeyRef: {name: settings-{{.}}, key: value}}}{{end}}]
        volumeMounts: [{name: config, mountPath: /config}]
      volumes:
      - {name: config, configMap: {name: {{.name}}}}
{{- range seq .revisions}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: {{$w.name}}-{{.}}
  namespace: {{$w.ns}}
  labels: {app: {{$w.name}}, tier: all, pod-template-hash: "{{.}}"}
  annotations: {deployment.kubernetes.io/revision: "{{.}}"}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: {{$w.name}}, uid: x, controller: true}]
{{- end}}
{{- range seq .pods}}
---
apiVersion: v1
kind: Pod
metadata:
  name: {{$w.name}}-0-{{.}}
  namespace: {{$w.ns}}
  labels: {app: {{$w.name}}, tier: all, pod-template-hash: "0"}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: {{$w.name}}-{{mod . $w.revisions}}, uid: x, controller: true}]
spec:
  nodeName: node-{{mod . $w.nodes}}
  serviceAccountName: {{$w.name}}
  containers:
  - name: app
    image: registry.example/{{$w.name}}:latest
    command: [sh, -c, "exec server --database postgres://user:secret@db:5432/shop"]
    ports: [{name: http, containerPort: 8080}]
    resources: {limits: {memory: 256Mi}, requests: {cpu: 100m, memory: 128Mi}}
    readinessProbe: {httpGet: {path: /ready, port: http}}
    livenessProbe: {httpGet: {path: /ready, port: http}}
    env: [{name: LEVEL, value: info}, {name: PASSWORD, valueFrom: {secretKeyRef: {name: {{$w.name}}, key: password}}}{{range seq $w.variables}}, {name: SETTING_{{.}}, valueFrom: {configMapKeyRef: {name: settings-{{.}}, key: value}}}{{end}}]
    volumeMounts: [{name: config, mountPath: /config}]
  volumes:
  - {name: config, configMap: {name: {{$w.name}}}}
status:
  phase: Running
  startTime: "2026-11-21T06:00:00Z"
  conditions: [{type: Ready, status: "{{if odd .}}False{{else}}True{{end}}", lastTransitionTime: "2026-11-21T11:50:00Z"}, {type: PodScheduled, status: "True"}]
  containerStatuses:
  - name: app
    ready: {{not (odd .)}}
    restartCount: {{.}}
    image: registry.example/{{$w.name}}:latest
    imageID: registry.example/{{$w.name}}@sha256:{{mod . 7}}
{{- if odd .}}
    state: {waiting: {reason: CrashLoopBackOff, message: back-off 5m0s restarting failed container=app}}
    lastState: {terminated: {reason: OOMKilled, exitCode: 137, startedAt: "2026-11-21T11:30:00Z", finishedAt: "2026-11-21T11:55:30Z"}}
{{- else}}
    state: {running: {startedAt: "2026-11-21T07:00:02Z"}}
{{- end}}
{{- end}}
---
{apiVersion: v1, kind: Service, metadata: {name: {{.name}}, namespace: {{.ns}}}, spec: {selector: {app: {{.name}}}, ports: [{name: http, port: 80, targetPort: http}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: {{.name}}-x, namespace: {{.ns}}, generation: 40, labels: {kubernetes.io/service-name: {{.name}}, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}
addressType: IPv4
ports: [{name: http, port: 8080}]
endpoints:
{{- range seq .pods}}
- {addresses: [10.0.0.1], conditions: {ready: {{not (odd .)}}, serving: {{not (odd .)}}}, nodeName: node-{{mod . $w.nodes}}, targetRef: {kind: Pod, name: {{$w.name}}-0-{{.}}, namespace: {{$w.ns}}}}
{{- end}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: {{.name}}, namespace: {{.ns}}}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: {{.name}}}}}
status: {currentHealthy: 1, desiredHealthy: 2, disruptionsAllowed: 0, expectedPods: 2}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: {{.name}}, namespace: {{.ns}}}
spec: {minReplicas: 1, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{.name}}}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}
status: {currentReplicas: 2, desiredReplicas: 2, conditions: [{type: ScalingLimited, status: "True", reason: TooManyReplicas, lastTransitionTime: "2026-11-21T08:00:00Z"}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: {{.name}}, namespace: {{.ns}}}
spec: {rules: [{host: {{.name}}.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{.name}}, port: {name: http}}}}, {path: /gone, pathType: Prefix, backend: {service: {name: {{.name}}-gone, port: {number: 80}}}}]}}]}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: {{.name}}, namespace: {{.ns}}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: {{.name}}, namespace: {{.ns}}}}
---
apiVersion: v1
kind: Event
metadata: {name: {{.name}}.probe, namespace: {{.ns}}}
involvedObject: {apiVersion: v1, kind: Pod, name: {{.name}}-0-1, namespace: {{.ns}}, fieldPath: "spec.containers{app}"}
type: Warning
reason: Unhealthy
message: "Readiness probe failed: HTTP probe failed with statuscode: 503"
count: 30
source: {component: kubelet}
firstTimestamp: "2026-11-21T11:00:00Z"
lastTimestamp: "2026-11-21T11:59:00Z"
`)

// serviceText selects every workload of the namespace.
var serviceText = parse(`
{apiVersion: v1, kind: Service, metadata: {name: all-{{.i}}, namespace: {{.ns}}}, spec: {selector: {tier: all}, ports: [{name: http, port: 80, targetPort: http}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: all-{{.i}}-x, namespace: {{.ns}}, generation: 40, labels: {kubernetes.io/service-name: all-{{.i}}, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}
addressType: IPv4
endpoints: [{addresses: [10.0.0.1], conditions: {ready: false, serving: false}, targetRef: {kind: Pod, name: web-0-1, namespace: {{.ns}}}}]
`)

var policyText = parse(`
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: budget-{{.i}}, namespace: {{.ns}}}
spec: {minAvailable: 1, selector: {matchLabels: {tier: all}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaler-{{.i}}, namespace: {{.ns}}}
spec: {minReplicas: 1, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits-{{.i}}, namespace: {{.ns}}}
spec: {limits: [{type: Container, defaultRequest: {cpu: 10m}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota-{{.i}}, namespace: {{.ns}}}
spec: {hard: {services: "10"}}
status: {hard: {services: "10"}, used: {services: "10"}}
`)

var eventText = parse(`
apiVersion: v1
kind: Event
metadata: {name: event-{{.i}}, namespace: {{.ns}}}
involvedObject: {apiVersion: v1, kind: Pod, name: web-0-{{if odd .i}}1{{else}}gone-{{.i}}{{end}}, namespace: {{.ns}}, fieldPath: "spec.containers{app}"}
type: Warning
reason: {{if odd .i}}BackOff{{else}}FailedScheduling{{end}}
message: "{{if odd .i}}Back-off restarting failed container app{{else}}0/{{.i}} nodes are available: 3 Insufficient cpu.{{end}}"
count: {{.i}}
source: {component: kubelet}
firstTimestamp: "2026-11-21T11:00:00Z"
lastTimestamp: "2026-11-21T11:59:00Z"
`)

var configText = parse(`
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings-{{.i}}, namespace: {{.ns}}, creationTimestamp: "2026-11-21T11:00:00Z"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: settings-{{.i}}, namespace: {{.ns}}}}
`)

// jobText is a run of a CronJob that failed.
var jobText = parse(`
apiVersion: batch/v1
kind: Job
metadata: {name: nightly-{{.i}}, namespace: {{.ns}}, ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: nightly, uid: x, controller: true}]}
spec: {backoffLimit: 6, template: &t {spec: {restartPolicy: Never, containers: [{name: job, image: registry.example/job:1}]}}}
status: {startTime: "2026-11-21T08:00:00Z", failed: 7, conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, lastTransitionTime: "2026-11-21T09:00:00Z"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: nightly-{{.i}}-x, namespace: {{.ns}}, labels: {job-name: nightly-{{.i}}}, ownerReferences: [{apiVersion: batch/v1, kind: Job, name: nightly-{{.i}}, uid: x, controller: true}]}
spec: {restartPolicy: Never, containers: [{name: job, image: registry.example/job:1}]}
status: {phase: Failed, containerStatuses: [{name: job, ready: false, state: {terminated: {exitCode: 1, reason: Error, finishedAt: "2026-11-21T09:00:00Z"}}}]}
`)

var cronJobText = parse(`
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: {{.ns}}}
spec: {schedule: "*/5 * * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: job, image: registry.example/job:1}]}}}}}
`)

// bareText is a pod without a controller, or with one that is gone.
var bareText = parse(`
apiVersion: v1
kind: Pod
metadata:
  name: bare-{{.i}}
  namespace: {{.ns}}
  labels: {tier: all}
{{- if odd .i}}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: gone-{{.i}}, uid: x, controller: true}]
{{- end}}
spec: {containers: [{name: app, image: busybox}]}
status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes are available: 3 Insufficient cpu.", lastTransitionTime: "2026-11-21T10:00:00Z"}]}
`)

// sizes says how much there is of what beside one workload.
type sizes struct {
	namespaces, workloads, pods, revisions, variables, nodes, services, policies, events, configs, jobs, bare int
}

// of is a cluster with one namespace in which all are, but for further namespaces.
func (s sizes) cluster() *cluster {
	c := &cluster{}
	each := func(n int, of *template.Template, values func(i int) map[string]any) {
		for i := range n {
			v := values(i)
			v["i"] = i
			c.add(of, v)
		}
	}
	shop := func(int) map[string]any { return map[string]any{"ns": "shop"} }
	workload := func(ns, name string, pods int) map[string]any {
		return map[string]any{
			"ns": ns, "name": name, "pods": pods, "revisions": 1 + s.revisions, "variables": s.variables, "nodes": 1 + s.nodes,
		}
	}
	each(1, namespaceText, shop)
	each(1+s.nodes, nodeText, shop)
	c.add(workloadText, workload("shop", "web", 2+s.pods))
	each(s.workloads, workloadText, func(i int) map[string]any { return workload("shop", fmt.Sprintf("app-%d", i), 2) })
	each(s.namespaces, namespaceText, func(i int) map[string]any { return map[string]any{"ns": fmt.Sprintf("team-%d", i)} })
	each(s.namespaces, workloadText, func(i int) map[string]any { return workload(fmt.Sprintf("team-%d", i), "web", 2) })
	each(s.services, serviceText, shop)
	each(s.policies, policyText, shop)
	each(s.events, eventText, shop)
	each(s.configs, configText, shop)
	each(1, cronJobText, shop)
	each(s.jobs, jobText, shop)
	each(s.bare, bareText, shop)
	return c
}
