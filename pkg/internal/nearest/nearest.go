// Package nearest finds the names that somebody may have meant.
package nearest

import (
	"slices"
	"strings"
)

// Names returns up to limit of the known names, the most alike first. Names that share little with the
// wanted one are left out.
func Names(wanted string, known []string, limit int) []string {
	type scored struct {
		name  string
		score int
	}
	var near []scored
	for _, k := range known {
		d := distance(strings.ToLower(wanted), strings.ToLower(k))
		inside := len(wanted) > 2 && len(k) > 2 && (strings.Contains(k, wanted) || strings.Contains(wanted, k))
		if inside {
			d = min(d, 2)
		}
		if d <= 1+max(len(wanted), len(k))/3 {
			near = append(near, scored{k, d})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.score - b.score })
	var out []string
	for _, n := range near {
		if len(out) < limit {
			out = append(out, n.name)
		}
	}
	return out
}

// IsTypo reports whether one name is likely a mistyped form of the other: a letter or two are other ones, missing, or in another order.
func IsTypo(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	few := 1
	if min(len(a), len(b)) > 4 {
		few = 2
	}
	return a != b && distance(a, b) <= few && min(len(a), len(b)) > 3
}

// IsSlip reports whether one name is almost surely the other one mistyped: one letter is another, missing, too many or in another order.
func IsSlip(a, b string) bool {
	return a != b && min(len(a), len(b)) > 3 && distance(strings.ToLower(a), strings.ToLower(b)) == 1
}

// Meant is the one of some names with a prefix that another name was likely meant to be: a slip, or the start of one. "" where it is one of them, or none is near.
func Meant(name string, known []string, prefix string) string {
	near := ""
	for _, k := range known {
		given, own := strings.TrimPrefix(name, prefix), strings.TrimPrefix(k, prefix)
		switch {
		case k == name:
			return ""
		case near == "" && (len(given) > 2 && distance(given, own) == 1 || strings.HasPrefix(k, name+"-") || letters(given) == letters(own)):
			near = k
		}
	}
	return near
}

// letters are those of a name, in lower case: what it is without the way in which it joins its words.
func letters(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(name))
}

// Hint is a half sentence that offers the nearest known name, "" where none is near.
func Hint(wanted string, known []string) string {
	if near := Names(wanted, known, 1); len(near) > 0 {
		return " (did you mean " + near[0] + "?)"
	}
	return ""
}

// distance is how many letters are other ones, missing, too many, or in the other order (optimal string alignment, in bytes).
func distance(a, b string) int {
	two, one, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one, row = one, row, two
	}
	return one[len(b)]
}
