package images

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/command"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ImageHasBuildTools finds containers that include the tools that built them.
var ImageHasBuildTools = &audit.Check{
	ID: "image-has-build-tools", Category: Category, Severity: api.Medium, Since: "v0.1.0", Urgency: api.Later,
	Field:   "image",
	Title:   "Build image or package manager runs in production",
	Options: []audit.Option{buildImages, buildCommands},
	Judge:   audit.Over(audit.Workloads, imageHasBuildTools),
	Doc: audit.Doc{
		What: "The image of a container is made for building, according to its name (the official golang or rust, " +
			"maven, …), or it is a plain Java image of a JDK (eclipse-temurin:21-jdk) or an SDK of a platform " +
			"(dotnet/sdk). Or the command of the container compiles or installs something when it starts (go run, mvn, " +
			"npm install, pip install, apt-get install, …), also within a shell script. Jobs, CronJobs and other " +
			"pods that run to completion are not judged: many of them exist to build.",
		Why: "What is compiled or downloaded at the start was never tested: when the pod moves to another node while " +
			"the package registry is down, or has a new version, the service does not come back. Such a container also " +
			"starts slowly, needs much more memory than the program itself, and provides an attacker with a compiler " +
			"and a package manager.",
		Fix: "Build in one stage, and copy the result into an image that can only run it (distroless, *-slim, *-jre, " +
			"aspnet instead of sdk). Install packages in the Dockerfile, with pinned versions. Start the program " +
			"itself, not its build tool.",
		Limitations: "Only names and commands are examined, not the content of an image: your own image with a compiler in " +
			"it passes, and a copy of an official image under another name is not recognized (option images). The " +
			"image's own entrypoint, and scripts in files, cannot be read.",
		References: []string{
			"https://docs.docker.com/build/building/multi-stage/",
			"https://kubernetes.io/docs/concepts/containers/images/",
		},
	},
}

var buildImages = audit.List("images", []string{
	"library/golang", "library/rust", "library/gcc", "library/clang", "library/haskell", "library/swift", "maven", "gradle",
	"sbt", "buildpack-deps", "*-sdk", "*-jdk",
}, "names of build images, by the last part of the repository; library/NAME is an official image of Docker Hub; "+
	"*-WORD also matches tags, *-jdk only plain Java images, *-sdk only those of a language or platform to build for")

var buildCommands = audit.List("commands", []string{
	"go run", "go build", "go install", "go get", "cargo run", "cargo build", "cargo install", "mvn", "mvnw", "gradle", "gradlew",
	"sbt", "javac", "gcc", "g++", "make", "dotnet run", "dotnet build", "dotnet restore",
	"npm install", "npm i", "npm ci", "npm run build", "yarn install", "yarn build", "pnpm install", "pnpm i",
	"pip install", "pip3 install", "poetry install", "bundle install", "gem install", "composer install",
	"apt-get install", "apt install", "apk add", "yum install", "dnf install", "microdnf install",
}, "commands that compile or install")

func imageHasBuildTools(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	images, commands := buildImages.In(p), buildCommands.In(p)
	return audit.EachContainer(w, (*inventory.Template).All, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		// A command that builds is stronger evidence than the name of an image.
		built, message := builds(c, commands), ""
		if built != "" {
			message = "its start command compiles or installs: " + built
		} else if ref, err := image.ParseIn(p, c.Image); err == nil && toolchain(ref, images) {
			message = c.Image + ": an image for building, not for running"
		}
		if message == "" {
			return nil
		}
		evidence := api.Evidence{"image": c.Image, "containerKind": string(t.KindOf(c))}
		if built != "" {
			evidence["command"] = built
		}
		return &audit.Fault{
			Message: message, Evidence: evidence,
			Fix: remedy.Image(w, c.Name, "use a multi-stage build, and run the image of its last stage", "IMAGE"),
		}
	})
}

// toolchain reports whether an image matches one of the patterns: by the last
// part of its repository or, for *-jdk, also by a word of its tag.
func toolchain(ref image.Reference, patterns []string) bool {
	name := path.Base(ref.Name)
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if official, found := strings.CutPrefix(pattern, "library/"); found {
			return ref.Official() && name == official
		}
		kind, suffix := strings.CutPrefix(pattern, "*-")
		if !suffix {
			return name == pattern
		}
		return kitFor(ref, kind) && (name == kind || strings.HasSuffix(name, "-"+kind) ||
			slices.ContainsFunc(strings.Split(ref.Tag, "-"), func(word string) bool { return withoutVersion(word) == kind }))
	})
}

// kits are the words in names of images that exist only for a kit: jenkins has a
// tag with jdk, and cloud-sdk is for operations.
var kits = map[string][]string{
	"jdk": {
		"adoptopenjdk", "alpine", "amazon", "amazoncorretto", "base", "corretto", "debian", "dragonwell", "eclipse", "graalvm",
		"hotspot", "ibm", "ibmjava", "java", "liberica", "microsoft", "openj", "openjdk", "oracle", "runtimes", "sapmachine",
		"semeru", "temurin", "ubuntu", "zulu",
	},
	"sdk": {"android", "aspnet", "core", "dart", "dotnet", "emscripten", "flutter", "net", "nightly", "swift"},
}

func kitFor(ref image.Reference, kind string) bool {
	known, limited := kits[kind]
	if !limited {
		return true
	}
	name := path.Base(ref.Name)
	if name == kind {
		// dotnet/sdk
		name = path.Base(path.Dir(ref.Name))
	}
	for _, word := range strings.Split(name, "-") {
		if word = withoutVersion(word); word != "" && word != kind && !slices.Contains(known, word) {
			return false
		}
	}
	return true
}

func withoutVersion(word string) string { return strings.TrimRight(word, "0123456789.") }

// builds returns the first build command that a container starts with; empty if
// it has none. Its arguments are omitted: they may contain a registry's password.
func builds(c *corev1.Container, commands []string) string {
	if len(c.Command) == 0 && len(c.Args) == 0 {
		return ""
	}
	for _, call := range command.Calls(c) {
		plain := plainCommand(call)
		for _, known := range commands {
			if rest, found := strings.CutPrefix(plain, known); found && (rest == "" || rest[0] == ' ') {
				return known
			}
		}
	}
	return ""
}

// plainCommand returns a command without its options and the path of its program:
// apt-get install curl, of "/usr/bin/apt-get -y install curl". A module that
// Python runs is a program of its own.
func plainCommand(call []string) string {
	if strings.HasPrefix(path.Base(call[0]), "python") && len(call) > 2 && call[1] == "-m" {
		call = call[2:]
	}
	words := []string{path.Base(call[0])}
	for _, word := range call[1:] {
		if !strings.HasPrefix(word, "-") {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
