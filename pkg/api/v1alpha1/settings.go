package v1alpha1

// Setting is a setting of the policy that is one word. The table of them is what flags, flat keys, the JSON schema and the reference are made of.
type Setting struct {
	// Field is its name in spec.policy, and its key in a ConfigMap.
	Field string
	// Flag is its name as a flag, without the dashes.
	Flag string
	// About says in half a sentence what it is about.
	About string
	// Allowed is what it may be, the default first.
	Allowed []Reaction

	of func(*Policy) *Reaction
}

// Settings are all settings of the policy that are one word.
func Settings() []Setting { return settings }

var settings = []Setting{
	{
		"localChanges", "local-changes", "fields that are not as the release that the cluster is on set them",
		[]Reaction{Overwrite, Keep, Fail},
		func(p *Policy) *Reaction { return &p.LocalChanges },
	},
	{"unmatched", "unmatched", "components that match nothing", []Reaction{Warn, Fail, Ignore}, func(p *Policy) *Reaction { return &p.Unmatched }},
	{"downgrade", "downgrade", "a release that is older than the cluster's", []Reaction{Fail, Warn, Allow}, func(p *Policy) *Reaction { return &p.Downgrade }},
	{
		"kubernetesSkew", "kubernetes-skew", "Kubernetes going over a minor version or down, workers ahead of their control plane",
		[]Reaction{Warn, Fail, Ignore},
		func(p *Policy) *Reaction { return &p.KubernetesSkew },
	},
	{"newComponents", "new-components", "complete components that are new in the release", []Reaction{Report, Create}, func(p *Policy) *Reaction { return &p.NewComponents }},
	{
		"immutableTemplates", "immutable-templates", "templates whose spec Cluster API does not let change",
		[]Reaction{Rotate, Warn, Fail},
		func(p *Policy) *Reaction { return &p.ImmutableTemplates },
	},
}

// RuleChoices are what a rule may say of local changes.
func RuleChoices() []Reaction { return settings[0].Allowed }
