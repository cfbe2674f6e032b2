package markdown

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
)

// slugs are the anchors given so far in one document, each with the number that
// the next of its name may get.
type slugs map[string]int

// take reserves id, numbered if it is taken, as GitHub does: a second "setup" is
// setup-1.
func (s slugs) take(id string) string {
	unique, n := id, s[id]
	for ; s[unique] > 0; n++ {
		unique = id + "-" + strconv.Itoa(n)
	}
	s[id], s[unique] = max(n, 1), max(s[unique], 1)
	return unique
}

// Slug turns a heading's text into an anchor as GitHub does: in lower case,
// without punctuation, with a hyphen for each space.
func Slug(text string) string {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r), unicode.Is(unicode.Pc, r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(text))
	return cmp.Or(slug, "section")
}
