#!/bin/sh
# check.sh prints, in Markdown, what the releases that changed since BASE (origin/main) are wrong in, and what they would do to every cluster of BASE. It fails where the check of one has errors.
set -eu
base=${BASE:-origin/main}
status=0
for release in $(git diff --name-only "$base"... | sed -n 's#^\([^/]*/v[0-9][^/]*\)/.*#\1#p' | sort -u); do
	[ -d "$release" ] || continue
	apply-release releases impact "$release" --clusters-from "$base" -o markdown || status=1
done
exit $status
