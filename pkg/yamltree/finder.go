package yamltree

import "go.yaml.in/yaml/v3"

// Finder looks keys up in trees that do not change meanwhile. It remembers where the keys of large maps are, so that looking up all
// keys of a map takes time in the number of keys, not in its square. The zero Finder is ready; it is not safe for concurrent use.
type Finder struct {
	index    map[*yaml.Node]map[string]int
	distinct map[*yaml.Node]bool // whether no key of a map in the index stands twice
}

// Get does what [Get] does.
func (f *Finder) Get(m *yaml.Node, key string) *yaml.Node {
	if at := f.IndexOf(m, key); at >= 0 {
		return m.Content[at+1]
	}
	return nil
}

// IndexOf does what [IndexOf] does.
func (f *Finder) IndexOf(m *yaml.Node, key string) int {
	if m == nil || m.Kind != yaml.MappingNode || len(m.Content) < manyEntries {
		return IndexOf(m, key)
	}
	if at, found := f.keys(m)[key]; found {
		return at
	}
	return -1
}

func (f *Finder) keys(m *yaml.Node) map[string]int {
	keys := f.index[m]
	if keys == nil {
		if f.index == nil {
			f.index, f.distinct = map[*yaml.Node]map[string]int{}, map[*yaml.Node]bool{}
		}
		keys = Keys(m)
		f.index[m], f.distinct[m] = keys, 2*len(keys) == len(m.Content)
	}
	return keys
}

// Repeats tells whether a key stands twice in a map.
func (f *Finder) Repeats(m *yaml.Node, key string) bool {
	if len(m.Content) >= manyEntries {
		if f.keys(m); f.distinct[m] {
			return false
		}
	}
	return Count(m, key) > 1
}

// Child does what [Child] does.
func (f *Finder) Child(n *yaml.Node, s Step) *yaml.Node {
	if s.Kind == Field {
		return f.Get(n, s.Name)
	}
	return Child(n, s)
}

// Lookup does what [Lookup] does.
func (f *Finder) Lookup(n *yaml.Node, p Path) *yaml.Node {
	for _, s := range p {
		if n == nil {
			return nil
		}
		n = f.Child(Resolve(n), s)
	}
	return n
}

// Forget makes the finder look at a map anew, whose keys have changed.
func (f *Finder) Forget(m *yaml.Node) { delete(f.index, m) }

// manyEntries is from how many nodes on a map is worth an index of its keys.
const manyEntries = 64

// Keys tells for each key of a map, aliases looked through, where in m.Content it stands first. Merge keys, and keys that are maps or lists,
// are left out.
func Keys(m *yaml.Node) map[string]int {
	out := make(map[string]int, len(m.Content)/2)
	for i := 0; i+1 < len(m.Content); i += 2 {
		k := Resolve(m.Content[i])
		if k.Kind != yaml.ScalarNode || IsMergeKey(m.Content[i]) {
			continue
		}
		if _, known := out[k.Value]; !known {
			out[k.Value] = i
		}
	}
	return out
}
