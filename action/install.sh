#!/usr/bin/env bash
# Finds the executable: the one that the workflow names, or that of a release, whose sum is checked.
set -euo pipefail

if [[ -n $BINARY ]]; then
  # The audit of another commit runs in another directory.
  file=$(command -v "$BINARY") || { echo "::error::there is no executable $BINARY" && exit 2; }
  echo "binary=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")" >>"$GITHUB_OUTPUT"
  exit
fi
version=${VERSION:-$ACTION_REF}
if [[ $version != v* ]]; then
  echo "::error::the action is used by \"$version\", which is not a release: name one with the input version, such as v0.1.0"
  exit 2
fi
os=$(uname -s | tr '[:upper:]' '[:lower:]')
case $(uname -m) in
x86_64) arch=amd64 ;;
aarch64 | arm64) arch=arm64 ;;
*) echo "::error::there is no release for $(uname -m)" && exit 2 ;;
esac
case $os in mingw* | msys*) os=windows && extension=zip ;; *) extension=tar.gz ;; esac

archive=kubectl-prodcheck_${os}_${arch}.$extension
releases=${RELEASES:-https://github.com/prodcheck/kubectl-prodcheck/releases/download}
directory=$RUNNER_TEMP/kubectl-prodcheck-$version
mkdir -p "$directory" && cd "$directory"
curl -fsSL --retry 3 -O "$releases/$version/$archive" -O "$releases/$version/checksums.txt"
grep " $archive\$" checksums.txt | if command -v sha256sum >/dev/null; then sha256sum -c -; else shasum -a 256 -c -; fi
case $extension in zip) unzip -qo "$archive" ;; *) tar xzf "$archive" ;; esac
echo "binary=$directory/kubectl-prodcheck" >>"$GITHUB_OUTPUT"
