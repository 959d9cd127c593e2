package kinds

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// provider is a provider of Cluster API: the kind that stands for the infrastructure of a cluster, and the names that people have for it, as folders of releases and charts of clusters have them.
type provider struct {
	cluster string
	names   []string
}

// providers are those that are known (https://cluster-api.sigs.k8s.io/reference/providers). Managed clusters are of the same providers as others, and may have releases of their own. Clusters of others, and of
// the provider for tests, go by any name.
var providers = []provider{
	{"AWSCluster", []string{"aws", "capa"}},
	{"AWSManagedCluster", []string{"eks", "aws", "capa"}},
	{"AzureCluster", []string{"azure", "capz"}},
	{"AzureManagedCluster", []string{"aks", "azure", "capz"}},
	{"VSphereCluster", []string{"vsphere", "capv"}},
	{"VCDCluster", []string{"cloud-director", "vcd", "capvcd"}},
	{"GCPCluster", []string{"gcp", "capg"}},
	{"GCPManagedCluster", []string{"gke", "gcp", "capg"}},
	{"OpenStackCluster", []string{"openstack", "capo"}},
	{"ProxmoxCluster", []string{"proxmox"}},
	{"Metal3Cluster", []string{"metal3"}},
	{"HetznerCluster", []string{"hetzner"}},
}

// ProviderOf are the names of the provider whose infrastructure a resource is that of a whole cluster of; none for others.
func ProviderOf(r resource.Ref) []string {
	if r.Group() != infrastructureGroup {
		return nil
	}
	return ProviderOfKind(r.Kind)
}

// ProviderOfKind are the names of the provider of such a kind.
func ProviderOfKind(kind string) []string {
	for _, p := range providers {
		if p.cluster == kind {
			return p.names
		}
	}
	return nil
}

// Provider are all names of the first provider that goes by one of them; none where the name is not known.
func Provider(name string) []string {
	for _, p := range providers {
		if slices.Contains(p.names, name) {
			return p.names
		}
	}
	return nil
}
