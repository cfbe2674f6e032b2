package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A page's excerpts are the words that a result can show of it. Its whole text
// would double the index, so a page keeps its summary or its opening and, as
// far as its room goes, the fragments that hold most of the words the page is
// about and that no other kept fragment of their best section holds yet.

const (
	fragmentLength = 120 // bytes; a line and a half of a result
	excerptRoom    = 260 // bytes of every page
	excerptShare   = 12  // and one in so many bytes of its text
	always         = 1e9 // the worth of what is kept in any case
)

// fragment is a stretch of a section's text.
type fragment struct {
	text    string
	words   []int32 // of the trail
	section int16
	worth   float32
	kept    bool
}

// excerpts chooses what to keep, and gives for the page itself and for every section a line: heading, fragment where
// that does not follow from it, excerpt, tabs between.
func (a *analysis) excerpts(doc Document, room int) string {
	a.choose(room)
	var b strings.Builder
	b.Grow(2 * room)
	rest := a.fragments
	for i, s := range append([]Section{{}}, doc.Sections...) {
		heading, id := flat(s.Heading), s.ID
		if id == slug(heading) {
			id = ""
		}
		b.WriteString(heading + "\t" + flat(id) + "\t")
		gap := ""
		for ; len(rest) > 0 && int(rest[0].section) == i; rest = rest[1:] {
			if rest[0].kept {
				for word := range strings.FieldsSeq(rest[0].text) {
					b.WriteString(gap + word)
					gap = " "
				}
			} else if gap != "" {
				gap = " … "
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// choose marks the fragments to keep.
func (a *analysis) choose(room int) {
	shown := make([]bool, len(a.words))
	order := make([]*fragment, len(a.fragments))
	for i := range order {
		order[i] = &a.fragments[i]
		order[i].worth = a.worth(order[i], shown)
		if i == 0 || order[i].section == 0 {
			order[i].worth = always
		}
	}
	slices.SortFunc(order, func(x, y *fragment) int { return cmp.Compare(y.worth, x.worth) })
	for _, f := range order {
		if f.worth < always && (len(f.text) > room || a.worth(f, shown) < f.worth/2) {
			continue
		}
		f.kept = true
		room -= len(f.text)
		for _, i := range f.words {
			shown[i] = shown[i] || a.words[i].best == f.section || a.words[i].best == 0
		}
	}
}

// worth is what showing a fragment adds: a word counts once, by how much of
// the page is about it, and less outside the section that it points to.
func (a *analysis) worth(f *fragment, shown []bool) float32 {
	sum := float32(0)
	for _, i := range f.words {
		w := &a.words[i]
		switch {
		case shown[i] || len(w.text) < 4:
		case w.best == 0 || w.best == f.section:
			sum += w.total
		default:
			sum += w.total / 4
		}
	}
	return sum / float32(30+len(f.text))
}

// flat is s on one line, with single spaces.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// cutAt finds the best place to end the first fragment of a long block.
func cutAt(block string) int {
	for _, gap := range []string{". ", " "} {
		if i := strings.LastIndex(block[:fragmentLength], gap); i > fragmentLength/3 {
			return i + len(gap)
		}
	}
	end := fragmentLength
	for end > fragmentLength-utf8.UTFMax && !utf8.RuneStart(block[end]) {
		end--
	}
	return end
}
