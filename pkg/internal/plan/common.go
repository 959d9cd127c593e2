package plan

import (
	"hash/maphash"
	"slices"
	"sync"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Common holds once what many resources of a fleet change alike. The zero Common is ready; it may be used side by side.
type Common struct {
	mutex sync.Mutex
	known map[uint64][][]Change
	hash  maphash.Hash
}

// changes are changes that say the same, and keep nothing that other resources do not keep as well: no trees. They must not be changed.
func (c *Common) changes(list []Change) []Change {
	if len(list) == 0 {
		return nil
	}
	own := slices.Clip(slices.Clone(list))
	for i := range own {
		own[i].LetGo()
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	key := c.keyOf(own)
	for _, known := range c.known[key] {
		if slices.EqualFunc(known, own, sameChange) {
			return known
		}
	}
	if c.known == nil {
		c.known = map[uint64][][]Change{}
	}
	c.known[key] = append(c.known[key], own)
	return own
}

func sameChange(a, b Change) bool {
	return a.Component == b.Component && a.Rule == b.Rule && a.Impact == b.Impact && a.Change.Same(b.Change)
}

// keyOf is the same for changes that are the same.
func (c *Common) keyOf(list []Change) uint64 {
	c.hash.Reset()
	for _, x := range list {
		for _, s := range x.Path {
			c.hash.WriteString(s.Name)
		}
		c.add(x.Old)
		c.add(x.New)
	}
	return c.hash.Sum64()
}

// add adds a value to the hash.
func (c *Common) add(n *yamltree.Node) {
	if n == nil {
		return
	}
	c.hash.WriteString(n.Key)
	c.hash.WriteString(n.Value)
	for child := range n.Children() {
		c.add(child)
	}
}
