package cli

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/create"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// source is what a new cluster is made of.
type source struct {
	old   create.Request // the cluster whose shape it gets
	files []create.File
	items []*resource.Item
	at    string // the release that the old cluster is on
}

// prepare makes the files of a new cluster, and the plan that filled them. It writes nothing.
func (o *createOptions) prepare(name string) (*report.Creation, *checkout.Repo, error) {
	request, err := create.Named(name)
	if err != nil {
		return nil, nil, err
	}
	if request.Values, err = o.valuesOf(); err != nil {
		return nil, nil, err
	}
	r, err := o.configured()
	if err != nil {
		return nil, nil, err
	}
	folder, err := o.newFolder(r, request)
	if err != nil {
		return nil, nil, err
	}
	from, err := o.source(r)
	if err != nil {
		return nil, nil, err
	}
	if o.release == "" {
		o.release = from.at
	}
	config, err := o.configuration([]string{name})
	if err != nil {
		return nil, nil, err
	}
	forNew(config)
	rel, in, err := o.releaseFor(r, config, from.items)
	if err != nil {
		return nil, nil, err
	}
	request.Release, request.Kubernetes = rel.Version.String(), match.KubernetesVersion(rel)
	c := &report.Creation{Cluster: name, Release: rel, Origin: o.template + o.like, Like: o.like != ""}
	for _, key := range slices.Sorted(maps.Keys(request.Values)) {
		c.Values = append(c.Values, key+"="+secret.Text(key, request.Values[key]))
	}
	files, err := o.filesOf(request, from, create.InPath(r.Clusters), c)
	if err != nil {
		return nil, nil, err
	}
	return c, r, complete(r, c, config, in, folder, files)
}

// newFolder is the folder of the new cluster, which must not be there.
func (o *createOptions) newFolder(r *checkout.Repo, request create.Request) (string, error) {
	folder, err := r.Clusters.NewFolder(request.Places())
	if err != nil {
		return "", err
	}
	name := request.Installation + "/" + request.ID
	releases, err := r.ReleaseFolders("*")
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(releases, func(rel checkout.Release) bool { return rel.Provider == request.Installation }) {
		return "", fmt.Errorf("%s is a provider of releases; must be an installation: %s", request.Installation, name)
	}
	there, err := r.ClusterFolders(name)
	if err != nil {
		return "", err
	}
	if len(there) > 0 {
		return "", fmt.Errorf("%s is there already, in %s. Take another name, or upgrade it", name, there[0])
	}
	return folder, nil
}

// source reads what the cluster is made of.
func (o *createOptions) source(r *checkout.Repo) (*source, error) {
	if o.template != "" {
		t, err := readTemplate(o.template)
		return &source{files: t}, err
	}
	name, err := clusterName(r, o.like)
	if err != nil {
		return nil, fmt.Errorf("--like: %w", err)
	}
	folders, err := clusterFolders(r, []string{name})
	if err != nil {
		return nil, fmt.Errorf("--like: %w", err)
	}
	if len(folders) != 1 {
		return nil, fmt.Errorf("--like %s: is %s; must be one", o.like, result.Count(len(folders), "cluster"))
	}
	where, _, _ := r.Clusters.Folder(strings.Split(folders[0], "/"))
	o.like = where.String()
	out := &source{old: create.Request{Installation: where.Installation, ID: where.Cluster}}
	texts, err := checkout.ReadTexts(filepath.Join(r.Root, filepath.FromSlash(folders[0])))
	if err != nil {
		return nil, fmt.Errorf("--like: %w", err)
	}
	inBase := func(t checkout.Text) bool { return strings.HasPrefix(t.Path, layout.Base+"/") }
	hasBase := slices.ContainsFunc(texts, inBase)
	for _, t := range texts {
		full := folders[0] + "/" + t.Path
		if at, _ := r.Clusters.Match(strings.Split(full, "/")); at.Layer == layout.Overlay || hasBase && !inBase(t) {
			continue
		}
		out.files = append(out.files, create.File{Path: t.Path, Text: string(t.Src)})
		out.items = append(out.items, checkout.ParseFile(full, t.Src).Items()...)
	}
	if beside, err := r.Read(folders[0]); err != nil {
		return nil, err
	} else if slices.ContainsFunc(beside, func(f *checkout.File) bool { return f.Path == folders[0]+".yaml" }) {
		return nil, fmt.Errorf("--like %s: %s.yaml, a Flux Kustomization beside its folder, is a part of it, which a new cluster would lack; must be a cluster without, or be made from a template", o.like, folders[0])
	}
	if err := o.likeRelease(r, out); err != nil {
		return nil, err
	}
	if out.at == "" && o.release == "" {
		return nil, fmt.Errorf("--like %s: its release is not known. Name one with --release", o.like)
	}
	return out, nil
}

// likeRelease finds out on which release the old cluster is, and of which provider: of that is what is asked for without one.
func (o *createOptions) likeRelease(r *checkout.Repo, out *source) error {
	files, err := r.Read(on(r, said(&v1alpha1.ApplyRelease{}, out.items), nil)...)
	if err != nil {
		return err
	}
	catalog, _ := release.Read(checkout.Items(files), r.Releases)
	for _, c := range cluster.Group(out.items, catalog, r.Clusters) {
		out.at = c.Release()
		v, err := version.Parse(out.at)
		if err != nil {
			continue
		}
		names := match.Providers(catalog, c, v)
		if len(names) != 1 {
			continue
		}
		out.at = names[0] + "/" + strings.TrimPrefix(out.at, "v")
		if provider, text := splitRelease(o.release); provider == "" && text != "" {
			o.release = names[0] + "/" + text
		}
	}
	return nil
}

// ofOther is the error about a cluster that consists of what the releases of another provider have; nil for none.
func ofOther(r *checkout.Repo, cl *cluster.Cluster, rel *release.Release, items []*resource.Item) error {
	nearest := map[string]checkout.Release{}
	all, err := r.ReleaseFolders("*")
	if err != nil {
		return err
	}
	for _, f := range all { // in order
		if best, some := nearest[f.Provider]; !some || version.MustParse(best.Version).Compare(rel.Version) < 0 {
			nearest[f.Provider] = f
		}
	}
	var folders []string
	for _, f := range nearest {
		folders = append(folders, f.Folder)
	}
	files, err := r.Read(folders...)
	if err != nil {
		return err
	}
	catalog, _ := release.Read(append(checkout.Items(files), items...), r.Releases)
	names := match.Providers(catalog, cl, rel.Version)
	if len(names) > 0 && !slices.Contains(names, rel.Provider) {
		return fmt.Errorf("%s consists of what %s releases have, and %s is of another provider; must be a release of its own", cl, strings.Join(names, " or "), rel)
	}
	return nil
}

// releaseFor reads the release that a configuration selects, those that items say they are on, and what a plan needs beside them.
func (o *createOptions) releaseFor(r *checkout.Repo, config *v1alpha1.ApplyRelease, items []*resource.Item) (*release.Release, upgrade.Input, error) {
	in := upgrade.Input{New: true}
	folders, err := releaseFolders(r, config.Spec.Release)
	if err != nil {
		return nil, in, err
	}
	vars, _ := r.Releases.FolderVars(strings.Split(folders[0], "/"))
	for _, f := range folders[1:] {
		if other, _ := r.Releases.FolderVars(strings.Split(f, "/")); other.Get("provider") != vars.Get("provider") {
			return nil, in, fmt.Errorf("release %s is there for several providers: %s. Name one of them", config.Spec.Release.Version, strings.Join(slices.Sorted(slices.Values(folders)), ", "))
		}
	}
	if in.Indexes, err = readIndexes(r, map[string]bool{vars.Get("provider"): true}); err != nil {
		return nil, in, err
	}
	if in.Known, err = known(r); err != nil {
		return nil, in, err
	}
	if o.crds != "" {
		if in.Definitions, err = checkout.Definitions(o.crds); err != nil {
			return nil, in, notThere("crds", o.crds, "a folder of CustomResourceDefinitions", err)
		}
	}
	files, err := r.Read(append(on(r, said(config, items), folders), folders...)...)
	if err != nil {
		return nil, in, err
	}
	in.Items = checkout.Items(files)
	catalog, _ := release.Read(in.Items, r.Releases, in.Indexes...)
	rel, err := catalog.Select(vars.Get("provider"), vars.Get("version"))
	if err != nil {
		return nil, in, err
	}
	var odd result.List
	fileNotes(r, files, said(config, nil), &odd)
	if odd.Failed() {
		return nil, in, errors.New(odd[0].Message)
	}
	config.Spec.Release.Provider, config.Spec.Release.Version = rel.Provider, rel.Version.String()
	return rel, in, nil
}

// on are the folders of the releases of some versions, without some folders.
func on(r *checkout.Repo, versions []version.Version, without []string) []string {
	var out []string
	all, err := r.ReleaseFolders("*")
	if err != nil {
		return nil
	}
	for _, rel := range all {
		if !slices.Contains(without, rel.Folder) && slices.ContainsFunc(versions, version.MustParse(rel.Version).Equal) {
			out = append(out, rel.Folder)
		}
	}
	return out
}

// filesOf are the files of the new cluster before the release fills them.
func (o *createOptions) filesOf(request create.Request, from *source, inPath []string, c *report.Creation) ([]create.File, error) {
	if o.template != "" {
		return request.FromTemplate(from.files, inPath)
	}
	files, renamed, secrets, err := request.FromCluster(from.files, from.old, inPath)
	for _, x := range renamed {
		c.Renamed = append(c.Renamed, fmt.Sprintf("%s became %s in %s", x.Old, x.New, result.Count(x.Places, "place")))
	}
	c.Secrets = secrets
	return files, err
}

// complete plans the upgrade of the new cluster to its release, and carries it out on its files.
func complete(r *checkout.Repo, c *report.Creation, config *v1alpha1.ApplyRelease, in upgrade.Input, folder string, files []create.File) error {
	var own []*checkout.File
	var errs []error
	for _, f := range files {
		parsed := checkout.ParseFile(folder+"/"+f.Path, []byte(f.Text))
		own = append(own, parsed)
		if parsed.Err != nil && !strings.HasPrefix(f.Path, layout.Overlay+"/") {
			errs = append(errs, parsed.Err)
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	in.Items = append(checkout.Items(own), in.Items...)
	c.Plan = upgrade.Plan(config, in)
	for i, n := range c.Plan.Notes {
		if n.Kind == plan.NotCreated && c.Like { // as that cluster, most likely on purpose
			c.Plan.Notes[i].Severity, c.Plan.Notes[i].By = result.Info, c.Origin
		}
	}
	if c.Plan.Failed() {
		return nil
	}
	for _, cl := range c.Plan.Clusters {
		if err := ofOther(r, cl.Cluster, c.Release, in.Items); err != nil {
			return err
		}
	}
	edited := map[string]checkout.Edited{}
	for _, e := range r.Edit(own, c.Plan.Outcomes(), true) {
		if e.Err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", e.Path, e.Err))
		}
		if edited[e.Path] = e; e.Old == nil {
			c.Files = append(c.Files, e.File)
		}
	}
	for _, f := range own {
		out := plan.File{Path: f.Path, New: f.Src()}
		if e, is := edited[f.Path]; is {
			out.New = e.New
		}
		c.Files = append(c.Files, out)
	}
	slices.SortFunc(c.Files, func(a, b plan.File) int { return strings.Compare(a.Path, b.Path) })
	return errors.Join(errs...)
}
