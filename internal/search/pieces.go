package search

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The format. search/index.json is the manifest below; every other file is a
// piece of text, named by its bytes, that hosts compress well. Numbers in
// pieces are digits of a large base, see number.
//
//   - A term piece has lines in the order of their keys. A key is coded as how
//     many characters it shares with the one before, and the rest. A stem
//     comes with the endings of its forms and its postings, tabs between: a
//     posting is the distance from the page before and a character
//     for level and section; a tilde before them says that most pages have the
//     word and only those where it matters are listed. A title, by its first
//     word, a space, and its other letters, is a stem as well. A form that
//     a slip may lead to stands alone, backwards after a tilde, if any page
//     is about it: a slip near the start of a word leaves its end.
//   - A page list has a line for every page: what its address shares with the
//     one before, the rest, its title. A space and a name begin the pages whose
//     excerpts are in that text piece. Small sites have it in the manifest.
//   - A text piece has a block for every page: a line for the page itself, with
//     its summary, and one for every section, see excerpts.

// manifest is what a browser loads first. Lists alternate a key and a name:
// the piece holds what sorts from its key up to the next.
type manifest struct {
	Pages   int                `json:"pages"`
	Weights map[string]float64 `json:"weights"`
	Kinds   []string           `json:"kinds"`
	KindOf  string             `json:"kindOf"`  // a character of each page: its place in kinds, after "!"
	Endings []string           `json:"endings"` // the commonest
	Common  []string           `json:"common"`  // words that most pages have
	Terms   []string           `json:"terms"`
	List    string             `json:"list,omitempty"`  // the page list, if it fits here
	Lists   []any              `json:"lists,omitempty"` // else the first page of each piece of it, and its name

	files map[string][]byte
}

// Sizes of pieces in bytes before compression, which takes half or more off.
const (
	termPiece = 2500 // and one more for every page, in steps, because the manifest lists all pieces
	longPiece = 4000 // at most
	textPiece = 5000
	listPiece = 64   // pages
	inline    = 1100 // pages whose list fits in the manifest
)

// add keeps a piece and returns its name.
func (m *manifest) add(data []byte) string {
	name := fmt.Sprintf("%x", sha256.Sum256(data))[:10]
	m.files["search/"+name+".txt"] = data
	return name
}

// kinds records every page's kind, which compresses to nearly nothing.
func (m *manifest) kinds(pages []*Entry) {
	for _, e := range pages {
		m.Kinds = append(m.Kinds, e.kind)
	}
	m.Kinds = slices.Compact(slices.Sorted(slices.Values(m.Kinds)))
	of := make([]rune, len(pages))
	for i, e := range pages {
		of[i] = '!' + rune(slices.Index(m.Kinds, e.kind))
	}
	m.KindOf = string(of)
}

// documents writes the text pieces and the page list.
func (m *manifest) documents(pages []*Entry) {
	var list []byte
	first, before := 0, ""
	size := func(i int) int { return len(pages[i].text) + 1 }
	common := func(i int) int { return shared(pages[i-1].url, pages[i].url) }
	cut(len(pages), textPiece, size, common, func(start, end int) {
		var texts []byte
		for _, e := range pages[start:end] {
			texts = append(append(texts, e.text...), '\n')
		}
		list = append(append(append(list, ' '), m.add(texts)...), '\n')
		for _, e := range pages[start:end] {
			list = append(append(append(appendShared(list, before, e.url), '\t'), e.title...), '\n')
			before = e.url
		}
		if len(pages) > inline && (end-first >= listPiece || end == len(pages)) {
			m.Lists = append(m.Lists, first, m.add(list))
			list, first, before = nil, end, ""
		}
	})
	m.List = string(list)
}

// line is one of a term piece. Words sort by key into the piece that is asked
// for them; a term whose form lies far from it ("dying" from "die") stands in
// both, and there its key is not its name.
type line struct{ key, name, rest string }

// words writes the term pieces.
func (m *manifest) words(pages []*Entry) {
	all := m.lines(pages)
	common := func(i int) int { return shared(all[max(i-1, 0)].key, all[i].key) }
	size := func(i int) int {
		if all[i].key != all[i].name {
			return 0
		}
		return len(all[i].name) - common(i) + len(all[i].rest) + 2
	}
	cut(len(all), min(termPiece+m.Pages&^255, longPiece), size, common, func(start, end int) {
		bound := ""
		if start > 0 {
			n := common(start)
			_, next := utf8.DecodeRuneInString(all[start].key[n:])
			bound = all[start].key[:n+next]
		}
		var piece []byte
		last, written := "", map[string]bool{}
		for _, l := range all[start:end] {
			if !written[l.name] {
				piece = append(append(appendShared(piece, last, l.name), l.rest...), '\n')
				last, written[l.name] = l.name, true
			}
		}
		m.Terms = append(m.Terms, bound, m.add(piece))
	})
}

// lines gives all lines of the term pieces in their order.
func (m *manifest) lines(pages []*Entry) []line {
	terms, common := invert(pages)
	m.Common = common
	all := make([]line, 0, 4*len(terms))
	endings := map[string]int{}
	for i := range terms {
		t := &terms[i]
		rest := string(t.list([]byte("\t"+t.endings(endings)+"\t"), m.Pages))
		all = append(all, line{t.stem, t.stem, rest})
		for _, f := range t.forms {
			if f != t.stem {
				all = append(all, line{f, t.stem, rest})
			}
			if t.highest() >= telling && mistypable(f) {
				back := []rune(f + "~")
				slices.Reverse(back)
				all = append(all, line{key: string(back), name: string(back)})
			}
		}
	}
	m.Endings = commonest(endings)
	slices.SortFunc(all, func(a, b line) int { return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.name, b.name)) })
	return all
}

// mistypable reports whether a form is one that a slip of five letters or more
// can mean: no number, no title, and nothing in pairs of characters.
func mistypable(word string) bool {
	n := utf8.RuneCountInString(word)
	return n >= 4 && n <= 24 && !strings.ContainsFunc(word, func(r rune) bool { return r <= '9' || unspaced(r) })
}

// cut cuts n things of the given sizes into pieces of about limit, and hands each
// to piece: from one to before another. It cuts where neighbours, i and the one before, have
// least in common: what is typed then soon belongs to one piece alone, and an
// edit moves the cuts around it but not those further on.
func cut(n, limit int, size, common func(i int) int, piece func(start, end int)) {
	for start := 0; start < n; {
		i, end, sum, least := start, 0, 0, 1<<30
		for ; i < n && sum < limit*3/2; i++ {
			if i > start && sum >= limit/2 && common(i) < least {
				end, least = i, common(i)
			}
			sum += size(i)
		}
		if end == 0 || sum < limit {
			end = i
		}
		piece(start, end)
		start = end
	}
}

// number appends v: a last digit below 64, others before it, least first.
func number(b []byte, v int) []byte {
	for ; v >= 64; v /= 26 {
		b = append(b, byte('!'+64+v%26))
	}
	return append(b, byte('!'+v))
}

// shared is the length of what a and b begin with: at most 90 bytes, and no
// character of more than 16 bits, so that it is as many characters in the browser.
func shared(a, b string) (n int) {
	for n < min(len(a), len(b), 90) && a[n] == b[n] && a[n] < 0xf0 {
		n++
	}
	for 0 < n && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}

// appendShared appends s as one character for how much it shares with the string before, and the rest.
func appendShared(b []byte, before, s string) []byte {
	n := shared(before, s)
	return append(append(b, byte('!'+utf8.RuneCountInString(s[:n]))), s[n:]...)
}
