// Package function is apply-release as a KRM function
// (https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md):
// a ResourceList on standard input, the same list with the clusters upgraded on standard output.
//
// [Run] keeps all text that the upgrade does not change byte for byte. [Processor] and
// [SDKProcessor] offer the same upgrade to programs that embed it and do their own input and output.
//
// After an error the list is as it came, with the results added, and the exit code is 1.
package function

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Options are settings beside the functionConfig.
type Options struct {
	// Definitions are CustomResourceDefinitions that tell merge keys, beside those among the items.
	Definitions []*yamltree.Node
	// Today is the day, such as 2026-11-29, on which holds and rules are over; "" where it is not known, and none is.
	Today string
}

// Run reads a ResourceList, upgrades it, and writes it. It returns the exit code of the process: 0,
// or 1 after an error. Where the input is no ResourceList, nothing is written.
func Run(stdin io.Reader, stdout, stderr io.Writer, options Options) int {
	out, p, err := run(stdin, options)
	code := 0
	if p.Failed() || err != nil {
		code = 1
	}
	var lines bytes.Buffer
	if err != nil {
		for _, line := range result.Problems(err) {
			fmt.Fprintf(&lines, "error: %s\n", line)
		}
	}
	var told error
	var telling sync.WaitGroup
	telling.Go(func() { told = report.Problems(&lines, p, report.Pipelines, false, false) }) // while the list is written
	_, err = out.WriteTo(stdout)
	if telling.Wait(); told != nil {
		code = 1
	}
	if err != nil {
		fmt.Fprintf(&lines, "error: standard output: %v\n", err)
		code = 1
	}
	if _, err := stderr.Write(lines.Bytes()); err != nil {
		code = 1
	}
	return code
}

// run returns the text to write, and the plan that it carries out. err is about input that is no ResourceList; all else is in the plan.
func run(stdin io.Reader, options Options) (resource.Text, *plan.Plan, error) {
	src, err := readAll(stdin)
	if err != nil {
		return resource.Text{}, &plan.Plan{}, fmt.Errorf("standard input: %w", err)
	}
	list, err := resource.ParseList(src)
	if list == nil {
		return resource.Text{}, &plan.Plan{}, err
	}
	w := &work{edited: list.Edited(), rest: map[*plan.Cluster][]plan.Outcome{}}
	d := decide(list.FunctionConfig, list.Items, options, w.planned, result.Problems(err))
	p, made := d.plan, d.made
	if made == nil {
		made = w.comeAndGo(p.Clusters)
	}
	if p.Failed() {
		w.edited, made = list.Edited(), nil
	}
	edits := listEdits(made, list.Len())
	out, rewritten, err := w.edited.Render(edits, w.told.Results(p, report.Pipelines))
	if len(rewritten) > 0 {
		for _, at := range rewritten {
			p.Notes = append(p.Notes, plan.Note{Kind: plan.PrintedAnew, Severity: result.Warning, Item: itemAt(list.Items, at), Field: at[min(2, len(at)):]})
		}
		out, _, err = w.edited.Render(edits, w.told.Results(p, report.Pipelines))
	}
	if err != nil {
		p.Notes = append(p.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: err.Error()})
		wrong := report.Attention(p, report.Pipelines, true)
		wrong.SummarizeFailure()
		if out, _, err = list.Edited().Render(nil, report.Results(wrong)); err != nil {
			out = list.Text() // standard error has the results
		}
	}
	return out, p, err
}

// readAll reads all of a stream, in pieces that are put together once: a buffer that grows is up to three times as large as what is in it. Of a file, the size is known.
func readAll(r io.Reader) ([]byte, error) {
	if f, is := r.(fs.File); is {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			out := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
			_, err := out.ReadFrom(f)
			return out.Bytes(), err
		}
	}
	var pieces [][]byte
	for {
		piece := make([]byte, 1<<20)
		n, err := io.ReadFull(r, piece)
		pieces = append(pieces, piece[:n])
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return bytes.Join(pieces, nil), nil
		default:
			return nil, err
		}
	}
}

// itemAt is the item that a path from the root of the list leads into, nil for none.
func itemAt(items []*resource.Item, p yamltree.Path) *resource.Item {
	for _, i := range items {
		if p.HasPrefix(yamltree.Fields("items").Index(i.Index)) {
			return i
		}
	}
	return nil
}

// decide plans the upgrade of items, or makes a cluster of them. What is wrong with the input is an error of the plan, and so is what is wrong with the configuration. planned is called with the plan of each cluster that is upgraded, see [upgrade.Input]; nil for nobody.
func decide(config *yamltree.Node, items []*resource.Item, options Options, planned func(*plan.Cluster), wrong []string) decision {
	d := decision{plan: &plan.Plan{}}
	blame := func(texts []string) {
		for _, text := range texts {
			d.plan.Notes = append(d.plan.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: text})
		}
	}
	blame(wrong)
	recorded := record(items)
	var rules *yamltree.Node
	if recorded != nil {
		rules = recorded.Root()
	}
	if v1alpha1.IsCreate(config) {
		made, err := makeCluster(config, rules, withoutConfig(items, config), options)
		if blame(result.Problems(err)); d.plan.Failed() {
			return d
		}
		return made
	}
	c, err := v1alpha1.DecodeOver(config, rules)
	if blame(result.Problems(err)); d.plan.Failed() {
		return d
	}
	d.plan = upgrade.Plan(c, upgrade.Input{Items: withoutConfig(items, config), Definitions: options.Definitions, Today: options.Today, Planned: planned})
	for _, i := range withoutConfig(items, config) {
		if i.Kind == "List" && i.APIVersion == "v1" {
			d.plan.Notes = append(d.plan.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Warning, Item: i, Text: "is a List, whose items are not looked at. Give each by itself"})
		}
		if text := unrecorded(i, recorded, items); text != "" {
			blame([]string{i.Location.Path + ": " + text})
			continue
		}
		if i.Kind == v1alpha1.Kind && i.APIVersion == v1alpha1.APIVersion && i != recorded && (i.Location.Path == "" || isRecord(i)) {
			d.plan.Notes = append(d.plan.Notes, plan.Note{Kind: plan.RecordUnplaced, Severity: result.Warning, Item: i})
		}
	}
	return d
}

// unrecorded says why an item in a file like that of the record records nothing, though its file is where the record is; "" for others.
func unrecorded(i, recorded *resource.Item, items []*resource.Item) string {
	switch {
	case recorded != nil && i != recorded && i.Location.Path == recorded.Location.Path:
		return "holds several documents; must hold one"
	case i.Kind == v1alpha1.Kind && path.Base(i.Location.Path) == strings.TrimSuffix(v1alpha1.RecordName, ".yaml")+".yml" && holdsAll(folderOf(i), items):
		return "records nothing by this name; must be " + v1alpha1.RecordName
	}
	return ""
}

// record is the record of the repository's policy, an ApplyRelease among the items in the file of that name at the root of the repository: in the folder, or one above it, that all items are
// in. nil for none. One deeper down, where others than the platform may write, decides nothing.
func record(items []*resource.Item) *resource.Item {
	var out *resource.Item
	for _, i := range items {
		if isRecord(i) && holdsAll(folderOf(i), items) && (out == nil || len(folderOf(i)) < len(folderOf(out))) {
			out = i
		}
	}
	return out
}

// isRecord reports whether an item is in a file of the name of the record.
func isRecord(i *resource.Item) bool {
	return path.Base(path.Clean(i.Location.Path)) == v1alpha1.RecordName
}

func folderOf(i *resource.Item) []string {
	parts := i.Location.Segments()
	return parts[:max(len(parts)-1, 0)]
}

// holdsAll reports whether all items that have a file are in a folder.
func holdsAll(folder []string, items []*resource.Item) bool {
	return !slices.ContainsFunc(items, func(i *resource.Item) bool {
		parts := i.Location.Segments()
		return len(parts) > 0 && (len(parts) <= len(folder) || !slices.Equal(parts[:len(folder)], folder))
	})
}

// withoutConfig leaves out the function's own configuration, which is among the items where its file is
// in the package: it is never a target.
func withoutConfig(items []*resource.Item, config *yamltree.Node) []*resource.Item {
	own := resource.RefOf(config)
	return slices.DeleteFunc(slices.Clone(items), func(i *resource.Item) bool { return i.Ref == own })
}
