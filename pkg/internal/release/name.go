package release

import (
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

var (
	number     = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)
	preRelease = regexp.MustCompile(`^[a-z][0-9a-z.-]*$`)
	trailing   = regexp.MustCompile(`-([0-9]+)`)
)

// previousNames is where kustomize keeps the names that a resource had before prefixes and suffixes, the first one first.
const previousNames = "internal.config.kubernetes.io/previousNames"

// readNames reads the name that a ConfigMap was given in its file. That one of its names since has the suffix
// of an overlay makes it one: kustomize takes no two resources of one name, so overlays get it there.
func readNames(i *resource.Item) []whereFrom {
	names := append(strings.Split(i.Annotation(previousNames), ","), i.Name)
	for _, name := range names {
		readings := readName(name)
		if len(readings) == 0 {
			continue
		}
		for _, other := range names {
			for n := range readings {
				if strings.HasSuffix(other, "-"+layout.Overlay) {
					readings[n].layer = layout.Overlay
				}
			}
		}
		return readings
	}
	return nil
}

// readName reads <component>-<major>-<minor>-<patch>[-<prerelease>][-overlay] in every way that it
// can be read, the likeliest first: without a pre-release, and with the version as far back as
// can be, since components may have digits and dashes (k8s-dns-node-cache, app-2). A pre-release starts
// with a letter, and its last number stands behind a dash, where dots are: 21-0-0-rc-1 is v21.0.0-rc.1. One that is
// a number (21-0-0-1) cannot be told from a component that ends in one.
func readName(name string) []whereFrom {
	from := whereFrom{layer: layout.Base}
	if rest, found := strings.CutSuffix(name, "-"+layout.Overlay); found {
		name, from.layer = rest, layout.Overlay
	}
	parts := strings.Split(name, "-")
	var plain, pre []whereFrom
	for i := len(parts) - 3; i >= 1; i-- {
		if !number.MatchString(parts[i]) || !number.MatchString(parts[i+1]) || !number.MatchString(parts[i+2]) {
			continue
		}
		text := strings.Join(parts[i:i+3], ".")
		suffix := strings.Join(parts[i+3:], "-")
		if suffix != "" {
			if !preRelease.MatchString(suffix) {
				continue
			}
			text += "-" + trailing.ReplaceAllString(suffix, ".$1")
		}
		v, err := version.Parse(text)
		if err != nil {
			continue
		}
		reading := from
		reading.component, reading.version = strings.Join(parts[:i], "-"), v
		if suffix == "" {
			plain = append(plain, reading)
		} else {
			pre = append(pre, reading)
		}
	}
	return append(plain, pre...)
}
