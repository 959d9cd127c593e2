package yamltree

import (
	"cmp"
	"net/url"
	"strings"
)

// propertyParser reads tags, anchors and aliases.
type propertyParser struct{ *parser }

// props are the anchor and the tag of a value, from start to end; nil for none.
type props struct {
	anchor, tag string
	start, end  int
	line        int // on which they start
	reserved    *Node
}

// props reads the anchor and tag that the parser is at.
func (p propertyParser) props() *props {
	out := &props{start: p.pos, line: p.line}
	for {
		switch {
		case p.at('&'):
			if out.anchor != "" {
				p.fail(p.pos, "has a second anchor; must have one")
			}
			p.pos++
			out.anchor = p.anchorName()
		case p.at('!'):
			if out.tag != "" {
				p.fail(p.pos, "has a second tag; must have one")
			}
			out.tag = p.tag()
		}
		out.end = p.pos
		if !p.blankAt(p.pos) && !p.endsInFlow(p.pos) {
			p.fail(p.pos, "has text right behind an anchor or tag; must have a space in between")
		}
		p.skipBlanks()
		if !p.at('&') && !p.at('!') {
			p.pos = out.end
			return out
		}
	}
}

// endsInFlow reports whether an indicator of a flow collection that the parser is in stands at an offset.
func (p propertyParser) endsInFlow(at int) bool { return p.flows > 0 && isFlowIndicator(p.src[at]) }

func isFlowIndicator(c byte) bool {
	return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'
}

// anchorName reads the name of an anchor or alias.
func (p propertyParser) anchorName() string {
	start := p.pos
	for !p.blankAt(p.pos) && !isFlowIndicator(p.src[p.pos]) {
		p.pos++
	}
	if p.pos == start {
		p.fail(start, "has an anchor or alias without a name; must have one")
	}
	return p.text[start:p.pos]
}

// alias reads an alias.
func (p propertyParser) alias(n *Node) {
	start := p.pos
	p.pos++
	n.Kind, n.Value = Alias, p.anchorName()
	target := p.anchors[n.Value]
	if name := strings.TrimSuffix(n.Value, ":"); target == nil && name != n.Value && p.anchors[name] != nil { // *a: b, which YAML 1.2 wants written as *a : b, and yaml.v3 reads
		n.Value, target = name, p.anchors[name]
		p.pos--
	}
	switch {
	case target == nil:
		p.fail(start, "has an alias of an anchor that is not known; must be one of those in front of it in the document, or in quotes where it is text")
	case target.Kind == reserved:
		p.fail(start, "has an alias of a value that it is in; must be outside of it")
	}
	if n.more == nil {
		n.more = &more{}
	}
	n.more.alias = target
}

// both are the properties of a value that stand in front of it and on lines above.
func (p propertyParser) both(outer, own *props) *props {
	switch {
	case outer == nil:
		return own
	case own == nil:
		return outer
	case outer.anchor != "" && own.anchor != "", outer.tag != "" && own.tag != "":
		p.fail(own.start, "has a second anchor or tag; must have one")
	}
	own.line, own.start, own.anchor, own.tag = outer.line, outer.start, cmp.Or(own.anchor, outer.anchor), cmp.Or(own.tag, outer.tag)
	own.reserved = cmp.Or(own.reserved, outer.reserved)
	return own
}

// reserve takes the name of an anchor for a collection that is about to be read: values in it may take the name after it.
func (p propertyParser) reserve(own *props) {
	if own == nil || own.anchor == "" {
		return
	}
	if p.anchors == nil {
		p.anchors = map[string]*Node{}
	}
	own.reserved = &Node{Kind: reserved}
	p.anchors[own.anchor] = own.reserved
}

// reserved is the kind of what stands for a collection that is not read to its end.
const reserved Kind = 255

// apply gives a value its properties.
func (p propertyParser) apply(n *Node, own *props) {
	if own == nil {
		return
	}
	if n.Kind == Alias {
		p.fail(own.start, "has an anchor or tag in front of an alias; must be without")
	}
	if n.more == nil {
		n.more = &more{}
	}
	n.line = uint32(own.line)
	n.more.anchor, n.more.tag, n.more.start, n.more.props = own.anchor, own.tag, uint32(own.start), true
	if own.anchor == "" || own.reserved != nil && p.anchors[own.anchor] != own.reserved {
		return
	}
	if p.anchors == nil {
		p.anchors = map[string]*Node{}
	}
	p.anchors[own.anchor] = n
}

// tag reads a tag (https://yaml.org/spec/1.2.2/#691-node-tags) and returns it in its short form.
func (p propertyParser) tag() string {
	start := p.pos
	p.pos++
	if p.at('<') {
		end := strings.IndexByte(p.text[p.pos:], '>')
		if end < 2 || strings.ContainsAny(p.text[p.pos:p.pos+end], " \t\r\n") {
			p.fail(start, "has a tag that does not end; must be such as !<tag:example.com,2000:x>")
		}
		tag := p.text[p.pos+1 : p.pos+end]
		p.pos += end + 1
		if tag == "!" {
			p.fail(start, "has a tag without a name; must have one")
		}
		return shortTag(p.unescaped(tag, start))
	}
	for !p.blankAt(p.pos) && !isFlowIndicator(p.src[p.pos]) {
		p.pos++
	}
	text := p.text[start:p.pos]
	handle, suffix := "!", text[1:]
	if at := strings.IndexByte(suffix, '!'); at >= 0 {
		handle, suffix = text[:at+2], suffix[at+1:]
		if suffix == "" || strings.ContainsRune(suffix, '!') {
			p.fail(start, "has a tag without a name, or with one that has a !; must be such as !!str or !example")
		}
	}
	prefix, declared := p.handles[handle]
	switch {
	case text == "!":
		return text
	case declared:
	case handle == "!":
		prefix = "!"
	case handle == "!!":
		prefix = longPrefix
	default:
		p.fail(start, "has a tag whose handle is not known; must be declared by %TAG")
	}
	return shortTag(prefix + p.unescaped(suffix, start))
}

const longPrefix = "tag:yaml.org,2002:"

func shortTag(tag string) string {
	if name, found := strings.CutPrefix(tag, longPrefix); found {
		return "!!" + name
	}
	return tag
}

// inTags are the characters of a tag (https://yaml.org/spec/1.2.2/#rule-ns-uri-char).
const inTags = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-#;/?:@&=+$,_.!~*'()[]%"

// unescaped is a tag, as it is written, without its escapes.
func (p propertyParser) unescaped(tag string, at int) string {
	for _, c := range []byte(tag) {
		if strings.IndexByte(inTags, c) < 0 {
			p.fail(at, "has a tag with a character that tags cannot have; must be escaped, such as %20")
		}
	}
	if !strings.Contains(tag, "%") {
		return tag
	}
	out, err := url.PathUnescape(tag)
	if err != nil {
		p.fail(at, "has a tag with an escape that is none; must be such as %20")
	}
	return out
}
