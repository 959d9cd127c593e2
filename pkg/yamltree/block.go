package yamltree

// blockParser reads block style.
type blockParser struct{ *parser }

// spot is where a value may stand.
type spot struct {
	fresh  bool // a block map or list may start on the line that the parser is on
	dashes bool // a list may stand in the column of the map around it
}

// MaxKey is how long a key may be, as it is written, quotes included, that does not stand behind a question mark: in bytes here, in characters in the
// specification (https://yaml.org/spec/1.2.2/#742-flow-mappings).
const MaxKey = 1024

// blockNode reads the value behind an indicator, or the root of a document, into n: everything that is indented by more than indent.
func (p blockParser) blockNode(n *Node, indent int, at spot) {
	p.enter()
	p.readNode(n, indent, at)
	p.depth--
}

func (p blockParser) readNode(n *Node, indent int, at spot) {
	p.begin(n)
	n.end = n.start
	var outer *props
	for {
		first := p.skip()
		if p.pos == len(p.src) || first && (p.atMarker() || p.leaves(indent, at)) {
			p.properties.apply(n, outer)
			return
		}
		fresh := (at.fresh || first) && !p.tabs
		p.tabbed = p.tabs
		start, line := p.pos, p.lineStart
		switch c := p.src[p.pos]; {
		case c == '-' && p.blankAt(p.pos+1):
			p.needsFresh(fresh, "has a list on the line of its key; must be on a line of its own")
			p.properties.reserve(outer)
			p.blockList(n, p.column())
			p.properties.apply(n, outer)
			return
		case c == '?' && p.blankAt(p.pos+1):
			p.needsFresh(fresh, "has a map on the line of its key; must be on a line of its own")
			p.properties.reserve(outer)
			p.blockMap(n, p.column(), nil)
			p.properties.apply(n, outer)
			return
		case c == '&' || c == '!':
			own := p.properties.props()
			p.skip()
			if p.lineStart != line || p.pos == len(p.src) { // it belongs to what follows on other lines
				outer, at.fresh = p.properties.both(outer, own), false
				n.start, n.end = uint32(own.end), uint32(own.end)
				continue
			}
			p.inline(n, indent, start, fresh, outer, own)
			return
		}
		p.inline(n, indent, start, fresh, outer, nil)
		return
	}
}

// strayKey says why a key that the parser is behind goes on with the text above it: it is further to the right than that text's own keys, or that text lacks a
// colon of its own.
func (p blockParser) strayKey(start int, fresh bool, column int) {
	p.pos = p.lineStart + p.scalar.spaces()
	if !fresh || p.column() > column {
		p.fail(p.pos, "is indented by more than the keys beside it; must be in their column, or in quotes with the text above")
	}
	p.fail(start, "has text without a colon in front of a key; must be a key with a colon and a space behind it")
}

// needsFresh refuses a block map or list where none may start.
func (p blockParser) needsFresh(fresh bool, problem string) {
	if !fresh && p.tabbed {
		problem = "is indented by a tab; must be indented by spaces"
	}
	if !fresh {
		p.fail(p.pos, problem)
	}
}

// leaves reports whether what is first on a line is outside of a value.
func (p blockParser) leaves(indent int, at spot) bool {
	column := p.indentation()
	if column > indent {
		return false
	}
	return !(at.dashes && column == indent && p.at('-') && p.blankAt(p.pos+1))
}

// inline reads a scalar, an alias or a flow collection, or, where it turns out to be a key, the map that it is in. It starts with its own
// properties; outer are those on lines in front.
func (p blockParser) inline(n *Node, indent, start int, fresh bool, outer, own *props) {
	column, line := start-p.lineStart, p.lineStart
	if p.at('|') || p.at('>') {
		p.properties.apply(n, p.properties.both(outer, own))
		p.scalar.blockScalar(n, indent)
		return
	}
	p.properties.reserve(outer)
	p.properties.reserve(own)
	p.content(n, indent)
	end := p.pos
	p.skipBlanks()
	if !p.at(':') || !p.blankAt(p.pos+1) {
		p.pos = end
		p.properties.apply(n, p.properties.both(outer, own))
		return
	}
	switch {
	case p.lineStart != line && n.Style == Plain && n.Kind == Scalar:
		p.strayKey(start, fresh, column)
	case p.lineStart != line:
		p.fail(start, "has a key on several lines; must be on one, or behind a question mark")
	case end-start > MaxKey:
		p.fail(start, "has a key of more than 1024 characters; must be shorter, or behind a question mark")
	}
	p.needsFresh(fresh, "has a second colon on a line; must be in quotes, or the key on a line of its own")
	key := *n
	*n = Node{Kind: Map, start: uint32(start), line: n.line, Key: n.Key, KeyStyle: n.KeyStyle, explicit: n.explicit, keyStart: n.keyStart, keyEnd: n.keyEnd, mark: n.mark, hasMark: n.hasMark, more: n.more}
	key.more = nil
	if key.Kind == Alias {
		key.more = &more{alias: n.more.alias}
		n.more.alias = nil
	}
	e := p.newNode()
	p.setKey(e, &key, start, own)
	e.mark, e.hasMark = uint32(p.pos), true
	p.pos++
	p.blockMap(n, column, e)
	p.properties.apply(n, outer)
}

// content reads what is on this line, and, where it goes on, on those below, into n.
func (p blockParser) content(n *Node, indent int) {
	p.begin(n)
	switch c := p.src[p.pos]; {
	case c == '[' || c == '{':
		p.inFlow.flow(n)
		return
	case c == '"':
		n.Style, n.Value = DoubleQuoted, p.scalar.doubleQuoted()
	case c == '\'':
		n.Style, n.Value = SingleQuoted, p.scalar.singleQuoted()
	case c == '*':
		p.properties.alias(n)
	case c == ':' && p.blankAt(p.pos+1): // an empty key
	default:
		n.Value = p.scalar.plain(indent, false)
	}
	n.end = uint32(p.pos)
}

// blockMap reads a map whose keys start in a column. Of its first entry, key and colon may be read already.
func (p blockParser) blockMap(n *Node, column int, e *Node) {
	n.Kind, n.Style = Map, Block
	if e == nil {
		p.begin(n)
	}
	for link := &n.first; ; link = &(*link).next {
		if e == nil {
			e = p.entry(column)
		}
		*link = e
		if e.hasMark {
			p.blockNode(e, column, spot{fresh: e.explicit, dashes: true})
		}
		n.end, e = e.end, nil
		if !p.goesOn(column) {
			return
		}
	}
}

// goesOn moves to the next entry or element of a collection whose entries start in a column, and reports whether there is one.
func (p blockParser) goesOn(column int) bool {
	first := p.skip()
	if p.pos == len(p.src) || p.atMarker() {
		return false
	}
	if !first {
		p.fail(p.pos, "has text behind a value; must be on a line of its own, or in quotes with the value")
	}
	switch here := p.indentation(); {
	case here < column:
		return false
	case here > column:
		p.fail(p.pos, "is indented by more than what it belongs to; must be in one column with it")
	case p.tabs:
		p.fail(p.pos, "is indented by a tab; must be indented by spaces")
	}
	return true
}

// entry reads a key with its colon.
func (p blockParser) entry(column int) *Node {
	e := p.newNode()
	if p.word(e) {
		return e
	}
	start, line := p.pos, p.lineStart
	if p.at('?') && p.blankAt(p.pos+1) {
		p.pos++
		var key Node
		p.blockNode(&key, column, spot{fresh: true, dashes: true})
		e.explicit = true
		p.setKey(e, &key, start, nil)
		if first := p.skip(); first && !p.tabs && p.column() == column && p.at(':') && p.blankAt(p.pos+1) {
			e.mark, e.hasMark = uint32(p.pos), true
			p.pos++
		} else {
			e.start, e.end, e.line = e.keyEnd, e.keyEnd, uint32(p.line)
		}
		return e
	}
	if p.at('-') && p.blankAt(p.pos+1) {
		p.fail(p.pos, "has an element of a list where a key must be; must be indented below a key")
	}
	var own *props
	if p.at('&') || p.at('!') {
		if own = p.properties.props(); p.skip() && p.lineStart != line || p.pos == len(p.src) {
			p.fail(start, "has an anchor or tag and no key on its line; must have one")
		}
	}
	var key Node
	p.content(&key, column)
	end := p.pos
	p.skipBlanks()
	switch {
	case !p.at(':') || !p.blankAt(p.pos+1):
		p.fail(start, "has no colon behind a key; must be a key with a colon and a space behind it")
	case p.lineStart != line:
		p.fail(start, "has a key on several lines; must be on one, or behind a question mark")
	case end-start > MaxKey:
		p.fail(start, "has a key of more than 1024 characters; must be shorter, or behind a question mark")
	}
	p.setKey(e, &key, start, own)
	e.mark, e.hasMark = uint32(p.pos), true
	p.pos++
	return e
}

// word reads a key that is one plain word with its colon right behind it, as nearly all are; false where there is none, and nothing is read then. That is a twenty-fifth of the time of reading.
func (p blockParser) word(e *Node) bool {
	i := p.pos
	if i == len(p.src) || !isLetter(p.src[i]) {
		return false
	}
	for i < len(p.src) && !special[p.src[i]] {
		i++
	}
	if i == len(p.src) || p.src[i] != ':' || !p.blankAt(i+1) || i-p.pos > MaxKey {
		return false
	}
	e.Key, e.keyStart, e.keyEnd = p.text[p.pos:i], uint32(p.pos), uint32(i)
	e.mark, e.hasMark = uint32(i), true
	p.pos = i + 1
	return true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// setKey makes key the key of an entry. It starts, with all that belongs to it, at start.
func (p blockParser) setKey(e, key *Node, start int, own *props) {
	e.keyStart, e.keyEnd = uint32(start), key.end
	if key.Kind == Scalar {
		e.Key, e.KeyStyle = key.Value, key.Style
	}
	if key.Kind == Scalar && key.more == nil && own == nil && !e.explicit {
		return
	}
	k := *key
	p.properties.apply(&k, own)
	if p.anchors != nil && k.Anchor() != "" {
		p.anchors[k.Anchor()] = &k
	}
	if e.more == nil {
		e.more = &more{}
	}
	e.more.key = &k
	if own != nil && k.end < uint32(own.end) {
		e.keyEnd = uint32(own.end)
	}
}

// blockList reads a list whose dashes stand in a column.
func (p blockParser) blockList(n *Node, column int) {
	n.Kind, n.Style = List, Block
	p.begin(n)
	for link := &n.first; ; link = &(*link).next {
		e := p.newNode()
		*link = e
		e.mark, e.hasMark = uint32(p.pos), true
		p.pos++
		p.blockNode(e, column, spot{fresh: true})
		n.end = e.end
		if !p.goesOn(column) || !p.at('-') || !p.blankAt(p.pos+1) {
			return
		}
	}
}
