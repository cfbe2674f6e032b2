package search

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

const (
	sectionsCoded = 13  // a posting's section: 0 for the page itself, 12 for all from the twelfth on
	commonFrom    = 100 // pages; a word of fewer is never too common to list
	maxEndings    = 58  // 'A' to 'z'
)

// titled is a title's key with the pages that bear it.
type titled struct {
	titleKey
	pages []int
}

// keyed gathers the titles of all pages, in the order of their first word and then their key.
func keyed(pages []*Entry) []titled {
	var all []titled
	for i, e := range pages {
		for _, k := range e.keys {
			all = append(all, titled{k, []int{i}})
		}
	}
	slices.SortStableFunc(all, func(a, b titled) int {
		return cmp.Or(compare(a.first, b.first), compare(a.key, b.key))
	})
	kept := all[:0]
	for _, t := range all {
		if n := len(kept); n > 0 && kept[n-1].titleKey == t.titleKey {
			kept[n-1].pages = append(kept[n-1].pages, t.pages...)
			continue
		}
		kept = append(kept, t)
	}
	return kept
}

// vocabulary writes the term pieces and, where they are many, the typo pieces.
func (m *manifest) vocabulary(terms []term, titles []titled, p *pieces) {
	e := newEndings(terms)
	m.Endings = strings.Join(e.list, " ")
	coded := make([][]byte, len(terms))
	total := 0
	for i := range terms {
		coded[i] = terms[i].encode(e, m.Pages)
		total += len(terms[i].stem) + len(coded[i])
	}
	starts := cut(len(terms), termPiece,
		func(i int) int { return len(terms[i].stem) + len(coded[i]) },
		func(i int) int { return shared(terms[i-1].stem, terms[i].stem) })
	bounds := boundaries(starts, func(i int) string { return terms[i].stem })
	extra := strays(terms, starts, bounds)
	for i, start := range starts {
		end := len(terms)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		var piece []byte
		before := ""
		for _, t := range withStrays(start, end, extra[i], terms) {
			piece = appendShared(piece, before, terms[t].stem)
			piece = append(append(piece, coded[t]...), '\n')
			before = terms[t].stem
		}
		for len(titles) > 0 && (i+1 == len(starts) || compare(titles[0].first, bounds[i+1]) < 0) {
			piece = titles[0].append(piece)
			titles = titles[1:]
		}
		m.Terms = append(m.Terms, bounds[i], p.add(piece))
	}
	if total > fewTerms {
		m.typos(terms, p)
	}
}

// boundaries returns for every piece the least that sorts its first key after
// the key before; the first piece takes everything from the start.
func boundaries(starts []int, key func(i int) string) []string {
	bounds := make([]string, len(starts))
	for i, start := range starts {
		if start == 0 {
			continue
		}
		k := key(start)
		n := len(k) - len(rest(k, shared(key(start-1), k)))
		bounds[i] = k[:n] + firstRune(k[n:])
	}
	return bounds
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// locate returns the piece a word falls in.
func locate(bounds []string, word string) int {
	i, found := slices.BinarySearchFunc(bounds, word, compare)
	if !found {
		i--
	}
	return i
}

// strays finds, for every piece, the terms of others that have a form in its
// range, as "dying" stands far from "die". They are written there too.
func strays(terms []term, starts []int, bounds []string) [][]int {
	extra := make([][]int, len(starts))
	for p, start := range starts {
		end := len(terms)
		if p+1 < len(starts) {
			end = starts[p+1]
		}
		for t := start; t < end; t++ {
			for _, f := range terms[t].forms {
				if q := locate(bounds, f); q != p && !slices.Contains(extra[q], t) {
					extra[q] = append(extra[q], t)
				}
			}
		}
	}
	return extra
}

// withStrays lists the terms of a piece in order.
func withStrays(start, end int, extra []int, terms []term) []int {
	all := make([]int, 0, end-start+len(extra))
	for t := start; t < end; t++ {
		all = append(all, t)
	}
	all = append(all, extra...)
	slices.Sort(all) // terms are sorted, so numbers are in order
	return all
}

// encode returns what follows the stem on the term's line.
func (t *term) encode(e endings, pages int) []byte {
	b := append([]byte{'\t'}, e.encode(t)...)
	b = append(b, '\t')
	list := t.postings
	if len(list) > max(pages/2, commonFrom) {
		b = append(b, '~')
		list = telling(list)
	}
	last := -1
	for _, p := range list {
		b = number(b, int(p.page)-last-1)
		last = int(p.page)
		b = append(b, byte('!'+int(p.level)*sectionsCoded+min(int(p.section), sectionsCoded-1)))
	}
	return b
}

// telling returns the pages of a common word that are about it: where it
// stands in a title or a heading, or often; the strongest if there are none.
func telling(list []posting) []posting {
	for least := uint8(4); ; least-- {
		var kept []posting
		for _, p := range list {
			if p.level >= least {
				kept = append(kept, p)
			}
		}
		if len(kept) > 0 || least == 0 {
			return kept
		}
	}
}

// endings are the commonest ways that forms differ from their stems: how many
// characters to take off, and what to put there. They let the browser tell a
// form that the site never uses from a word of its own.
type endings struct {
	list []string
	code map[string]byte
}

// usual are endings of English that a site too small to show them is given.
// In other languages a site has only those of its own words.
const usual = "0 0s 0es 0e 0ed 0er 0ers 0ing 0ings 0ion 0ions 0ation 0ations 0ment 0ments 0ement 0ements 0al 0able 0ly 0ity 0ive 0ance 0ence 0ate 0ated 1y 1ing 1ility"

func newEndings(terms []term) endings {
	counts := map[string]int{}
	for i := range terms {
		for _, f := range terms[i].forms {
			counts[ending(terms[i].stem, f)]++
		}
	}
	for _, ending := range strings.Fields(usual) {
		counts[ending] += 2
	}
	e := endings{code: map[string]byte{}}
	for ending, n := range counts {
		if n > 1 {
			e.list = append(e.list, ending)
		}
	}
	slices.SortFunc(e.list, func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	e.list = e.list[:min(len(e.list), maxEndings)]
	for i, ending := range e.list {
		e.code[ending] = byte('A' + i)
	}
	return e
}

// ending says how form differs from stem: "1y" for policy from polici.
func ending(stem, form string) string {
	n := shared(stem, form)
	return strconv.Itoa(shared(stem, stem)-n) + rest(form, n)
}

func (e endings) encode(t *term) []byte {
	slices.SortFunc(t.forms, compare)
	t.forms = slices.Compact(t.forms)
	if len(t.forms) == 1 && t.forms[0] == t.stem {
		return nil
	}
	var short, long []byte
	for _, f := range t.forms {
		way := ending(t.stem, f)
		if c, ok := e.code[way]; ok {
			short = append(short, c)
		} else {
			long = append(append(long, ','), way...)
		}
	}
	return append(short, long...)
}

func (t titled) append(piece []byte) []byte {
	piece = append(append(append(piece, '='), t.key...), '\t')
	last := -1
	for _, page := range slices.Compact(t.pages) {
		piece = number(piece, page-last-1)
		last = page
	}
	return append(piece, '\n')
}

// appendShared appends s as one character for how much it shares with the string before, and the rest.
func appendShared(b []byte, before, s string) []byte {
	n := min(shared(before, s), 90)
	return append(append(b, byte('!'+n)), rest(s, n)...)
}

// typos writes the forms that a slip could lead to, backwards.
func (m *manifest) typos(terms []term, p *pieces) {
	var words []string
	for i := range terms {
		for _, f := range terms[i].forms {
			if mistypable(f) {
				words = append(words, reverse(f))
			}
		}
	}
	slices.SortFunc(words, compare)
	words = slices.Compact(words)
	starts := cut(len(words), typoPiece,
		func(i int) int { return len(words[i]) - shared(words[max(i-1, 0)], words[i]) + 2 },
		func(i int) int { return shared(words[i-1], words[i]) })
	bounds := boundaries(starts, func(i int) string { return words[i] })
	for i, start := range starts {
		end := len(words)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		var piece []byte
		before := ""
		for _, w := range words[start:end] {
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
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}
