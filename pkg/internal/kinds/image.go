package kinds

import "regexp"

// image is the Kubernetes in the name of an image of machines, such as flatcar-stable-4593.2.4-kube-1.34.10-tooling-1.33.1-gs
// (https://image-builder.sigs.k8s.io/capi/capi).
var image = regexp.MustCompile(`\bkube(?:rnetes)?-v?(\d+\.\d+\.\d+)`)

// ImageVersion is the version of Kubernetes, without v, that the name of an image of machines has in it; "" for none.
func ImageVersion(name string) string {
	if m := image.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return ""
}
