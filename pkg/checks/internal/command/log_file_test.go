package command

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestLogFiles(t *testing.T) {
	script := func(text string) []string { return []string{"sh", "-c", text} }
	one := func(by, path string) []LogFile { return []LogFile{{by, path}} }
	for _, test := range []struct {
		words []string
		want  []LogFile
	}{
		{nil, nil},
		{[]string{"server", "--log-level=info"}, nil},
		{[]string{"server", "--log-file=/logs/app.log"}, one("--log-file", "/logs/app.log")},
		{[]string{"server", "--log-file", "/logs/app.log"}, one("--log-file", "/logs/app.log")},
		{[]string{"server", "-log_dir=/logs/"}, one("-log_dir", "/logs")},
		{[]string{"java", "--logging.level=info", "--log.path=logs"}, one("--log.path", "")},
		{[]string{"server", "--log-file=$(LOG)"}, one("--log-file", "")},
		{[]string{"server", "--log-file=-"}, nil},
		{[]string{"java", "-Dlogging.file.name=/logs/app.log"}, one("-Dlogging.file.name", "/logs/app.log")},
		{[]string{"server", "--log-file"}, nil},
		{[]string{"server", "--log-file=/dev/stdout"}, nil},
		{[]string{"server", "--log-file=/proc/1/fd/1"}, nil},
		{[]string{"server", "--log-dir=/logs", "--alsologtostderr"}, nil},
		{[]string{"server", "--log-dir=/logs", "--logtostderr=false"}, one("--log-dir", "/logs")},
		{[]string{"gunicorn", "--access-logfile=-", "--error-logfile=/logs/error"}, one("--error-logfile", "/logs/error")},
		{[]string{"server", "--log-file=none"}, nil},
		{[]string{"server", "--log-dir=s3://bucket/logs"}, nil},
		{[]string{"server", "--log-file=file:///logs/app.log"}, one("--log-file", "")},
		{[]string{"/go-runner", "--log-file=/var/log/etcd.log", "--also-stdout", "/etcd-manager"}, nil},
		{[]string{"server", "--log-file=/logs/app.log", "--log-to-console"}, nil},
		{[]string{"tensorboard", "--logdir=/runs"}, nil},
		{[]string{"python3", "-m", "tensorboard.main", "--logdir", "/runs"}, nil},
		{[]string{"--accesslog=true", "--accesslog.filepath=/logs/access.log"}, one("--accesslog.filepath", "/logs/access.log")},
		{[]string{"--log.filePath=/logs/traefik.log"}, one("--log.filePath", "/logs/traefik.log")},
		{[]string{"mysqld", "--slow-query-log=1", "--slow_query_log_file=/l/slow.log"}, one("--slow_query_log_file", "/l/slow.log")},
		{[]string{"mysqld", "--log-error=/l/error.log"}, one("--log-error", "/l/error.log")},
		{[]string{"mysqld", "--log-error=stderr"}, nil},
		{[]string{"server", "--log-output=json"}, nil},
		{[]string{"postgres", "-c", "logging_collector=on"}, one("logging_collector", "")},
		{[]string{"postgres", "-c", "logging_collector=off", "-c", "shared_buffers=1GB"}, nil},

		{script("exec server"), nil},
		{script("ln -sf /dev/stdout /var/log/app.log; exec server >> /var/log/app.log"), nil},
		{script("tensorboard --logdir /runs"), nil},
		{script("exec server > /dev/null 2>&1"), nil},
		{script("exec server >> /srv/app.log 2>&1"), one("> /srv/app.log", "/srv/app.log")},
		{script("server &> /var/log/server"), one("> /var/log/server", "/var/log/server")},
		{script("server --log-dir=/logs"), one("--log-dir", "/logs")},
		{script("render > config.yaml; exec server"), nil},
		{script("server < in.log"), nil},
		{script("server > \"$LOGS\""), nil},
		{script("server > app.log & tail -F app.log"), nil},
		{script("server | tee app.log"), nil},
		{script("no script ( > app.log"), nil},
	} {
		if diff := cmp.Diff(test.want, LogFiles(&corev1.Container{Command: test.words})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.words, diff)
		}
	}
}

func FuzzLogFiles(f *testing.F) {
	f.Add("server > a.log", "--log-file=b")
	f.Fuzz(func(t *testing.T, script, option string) {
		c := &corev1.Container{Command: []string{"sh", "-c", script}, Args: []string{option}}
		for _, l := range LogFiles(c) {
			if l.By == "" {
				t.Errorf("%q %q: %+v", script, option, l)
			}
		}
	})
}

func TestLogsPrinted(t *testing.T) {
	for _, test := range []struct{ words, want []string }{
		{[]string{"--log-file=/a.log", "--port=80"}, []string{"--log-file=/dev/stdout", "--port=80"}},
		{[]string{"--log-file", "/a.log", "x"}, []string{"--log-file", "/dev/stdout", "x"}},
		{[]string{"--access-logfile=a", "--error-logfile=b"}, []string{"--access-logfile=/dev/stdout", "--error-logfile=/dev/stdout"}},
		{[]string{"x", "--log-file=-"}, nil},
		{[]string{"--log-dir=/logs"}, nil},
		{[]string{"--log-file"}, nil},
		{nil, nil},
	} {
		got, changed := LogsPrinted(test.words)
		if changed != (test.want != nil) || changed && !cmp.Equal(got, test.want) {
			t.Errorf("%q: %q, %v", test.words, got, changed)
		}
	}
}
