// Package packed holds texts that are much like one another, as those of the clusters of a fleet are, in a tenth of their memory.
//
// They are packed as blocks of S2 (https://github.com/klauspost/compress/tree/master/s2) with a dictionary, which is a sample of such texts. Nothing of it is ever written to a file.
package packed

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/s2"
)

// Packer packs texts. It may be used side by side.
type Packer struct{ dict *s2.Dict }

// MaxSample is how many bytes of a sample count.
const MaxSample = s2.MaxDictSize - s2.MinDictSize

// New packs texts that are much like a sample. What is like nothing in it is packed as well.
func New(sample []byte) *Packer {
	text := make([]byte, s2.MinDictSize, s2.MinDictSize+min(len(sample), MaxSample))
	return &Packer{s2.MakeDict(append(text, sample[:min(len(sample), MaxSample)]...), nil)}
}

// Pack packs a text.
func (p *Packer) Pack(text []byte) []byte {
	room := rooms.Get().(*[]byte)
	defer rooms.Put(room)
	*room = p.dict.Encode((*room)[:cap(*room)], text)
	return bytes.Clone(*room)
}

// rooms are where texts are packed, which takes more memory than they have then.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// Unpack is the text of which Pack returned what is packed, in the memory of dst or in new memory; never nil.
func (p *Packer) Unpack(dst, packed []byte) []byte {
	text, err := p.dict.Decode(dst[:cap(dst)], packed)
	if err != nil {
		panic("packed: what was packed cannot be unpacked: " + err.Error())
	}
	if text == nil { // it is empty
		return []byte{}
	}
	return text
}
