package release

import (
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/version"
)

var (
	number     = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)
	preRelease = regexp.MustCompile(`^[a-z][0-9a-z.-]*$`)
	trailing   = regexp.MustCompile(`-([0-9]+)`)
)

// readName reads <component>-<major>-<minor>-<patch>[-<prerelease>][-overlay] in every way that it
// can be read, the likeliest first: without a pre-release, and with the version as far back as
// can be, since components may have digits and dashes (k8s-dns-node-cache, app-2). A pre-release starts
// with a letter, and its last number stands behind a dash, where dots are: 21-0-0-rc-1 is v21.0.0-rc.1.
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
