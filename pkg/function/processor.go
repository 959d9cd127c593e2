package function

import (
	"errors"

	sdk "github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"github.com/giantswarm/apply-release/pkg/report"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// ErrNotUpgraded is returned by the processors after an error: the results say what is wrong, and
// no item was changed.
var ErrNotUpgraded = errors.New("nothing is changed, see the results")

// Processor is the upgrade as a [framework.ResourceListProcessor], for programs built on kyaml.
//
// Items are changed in place; comments and styles of what does not change are kept as far as kyaml
// keeps them. After an error, items are as they came, and the list's results hold all that is wrong.
type Processor struct{}

var _ framework.ResourceListProcessor = Processor{}

// Process implements [framework.ResourceListProcessor]. Its error is [ErrNotUpgraded], or one of yamledit.
func (Processor) Process(rl *framework.ResourceList) error {
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, i := range rl.Items {
		list.Content = append(list.Content, yamltree.Document(i.YNode()))
	}
	var config *yaml.Node
	if rl.FunctionConfig != nil {
		config = yamltree.Document(rl.FunctionConfig.YNode())
	}
	edits, results := decideNodes(config, list)
	for _, r := range results {
		rl.Results = append(rl.Results, frameworkResult(r))
	}
	if results.Failed() {
		return ErrNotUpgraded
	}
	if err := yamledit.Tree(list, edits); err != nil {
		return err
	}
	rl.Items = nil
	for _, n := range list.Content {
		rl.Items = append(rl.Items, kyaml.NewRNode(n))
	}
	return nil
}

// decideNodes decides about the items of a list that is no document.
func decideNodes(config, list *yaml.Node) ([]yamltree.Edit, result.List) {
	items := make([]*resource.Item, len(list.Content))
	for n, node := range list.Content {
		items[n] = resource.NewItem(node, yamltree.Path{}.Index(n))
	}
	resource.Locate(items)
	return decide(config, items, yamltree.Path{}.Index(len(items)), Options{}, nil)
}

func frameworkResult(r result.Result) *framework.Result {
	out := &framework.Result{Message: r.Message, Severity: framework.Severity(r.Severity), Tags: r.Tags}
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
// built on it. Items that do not change stay the objects that they are.
type SDKProcessor struct{}

var _ sdk.ResourceListProcessor = SDKProcessor{}

// Process implements [sdk.ResourceListProcessor]. It returns false and [ErrNotUpgraded] after an error.
func (SDKProcessor) Process(rl *sdk.ResourceList) (bool, error) {
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, o := range rl.Items {
		n, err := parse(o.String())
		if err != nil {
			return false, err
		}
		list.Content = append(list.Content, n)
	}
	config, err := parse(configText(rl))
	if err != nil {
		return false, err
	}
	edits, results := decideNodes(config, list)
	for _, r := range results {
		rl.Results = append(rl.Results, sdkResult(r))
	}
	if results.Failed() {
		return false, ErrNotUpgraded
	}
	return true, applyToObjects(rl, list, edits)
}

// applyToObjects replaces the objects that the edits are about, and leaves out those that they remove.
func applyToObjects(rl *sdk.ResourceList, list *yaml.Node, edits []yamltree.Edit) error {
	byItem := map[int][]yamltree.Edit{}
	for _, e := range edits {
		n := e.Path[0].Index
		e.Path = e.Path[1:]
		byItem[n] = append(byItem[n], e)
	}
	var items sdk.KubeObjects
	for n, o := range rl.Items {
		own, changed := byItem[n]
		switch {
		case !changed:
			items = append(items, o)
		case len(own[0].Path) == 0 && own[0].Value == nil:
		default:
			out, _, err := yamledit.Bytes([]byte(o.String()), list.Content[n], own)
			if err != nil {
				return err
			}
			next, err := sdk.ParseKubeObject(out)
			if err != nil {
				return err
			}
			items = append(items, next)
		}
	}
	for n := len(rl.Items); len(byItem[n]) > 0; n++ { // new ones
		o, err := sdk.ParseKubeObject(yamledit.Print(byItem[n][0].Value))
		if err != nil {
			return err
		}
		items = append(items, o)
	}
	rl.Items = items
	return nil
}

func configText(rl *sdk.ResourceList) string {
	if rl.FunctionConfig.IsEmpty() {
		return ""
	}
	return rl.FunctionConfig.String()
}

// parse returns the root of a document, nil for none.
func parse(text string) (*yaml.Node, error) {
	doc, err := yamltree.Read([]byte(text))
	if err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

func sdkResult(r result.Result) *sdk.Result {
	out := &sdk.Result{Message: r.Message, Severity: sdk.Severity(r.Severity), Tags: r.Tags}
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
