package report

import "io"

// failureDocument is what a command that fails writes in JSON in the place of its own object, of the same kind.
type failureDocument struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Errors     []string `json:"errors"`
}

// EmptyJSON writes that there is no cluster to speak of, as an object of a kind.
func EmptyJSON(w io.Writer, kind string) error {
	return writeJSON(w, statusDocument{apiVersion, kind, []clusterDocument{}, []string{}})
}

// FailureJSON writes what is wrong, as an object of a kind.
func FailureJSON(w io.Writer, kind string, errs []string) error {
	return writeJSON(w, failureDocument{apiVersion, kind, listed(errs)})
}
