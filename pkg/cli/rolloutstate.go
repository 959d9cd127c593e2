package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/rollout"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// rolloutState tells how far clusters are with a release, by their files and what git knows of them.
type rolloutState struct {
	git     checkout.Git
	ref     string // where the clusters are as they count
	branch  string // of an upgrade, with {name} in it
	to      *release.Release
	catalog *release.Catalog
	around  *upgrade.Around
}

// of is how far a cluster is.
func (s rolloutState) of(cl *cluster.Cluster) (rollout.Cluster, error) {
	c := rollout.Cluster{Name: cl.String(), Installation: cl.Installation, On: cl.Release()}
	item, read := record(cl)
	v, err := version.Parse(c.On)
	if err != nil || item == nil {
		c.Doubt = "nothing says on which release it is"
		return c, nil
	}
	file := recordFile{item, read}
	c.There = v.Compare(s.to.Version) >= 0
	if c.Doubt = s.doubt(cl, v); c.Doubt != "" {
		c.There = false
		return c, nil
	}
	if c.There {
		c.Since, err = s.arrival(file)
		return c, err
	}
	name := strings.ReplaceAll(s.branch, "{name}", strings.ReplaceAll(c.Name, "/", "-"))
	for _, src := range s.git.OnBranches(name, s.ref, item.Location.Path) { // of one that is merged, however it was, the release is there
		if ahead, known := file.version(src); !known || ahead.Compare(v) > 0 {
			c.Way = true
		}
	}
	return c, nil
}

// doubt says why it cannot be told how far a cluster that is on a release is, or that it cannot go; "" where neither is so.
func (s rolloutState) doubt(cl *cluster.Cluster, on version.Version) string {
	if why := notOf(match.Providers(s.catalog, cl, on), s.to.Provider); why != "" {
		return why
	}
	if on.Compare(s.to.Version) < 0 {
		if _, err := s.catalog.Path(on, s.to); err != nil {
			return err.Error()
		}
		return s.behind(cl, on)
	}
	return s.behind(cl, s.to.Version)
}

// behind says which release parts of a cluster are on that is below another one; "" where none is.
func (s rolloutState) behind(cl *cluster.Cluster, at version.Version) string {
	unused := s.around.UnusedTemplates(cl) // which stay for the machines that are of them
	for _, i := range cl.Base {
		own, err := version.Parse(cl.ReleaseOf(i))
		if err == nil && own.Compare(at) < 0 && !slices.Contains(unused, i) {
			return fmt.Sprintf("parts of it are on %s still: apply-release upgrade %s -r %s", own, escape.Shell(cl.String()), escape.Shell(s.to.Provider+"/"+at.String()))
		}
	}
	return ""
}

// notOf says why a cluster that may be of some providers is not known to be of one; "" where it is.
func notOf(providers []string, provider string) string {
	switch {
	case len(providers) == 0:
		return "nothing says of which provider it is"
	case len(providers) > 1:
		return fmt.Sprintf("may be of %s, and nothing tells which", strings.Join(providers, " or "))
	case providers[0] != provider:
		return fmt.Sprintf("is of the provider %s, and not of %s", providers[0], provider)
	}
	return ""
}

// arrival is when a cluster came to the release: with the oldest commit since which its record has been on it, or behind it.
func (s rolloutState) arrival(f recordFile) (since time.Time, err error) {
	err = s.git.History(s.ref, f.item.Location.Path, func(src []byte, at time.Time) bool {
		was, known := f.version(src)
		if !known || was.Compare(s.to.Version) < 0 {
			return false
		}
		since = at
		return true
	})
	return since, err
}

// recordFile is the resource that says the release of a cluster, and how it says it.
type recordFile struct {
	item *resource.Item
	read func(*resource.Item) string
}

// version is what the resource says in another text of its file; known is false where it is not there, or says none.
func (f recordFile) version(src []byte) (v version.Version, known bool) {
	for _, i := range checkout.ParseFile(f.item.Location.Path, src).Items() {
		if i.Kind == f.item.Kind && i.Name == f.item.Name && i.Namespace == f.item.Namespace {
			v, err := version.Parse(f.read(i))
			return v, err == nil
		}
	}
	return version.Version{}, false
}
