package yamltree

import "strings"

// documentParser reads documents, with what starts and ends them.
type documentParser struct{ *parser }

// document reads the next document, nil at the end (https://yaml.org/spec/1.2.2/#chapter-9-document-stream-productions).
func (p documentParser) document() *Doc {
	p.anchors, p.handles, p.comments = nil, nil, nil
	if p.workspace != nil && p.docs == 0 {
		p.comments = p.workspace.comments
	}
	start, directives := p.pos, false
	for {
		p.skip()
		if p.pos == len(p.src) {
			if directives {
				p.fail(p.pos, "ends behind a directive; must have a document behind ---")
			}
			return nil
		}
		if p.atMarker() && p.at('.') {
			if directives {
				p.fail(p.pos, "has ... behind a directive; must be ---")
			}
			p.endMarker()
			continue
		}
		if !p.at('%') || p.column() > 0 {
			break
		}
		directives = true
		p.directive()
	}
	explicit := p.atMarker()
	if directives && !explicit {
		p.fail(p.pos, "has no --- behind a directive; must have one")
	}
	doc, root := p.newDoc(), p.newNode()
	if explicit {
		p.pos += 3
	} else {
		p.pos, p.skipped = p.lineStart, -1 // so that the root is the first of its line
	}
	p.block.blockNode(root, -1, spot{fresh: !explicit})
	doc.Root = root
	first := p.skip()
	switch {
	case p.pos == len(p.src):
	case p.atMarker() && p.at('.'):
		p.endMarker()
	case p.atMarker():
	case !first:
		p.fail(p.pos, "has text behind a value; must be on a line of its own, or in quotes with the value")
	default:
		p.fail(p.pos, "has text behind the end of the document's value; must be indented below a key, or stand behind ---")
	}
	doc.Span, doc.comments = Span{start, p.pos}, p.comments
	return doc
}

// newDoc is a new document; the first one in a workspace is the workspace's.
func (p documentParser) newDoc() *Doc {
	w := p.workspace
	if p.docs++; w == nil || p.docs > 1 {
		return &Doc{}
	}
	return &w.doc
}

// endMarker moves behind a line of three dots.
func (p documentParser) endMarker() {
	p.pos += 3
	p.skipBlanks()
	if p.pos < len(p.src) && p.breakAt(p.pos) == 0 && !(p.src[p.pos] == '#' && p.blankAt(p.pos-1)) {
		p.fail(p.pos, "has text behind ... ; must be on a line of its own")
	}
	p.toLineEnd()
	if w := p.breakAt(p.pos); w > 0 {
		p.newLine(w)
	}
}

// directive reads a line that starts with %.
func (p documentParser) directive() {
	start := p.pos
	p.toLineEnd()
	line := p.text[start:p.pos]
	if at := strings.Index(line, " #"); at >= 0 {
		line = line[:at]
	}
	switch words := strings.Fields(line); words[0] {
	case "%YAML":
		if len(words) != 2 {
			p.fail(start, "has a %YAML directive that is none; must be such as %YAML 1.2")
		}
		if p.handles["%"] != "" {
			p.fail(start, "has a second %YAML directive; must have one")
		}
		if !strings.HasPrefix(words[1], "1.") || strings.Trim(words[1][2:], "0123456789") != "" || len(words[1]) == 2 {
			p.fail(start, "is of a version of YAML that is not known; must be 1.1 or 1.2")
		}
		p.setHandle("%", "seen")
	case "%TAG":
		if len(words) != 3 || !strings.HasPrefix(words[1], "!") || !strings.HasSuffix(words[1], "!") {
			p.fail(start, "has a %TAG directive that is none; must be such as %TAG !e! tag:example.com,2000:")
		}
		if p.handles[words[1]] != "" {
			p.fail(start, "has a second %TAG directive for a handle; must have one")
		}
		p.setHandle(words[1], words[2])
	}
}

func (p documentParser) setHandle(handle, prefix string) {
	if p.handles == nil {
		p.handles = map[string]string{}
	}
	p.handles[handle] = prefix
}
