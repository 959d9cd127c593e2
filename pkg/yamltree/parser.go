package yamltree

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Parse reads all documents of a source: YAML 1.2 (https://yaml.org/spec/1.2.2/), scalars with the types that yaml.v3, and so Kubernetes, gives them. The source must not
// be changed while the nodes are used, which are views of it. An error is a [*SyntaxError]; the documents in front of it are returned with it.
func Parse(src []byte) ([]*Doc, error) {
	p := &parser{}
	p.reset(src, "")
	if len(src) > 0 {
		p.text = unsafe.String(&src[0], len(src)) // halves the memory: values are views of the source
	}
	return p.parse()
}

// Peek reads a source as [Parse] does, and shows see what it reads as. The documents are gone when see returns: nothing may keep them, or nodes of them; strings may be kept. Their memory is used
// again, which halves the time for small sources.
func Peek(src []byte, see func(docs []*Doc, err error)) {
	w := workspaces.Get().(*workspace)
	w.lent = true
	see(w.parse(src))
	w.clear()
	workspaces.Put(w)
}

const slabSize = 256

// workspace is what it takes to read a small source. It is used for one after the other.
type workspace struct {
	parser   parser
	lent     bool // its nodes are lent, too
	nodes    [slabSize]Node
	doc      Doc // the first one
	docs     [1]*Doc
	comments []Span
}

var workspaces = sync.Pool{New: func() any { return &workspace{} }}

func (w *workspace) parse(src []byte) ([]*Doc, error) {
	p := &w.parser
	p.reset(src, "")
	if len(src) > 0 {
		p.text = unsafe.String(&src[0], len(src))
	}
	p.workspace = w
	if w.lent {
		p.slab, p.borrowed = w.nodes[:], true
	}
	return p.parse()
}

// clear forgets what was read.
func (w *workspace) clear() {
	if w.lent {
		used := slabSize
		if w.parser.borrowed { // and not at its end
			used -= len(w.parser.slab)
		}
		clear(w.nodes[:used])
	}
	if w.comments = nil; cap(w.doc.comments) <= slabSize {
		w.comments = w.doc.comments[:0]
	}
	w.parser, w.lent, w.doc, w.docs = parser{}, false, Doc{}, [1]*Doc{}
}

// reset makes a parser that is new ready to read a source.
func (p *parser) reset(src []byte, text string) {
	p.src, p.text, p.line, p.skipped = src, text, 1, -1
	p.stream, p.block, p.inFlow, p.properties, p.scalar = documentParser{p}, blockParser{p}, flowParser{p}, propertyParser{p}, scalarParser{p}
}

// parser reads by recursive descent. Where it fails it panics with a [*SyntaxError], which parse recovers.
type parser struct {
	src  []byte
	text string // the same bytes

	pos       int
	lineStart int // of the line that pos is on
	line      int // its number, 1-based
	depth     int
	flows     int  // how many flow collections the parser is in
	oddBreaks bool // line breaks of YAML 1.1 are in the source

	skipped int  // where skip ended last
	first   bool // what is there is the first of its line
	tabbed  bool // a tab stands in front of the block value that is read
	tabs    bool // a tab stands in front of it, since the start of its line or what skip started behind

	slab      []Node
	borrowed  bool       // the slab is of others, too, see [Peek]
	workspace *workspace // nil where it is new for each source
	docs      int        // how many were begun
	comments  []Span     // of the document that is read
	anchors   map[string]*Node
	handles   map[string]string // of %TAG

	stream     documentParser
	block      blockParser
	inFlow     flowParser
	properties propertyParser
	scalar     scalarParser
}

func (p *parser) parse() (out []*Doc, err error) {
	if len(p.src) > math.MaxUint32 {
		return nil, &SyntaxError{1, 1, "is larger than 4 GiB; must be smaller"}
	}
	defer func() {
		if r := recover(); r != nil {
			syntax, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			err = syntax
		}
	}()
	p.checkCharacters()
	for strings.HasPrefix(p.text[p.pos:], byteOrderMark) { // a prefix of a document, of which there may be several: YAML 1.2.2, [202]
		p.pos += len(byteOrderMark)
		p.lineStart = p.pos
	}
	if p.workspace != nil {
		out = p.workspace.docs[:0]
	}
	for {
		doc := p.stream.document()
		if doc == nil {
			return out, nil
		}
		out = append(out, doc)
	}
}

const byteOrderMark = "\uFEFF"

// fail reports what is wrong at an offset.
func (p *parser) fail(at int, problem string) {
	at = min(at, len(p.src))
	line, start := 1, 0
	for i := 0; i < at; {
		if w := p.breakAt(i); w > 0 {
			line, i = line+1, i+w
			start = i
			continue
		}
		i++
	}
	column := utf8.RuneCountInString(strings.TrimLeft(p.text[min(start, at):at], byteOrderMark)) + 1
	panic(&SyntaxError{line, column, problem})
}

// usual are the bytes of ASCII that any source may have.
var usual = func() (t [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = true
	}
	t['\n'], t['\t'], t['\r'] = true, true, true
	return t
}()

// areUsual reports whether none of eight bytes is below a space or above a tilde, which is so of most words of a file: that is a tenth off the time of reading.
func areUsual(word uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	return (word|(word-ones*' ')|(word+ones))&highs == 0
}

// checkCharacters refuses what no YAML stream may have (https://yaml.org/spec/1.2.2/#51-character-set).
func (p *parser) checkCharacters() {
	for i, seen := 0, 0; i < len(p.src); {
		if i >= seen && i+8 <= len(p.src) {
			if areUsual(binary.NativeEndian.Uint64(p.src[i:])) {
				i += 8
				continue
			}
			seen = i + 8
		}
		if usual[p.src[i]] {
			i++
			continue
		}
		r, width := utf8.DecodeRune(p.src[i:])
		switch {
		case r == utf8.RuneError && width == 1:
			p.fail(i, "is no UTF-8")
		case r == 0x85 || r == 0x2028 || r == 0x2029:
			p.oddBreaks = true
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff:
			p.fail(i, "has a control character; must be written as an escape in double quotes")
		}
		i += width
	}
}

// breakAt is the width of the line break at an offset, 0 where there is none. Like yaml.v3, it also breaks lines where YAML 1.1 does.
func (p *parser) breakAt(i int) int {
	if i >= len(p.src) {
		return 0
	}
	switch c := p.src[i]; {
	case c == '\n':
		return 1
	case c == '\r':
		if i+1 < len(p.src) && p.src[i+1] == '\n' {
			return 2
		}
		return 1
	case c < 0x80 || !p.oddBreaks:
		return 0
	case strings.HasPrefix(p.text[i:], "\u0085"):
		return 2
	case strings.HasPrefix(p.text[i:], "\u2028"), strings.HasPrefix(p.text[i:], "\u2029"):
		return 3
	}
	return 0
}

// blankAt reports whether a space, a tab, a line break or the end is at an offset.
func (p *parser) blankAt(i int) bool {
	if i >= len(p.src) {
		return true
	}
	switch c := p.src[i]; {
	case c == ' ', c == '\t', c == '\n', c == '\r':
		return true
	case c < 0x80 || !p.oddBreaks:
		return false
	}
	return p.breakAt(i) > 0
}

// at reports whether a character is at the parser's place.
func (p *parser) at(c byte) bool { return p.pos < len(p.src) && p.src[p.pos] == c }

// skip moves past white space, comments and line breaks, and reports whether what comes then is the first of its line.
func (p *parser) skip() (first bool) {
	if p.pos == p.skipped {
		return p.first
	}
	p.first, p.tabs = p.pos == p.lineStart, false
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == ' ':
			p.pos++
		case c == '\n': // the most frequent break
			p.newLine(1)
		case c == '\t':
			p.tabs = true
			p.pos++
		case c == '#': // behind quotes, brackets and commas even without a space in front, as yaml.v3 has it
			p.comment()
		default:
			w := p.breakAt(p.pos)
			if w == 0 {
				p.skipped = p.pos
				return p.first
			}
			p.newLine(w)
		}
	}
	p.skipped = p.pos
	return p.first
}

// skipBlanks moves past spaces and tabs.
func (p *parser) skipBlanks() {
	for p.pos < len(p.src) && (p.src[p.pos] == ' ' || p.src[p.pos] == '\t') {
		p.pos++
	}
}

// newLine moves past a line break of that width.
func (p *parser) newLine(width int) {
	p.pos += width
	p.lineStart = p.pos
	p.line++
	p.first, p.tabs = true, false
}

// comment moves to the end of a comment.
func (p *parser) comment() {
	start := p.pos
	p.toLineEnd()
	p.comments = append(p.comments, Span{start, p.pos})
}

func (p *parser) toLineEnd() {
	for p.pos < len(p.src) && p.breakAt(p.pos) == 0 {
		p.pos++
	}
}

// column is that of the parser's place, 0-based, in bytes: what stands in front of it where columns count are spaces and indicators.
func (p *parser) column() int { return p.pos - p.lineStart }

// indentation is how many spaces the line starts with.
func (p *parser) indentation() int {
	if !p.tabs {
		return p.column()
	}
	n := 0
	for p.src[p.lineStart+n] == ' ' {
		n++
	}
	return n
}

// atMarker reports whether a line that starts or ends a document is at the parser's place.
func (p *parser) atMarker() bool {
	if p.pos != p.lineStart || p.pos+3 > len(p.src) || p.src[p.pos] != '-' && p.src[p.pos] != '.' {
		return false
	}
	text := p.text[p.pos : p.pos+3]
	return (text == "---" || text == "...") && p.blankAt(p.pos+3)
}

// newNode takes a node from the slab: one allocation for many nodes.
func (p *parser) newNode() *Node {
	if len(p.slab) == 0 {
		p.slab, p.borrowed = make([]Node, p.nodesAhead()), false
	}
	n := &p.slab[0]
	p.slab = p.slab[1:]
	return n
}

// nodesAhead is about how many nodes there are still to come, within limits: as many as lines, and two for a map in a list, which starts on the line of its first key.
func (p *parser) nodesAhead() int {
	if rest := p.src[p.pos:]; len(rest) < 4096 {
		return max(4, bytes.Count(rest, []byte("\n"))+3)
	}
	return slabSize
}

// begin notes that a value starts at the parser's place.
func (p *parser) begin(n *Node) { n.start, n.line = uint32(p.pos), uint32(p.line) }

func (p *parser) enter() {
	if p.depth++; p.depth > MaxDepth {
		p.fail(p.pos, fmt.Sprintf("is nested more than %d deep", MaxDepth))
	}
}
