#!/usr/bin/env bash
# Audits once and writes all outputs. The status of the audit is an output: what follows needs the reports of a failed one.
set -euo pipefail

directory=$RUNNER_TEMP/prodcheck
mkdir -p "$directory"
arguments=(-o "json=$directory/prodcheck.json" -o "markdown=$directory/prodcheck.md" -o "sarif=$directory/prodcheck.sarif")
while IFS= read -r line; do
  [[ -z $line ]] || arguments+=(-R -f "$line")
done <<<"$FILES"
[[ -z $KUSTOMIZE ]] || arguments+=(-k "$KUSTOMIZE")
[[ -z $FAIL_ON ]] || arguments+=(--fail-on "$FAIL_ON")
[[ $ANNOTATE != true ]] || arguments+=(-o github=-)
while IFS= read -r line; do
  [[ -z $line ]] || arguments+=("$line")
done <<<"$ARGS"

status=0
"$PRODCHECK" "${arguments[@]}" || status=$?
if [[ -s $directory/prodcheck.md ]]; then
  cat "$directory/prodcheck.md" >>"$GITHUB_STEP_SUMMARY"
fi
{
  echo "status=$status"
  echo "directory=$directory"
} >>"$GITHUB_OUTPUT"
