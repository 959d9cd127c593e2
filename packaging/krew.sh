#!/bin/sh
# krew.sh VERSION DIST: writes the manifest of the kubectl plugin (https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/) for the archives in DIST.
set -eu
version=$1 dist=$2
{
	cat <<-EOF
	apiVersion: krew.googlecontainertools.github.com/v1alpha2
	kind: Plugin
	metadata:
	  name: apply-release
	spec:
	  version: $version
	  homepage: https://github.com/giantswarm/apply-release
	  shortDescription: Upgrade clusters that are kept in git
	  description: |
	    Merges a release's base and overlay into the resources of a cluster's base, in a checkout of
	    the repository: plan, upgrade, status, verify, create.
	  platforms:
	EOF
	for archive in "$dist"/apply-release_*.tar.gz; do
		platform=$(basename "$archive" .tar.gz)
		platform=${platform#apply-release_}
		os=${platform%_*} arch=${platform#*_}
		bin=apply-release
		[ "$os" != windows ] || bin=apply-release.exe
		cat <<-EOF
		  - selector:
		      matchLabels: {os: $os, arch: $arch}
		    uri: https://github.com/giantswarm/apply-release/releases/download/$version/$(basename "$archive")
		    sha256: $(sha256sum "$archive" | cut -d' ' -f1)
		    bin: $bin
		    files:
		    - {from: $bin, to: .}
		    - {from: LICENSE, to: .}
		EOF
	done
} > "$dist/apply-release.krew.yaml"
