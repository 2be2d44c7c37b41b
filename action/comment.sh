#!/usr/bin/env bash
# Comments on the pull request, or changes the comment of an earlier run of the same job.
set -euo pipefail

marker="<!-- prodcheck $GITHUB_JOB -->"
{ echo "$marker" && cat "$DIRECTORY/prodcheck.md"; } >"$DIRECTORY/comment.md"
comment() {
  earlier=$(gh api --paginate "repos/$GH_REPO/issues/$PULL_REQUEST/comments" \
    --jq ".[] | select(.body | startswith(\"$marker\")) | .id") || return
  earlier=${earlier##*$'\n'}
  if [[ -n $earlier ]]; then
    gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$earlier" --field "body=@$DIRECTORY/comment.md"
  else
    gh pr comment "$PULL_REQUEST" --body-file "$DIRECTORY/comment.md"
  fi
}
# The token of a workflow for a fork may not write. The summary of the job has the same text.
comment || echo "::warning::the pull request has no comment: the token may not write, as for a pull request from a fork"
