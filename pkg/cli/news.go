package cli

import (
	"path"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/changelog"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// news reads what the releases on the way of a plan say of themselves: those behind the lowest release that a cluster comes from, up to the one that it gets; of clusters of which the release is not known,
// the new one alone.
func news(r *checkout.Repo, p *plan.Plan) ([]changelog.Release, error) {
	var out []changelog.Release
	for _, to := range p.Releases() {
		folders, err := r.ReleaseFolders(to.Provider)
		if err == nil && len(folders) == 0 {
			folders, err = foldersNaming(r, to.Provider)
		}
		if err != nil {
			return nil, err
		}
		from := lowest(p, to)
		for _, f := range folders {
			v := version.MustParse(f.Version)
			there := slices.ContainsFunc(out, func(x changelog.Release) bool { return x.Provider == to.Provider && x.Version.Equal(v) })
			if there || v.Compare(to.Version) > 0 || v.Compare(from) <= 0 && !v.Equal(to.Version) || v.IsPrerelease() && !v.Equal(to.Version) {
				continue
			}
			x, err := newsOf(r, f, to.Provider)
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b changelog.Release) int {
		if a.Provider != b.Provider {
			return 0
		}
		return a.Version.Compare(b.Version)
	})
	return out, nil
}

// lowest is the lowest version that a cluster which gets a release comes from; the release's own where none is known.
func lowest(p *plan.Plan, to *release.Release) version.Version {
	out := to.Version
	for _, c := range p.Clusters {
		if v, err := version.Parse(c.On.Text); c.To == to && err == nil && v.Compare(out) < 0 {
			out = v
		}
	}
	return out
}

// newsOf reads what one release says of itself.
func newsOf(r *checkout.Repo, f checkout.Release, provider string) (changelog.Release, error) {
	x := changelog.Release{Provider: provider, Version: version.MustParse(f.Version), Versions: map[string]string{}}
	notes, err := r.ReadText(path.Join(f.Folder, changelog.FileName))
	if err != nil {
		return x, err
	}
	if notes != nil {
		x.Notices, x.Components = changelog.Parse(notes.Src)
	}
	indexes, err := readIndexes(r, map[string]bool{f.Provider: true})
	if err != nil {
		return x, err
	}
	for _, index := range indexes {
		for _, e := range index.Entries {
			if v, err := version.Parse(e.Version); err != nil || !v.Equal(x.Version) {
				continue
			}
			x.URL = e.Changelog
			for name, v := range e.Apps {
				x.Versions[name] = v
			}
		}
	}
	files, err := r.Read(f.Folder)
	if err != nil {
		return x, err
	}
	for _, i := range checkout.Items(files) {
		if notice := i.Text("spec", "notice"); i.Kind == "Release" && notice != "" {
			sections, _ := changelog.Parse([]byte("## Important\n\n" + notice))
			x.Notices = append(sections, x.Notices...)
		}
	}
	return x, nil
}
