package yamltree

// flowParser reads flow style.
type flowParser struct{ *parser }

// flow reads a map or list in brackets (https://yaml.org/spec/1.2.2/#74-flow-collection-styles). Its lines may be indented in any way, as in yaml.v3.
func (p flowParser) flow(n *Node) {
	p.enter()
	p.flows++
	p.begin(n)
	n.Style, n.Kind = Flow, List
	closing := byte(']')
	if p.at('{') {
		n.Kind, closing = Map, '}'
	}
	p.pos++
	for link := &n.first; ; link = &(*link).next {
		p.flowSkip(n)
		if p.at(closing) {
			break
		}
		e := p.newNode()
		*link = e
		if n.Kind == Map {
			p.flowEntry(e, n)
		} else {
			p.flowElement(e, n)
		}
		p.flowSkip(n)
		if p.at(closing) {
			break
		}
		if !p.at(',') {
			p.fail(p.pos, "has text behind a value in brackets; must be a comma, or the closing bracket")
		}
		p.pos++
	}
	p.pos++
	n.end = uint32(p.pos)
	p.flows--
	p.depth--
}

// flowSkip moves to what comes next in a flow collection.
func (p flowParser) flowSkip(n *Node) {
	p.skip()
	if p.pos == len(p.src) || p.atMarker() {
		p.fail(int(n.start), "has an opening bracket without a closing one; must have one")
	}
}

// atColon reports whether a colon between key and value is at the parser's place: behind a key in quotes or brackets, nothing needs to be behind it.
func (p flowParser) atColon(quoted bool) bool {
	return p.at(':') && (quoted || p.blankAt(p.pos+1) || isFlowIndicator(p.src[p.pos+1]))
}

// atQuestion reports whether the mark of an explicit key is at the parser's place.
func (p flowParser) atQuestion() bool {
	return p.at('?') && (p.blankAt(p.pos+1) || isFlowIndicator(p.src[p.pos+1]))
}

// flowEntry reads an entry of a map in braces.
func (p flowParser) flowEntry(e, in *Node) {
	start := p.pos
	if p.atQuestion() {
		e.explicit = true
		p.pos++
		p.flowSkip(in)
	}
	var key Node
	quoted, own := p.flowValue(&key, in)
	p.block.setKey(e, &key, start, own)
	p.flowSkip(in)
	if !p.atColon(quoted) {
		e.start, e.end, e.line = e.keyEnd, e.keyEnd, uint32(p.line)
		return
	}
	if !e.explicit && int(e.keyEnd)-start > MaxKey { // YAML would allow it in braces; yaml.v3 does not read it
		p.fail(start, "has a key of more than 1024 characters; must be shorter, or behind a question mark")
	}
	p.behindColon(e, in)
}

// behindColon reads the colon and the value of an entry.
func (p flowParser) behindColon(e, in *Node) {
	e.mark, e.hasMark = uint32(p.pos), true
	p.pos++
	after := p.pos
	p.flowSkip(in)
	_, own := p.flowValue(e, in)
	if e.start == e.end && own == nil && e.Kind == Scalar && e.Style == Plain { // nothing there
		e.start, e.end = uint32(after), uint32(after)
	}
	p.properties.apply(e, own)
}

// flowElement reads an element of a list in brackets, which may be a pair without braces.
func (p flowParser) flowElement(e, in *Node) {
	start, line := p.pos, p.lineStart
	if p.atQuestion() {
		*e = Node{Kind: Map, Style: Pair, start: uint32(start), line: uint32(p.line)}
		pair := p.newNode()
		e.first = pair
		p.flowEntry(pair, in)
		e.end = pair.end
		return
	}
	quoted, own := p.flowValue(e, in)
	end := p.pos
	if own != nil && end < own.end {
		end = own.end
	}
	p.flowSkip(in)
	if !p.atColon(quoted) {
		if e.Kind == Scalar && e.Style == Plain && e.start == e.end && own == nil {
			p.fail(p.pos, "has a comma without a value in front; must have one")
		}
		p.properties.apply(e, own)
		return
	}
	if p.lineStart != line || end-start > MaxKey {
		p.fail(start, "has a colon behind text on several lines, or of more than 1024 characters; must be a key on one line, or have its closing bracket in front of it")
	}
	key := *e
	*e = Node{Kind: Map, Style: Pair, start: uint32(start), line: e.line}
	pair := p.newNode()
	e.first = pair
	p.block.setKey(pair, &key, start, own)
	p.behindColon(pair, in)
	e.end = pair.end
}

// flowValue reads a value, or an empty one, with its properties, which the caller applies. quoted reports whether it has quotes or brackets.
func (p flowParser) flowValue(n, in *Node) (quoted bool, own *props) {
	p.begin(n)
	n.end = n.start
	if p.at('&') || p.at('!') {
		own = p.properties.props()
		n.start, n.end = uint32(own.end), uint32(own.end)
		p.flowSkip(in)
	}
	switch c := p.src[p.pos]; {
	case c == ',' || c == ']' || c == '}' || p.atColon(false):
		return false, own
	case c == '[' || c == '{':
		p.properties.reserve(own)
		p.flow(n)
		return true, own
	case c == '"':
		p.begin(n)
		n.Style, n.Value = DoubleQuoted, p.scalar.doubleQuoted()
		quoted = true
	case c == '\'':
		p.begin(n)
		n.Style, n.Value = SingleQuoted, p.scalar.singleQuoted()
		quoted = true
	case c == '*':
		p.begin(n)
		p.properties.alias(n)
	default:
		p.begin(n)
		n.Value = p.scalar.plain(-1, true)
	}
	n.end = uint32(p.pos)
	return quoted, own
}
