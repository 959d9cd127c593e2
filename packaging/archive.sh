#!/bin/sh
# archive.sh OS/ARCH FLAG...: builds the binary for a platform with flags of go build, and packs it with the licence: the same bytes for the same source.
set -eu
os=${1%/*} arch=${1#*/}
shift
name=apply-release
[ "$os" != windows ] || name=apply-release.exe
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 GOOS=$os GOARCH=$arch ${GO:-go} build "$@" -o "$dir/$name" ./fn/apply-release
cp LICENSE "$dir"
chmod 0755 "$dir/$name"
chmod 0644 "$dir/LICENSE"
tar -C "$dir" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - LICENSE "$name" | gzip -n -9 > "$DIST/apply-release_${os}_${arch}.tar.gz"
