#!/bin/sh
# pull-requests.sh ARGUMENT... runs apply-release upgrade with these arguments, and has a pull request (GitHub, with gh) or a merge request (GitLab, with glab) for each cluster that
# changes: a new one, or the one that an earlier run opened, brought up to date. Nothing to upgrade is no error.
#
#   BASE    the branch that they are for (main)
#   PREFIX  of the branches: PREFIX/gauss-peu01 (upgrade)
#   SPLIT   cluster, or installation for one of each installation (cluster)
#
# A branch that somebody else has committed to is left as it is.
set -eu
base=${BASE:-main} prefix=${PREFIX:-upgrade}
bodies=$(mktemp -d)
trap 'rm -rf "$bodies"' EXIT

git fetch --quiet origin "+refs/heads/$base:refs/remotes/origin/$base" "+refs/heads/$prefix/*:refs/remotes/origin/$prefix/*"
apply-release upgrade "$@" --skip-blocked --split "${SPLIT:-cluster}" --base "origin/$base" --branch "$prefix/{name}" --commit --pr-body "$bodies/{name}.md"

# request BRANCH TITLE BODY opens the request of a branch, or brings it up to date.
request() {
	if command -v gh >/dev/null; then
		if gh pr view "$1" --json state --jq .state 2>/dev/null | grep -q OPEN; then
			gh pr edit "$1" --title "$2" --body-file "$3"
		else
			gh pr create --base "$base" --head "$1" --title "$2" --body-file "$3"
		fi
	elif glab mr view "$1" >/dev/null 2>&1; then
		glab mr update "$1" --title "$2" --description "$(cat "$3")"
	else
		glab mr create --yes --target-branch "$base" --source-branch "$1" --title "$2" --description "$(cat "$3")"
	fi
}

for body in "$bodies"/*.md; do
	[ -e "$body" ] || continue
	branch=$prefix/$(basename "$body" .md)
	if remote=$(git rev-parse --quiet --verify "refs/remotes/origin/$branch"); then
		if [ "$(git rev-list --count "origin/$base..$remote")" -gt 1 ]; then
			echo "$branch: somebody else has committed to it; it is left as it is" >&2
			continue
		fi
		git push --quiet --force-with-lease="$branch:$remote" origin "$branch"
	else
		git push --quiet origin "$branch"
	fi
	request "$branch" "$(git log -1 --format=%s "$branch")" "$body"
done
