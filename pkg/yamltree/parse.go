package yamltree

import (
	"fmt"
	"strconv"
	"strings"
)

// ParsePath reads a path as [Path.String] writes it: spec.containers[name="app"].image, metadata.labels[example.io/team],
// spec.taints[0], metadata.finalizers[="x"]. A dot that belongs to a key may also be written \. as for kubectl.
func ParsePath(text string) (Path, error) {
	var p Path
	rest := text
	for rest != "" {
		if inner, found := strings.CutPrefix(rest, "["); found {
			end := bracket(inner)
			if end < 0 {
				return nil, fmt.Errorf("%q has a [ without its ]; must be such as spec.containers[name=\"app\"].image", text)
			}
			step, err := parseStep(inner[:end])
			if err != nil {
				return nil, fmt.Errorf("%q: %w", text, err)
			}
			p = append(p, step)
			rest = inner[end+1:]
			if next, dotted := strings.CutPrefix(rest, "."); dotted && next != "" {
				rest = next
				continue
			}
			if rest != "" && rest[0] != '[' {
				return nil, fmt.Errorf("%q has %q behind a ]; must be a dot or a [", text, rest)
			}
			continue
		}
		name, at := strings.Builder{}, 0
		for at < len(rest) && rest[at] != '.' && rest[at] != '[' {
			if rest[at] == '\\' && at+1 < len(rest) {
				at++
			}
			name.WriteByte(rest[at])
			at++
		}
		if name.Len() == 0 {
			return nil, fmt.Errorf("%q has an empty name; must be such as spec.replicas", text)
		}
		p = append(p, Step{Kind: Field, Name: name.String()})
		rest = rest[at:]
		if next, dotted := strings.CutPrefix(rest, "."); dotted {
			if next == "" {
				return nil, fmt.Errorf("%q ends in a dot; must lead to a field", text)
			}
			rest = next
		}
	}
	if len(p) == 0 {
		return nil, fmt.Errorf("%q names no field; must be such as spec.replicas", text)
	}
	return p, nil
}

// bracket is the offset of the ] that ends a step, outside of quotes; -1 where there is none.
func bracket(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted:
			return i
		}
	}
	return -1
}

// parseStep reads what stands between brackets.
func parseStep(s string) (Step, error) {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		return Step{Kind: Index, Index: n}, nil
	}
	if strings.HasPrefix(s, "\"") { // a key of a map, in quotes
		name, err := strconv.Unquote(s)
		if err != nil {
			return Step{}, fmt.Errorf("[%s] holds no string in quotes", s)
		}
		return Step{Kind: Field, Name: name}, nil
	}
	if scalar, found := strings.CutPrefix(s, "="); found {
		c, err := parseScalar(scalar)
		return Step{Kind: Value, Scalar: c}, err
	}
	if !strings.Contains(s, "=") {
		return Step{Kind: Field, Name: s}, nil
	}
	step := Step{Kind: Element}
	for _, part := range splitKeys(s) {
		name, text, found := strings.Cut(part, "=")
		if !found || name == "" {
			return Step{}, fmt.Errorf("[%s] names no element; must be such as [name=\"app\"]", s)
		}
		c, err := parseScalar(text)
		if err != nil {
			return Step{}, err
		}
		step.Keys = append(step.Keys, Key{Name: strings.TrimSpace(name), Value: c})
	}
	return step, nil
}

// splitKeys splits at the commas outside of quotes.
func splitKeys(s string) []string {
	var out []string
	quoted, from := false, 0
	for i := range len(s) {
		switch {
		case s[i] == '"' && (i == 0 || s[i-1] != '\\'):
			quoted = !quoted
		case s[i] == ',' && !quoted:
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

func parseScalar(text string) (string, error) {
	if strings.HasPrefix(text, "\"") {
		s, err := strconv.Unquote(text)
		if err != nil {
			return "", fmt.Errorf("%s is no string in quotes", text)
		}
		return Canonical(Str(s)), nil
	}
	doc, err := Read([]byte(text))
	if err != nil || doc.Root == nil || doc.Root.Kind != Scalar {
		return "", fmt.Errorf("%q is no scalar", text)
	}
	return Canonical(doc.Root), nil
}
