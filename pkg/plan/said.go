package plan

import (
	"github.com/giantswarm/apply-release/pkg/brief"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// saidLimit is how many characters of a value a message shows at most.
const saidLimit = 240

// Said shows a value in a message, on one line, cut where it is long; "nothing" for nil.
func Said(n *yamltree.Node) string {
	if n == nil {
		return "nothing"
	}
	return brief.Value(n, saidLimit)
}

// saidApart shows values that a message compares, "" for nil.
func saidApart(values ...*yamltree.Node) []string { return brief.Values(saidLimit, values...) }

// here says what a field is in the cluster.
func here(said string) string {
	if said == "" {
		return "is not set here"
	}
	return "is " + said + " here"
}

// changedHere says what a field that differs from what the release set is in the cluster.
func changedHere(said string) string {
	if said == "" {
		return "was removed by hand"
	}
	return here(said)
}

// sets says what a release does to a field; verb is "set" or "sets".
func sets(verb, said string) string {
	switch {
	case said != "":
		return verb + " " + said
	case verb == "set":
		return "did not set it"
	}
	return "has it removed"
}
