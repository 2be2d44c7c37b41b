#!/bin/sh
# Builds the cluster binary, or another one of the modules here: build.sh OUTPUT [MODULE]
# The first build takes minutes, later ones a second or two. Several may be started at once.
set -eu

output=$(realpath -m "$1")
cd "$(dirname "$0")/${2:-.}"
mkdir -p "$(dirname "$output")"
exec 9>"$output.lock"
flock 9

version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
major=${version#v}
minor=${major#*.}
pkg=k8s.io/component-base/version
# Without these kubectl cannot determine the version of the server.
flags="-X $pkg.gitVersion=$version -X $pkg.gitMajor=${major%%.*} -X $pkg.gitMinor=${minor%%.*}"
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w $flags" -o "$output" .
