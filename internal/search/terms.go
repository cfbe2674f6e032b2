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
		return cmp.Or(strings.Compare(a.first, b.first), strings.Compare(a.key, b.key))
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

// vocabulary writes the term pieces.
func (m *manifest) vocabulary(terms []term, titles []titled, p *pieces) {
	e := newEndings(terms)
	m.Endings = strings.Join(e.list, " ")
	all := make([]byte, 0, 50*len(terms))
	ends := make([]int, len(terms)+1)
	for i := range terms {
		all = terms[i].append(all, e, m.Pages)
		ends[i+1] = len(all)
	}
	starts := cut(len(terms), min(max(len(all)/8, termPiece/3), termPiece),
		func(i int) int { return len(terms[i].stem) + ends[i+1] - ends[i] },
		func(i int) int { return shared(terms[i-1].stem, terms[i].stem) })
	bounds := boundaries(starts, func(i int) string { return terms[i].stem })
	extra := strays(terms, starts, bounds)
	for i, of := range ranges(starts, len(terms)) {
		var piece []byte
		before := ""
		for _, t := range withStrays(of, extra[i]) {
			piece = append(appendShared(piece, before, terms[t].stem), all[ends[t]:ends[t+1]]...)
			before = terms[t].stem
		}
		for len(titles) > 0 && (i+1 == len(starts) || titles[0].first < bounds[i+1]) {
			piece = titles[0].append(piece)
			titles = titles[1:]
		}
		m.Terms = append(m.Terms, bounds[i], p.add(piece))
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
	i, found := slices.BinarySearchFunc(bounds, word, strings.Compare)
	if !found {
		i--
	}
	return i
}

// strays finds, for every piece, the terms of others that have a form in its
// range, as "dying" stands far from "die". They are written there too.
func strays(terms []term, starts []int, bounds []string) [][]int {
	extra := make([][]int, len(starts))
	for p, of := range ranges(starts, len(terms)) {
		for t := of[0]; t < of[1]; t++ {
			for _, f := range terms[t].forms {
				if f >= bounds[p] && (p+1 == len(bounds) || f < bounds[p+1]) {
					continue
				}
				if q := locate(bounds, f); !slices.Contains(extra[q], t) {
					extra[q] = append(extra[q], t)
				}
			}
		}
	}
	return extra
}

// withStrays lists the terms of a piece in order.
func withStrays(of [2]int, extra []int) []int {
	all := make([]int, 0, of[1]-of[0]+len(extra))
	for t := of[0]; t < of[1]; t++ {
		all = append(all, t)
	}
	all = append(all, extra...)
	slices.Sort(all) // terms are sorted, so numbers are in order
	return all
}

// append appends what follows the stem on the term's line.
func (t *term) append(b []byte, e endings, pages int) []byte {
	b = append(e.append(append(b, '\t'), t), '\t')
	list := t.postings
	if len(list) > max(pages/2, commonFrom) {
		b = append(b, '~')
		list = telling(list)
	}
	last := -1
	for _, p := range list {
		b = number(b, int(p.page)-last-1)
		last = int(p.page)
		b = append(b, byte('!'+p.level()*sectionsCoded+min(int(p.section), sectionsCoded-1)))
	}
	return append(b, '\n')
}

// telling returns the pages of a common word that are about it: where it
// stands in a title or a heading, or often; the strongest if there are none.
func telling(list []posting) []posting {
	for least := 4; ; least-- {
		var kept []posting
		for _, p := range list {
			if p.level() >= least {
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
	counts := map[string]*int{}
	count := func(way []byte, n int) {
		if c := counts[string(way)]; c != nil {
			*c += n
		} else {
			counts[string(way)] = &n
		}
	}
	for _, way := range strings.Fields(usual) {
		count([]byte(way), 2)
	}
	var way []byte
	for i := range terms {
		for _, f := range terms[i].forms {
			way = appendEnding(way[:0], terms[i].stem, f)
			count(way, 1)
		}
	}
	e := endings{code: map[string]byte{}}
	for way, n := range counts {
		if *n > 1 {
			e.list = append(e.list, way)
		}
	}
	slices.SortFunc(e.list, func(a, b string) int {
		return cmp.Or(*counts[b]-*counts[a], strings.Compare(a, b))
	})
	e.list = e.list[:min(len(e.list), maxEndings)]
	for i, way := range e.list {
		e.code[way] = byte('A' + i)
	}
	return e
}

// appendEnding says how form differs from stem: "1y" for policy from polici.
func appendEnding(b []byte, stem, form string) []byte {
	n := shared(stem, form)
	return append(strconv.AppendInt(b, int64(width(stem)-n), 10), rest(form, n)...)
}

// append appends the forms of a term, or nothing if the stem is all there is.
func (e endings) append(b []byte, t *term) []byte {
	if len(t.forms) == 1 && t.forms[0] == t.stem {
		return b
	}
	var long, way []byte
	for _, f := range t.forms {
		way = appendEnding(way[:0], t.stem, f)
		if c, ok := e.code[string(way)]; ok {
			b = append(b, c)
		} else {
			long = append(append(long, ','), way...)
		}
	}
	return append(b, long...)
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
