#!/usr/bin/env bash
# Audits and writes all outputs. The status of the audit is an output: what follows needs the reports of a failed one.
set -euo pipefail

directory=$RUNNER_TEMP/prodcheck
mkdir -p "$directory"
more=()
while IFS= read -r line; do
  [[ -z $line ]] || more+=("$line")
done <<<"$ARGS"

# find_sources sets the arguments for the manifests: for all, or only for those that a directory contains.
find_sources() {
  sources=()
  while IFS= read -r line; do
    [[ -z $line || -n $1 && $line != *://* && ! -e $1/$line ]] || sources+=(-R -f "$line")
  done <<<"$FILES"
  [[ -z $KUSTOMIZE || -n $1 && $KUSTOMIZE != *://* && ! -e $1/$KUSTOMIZE ]] || sources+=(-k "$KUSTOMIZE")
}

# Bash 3 of macOS has no other way to expand an array that may be empty.
audit() { "$PRODCHECK" ${sources[@]+"${sources[@]}"} ${more[@]+"${more[@]}"} "$@"; }

stop() {
  echo "::error::$1"
  exit 2
}

if [[ -n $BASE ]]; then
  [[ -z $BASELINE ]] || stop "baseline and base cannot be used together"
  [[ -n $FILES$KUSTOMIZE ]] || stop "base is for manifests: name them with files or kustomize"
  [[ $'\n'$FILES$'\n'$KUSTOMIZE != *$'\n'/* ]] || stop "with base, files and kustomize must be relative to the repository"
  commit=$(git rev-parse --verify --quiet --end-of-options "$BASE^{commit}") ||
    { git fetch --quiet --depth=1 --end-of-options origin "$BASE" && commit=$(git rev-parse FETCH_HEAD); } ||
    stop "the commit $BASE cannot be read: fetch-depth: 0 of actions/checkout fetches all commits"
  tree=$RUNNER_TEMP/prodcheck-base
  git worktree add --quiet --force --detach "$tree" "$commit"
  find_sources "$tree"
  # Everything is new if the base has none of the manifests. An audit needs one object.
  [[ ${#sources[@]} -gt 0 ]] || sources=(-f -)
  BASELINE=$directory/base-${commit:0:7}.json
  status=0
  # Whether a gate failed there does not matter.
  (cd "$tree" && audit -o json="$BASELINE" <<<'{apiVersion: v1, kind: ConfigMap, metadata: {name: none}}') >"$directory/base.log" 2>&1 || status=$?
  git worktree remove --force "$tree"
  [[ $status != 2 ]] || { cat "$directory/base.log" && stop "the manifests of the commit $BASE cannot be audited"; }
fi

find_sources ""
gates=()
[[ -z $BASELINE ]] || gates+=(--baseline "$BASELINE")
[[ -z $FAIL_ON ]] || gates+=(--fail-on "$FAIL_ON")
[[ -z $FAIL_ON_NEW ]] || gates+=(--fail-on-new "$FAIL_ON_NEW")
[[ $ANNOTATE != true ]] || gates+=(-o github=-)

status=0
audit ${gates[@]+"${gates[@]}"} \
  -o "json=$directory/prodcheck.json" -o "markdown=$directory/prodcheck.md" -o "sarif=$directory/prodcheck.sarif" || status=$?
if [[ -s $directory/prodcheck.md ]]; then
  cat "$directory/prodcheck.md" >>"$GITHUB_STEP_SUMMARY"
fi
{
  echo "status=$status"
  echo "directory=$directory"
} >>"$GITHUB_OUTPUT"
