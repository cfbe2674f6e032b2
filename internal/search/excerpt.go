package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A page's excerpts are the words that a result can show of it. Its whole text
// would double the index, so a page keeps its opening and, as far as its room
// goes, the fragments that hold most of the words the page is about and that
// no other kept fragment of their best section holds yet.

const (
	fragmentLength = 120 // bytes; a line and a half of a result
	excerptRoom    = 260 // bytes of every page
	excerptShare   = 12  // and one in so many bytes of its text
)

// fragment is a stretch of a section's text, with its words in the trail.
type fragment struct {
	text       string
	from, to   int32
	section    int32
	worth      float32
	lead, kept bool
}

// choose marks the fragments to keep.
func (a *analysis) choose(offered []fragment) {
	room := excerptRoom
	for i := range offered {
		room += len(offered[i].text) / excerptShare
	}
	shown := make([]bool, len(a.words))
	keep := func(f *fragment) {
		f.kept = true
		room -= len(f.text)
		for _, i := range a.trail[f.from:f.to] {
			best := int32(a.words[i].best)
			shown[i] = shown[i] || best == f.section || best < 0
		}
	}
	others := make([]int32, 0, len(offered))
	for i := range offered {
		if f := &offered[i]; !f.lead {
			others = append(others, int32(i))
		} else if len(f.text) <= room || i == 0 {
			keep(f)
		}
	}
	for _, i := range others {
		offered[i].worth = a.worth(&offered[i], shown)
	}
	slices.SortFunc(others, func(x, y int32) int {
		return cmp.Or(cmp.Compare(offered[y].worth, offered[x].worth), int(x-y))
	})
	for _, i := range others {
		if room < fragmentLength/5 {
			break
		}
		if f := &offered[i]; len(f.text) <= room && a.worth(f, shown) >= f.worth/2 {
			keep(f)
		}
	}
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
		if w.best >= 0 && int32(w.best) != f.section {
			value /= 4
		}
		sum += value
	}
	return sum / float32(30+len(f.text))
}

// lines gives the page's summary after a mark, then of every section its heading, its fragment where that does not
// follow from the heading, and its excerpt, tabs between.
func lines(doc Document, offered []fragment) string {
	var b strings.Builder
	b.Grow(excerptRoom * 4)
	b.WriteString(">" + flat(doc.Summary) + "\n")
	at := 1
	for i, s := range doc.Sections {
		heading := flat(s.Heading)
		b.WriteString(heading)
		b.WriteByte('\t')
		if s.ID != slug(heading) {
			b.WriteString(flat(s.ID))
		}
		b.WriteByte('\t')
		between := ""
		for ; at < len(offered) && offered[at].section == int32(i); at++ {
			switch f := &offered[at]; {
			case f.kept:
				b.WriteString(between)
				b.WriteString(flat(f.text))
				between = " "
			case between != "":
				between = " … "
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// flat is s on one line, with single spaces.
func flat(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' ') {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

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
