package cli

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/spf13/cobra"
)

// target are the flags that say which release clusters get; one of them is given.
type target struct {
	release string
	to      string // the release at the end of a path
	newest  bool
}

func (t *target) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&t.release, "release", "r", "", "the release: aws/v21.0.0, v21.0.0, a range such as \"aws/~21.0\", or latest; of each cluster's own provider where it names none")
	f.StringVar(&t.to, "to", "", "go one step on the path to this release, each cluster its own")
	f.BoolVar(&t.newest, "newest", false, "go to the newest release that each cluster can get to in one step")
}

// wanted is the release that flags name, "" for none.
func (t *target) wanted() (string, error) {
	var given []string
	wanted := ""
	for _, x := range []struct{ flag, value string }{{"--release", t.release}, {"--to", t.to}} {
		if x.value != "" {
			given, wanted = append(given, x.flag), x.value
		}
	}
	if t.newest {
		given, wanted = append(given, "--newest"), version.Latest
	}
	if len(given) > 1 {
		return "", fmt.Errorf("%s stand side by side. Give one of them", strings.Join(given, " and "))
	}
	return wanted, nil
}

// splitRelease splits a release into its provider, "" where it names none, and its version.
func splitRelease(name string) (provider, v string) {
	name = strings.TrimSuffix(name, "/") // as shells complete the folder
	provider, v, named := strings.Cut(name, "/")
	if !named {
		return "", name
	}
	return provider, v
}

// selectorOf selects a release by what [splitRelease] makes of its name.
func selectorOf(provider, v string) v1alpha1.ReleaseSelector {
	return v1alpha1.ReleaseSelector{Provider: provider, Version: v}
}

// reach is how far the clusters get.
func (t *target) reach() upgrade.Reach {
	switch {
	case t.to != "":
		return upgrade.NextStep
	case t.newest:
		return upgrade.Newest
	}
	return upgrade.Whole
}

func isVersion(text string) bool {
	_, err := version.Parse(text)
	return err == nil
}
