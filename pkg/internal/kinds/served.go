package kinds

// unserved are API versions that are served no more, by "apiVersion Kind" or, for all kinds of one, by "apiVersion": what serves them no more, and what to use. As of November 2026.
//
// Kubernetes: https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
// Cluster API: https://cluster-api.sigs.k8s.io/developer/providers/migrations/v1.3-to-v1.4; its v1beta1 is served until version 1.16
// (https://github.com/kubernetes-sigs/cluster-api/issues/11920).
var unserved = map[string][2]string{
	"admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration":   {"Kubernetes 1.22", "admissionregistration.k8s.io/v1"},
	"admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration": {"Kubernetes 1.22", "admissionregistration.k8s.io/v1"},
	"apiextensions.k8s.io/v1beta1":                                        {"Kubernetes 1.22", "apiextensions.k8s.io/v1"},
	"autoscaling/v2beta1":                                                 {"Kubernetes 1.25", "autoscaling/v2"},
	"autoscaling/v2beta2":                                                 {"Kubernetes 1.26", "autoscaling/v2"},
	"batch/v1beta1 CronJob":                                               {"Kubernetes 1.25", "batch/v1"},
	"discovery.k8s.io/v1beta1 EndpointSlice":                              {"Kubernetes 1.25", "discovery.k8s.io/v1"},
	"extensions/v1beta1":                                                  {"Kubernetes 1.22", "networking.k8s.io/v1 or apps/v1"},
	"flowcontrol.apiserver.k8s.io/v1beta1":                                {"Kubernetes 1.26", "flowcontrol.apiserver.k8s.io/v1"},
	"flowcontrol.apiserver.k8s.io/v1beta2":                                {"Kubernetes 1.29", "flowcontrol.apiserver.k8s.io/v1"},
	"flowcontrol.apiserver.k8s.io/v1beta3":                                {"Kubernetes 1.32", "flowcontrol.apiserver.k8s.io/v1"},
	"networking.k8s.io/v1beta1 Ingress":                                   {"Kubernetes 1.22", "networking.k8s.io/v1"},
	"policy/v1beta1 PodDisruptionBudget":                                  {"Kubernetes 1.25", "policy/v1"},
	"policy/v1beta1 PodSecurityPolicy":                                    {"Kubernetes 1.25", "Pod Security Admission"},
	"rbac.authorization.k8s.io/v1beta1":                                   {"Kubernetes 1.22", "rbac.authorization.k8s.io/v1"},
	Group + "/v1alpha3":                                                   {"Cluster API 1.5", Group + "/v1beta1"},
	Group + "/v1alpha4":                                                   {"Cluster API 1.6", Group + "/v1beta1"},
	bootstrapGroup + "/v1alpha3":                                          {"Cluster API 1.5", bootstrapGroup + "/v1beta1"},
	bootstrapGroup + "/v1alpha4":                                          {"Cluster API 1.6", bootstrapGroup + "/v1beta1"},
	controlPlaneGroup + "/v1alpha3":                                       {"Cluster API 1.5", controlPlaneGroup + "/v1beta1"},
	controlPlaneGroup + "/v1alpha4":                                       {"Cluster API 1.6", controlPlaneGroup + "/v1beta1"},
	"storage.k8s.io/v1beta1 CSIStorageCapacity":                           {"Kubernetes 1.27", "storage.k8s.io/v1"},
}

// Unserved is what to use instead of an API version that is served no more, and what no longer serves it, such as "Kubernetes 1.25"; "" for one that is not known to be.
func Unserved(apiVersion, kind string) (instead, since string) {
	for _, key := range []string{apiVersion + " " + kind, apiVersion} {
		if x, found := unserved[key]; found {
			return x[1], x[0]
		}
	}
	return "", ""
}
