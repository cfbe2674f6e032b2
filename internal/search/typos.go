package search

import (
	"slices"
	"unicode/utf8"
)

// typos writes the forms that a slip could lead to, backwards, unless the
// vocabulary is so small that all of it can be read instead.
func (m *manifest) typos(terms []term, p *pieces) {
	var words []string
	size := 0
	for i := range terms {
		size += 2 * len(terms[i].postings)
		for _, f := range terms[i].forms {
			size += len(f)
			if mistypable(f) {
				words = append(words, reverse(f))
			}
		}
	}
	if size < fewTerms {
		return
	}
	slices.Sort(words)
	words = slices.Compact(words)
	starts := cut(len(words), typoPiece,
		func(i int) int { return len(words[i]) - shared(words[max(i-1, 0)], words[i]) + 2 },
		func(i int) int { return shared(words[i-1], words[i]) })
	bounds := boundaries(starts, func(i int) string { return words[i] })
	for i, of := range ranges(starts, len(words)) {
		var piece []byte
		before := ""
		for _, w := range words[of[0]:of[1]] {
			piece = append(appendShared(piece, before, w), '\n')
			before = w
		}
		m.Typos = append(m.Typos, bounds[i], p.add(piece))
	}
}

// mistypable reports whether the word is one a slip of five letters or more can mean.
func mistypable(word string) bool {
	n := 0
	for _, r := range word {
		if r >= '0' && r <= '9' || unspaced(r) {
			return false
		}
		n++
	}
	return n >= 4 && n <= 24
}

func reverse(s string) string {
	b := make([]byte, 0, len(s))
	for end := len(s); end > 0; {
		_, n := utf8.DecodeLastRuneInString(s[:end])
		b = append(b, s[end-n:end]...)
		end -= n
	}
	return string(b)
}
