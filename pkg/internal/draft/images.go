package draft

import (
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Flatcar is the operating system of machines, whose version stands in the names of their images.
const Flatcar = "flatcar"

// imageField is a field of the image that machines are made from (https://cluster-api-aws.sigs.k8s.io/topics/images/built-amis), such as imageLookupFormat: flatcar-stable-4593.2.4-kube-1.34.10-tooling-1.33.1-gs.
var imageField = regexp.MustCompile(`^(imageLookup|imageName|ami)`)

// images puts a version of Kubernetes, or of the operating system, into the names of images. It returns how many it changed.
func (n Next) images(out map[*resource.Item][]yamltree.Edit, name, want string) int {
	old := ""
	switch name {
	case Kubernetes:
		old = strings.TrimPrefix(match.KubernetesVersion(n.Old), "v")
	case Flatcar:
		old = n.baseOS()
	}
	if old == "" {
		return 0
	}
	word := regexp.MustCompile(`(^|[^0-9.])` + regexp.QuoteMeta(old) + `($|[^0-9.])`)
	changed := 0
	for _, c := range n.Old.Components {
		for _, p := range c.Patches {
			for _, at := range imagesIn(p.Data, nil) {
				has := yamltree.Lookup(p.Data, at).Value
				edits := out[p.Item]
				full := yamltree.Fields("data").Then(at...)
				before := -1
				for i, e := range edits { // of another version in the same name
					if e.Path.Equal(full) {
						before, has = i, e.Value.Value
					}
				}
				next := word.ReplaceAllString(has, "${1}"+strings.TrimPrefix(want, "v")+"${2}")
				if next == has {
					continue
				}
				e, ok := inConfigMap(p.Item, at, next)
				if !ok {
					continue
				}
				changed++
				if before >= 0 {
					edits[before] = e
				} else {
					out[p.Item] = append(edits, e)
				}
			}
		}
	}
	return changed
}

// baseOS is the version of the operating system that a release looks images up by; "" for none.
func (n Next) baseOS() string {
	for _, c := range n.Old.Components {
		for _, p := range c.Patches {
			for _, at := range imagesIn(p.Data, nil) {
				if at[len(at)-1].Name == "imageLookupBaseOS" {
					return yamltree.Lookup(p.Data, at).Value
				}
			}
		}
	}
	return ""
}

// imagesIn are the paths to the texts of images in a partial resource.
func imagesIn(n *yamltree.Node, at yamltree.Path) []yamltree.Path {
	if n == nil || n.Kind != yamltree.Map {
		return nil
	}
	var out []yamltree.Path
	for v := range n.Children() {
		switch {
		case v.Kind == yamltree.Map:
			out = append(out, imagesIn(v, at.Field(v.Key))...)
		case v.Kind == yamltree.Scalar && imageField.MatchString(v.Key):
			out = append(out, at.Field(v.Key))
		}
	}
	return out
}
