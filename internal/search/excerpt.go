package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A page's excerpts are the words that a result can show of it. Its whole text
// would double the index, so a page keeps the opening of every section and,
// as far as its room goes, the fragments that hold most of the words the page
// is about and that no other kept fragment of their best section holds yet.

const (
	fragmentLength = 150 // bytes; about two lines of a result
	excerptRoom    = 220 // bytes of every page
	excerptShare   = 12  // and one in so many bytes of its text
)

// fragment is a stretch of a section's text, with its words in the trail.
type fragment struct {
	section, order int
	lead           bool
	text           string
	from, to       int
	worth          float32
}

// choose returns the fragments to keep, in the order of the page.
func (a *analysis) choose(offered []fragment) []fragment {
	room := excerptRoom
	for _, f := range offered {
		room += len(f.text) / excerptShare
	}
	shown := make([]bool, len(a.words))
	kept := make([]fragment, 0, 16)
	for i := range offered {
		if f := &offered[i]; f.lead && len(f.text) <= room {
			a.show(f, shown)
			room -= len(f.text)
			kept = append(kept, *f)
		}
	}
	others := slices.DeleteFunc(offered, func(f fragment) bool { return f.lead })
	for i := range others {
		others[i].worth = a.worth(&others[i], shown)
	}
	slices.SortFunc(others, func(x, y fragment) int { return cmp.Or(cmp.Compare(y.worth, x.worth), x.order-y.order) })
	for i := range others {
		f := &others[i]
		if len(f.text) > room || a.worth(f, shown) < f.worth/2 {
			continue
		}
		a.show(f, shown)
		room -= len(f.text)
		kept = append(kept, *f)
	}
	slices.SortFunc(kept, func(x, y fragment) int { return x.order - y.order })
	return kept
}

// worth is what showing a fragment adds: a word counts once, by how much of
// the page is about it, and less outside the section that it points to.
func (a *analysis) worth(f *fragment, shown []bool) float32 {
	sum := float32(0)
	for _, i := range a.trail[f.from:f.to] {
		w := &a.words[i]
		if shown[i] || w.end-w.start < 4 {
			continue
		}
		value := w.total
		if int(w.best) != f.section {
			value /= 4
		}
		sum += value
	}
	return sum / float32(30+len(f.text))
}

func (a *analysis) show(f *fragment, shown []bool) {
	for _, i := range a.trail[f.from:f.to] {
		shown[i] = shown[i] || int(a.words[i].best) == f.section
	}
}

// lines says of every section its heading, its fragment where that does not
// follow from the heading, and its excerpt, tabs between.
func lines(doc Document, kept []fragment) string {
	var b strings.Builder
	for i, s := range doc.Sections {
		heading := flat(s.Heading)
		b.WriteString(heading)
		b.WriteByte('\t')
		if s.ID != slug(heading) {
			b.WriteString(flat(s.ID))
		}
		b.WriteByte('\t')
		after := -1
		for ; len(kept) > 0 && kept[0].section == i; kept = kept[1:] {
			switch {
			case after >= 0 && kept[0].order != after+1:
				b.WriteString(" … ")
			case after >= 0:
				b.WriteByte(' ')
			}
			b.WriteString(flat(kept[0].text))
			after = kept[0].order
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// flat is s on one line, with single spaces.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// fragments cuts text at its lines, and long lines at the end of a sentence or at a space.
func fragments(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for block := range strings.SplitSeq(text, "\n") {
			for len(block) > fragmentLength+30 {
				cut := cutAt(block)
				if !yield(block[:cut]) {
					return
				}
				block = block[cut:]
			}
			if strings.TrimSpace(block) != "" && !yield(block) {
				return
			}
		}
	}
}

// cutAt finds the best place to end the first fragment of a long block.
func cutAt(block string) int {
	head := block[:fragmentLength]
	if i := strings.LastIndex(head, ". "); i > fragmentLength/3 {
		return i + 2
	}
	if i := strings.LastIndexByte(head, ' '); i > fragmentLength/3 {
		return i + 1
	}
	for i := fragmentLength; i > fragmentLength-utf8.UTFMax; i-- {
		if utf8.RuneStart(block[i]) {
			return i
		}
	}
	return fragmentLength
}

// slug is the fragment that headings usually have; search-engine.js says the same.
func slug(heading string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if inWord(r) || r == ' ' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, strings.ToLower(heading)), " ", "-")
}
