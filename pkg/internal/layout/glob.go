package layout

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// A glob takes time in the number of ways in which its braces can be read.
const (
	maxAlternatives = 100
	maxGlob         = 1000
)

// CheckGlob says what is wrong with a glob, if anything.
func CheckGlob(glob string) error {
	if glob == "" {
		return fmt.Errorf("is empty; must be a name or a glob")
	}
	if !doublestar.ValidatePattern(glob) {
		return fmt.Errorf("%q is no glob; must be such as \"gauss/*\"", glob)
	}
	ways := 1
	for _, group := range strings.Split(glob, "{")[1:] { // each is tried with each
		ways *= 1 + strings.Count(group, ",")
		if ways > maxAlternatives {
			return fmt.Errorf("%q has more than %d alternatives in braces; must have less", glob, maxAlternatives)
		}
	}
	if len(glob) > maxGlob {
		return fmt.Errorf("is a glob of %d characters; must have at most %d", len(glob), maxGlob)
	}
	return nil
}

// Glob reports whether a name fits a glob that [CheckGlob] accepts (https://pkg.go.dev/github.com/bmatcuk/doublestar/v4#Match).
func Glob(glob, name string) bool {
	return doublestar.MatchUnvalidated(glob, name)
}

// IsGlob reports whether a name is a glob, rather than one that stands for itself.
func IsGlob(name string) bool { return strings.ContainsAny(name, `*?[{\`) }
