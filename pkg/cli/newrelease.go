package cli

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/draft"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/spf13/cobra"
)

// newReleasesNew writes the next release.
func newReleasesNew(o *options, s Streams) *cobra.Command {
	var from, reach string
	var set map[string]string
	cmd := &cobra.Command{
		Use:   "new RELEASE --from RELEASE",
		Short: "Write the next release, as a draft",
		Long: `new writes a release out of another one: its files, with names and records of the new version, and the versions that --set names. It is a draft, in the
index beside it where there is one, and so neither latest nor proposed until you take that off. It can be reached from where the old one can; with a new
major version, or a new minor version of Kubernetes, from the old one and up, unless --upgrade-from says otherwise. Files that are no YAML or JSON, such as release notes, stay behind.`,
		Example: "  apply-release releases new aws/v34.6.0 --from aws/v34.5.0 \\\n      --set cilium=1.5.0 --set kubernetes=1.34.11",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if from == "" {
				return errors.New("--from is missing; must be the release that the new one is made of")
			}
			r, err := o.configured()
			if err != nil {
				return err
			}
			text, err := writeRelease(r, args[0], from, reach, set)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(s.Out, escape.Text(text))
			return err
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the release that it is made of")
	cmd.Flags().StringToStringVar(&set, "set", nil, "versions of components: cilium=1.5.0; kubernetes=1.34.11 and flatcar=4593.2.5 wherever they are set, in the names of images too")
	cmd.Flags().StringVar(&reach, "upgrade-from", "", "from where it can be reached: v34.2.0 for that and up, or a range such as \">=34.2.0 <36.0.0\"")
	completes(cmd, "from", o.completion(releaseNames))
	return cmd
}

// writeRelease writes a release out of another one, and says what it did.
func writeRelease(r *checkout.Repo, name, from, reach string, set map[string]string) (string, error) {
	provider, text := splitRelease(name)
	v, err := version.Parse(text)
	if err != nil {
		return "", fmt.Errorf("%q is no release: %w", name, err)
	}
	folders, err := releaseFolders(r, selectorOf(splitRelease(from)))
	if err != nil {
		return "", err
	}
	if len(folders) != 1 {
		return "", fmt.Errorf("--from %s: lies in several folders: %s. Name the provider, or keep the release in one folder", from, strings.Join(folders, ", "))
	}
	folder := folders[0]
	vars, _ := r.Releases.FolderVars(strings.Split(folder, "/"))
	indexes, err := readIndexes(r, map[string]bool{vars.Get("provider"): true})
	if err != nil {
		return "", err
	}
	files, err := r.Read(folder)
	if err != nil {
		return "", err
	}
	catalog, found := release.Read(checkout.Items(files), r.Releases, indexes...)
	if found.Failed() {
		return "", fmt.Errorf("%s: has errors of its own. Mend them first: apply-release releases check %s", folder, from)
	}
	old, err := catalog.Select(vars.Get("provider"), vars.Get("version"))
	if err != nil {
		return "", err
	}
	if provider != "" && catalog.Provider(provider) != old.Provider {
		return "", fmt.Errorf("%s is of another provider than %s", name, old)
	}
	to := path.Join(path.Dir(folder), draftFolder(path.Base(folder), vars.Get("version"), v))
	next := draft.Next{Old: old, New: v, Set: set, Today: today()}
	reachable, err := upgradeFrom(reach, next)
	if err != nil {
		return "", err
	}
	if !reachable.Equal(old.UpgradeFrom) {
		next.UpgradeFrom = reachable
	}
	index, err := nextIndex(r, folder, reachable, old, v)
	if err != nil {
		return "", err
	}
	next.Indexed = index.Path != ""
	texts, err := draftFiles(r, next, folder, files)
	if err != nil {
		return "", err
	}
	if err := checkout.WriteRelease(r, to, texts, index); err != nil {
		return "", err
	}
	made := old.Provider + "/" + v.String()
	said := fmt.Sprintf("Wrote %s in %s, a draft", result.Count(len(texts), "file"), to)
	if index.Path != "" {
		said += ", and its entry in " + index.Path
	}
	if !reachable.IsZero() {
		said += ". It can be reached from " + reachable.Words()
	}
	return said + fmt.Sprintf(". Next: apply-release releases check %s, then apply-release releases impact %s", made, made), nil
}

// upgradeFrom is from where a new release can be reached: as is asked for, else as the old one, but from that one alone where a major version, or a minor one of Kubernetes, lies between.
func upgradeFrom(asked string, next draft.Next) (version.Reach, error) {
	if asked != "" {
		reach, err := version.ParseReach(asked)
		if err != nil {
			return reach, fmt.Errorf("--upgrade-from: %w", err)
		}
		return reach, nil
	}
	was, errWas := version.Parse(match.KubernetesVersion(next.Old))
	is, errIs := version.Parse(next.Set[draft.Kubernetes])
	if next.New.Major() != next.Old.Version.Major() || errWas == nil && errIs == nil && (is.Major() != was.Major() || is.Minor() > was.Minor()) {
		return version.From(next.Old.Version), nil
	}
	return next.Old.UpgradeFrom, nil
}

// draftFolder is the name of the folder of a new version, as that of the old one is written.
func draftFolder(name, old string, v version.Version) string {
	text := v.String()
	if !strings.HasPrefix(old, "v") {
		text = strings.TrimPrefix(text, "v")
	}
	return strings.Replace(name, old, text, 1)
}

// draftFiles are the files of the new release.
func draftFiles(r *checkout.Repo, next draft.Next, folder string, files []*checkout.File) ([]checkout.Text, error) {
	items := checkout.Items(files)
	edits, err := next.Edits(items)
	if err != nil {
		return nil, err
	}
	var outcomes []plan.Outcome
	for _, i := range items {
		if len(edits[i]) == 0 {
			continue
		}
		value, err := yamltree.Logical(i.Root())
		if err != nil {
			return nil, err
		}
		value = yamltree.Clone(value)
		if err := yamltree.Apply(value, edits[i]); err != nil {
			return nil, err
		}
		outcomes = append(outcomes, plan.Outcome{Item: i, Edits: edits[i], Value: value})
	}
	edited := map[string][]byte{}
	for _, e := range r.Edit(files, outcomes, true) {
		if e.Err != nil {
			return nil, fmt.Errorf("%s: %w", e.Path, e.Err)
		}
		edited[e.Path] = e.New
	}
	var out []checkout.Text
	for _, f := range files {
		src := f.Src()
		if src == nil {
			continue // a link
		}
		if e := edited[f.Path]; e != nil {
			src = e
		}
		out = append(out, checkout.Text{Path: strings.TrimPrefix(f.Path, folder+"/"), Src: src})
	}
	return out, nil
}

// nextIndex is the index beside a release with an entry for a new one; without a path where there is none.
func nextIndex(r *checkout.Repo, folder string, reach version.Reach, old *release.Release, v version.Version) (checkout.Text, error) {
	file := path.Join(path.Dir(folder), release.IndexName)
	text, err := r.ReadText(file)
	if text == nil || err != nil {
		return checkout.Text{}, err
	}
	doc, err := yamltree.ReadOne(text.Src)
	if err != nil {
		return checkout.Text{}, fmt.Errorf("%s: %w", file, err)
	}
	list := yamltree.Lookup(doc.Root, yamltree.Fields("releases"))
	if list == nil || list.Kind != yamltree.List {
		return checkout.Text{}, nil
	}
	like := func(text string) bool { own, err := version.Parse(text); return err == nil && own.Equal(v) }
	prefixed := false
	for _, el := range list.Elements() {
		own := yamltree.Get(el, "version")
		if own == nil {
			continue
		}
		prefixed = strings.HasPrefix(own.Value, "v")
		if like(own.Value) {
			return checkout.Text{}, fmt.Errorf("%s: has an entry for %s already. Remove it first, or name another release", file, own.Value)
		}
	}
	number := strings.TrimPrefix(v.String(), "v")
	if prefixed {
		number = "v" + number
	}
	entry := yamltree.NewMap().Add("version", yamltree.Str(number)).Add("state", yamltree.Str(release.Draft))
	if !reach.IsZero() {
		entry.Add("upgradeFrom", yamltree.Str(reach.Written()))
	}
	src, _, err := yamledit.Bytes(text.Src, doc.Root, []yamltree.Edit{{Path: yamltree.Fields("releases").Index(list.Len()), Value: entry}})
	if err != nil {
		return checkout.Text{}, fmt.Errorf("%s: %w", file, err)
	}
	again, err := release.ParseIndex(old.Provider, file, src)
	is := func(e release.IndexEntry) bool { return like(e.Version) && e.State == release.Draft }
	if err != nil || !slices.ContainsFunc(again.Entries, is) || len(again.Entries) != list.Len()+1 {
		return checkout.Text{}, fmt.Errorf("%s: cannot be edited in place. Add the entry by hand: {\"version\": %q, \"state\": \"draft\"}", file, number)
	}
	return checkout.Text{Path: file, Src: src}, nil
}
