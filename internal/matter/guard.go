package matter

import (
	"bytes"
	"fmt"
)

// Limits on one file's front matter, so that no file can hang a build: past
// them goccy/go-yaml takes a deep stack, or time that grows with their square.
// What they let through is read in about a second at worst.
const (
	maxBytes = 3 << 19
	maxDepth = 100     // of brackets, or of dashes in one line
	maxNodes = 500_000 // counted with every alias written out
	maxKeys  = 5_000   // in one map
	maxEmpty = 2_000   // keys and entries without a value
	maxEnds  = 10      // lines of "..."
)

// guard returns why a block must not be parsed, or "". Nesting by indent needs
// no limit, since it takes a longer line every time.
func guard(block []byte) string {
	if len(block) > maxBytes {
		return fmt.Sprintf("has %d bytes; the limit is %d", len(block), maxBytes)
	}
	t := toll{scalar: -1}
	for line := range bytes.Lines(block) {
		t.line(line)
		switch {
		case t.deepest > maxDepth || t.dashes > maxDepth:
			return fmt.Sprintf("is nested more than %d levels deep", maxDepth)
		case t.most > maxKeys:
			return fmt.Sprintf("has a map of more than %d keys", maxKeys)
		case t.empty > maxEmpty:
			return fmt.Sprintf("has more than %d keys or entries without a value", maxEmpty)
		case t.ends > maxEnds:
			return `has lines of "...", which end it`
		}
	}
	return ""
}

// toll counts what the parser is slow at, by a look at lines and brackets. It
// is quick and misses little, and may take quoted text for YAML.
type toll struct {
	brackets, deepest, dashes, most, empty, ends int

	keys   [256]int           // by column: of the block map that stands there, so far
	scalar int                // the column of the key whose block of text we are in, or -1
	braces [maxDepth + 2]bool // by depth: a brace opened it
	valued [maxDepth + 2]bool // by depth: the entry there has its colon
}

func (t *toll) line(line []byte) {
	text := bytes.TrimLeft(line, " ")
	column := len(line) - len(text)
	if i := bytes.Index(text, []byte(" #")); i >= 0 {
		text = text[:i]
	}
	text = bytes.TrimRight(text, " \t\r\n")
	if len(text) == 0 || text[0] == '#' || t.scalar >= 0 && column > t.scalar {
		return
	}
	if t.scalar, t.dashes = -1, 0; t.brackets <= 0 {
		text, column = t.begin(text, column)
	}
	if head := bytes.TrimRight(text, "+-123456789"); bytes.HasSuffix(head, []byte("|")) || bytes.HasSuffix(head, []byte(">")) {
		t.scalar = column
	}
	last := byte(',')
	for _, c := range text {
		t.sign(c, last)
		if c != ' ' && c != '\t' {
			last = c
		}
	}
}

// begin counts the dashes and the key that a line outside of brackets begins
// with, and returns what stands after the dashes.
func (t *toll) begin(text []byte, column int) ([]byte, int) {
	if string(text) == "..." {
		t.ends++
	}
	clear(t.keys[min(column+1, len(t.keys)):])
	for len(text) > 0 && (text[0] == '-' || text[0] == '?') && (len(text) == 1 || text[1] == ' ' || text[1] == '\t') {
		rest := bytes.TrimLeft(text[1:], " \t")
		t.dashes, column, text = t.dashes+1, column+len(text)-len(rest), rest
	}
	bare := len(text) > 0 && (text[0] == '&' || text[0] == '!') && !bytes.ContainsAny(text, " \t")
	if bare || len(text) == 0 || text[len(text)-1] == ':' {
		t.empty++
	}
	at := min(column, len(t.keys)-1)
	t.keys[at]++
	t.most = max(t.most, t.keys[at])
	return text, column
}

// sign counts what one character may mean within brackets.
func (t *toll) sign(c, last byte) {
	at := max(0, min(t.brackets, maxDepth+1))
	switch c {
	case '[', '{':
		t.brackets++
		t.deepest = max(t.deepest, t.brackets)
		at = min(at+1, maxDepth+1)
		t.braces[at], t.valued[at] = c == '{', false
	case ':':
		t.valued[at] = true
	case ',', ']', '}':
		if at > 0 && (last == ':' || t.braces[at] && !t.valued[at] && last != '{' && last != ',') {
			t.empty++
		}
		if t.valued[at] = false; c != ',' {
			t.brackets--
		}
	}
}
