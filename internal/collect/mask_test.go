package collect

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

const planted = "Pl4nt3d"

// plant is a text with a secret, as people write it.
const plant = "run --password=" + planted

// validated matches fields in which the API server accepts only names,
// enumerations, quantities or paths.
var validated = regexp.MustCompile(`^(` + strings.Join([]string{
	`(metadata|.*\.metadata)\.(name|generateName|namespace|selfLink|uid|resourceVersion|labels.*|ownerReferences.*|finalizers.*)`,
	`spec\.(nodeName|nodeSelector.*|serviceAccountName|serviceAccount|hostname|subdomain|schedulerName|priorityClassName|` +
		`runtimeClassName|restartPolicy|dnsPolicy|preemptionPolicy|hostnameOverride|os\..*|overhead.*|affinity.*|tolerations.*|topologySpreadConstraints.*|` +
		`readinessGates.*|hostAliases.*|dnsConfig.*|imagePullSecrets.*|schedulingGates.*|resourceClaims.*|resources\..*|securityContext.*|schedulingGroup.*|workloadRef.*|evictionResponders.*)`,
	`spec\.(containers|initContainers|ephemeralContainers)\.(name|image|imagePullPolicy|workingDir|terminationMessagePath|terminationMessagePolicy|` +
		`restartPolicy.*|targetContainerName|resizePolicy.*|resources.*|securityContext.*|volumeMounts.*|volumeDevices.*|ports.*|envFrom.*|env\.name|` +
		`env\.valueFrom.*|lifecycle\.stopSignal)`,
	`spec\..*(scheme|protocol|grpc\.mode|port|service|httpHeaders\.name)(\.strVal)?`,
	`spec\.volumes\.(name|secret.*|configMap.*|projected.*|downwardAPI.*|emptyDir.*|hostPath.*|persistentVolumeClaim.*|ephemeral.*|image.*|nfs.*|` +
		`gcePersistentDisk.*|awsElasticBlockStore.*|gitRepo.*|iscsi.*|glusterfs.*|rbd.*|cinder.*|cephfs.*|flocker.*|fc.*|azure.*|vsphereVolume.*|quobyte.*|` +
		`photonPersistentDisk.*|portworxVolume.*|scaleIO.*|storageos.*|csi\.(driver|fsType|nodePublishSecretRef.*)|flexVolume\.(driver|fsType|secretRef.*))`,
	`status\.(phase|reason|nominatedNodeName|hostIP.*|podIP.*|qosClass|resize|resourceClaimStatuses.*|allocatedResources.*|resources.*|extendedResourceClaimStatus.*|nodeAllocatableResourceClaimStatuses.*)`,
	`status\.conditions\.(type|status|reason)`,
	`status\.volumeHealth\.(name|healthConditions\.(status|reason))`,
	`status\.(initC|c|ephemeralC)ontainerStatuses\.(name|image|imageID|containerID|resources.*|allocatedResources.*|volumeMounts.*|user.*|stopSignal)`,
	`status\..*(waiting|terminated)\.(reason|containerID)`,
	`kind|apiVersion`,
}, "|") + `)$`)

// fill puts a text into every string of a value, with one item in each list and
// map, and returns the paths of those strings.
func fill(v reflect.Value, path, text string, depth int) []string {
	var paths []string
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return []string{path}
	case reflect.Pointer:
		if depth < 20 {
			v.Set(reflect.New(v.Type().Elem()))
			return fill(v.Elem(), path, text, depth+1)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0), path, text, depth+1)
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.ValueOf(map[string]string{keptAnnotations[0]: text}).Convert(v.Type()))
			return []string{path}
		}
	case reflect.Struct:
		switch v.Interface().(type) {
		case metav1.Time, metav1.MicroTime, time.Time, metav1.FieldsV1:
			return nil
		}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			inner := path
			if name != "" {
				inner = strings.TrimPrefix(path+"."+name, ".")
			}
			if field.IsExported() {
				paths = append(paths, fill(v.Field(i), inner, text, depth+1)...)
			}
		}
	}
	return paths
}

// Each field of a pod that may contain a secret is masked, including fields that
// a later version of the API adds.
func TestEveryFieldOfAPodIsMasked(t *testing.T) {
	pod := &corev1.Pod{}
	paths := fill(reflect.ValueOf(pod).Elem(), "", plant, 0)
	if len(paths) < 300 {
		t.Fatalf("only %d fields", len(paths))
	}
	pod.Kind = "Pod"
	Trim(pod)
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for name, item := range value {
				if inner := strings.TrimPrefix(path+"."+name, "."); !validated.MatchString(inner) {
					walk(inner, item)
				}
			}
		case []any:
			for _, item := range value {
				walk(path, item)
			}
		case string:
			if strings.Contains(value, planted) {
				t.Errorf("%s holds %q", path, value)
			}
		}
	}
	walk("", back)
}

// secrets contains a secret in each form.
var secrets = []string{
	"--password=" + planted, "curl -u app:" + planted + " http://a", "PGPASSWORD=" + planted + " psql", "https://app:" + planted + "@db/x",
	`{"password":"` + planted + `"}`, "curl -H 'Authorization: Bearer " + planted + "' http://a", "sshpass -p " + planted + " ssh a",
	"mysqladmin -uroot -p" + planted + " ping", "GET /x?api_key=" + planted + "&y=z", "app --token " + planted, "docker run -e API_TOKEN=" + planted + " x",
}

func TestSecretsOfOtherObjectsAreMasked(t *testing.T) {
	for _, secret := range secrets {
		headers := []any{map[string]any{"name": "Authorization", "value": planted}}
		for _, obj := range []runtime.Object{
			&corev1.Event{Message: "Liveness probe failed: " + secret},
			&corev1.Event{Message: `Exec lifecycle hook ([/bin/sh -c ` + secret + `]) for Container "app" failed`},
			&corev1.Node{Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Message: secret}}}},
			&unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"rules": []any{map[string]any{"set": headers, "url": secret}}}}},
		} {
			Trim(obj)
			if text, err := json.Marshal(obj); err != nil || strings.Contains(string(text), planted) {
				t.Errorf("%v: %s", err, text)
			}
		}
	}
}

// The words of a command and of its arguments form one command.
func TestMaskContainers(t *testing.T) {
	for _, test := range []struct{ command, args, want string }{
		{"mysqladmin", "-uroot|-p" + planted, "[mysqladmin] [-uroot -p***]"},
		{"app|--password", planted + "|--port", "[app --password] [*** --port]"},
		{"sh|-c", "app --password " + planted + " & wait", "[sh -c] [app --password *** & wait]"},
	} {
		pod := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Command: strings.Split(test.command, "|"), Args: strings.Split(test.args, "|"),
		}}}}
		Trim(pod)
		c := pod.Spec.Containers[0]
		if got := fmt.Sprint(c.Command, " ", c.Args); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}
