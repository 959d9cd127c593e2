package yamltree

// Finder looks keys up in trees that do not change meanwhile. It remembers where the keys of large maps are, so that looking up all
// keys of a map takes time in the number of keys, not in its square. The zero Finder is ready; it is not safe for concurrent use.
type Finder struct {
	index    map[*Node]map[string]*Node
	distinct map[*Node]bool // whether no key of a map in the index stands twice
}

// Get does what [Get] does.
func (f *Finder) Get(m *Node, key string) *Node {
	if m == nil || m.Kind != Map || !isLarge(m) {
		return Get(m, key)
	}
	return f.keys(m)[key]
}

func (f *Finder) keys(m *Node) map[string]*Node {
	keys := f.index[m]
	if keys == nil {
		if f.index == nil {
			f.index, f.distinct = map[*Node]map[string]*Node{}, map[*Node]bool{}
		}
		keys = Keys(m)
		f.index[m], f.distinct[m] = keys, len(keys) == m.Len()
	}
	return keys
}

// Repeats reports whether a key stands twice in a map.
func (f *Finder) Repeats(m *Node, key string) bool {
	if isLarge(m) {
		if f.keys(m); f.distinct[m] {
			return false
		}
	}
	return Count(m, key) > 1
}

// Child does what [Child] does.
func (f *Finder) Child(n *Node, s Step) *Node {
	if s.Kind == Field {
		return f.Get(n, s.Name)
	}
	return child(n, &s)
}

// Lookup does what [Lookup] does.
func (f *Finder) Lookup(n *Node, p Path) *Node {
	for _, s := range p {
		if n == nil {
			return nil
		}
		n = f.Child(Resolve(n), s)
	}
	return n
}

// Added tells the finder that a value was added to a map, at its end.
func (f *Finder) Added(m, value *Node) {
	keys := f.index[m]
	if keys == nil {
		return
	}
	if name, ok := value.Name(); ok && keys[name] == nil {
		keys[name] = value
		return
	}
	f.Forget(m)
}

// Removed tells the finder that a value was taken out of a map.
func (f *Finder) Removed(m, value *Node) {
	if !f.distinct[m] { // another one may have its name
		f.Forget(m)
		return
	}
	name, _ := value.Name()
	delete(f.index[m], name)
}

// Forget makes the finder look at a map anew, whose keys have changed.
func (f *Finder) Forget(m *Node) { delete(f.index, m) }

// isLarge reports whether a map has so many entries that an index of its keys is worth it.
func isLarge(m *Node) bool {
	const many = 32
	n := 0
	for c := m.first; c != nil; c = c.next {
		if n++; n == many {
			return true
		}
	}
	return false
}

// Keys are the values of a map by the names of their keys, aliases looked through; the first where a key stands twice. Merge keys, and keys that are maps or lists,
// are left out.
func Keys(m *Node) map[string]*Node {
	out := map[string]*Node{}
	for c := m.first; c != nil; c = c.next {
		name, ok := c.Name()
		if !ok {
			continue
		}
		if _, known := out[name]; !known {
			out[name] = c
		}
	}
	return out
}
