package markdown

import (
	"strconv"
	"strings"
	"unicode"
)

// slugs are the anchors given so far in one document.
type slugs map[string]bool

// give returns an anchor for a heading's text that is not taken yet, as GitHub
// makes them: a second "Setup" is setup-1.
func (s slugs) give(text string) string { return s.take(Slug(text)) }

// take reserves id, numbered if it is taken.
func (s slugs) take(id string) string {
	unique := id
	for n := 1; s[unique]; n++ {
		unique = id + "-" + strconv.Itoa(n)
	}
	s[unique] = true
	return unique
}

// Slug turns a heading's text into an anchor as GitHub does: in lower case,
// without punctuation, with a hyphen for each space.
func Slug(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r), unicode.Is(unicode.Pc, r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	if b.Len() == 0 {
		return "section"
	}
	return b.String()
}
