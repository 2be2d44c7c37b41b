package processes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestNamesLogFile(t *testing.T) {
	for name, want := range map[string]bool{
		"LOG_FILE": true, "LOGFILE": true, "APP_LOG_DIR": true, "LOG_PATH": true, "LOGGING_FILE_NAME": true, "logDir": true,
		"GLOG_LOG_DIR": true, "LOG_FILE_PATH": true,
		"ZOO_DATA_LOG_DIR": false, "GF_PATHS_LOGS": false, "KAFKA_LOG_DIR": false, "KAFKA_LOG_DIRS": false, "REMOTE_LOG_FOLDER": false,
		"LOG_LEVEL": false, "LOG_FILE_LEVEL": false, "LOG_FILE_MAX_SIZE": false, "LOG_FORMAT": false, "CATALOG_FILE": false,
		"BLOG_DIR": false, "DIALOG_PATH": false, "LOGIN_PATH": false, "": false,
	} {
		if got := namesLogFile(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestBelow(t *testing.T) {
	for _, test := range []struct {
		dir, other string
		want       bool
	}{
		{"/var/log", "/var/log", true}, {"/var/log/", "/var/log", true}, {"/var/log/nginx", "/var/log/", true},
		{"/var/logs", "/var/log", false}, {"/var", "/var/log", false}, {"/data", "/", true}, {"logs", "/var/log", false},
	} {
		if got := below(test.dir, []string{test.other}); got != test.want {
			t.Errorf("%s in %s: %v", test.dir, test.other, got)
		}
	}
}

// A file is shared with anyone who mounts the volume that is nearest to it.
func TestShared(t *testing.T) {
	mount := func(name, at string) corev1.VolumeMount { return corev1.VolumeMount{Name: name, MountPath: at} }
	template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{
		{Name: "app", VolumeMounts: []corev1.VolumeMount{mount("data", "/data"), mount("own", "/data/own"), mount("node", "/node")}},
		{Name: "reader", VolumeMounts: []corev1.VolumeMount{mount("data", "/in")}},
	}, Volumes: []corev1.Volume{{Name: "node", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/log"}}}}}}
	for file, want := range map[string]bool{
		"/data/app.log": true, "/data": true, "/data/own/app.log": false, "/logs/app.log": false, "/database/app.log": false,
		"": true, "app.log": true, "/node/app.log": true,
	} {
		if got := shared(template, &template.Spec.Containers[0], file, []string{"/var/log"}); got != want {
			t.Errorf("%q: %v", file, got)
		}
	}
}
