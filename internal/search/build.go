package search

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/snowballstem"
)

// term is a stem with the forms it has on the site and the pages it stands on.
type term struct {
	stem     string
	forms    []string
	postings []posting
}

// posting says that a stem stands on a page: how much, and best in which section.
type posting struct {
	term    int32 // while they are gathered
	page    int32
	count   uint32 // in 64ths
	most    uint8
	section uint8 // 0 is the page itself, else one more than its index
}

// Counts are stored as one of a few levels, an octave each, lowest first.
const levels = 7

func (p posting) level() int {
	return min(max(bits.Len32(p.count)-5, 0), levels-1)
}

// invert turns pages of words into terms with pages, in order. Each worker
// takes the words that begin with some of the bytes.
func invert(pages []*Entry) []term {
	workers := min(runtime.GOMAXPROCS(0), 8)
	parts := make([][]term, workers)
	room := 0 // for the postings of a worker, about
	for _, e := range pages {
		room += len(e.words) / (11 * workers)
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			g := gatherer{workers: byte(workers), worker: byte(w), byText: map[string]map[string]int32{}, byStem: map[string]int32{}, env: snowballstem.NewEnv(""), all: make([]posting, 0, room)}
			for i, e := range pages {
				g.page(int32(i), e)
			}
			parts[w] = g.finish()
		})
	}
	wg.Wait()
	terms := slices.Concat(parts...)
	slices.SortFunc(terms, func(a, b term) int {
		return cmp.Or(strings.Compare(a.stem, b.stem), strings.Compare(a.forms[0], b.forms[0]))
	})
	return joined(terms)
}

// joined brings together stems that were found by several workers, as happens
// in languages that bend the beginnings of words.
func joined(terms []term) []term {
	kept := terms[:0]
	for _, t := range terms {
		if n := len(kept); n > 0 && kept[n-1].stem == t.stem {
			last := &kept[n-1]
			last.forms = append(last.forms, t.forms...)
			last.postings = append(slices.Clone(last.postings), t.postings...)
			slices.SortFunc(last.postings, func(a, b posting) int {
				return cmp.Or(int(a.page-b.page), int(b.count)-int(a.count), int(a.section)-int(b.section))
			})
			last.postings = slices.CompactFunc(last.postings, func(a, b posting) bool { return a.page == b.page })
			continue
		}
		kept = append(kept, t)
	}
	for i := range kept {
		slices.Sort(kept[i].forms)
		kept[i].forms = slices.Compact(kept[i].forms)
	}
	return kept
}

// gatherer collects the terms of one worker.
type gatherer struct {
	workers, worker byte

	byText map[string]map[string]int32 // language, then word: its term, -1 for none
	byStem map[string]int32
	env    *snowballstem.Env
	terms  []term
	all    []posting
	latest []int32 // by term: one more than its place in all, if that is on this page
}

func (g *gatherer) page(page int32, e *Entry) {
	known := g.byText[e.language]
	if known == nil {
		known = map[string]int32{}
		g.byText[e.language] = known
	}
	from := len(g.all)
	for rest := e.words; len(rest) > 0; {
		word, numbers := rest[1:1+rest[0]], rest[1+rest[0]:]
		rest = numbers[packedNumbers:]
		if word[0]%g.workers != g.worker {
			continue
		}
		t, ok := known[string(word)]
		if !ok {
			t = g.learn(string(word), e.language)
			known[string(word)] = t
		}
		if t >= 0 {
			g.count(posting{t, page, uint32(binary.LittleEndian.Uint16(numbers)), numbers[3], numbers[2]}, from)
		}
	}
}

// count adds to what the page's other words of the same stem count.
func (g *gatherer) count(p posting, from int) {
	if at := int(g.latest[p.term]) - 1; at >= from {
		sum := &g.all[at]
		sum.count += p.count
		if p.most > sum.most || p.most == sum.most && p.section < sum.section {
			sum.most, sum.section = p.most, p.section
		}
		return
	}
	g.all = append(g.all, p)
	g.latest[p.term] = int32(len(g.all))
}

// learn finds the term of a word that was not met before, -1 if nothing of it is left to search for.
func (g *gatherer) learn(word, language string) int32 {
	form := fold(word)
	stem := form
	if stemmable(word) {
		g.env.SetCurrent(word)
		stemmer(language)(g.env)
		stem = cmp.Or(fold(g.env.Current()), form)
	}
	if form == "" {
		return -1
	}
	t, ok := g.byStem[stem]
	if !ok {
		t = int32(len(g.terms))
		g.byStem[stem] = t
		g.terms = append(g.terms, term{stem: stem})
		g.latest = append(g.latest, 0)
	}
	g.terms[t].forms = append(g.terms[t].forms, form)
	return t
}

// stemmable reports whether a word can have forms: names with digits and very short words have none.
func stemmable(word string) bool {
	return len(word) > 2 && !strings.ContainsAny(word, "0123456789")
}

// finish gives every term its postings, in the order of pages.
func (g *gatherer) finish() []term {
	sizes := make([]int32, len(g.terms))
	for _, p := range g.all {
		sizes[p.term]++
	}
	room := make([]posting, len(g.all))
	for t, n := range sizes {
		g.terms[t].postings, room = room[:0:n], room[n:]
	}
	for _, p := range g.all {
		g.terms[p.term].postings = append(g.terms[p.term].postings, p)
	}
	return g.terms
}
