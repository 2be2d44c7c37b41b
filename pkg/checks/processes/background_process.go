package processes

import (
	"fmt"
	"regexp"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/command"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// BackgroundProcess finds programs that can end while their container keeps
// running.
var BackgroundProcess = &audit.Check{
	ID: "background-process", Category: Category, Severity: api.High, Since: "v0.1.0",
	Field: "command",
	Title: "Container runs a process in the background",
	Judge: audit.Over(audit.Workloads, backgroundProcess),
	Doc: audit.Doc{
		What: "The shell script in the command of a container or native sidecar starts a program in the background and " +
			"continues without it: with &, as a coprocess, with setsid --fork, start-stop-daemon --background, service " +
			"NAME start, systemctl start, pm2 start, forever start or daemonize. Or it runs a program that goes to the " +
			"background by itself (php-fpm -D, redis-server --daemonize yes, celery --detach, gunicorn --daemon, " +
			"mongod --fork, memcached -d; crond, cron, nginx, sshd or supervisord without the option that keeps them " +
			"in the foreground), and then another one. A script that waits for the one program that it has started, " +
			"watches it or ends it is fine, whatever it does in between. nohup without & does not count. Init " +
			"containers and finished pods are not judged.",
		Why: "Kubernetes watches only the first process of a container. When the background process dies, the pod " +
			"stays Running and Ready, nothing restarts, no Event is written, and part of its work is not done until " +
			"somebody notices. Its memory counts against the same limit, and when the container stops, it is killed " +
			"without SIGTERM.",
		Fix: "Run one program per container: run it as a container of its own in the same pod (a native sidecar if the " +
			"app needs it first), or as a separate workload if it need not scale with the app. Run a periodic task as " +
			"a CronJob. If the programs must share a container, let the script run wait -n, so that it exits when the " +
			"first of them does.",
		Limitations: "Only scripts in command or args are read: neither those in the image or its entrypoint, nor the " +
			"configuration of programs (nginx with daemon on) and process managers. The shell of the image is not " +
			"known: the script is parsed as bash would.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/",
			"https://kubernetes.io/docs/concepts/workloads/pods/#how-pods-manage-multiple-containers",
		},
	},
}

func backgroundProcess(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	return audit.EachContainer(w, (*inventory.Template).LongRunning, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		started := command.Background(c)
		if len(started) == 0 {
			return nil
		}
		return &audit.Fault{
			Message:  backgroundText(started),
			Evidence: api.Evidence{"background": started, "containerKind": string(t.KindOf(c))},
			Fix:      ownContainer(w, t, c, started[0]),
		}
	})
}

func backgroundText(started []string) string {
	if len(started) == 1 {
		return started[0] + " runs in the background: it can die unnoticed"
	}
	return fmt.Sprintf("%s and %d more run in the background: they can die unnoticed", started[0], len(started)-1)
}

// ownContainer moves a program into a native sidecar of the same image. Its
// command is left to a person.
func ownContainer(w *inventory.Workload, t *inventory.Template, from *corev1.Container, program string) audit.Fix {
	name := program
	if !containerName.MatchString(name) || t.Container(name) != nil {
		name = from.Name + "-background"
	}
	return remedy.PodSpec(w, "run it in a separate container, and remove it from the script", remedy.Fields{
		"initContainers": []remedy.Fields{{
			"name": name, "image": from.Image, "restartPolicy": "Always",
			"command": []string{"COMMAND"},
		}},
	})
}

// containerName makes a valid name, and lets nothing else from a script through.
var containerName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
