#!/bin/sh
# upgrade.sh CLUSTER RELEASE BRANCH upgrades a cluster of the repository in the current folder: one commit in a new branch, and
# the body of its pull request in ../pull-request.md. A run with errors leaves everything as it was; exits with 3
# where there is nothing to upgrade.
set -eu

apply-release upgrade "$1" --release "$2" --branch "$3" --commit --pr-body ../pull-request.md
git show-ref --quiet --verify "refs/heads/$3" || exit 3
