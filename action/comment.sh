#!/usr/bin/env bash
# Comments on the pull request, or changes the comment of an earlier run.
set -euo pipefail

marker='<!-- prodcheck -->'
{ echo "$marker" && cat "$DIRECTORY/prodcheck.md"; } >"$DIRECTORY/comment.md"
earlier=$(gh api --paginate "repos/$GH_REPO/issues/$PULL_REQUEST/comments" \
  --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | tail -n 1)
if [[ -n $earlier ]]; then
  gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$earlier" --field "body=@$DIRECTORY/comment.md"
else
  gh pr comment "$PULL_REQUEST" --body-file "$DIRECTORY/comment.md"
fi
