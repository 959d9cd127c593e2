#!/bin/sh
# upgrade.sh CLUSTER RELEASE upgrades a cluster of the repository in the current folder, in place.
# It needs kpt and apply-release; a run with errors leaves every file as it was.
set -eu
cluster=$1
release=$2

kpt fn eval . --exec "$(command -v apply-release)" --truncate-output=false -- \
	"release=$release" "clusters=$cluster"
