#!/bin/sh
# generate.sh prints the resources of the Application in the current folder, the overlay of a cluster: the release that the cluster's base/apply-release.yaml names, merged into a
# copy of its base, with the customer's overlay on top. Nothing that lies in the overlay runs: kustomize has no plugins here.
set -eu

overlay=$ARGOCD_APP_SOURCE_PATH # gauss/peu01/overlay, which Argo CD sets
cluster=$(dirname "$overlay")
root=${PWD%"/$overlay"}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp -R "$root" "$tmp/repo"
XDG_STATE_HOME=$tmp/state apply-release upgrade "$cluster" --config "$root/$cluster/base/apply-release.yaml" --repo "$tmp/repo" --allow-dirty >&2
kustomize build "$tmp/repo/$overlay"
