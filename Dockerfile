# The image of the KRM function: a static binary, an /etc/passwd with nobody, as whom kpt and kustomize run
# it, and nothing else. It needs no network, no writable root and no capabilities.
#
# Build arguments:
#   BUILDER  the image with the Go toolchain
#   BINARY   build: compile in the builder; prebuilt: take bin/linux-<arch>/apply-release, as
#            `make image BINARY=prebuilt` does where no builder image can be had
#   VERSION, REVISION, DATE  for the labels, and what the command version says
ARG BUILDER=docker.io/library/golang:1.26
ARG BINARY=build

FROM --platform=$BUILDPLATFORM ${BUILDER} AS build
ARG TARGETARCH
ARG VERSION=dev
ARG REVISION=unknown
ARG DATE=unknown
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY pkg pkg
COPY fn fn
RUN CGO_ENABLED=0 GOOS=linux GOARCH=${TARGETARCH} go build -trimpath -buildvcs=false -ldflags "-s -w -X github.com/giantswarm/apply-release/pkg/cli.buildOf=${VERSION} -X github.com/giantswarm/apply-release/pkg/cli.revision=${REVISION} -X github.com/giantswarm/apply-release/pkg/cli.date=${DATE}" -o /out/apply-release ./fn/apply-release

FROM scratch AS prebuilt
ARG TARGETARCH
COPY bin/linux-${TARGETARCH}/apply-release /out/apply-release

FROM ${BINARY} AS binary

FROM scratch
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="apply-release" \
      org.opencontainers.image.description="Upgrades clusters kept in git: merges a release's base and overlay into a cluster's base." \
      org.opencontainers.image.source="https://github.com/giantswarm/apply-release" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY fn/apply-release/passwd /etc/passwd
COPY --from=binary /out/apply-release /usr/local/bin/apply-release
USER 65534:65534
ENTRYPOINT ["/usr/local/bin/apply-release"]
