package function

import (
	"errors"
	"fmt"

	sdk "github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// ErrNotUpgraded is returned by the processors after an error: the results say what is wrong, and
// no item was changed.
var ErrNotUpgraded = errors.New("nothing is changed, see the results")

// Processor is the upgrade as a [framework.ResourceListProcessor], for programs built on kyaml.
//
// Items that change are put in their place; comments and styles of what does not change are kept as far as kyaml
// keeps them. After an error, items are as they came, and the list's results hold all that is wrong.
//
// The options are those of [Run]. Without a day, no hold is ever over.
type Processor struct{ Options }

var _ framework.ResourceListProcessor = Processor{}

// Process implements [framework.ResourceListProcessor]. Its error is [ErrNotUpgraded], or about an item that is no YAML.
func (p Processor) Process(rl *framework.ResourceList) error {
	items := make([]string, len(rl.Items))
	for i, n := range rl.Items {
		var err error
		if items[i], err = n.String(); err != nil {
			return err
		}
	}
	config := ""
	if rl.FunctionConfig != nil {
		var err error
		if config, err = rl.FunctionConfig.String(); err != nil {
			return err
		}
	}
	out, results, err := upgradeTexts(config, items, func(i int) *yamltree.Node { return yamltree.FromV3(rl.Items[i].YNode()) }, p.Options)
	for _, r := range results {
		rl.Results = append(rl.Results, frameworkResult(r))
	}
	if err != nil {
		return err
	}
	old := rl.Items
	rl.Items = nil
	for _, o := range out {
		if o.text == "" {
			rl.Items = append(rl.Items, old[o.item])
			continue
		}
		n, err := kyaml.Parse(o.text)
		if err != nil {
			return err
		}
		rl.Items = append(rl.Items, n)
	}
	return nil
}

// outcome is an item after an upgrade: the one that it was, or a text.
type outcome struct {
	item int
	text string
}

// upgradeTexts upgrades items that are given as YAML. An item whose text cannot be read by itself is as tree has it, where that is not nil, else an error. Those that are removed are
// left out; new ones come last. The error is [ErrNotUpgraded], or about the configuration.
func upgradeTexts(config string, texts []string, tree func(int) *yamltree.Node, options Options) ([]outcome, result.List, error) {
	items, roots := make([]*resource.Item, len(texts)), make([]*yamltree.Node, len(texts))
	var wrong []string
	for n, text := range texts {
		doc, err := yamltree.Read([]byte(text))
		switch {
		case err == nil && doc.Root != nil:
			roots[n] = doc.Root
		case tree != nil:
			doc = &yamltree.Doc{Root: tree(n)}
		default:
			wrong = append(wrong, fmt.Sprintf("items[%d] cannot be read by itself: %v", n, err))
			doc = &yamltree.Doc{Root: yamltree.NewMap()}
		}
		items[n] = resource.NewItem(doc.Root)
		items[n].Index = n
	}
	resource.Locate(items)
	root, err := yamltree.Read([]byte(config))
	if err != nil {
		return nil, nil, err
	}
	d := decide(root.Root, items, options, nil, wrong)
	p := d.plan
	results := report.Findings(p, report.Pipelines)
	if p.Failed() {
		return nil, results, ErrNotUpgraded
	}
	outcomes := d.made
	if outcomes == nil {
		outcomes = p.Outcomes()
	}
	byItem := map[int][]yamltree.Edit{}
	for _, x := range listEdits(outcomes, len(items)) {
		byItem[x.Index] = append(byItem[x.Index], x.Edits...)
	}
	var out []outcome
	for n, text := range texts {
		own, changed := byItem[n]
		switch {
		case !changed:
			out = append(out, outcome{item: n})
		case len(own[0].Path) == 0 && own[0].Value == nil:
		default:
			edited, err := editText(text, roots[n], items[n].Root(), own)
			if err != nil {
				return nil, results, err
			}
			out = append(out, outcome{n, edited})
		}
	}
	for n := len(texts); len(byItem[n]) > 0; n++ { // new ones
		out = append(out, outcome{n, string(yamledit.Print(byItem[n][0].Value))})
	}
	return out, results, nil
}

// editText edits an item: in its text, or, where that aliases another item, in what it means.
func editText(text string, root, item *yamltree.Node, edits []yamltree.Edit) (string, error) {
	if root != nil {
		out, _, err := yamledit.Bytes([]byte(text), root, edits)
		return string(out), err
	}
	logical, err := yamltree.Logical(item)
	if err != nil {
		return "", err
	}
	edited := yamltree.Share(logical)
	if err := yamltree.Apply(edited, edits); err != nil {
		return "", err
	}
	return string(yamledit.Print(edited)), nil
}

func frameworkResult(r result.Result) *framework.Result {
	out := &framework.Result{Message: r.Message, Severity: framework.Severity(r.Severity), Tags: r.Tags.Map()}
	if r.Item != nil {
		out.ResourceRef = &kyaml.ResourceIdentifier{
			TypeMeta: kyaml.TypeMeta{APIVersion: r.Item.APIVersion, Kind: r.Item.Kind},
			NameMeta: kyaml.NameMeta{Name: r.Item.Name, Namespace: r.Item.Namespace},
		}
		if l := r.Item.Location; l.Path != "" {
			out.File = &framework.File{Path: l.Path, Index: l.Index}
		}
	}
	if len(r.Field) > 0 {
		out.Field = &framework.Field{Path: r.Field.String(), CurrentValue: report.Plain(r.Old), ProposedValue: report.Plain(r.New)}
	}
	return out
}

// SDKProcessor is the upgrade as a [sdk.ResourceListProcessor] of the kpt SDK, for Porch and pipelines
// built on it. Items that do not change stay the objects that they are. The options are as for [Processor].
type SDKProcessor struct{ Options }

var _ sdk.ResourceListProcessor = SDKProcessor{}

// Process implements [sdk.ResourceListProcessor]. It returns false and [ErrNotUpgraded] after an error.
func (p SDKProcessor) Process(rl *sdk.ResourceList) (bool, error) {
	items := make([]string, len(rl.Items))
	for i, o := range rl.Items {
		items[i] = o.String()
	}
	out, results, err := upgradeTexts(configText(rl), items, nil, p.Options)
	for _, r := range results {
		rl.Results = append(rl.Results, sdkResult(r))
	}
	if err != nil {
		return false, err
	}
	var objects sdk.KubeObjects
	for _, o := range out {
		if o.text == "" {
			objects = append(objects, rl.Items[o.item])
			continue
		}
		next, err := sdk.ParseKubeObject([]byte(o.text))
		if err != nil {
			return false, err
		}
		objects = append(objects, next)
	}
	rl.Items = objects
	return true, nil
}

func configText(rl *sdk.ResourceList) string {
	if rl.FunctionConfig.IsEmpty() {
		return ""
	}
	return rl.FunctionConfig.String()
}

func sdkResult(r result.Result) *sdk.Result {
	out := &sdk.Result{Message: r.Message, Severity: sdk.Severity(r.Severity), Tags: r.Tags.Map()}
	if r.Item != nil {
		out.ResourceRef = &sdk.ResourceRef{APIVersion: r.Item.APIVersion, Kind: r.Item.Kind, Name: r.Item.Name, Namespace: r.Item.Namespace}
		if l := r.Item.Location; l.Path != "" {
			out.File = &sdk.File{Path: l.Path, Index: l.Index}
		}
	}
	if len(r.Field) > 0 {
		out.Field = &sdk.Field{Path: r.Field.String(), CurrentValue: report.Plain(r.Old), ProposedValue: report.Plain(r.New)}
	}
	return out
}
