package v1alpha1

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// CreateKind is the kind of a functionConfig that makes a new cluster.
const CreateKind = "CreateCluster"

// CreateCluster says which cluster is to be made, of what.
type CreateCluster struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   map[string]any    `json:"metadata,omitempty"`
	Spec       CreateClusterSpec `json:"spec"`
}

// CreateClusterSpec are the settings of a new cluster.
type CreateClusterSpec struct {
	// Cluster is its name, installation/cluster.
	Cluster string `json:"cluster"`
	// Release is the release that it gets.
	Release ReleaseSelector `json:"release"`
	// Template is the folder of the partial resources that it is made of, among the items; an annotation fn.giantswarm.io/template of that text makes an item a part of it, too. It may be left
	// out where Resources has them.
	Template string `json:"template,omitempty"`
	// Values are those of the template's variables.
	Values map[string]string `json:"values,omitempty"`
	// Policy and MergeKeys are those of an upgrade.
	Policy    Policy     `json:"policy,omitzero"`
	MergeKeys []MergeKey `json:"mergeKeys,omitempty"`
	// Layout says where releases and clusters are.
	Layout Layout `json:"layout,omitzero"`
	// Resources are partial resources of the template as text in YAML, and Releases the ConfigMaps of a release, where no items bring them, as for generators of kustomize.
	Resources string           `json:"resources,omitempty"`
	Releases  []*yamltree.Node `json:"-"`
}

// TemplateAnnotation makes an item a part of the template that it names.
const TemplateAnnotation = Group + "/template"

// IsCreate reports whether a functionConfig is to make a cluster: a CreateCluster, or a ConfigMap with the key create.
func IsCreate(config *yamltree.Node) bool {
	if config == nil {
		return false
	}
	n, err := yamltree.Logical(config)
	if err != nil || n.Kind != yamltree.Map {
		return false
	}
	data := yamltree.Get(n, "data")
	return value(n, "kind") == CreateKind || value(n, "kind") == "ConfigMap" && data != nil && data.Kind == yamltree.Map && yamltree.Get(data, "create") != nil
}

// DecodeCreate reads a CreateCluster, or a ConfigMap of the same settings as strings: create=gauss/peu02, release=aws/v34.0.0, template=templates/aws, and values of variables, which are in capital letters. record is that of the repository, as in [DecodeOver]. The
// error joins a [FieldError] for everything that is wrong.
func DecodeCreate(config, record *yamltree.Node) (*CreateCluster, error) {
	n, err := yamltree.Logical(config)
	if err != nil {
		return nil, fmt.Errorf("functionConfig: %w", err)
	}
	recorded := &ApplyRelease{}
	if err := decodeRecord(record, recorded); err != nil {
		return nil, err
	}
	c := &CreateCluster{Spec: CreateClusterSpec{Policy: recorded.Spec.Policy, MergeKeys: recorded.Spec.MergeKeys, Layout: recorded.Spec.Layout}}
	var errs []error
	if value(n, "kind") == CreateKind {
		if v := value(n, "apiVersion"); v != APIVersion {
			return nil, fmt.Errorf("functionConfig: is of apiVersion %q; must be %s", v, APIVersion)
		}
		errs = c.decode(n)
	} else {
		errs = c.decodeFlat(yamltree.Get(n, "data"))
	}
	over := &ApplyRelease{Spec: ApplyReleaseSpec{Release: c.Spec.Release, Policy: c.Spec.Policy, MergeKeys: c.Spec.MergeKeys, Layout: c.Spec.Layout}}
	over.anyCase()
	over.Default()
	if c.Spec.Cluster == "" {
		errs = append(errs, FieldError{"spec.cluster", "is missing; must be installation/cluster, such as gauss/peu02"})
	}
	if c.Spec.Template == "" && c.Spec.Resources == "" {
		errs = append(errs, FieldError{"spec.template", "is missing; must be the folder of partial resources among the items, such as templates/aws"})
	}
	if errs = oncePerField(append(errs, over.validate()...)); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	c.Spec.Policy, c.Spec.Layout = over.Spec.Policy, over.Spec.Layout
	return c, nil
}

// decode reads the typed form. The releases in it stay trees.
func (c *CreateCluster) decode(n *yamltree.Node) []error {
	var errs []error
	n = yamltree.Clone(n)
	if spec := yamltree.Get(n, "spec"); spec != nil && spec.Kind == yamltree.Map {
		if list := yamltree.Get(spec, "releases"); list != nil {
			if list.Kind != yamltree.List {
				errs = append(errs, FieldError{"spec.releases", fmt.Sprintf("is %s; must be a list of ConfigMaps", yamltree.ATypeOf(list))})
			} else {
				c.Spec.Releases = list.Elements()
			}
			spec.Remove(list)
		}
	}
	s := &strict{}
	s.decode(n, reflect.ValueOf(c).Elem(), "")
	return append(errs, s.errs...)
}

// decodeFlat reads the form of strings.
func (c *CreateCluster) decodeFlat(data *yamltree.Node) []error {
	var errs []error
	c.Spec.Values = map[string]string{}
	for v := range data.Children() {
		field := "data." + v.Key
		if v.Kind != yamltree.Scalar || yamltree.TypeOf(v) != yamltree.TypeString {
			errs = append(errs, FieldError{field, notAString(v)})
			continue
		}
		switch {
		case v.Key == "create":
			c.Spec.Cluster = v.Value
		case v.Key == "template":
			c.Spec.Template = v.Value
		case v.Key == "release":
			provider, number, found := strings.Cut(v.Value, "/")
			if !found {
				provider, number = "", v.Value
			}
			c.Spec.Release.Version = number
			if provider != "" {
				c.Spec.Release.Provider = provider
			}
		case v.Key == "provider":
			c.Spec.Release.Provider = v.Value
		case v.Key == strings.ToUpper(v.Key) || v.Key == "machinePoolID":
			c.Spec.Values[v.Key] = v.Value
		default:
			errs = append(errs, FieldError{field, "is unknown; must be create, release, provider, template, or a variable of the template, in capital letters"})
		}
	}
	return errs
}

// Upgrade is the configuration of the plan that fills the cluster: what the release adds is created, and the release recorded.
func (c *CreateCluster) Upgrade() *ApplyRelease {
	a := &ApplyRelease{APIVersion: APIVersion, Kind: Kind, Spec: ApplyReleaseSpec{
		Release: c.Spec.Release, Clusters: []string{c.Spec.Cluster}, Policy: c.Spec.Policy, MergeKeys: c.Spec.MergeKeys, Layout: c.Spec.Layout, Stamp: true,
	}}
	a.Spec.Policy.NewComponents = Create
	return a
}
