package search

import (
	"cmp"
	"encoding/binary"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/snowballstem"
)

// posting says that a stem stands on a page: how much, and best in which section.
type posting struct {
	page    int32
	level   uint8
	section uint8 // 0 is the page itself, else one more than its index
}

// term is a stem with the forms it has on the site and the pages it stands on.
type term struct {
	stem     string
	forms    []string
	postings []posting
}

// form is a word as some page has it, folded, with its stem.
type form struct {
	text string
	stem int32
}

// lexeme is a word of a language, before folding.
type lexeme struct{ language, text string }

func invert(entries []*Entry) []term {
	words := intern(entries)
	terms, stems := words.stem()
	fill(terms, stems, words.pages)
	slices.SortFunc(terms, func(a, b term) int { return compare(a.stem, b.stem) })
	return terms
}

// vocabulary is every lexeme of the site once, and each page as numbers into it.
type vocabulary struct {
	lexemes []lexeme
	pages   [][]occurrence
}

type occurrence struct {
	lexeme  int32
	count   uint16
	section uint8
	most    uint8
}

// intern numbers the words of all pages. Each worker numbers those of its
// pages alone; the numbers are then brought together. They never reach the output.
func intern(entries []*Entry) vocabulary {
	parts := make([]interner, min(runtime.GOMAXPROCS(0), 8))
	pages := make([][]occurrence, len(entries))
	var wg sync.WaitGroup
	for p := range parts {
		from, to := p*len(entries)/len(parts), (p+1)*len(entries)/len(parts)
		wg.Go(func() {
			parts[p].byText = map[string]map[string]int32{}
			for i := from; i < to; i++ {
				pages[i] = parts[p].page(entries[i])
			}
		})
	}
	wg.Wait()
	v := vocabulary{pages: pages}
	ids := map[lexeme]int32{}
	for p := range parts {
		from, to := p*len(entries)/len(parts), (p+1)*len(entries)/len(parts)
		v.merge(ids, parts[p].lexemes, pages[from:to])
	}
	return v
}

func (v *vocabulary) merge(ids map[lexeme]int32, lexemes []lexeme, pages [][]occurrence) {
	global := make([]int32, len(lexemes))
	for i, l := range lexemes {
		id, ok := ids[l]
		if !ok {
			id = int32(len(v.lexemes))
			ids[l] = id
			v.lexemes = append(v.lexemes, l)
		}
		global[i] = id
	}
	for _, page := range pages {
		for i := range page {
			page[i].lexeme = global[page[i].lexeme]
		}
	}
}

type interner struct {
	byText  map[string]map[string]int32 // by language
	lexemes []lexeme
}

func (n *interner) page(e *Entry) []occurrence {
	ids := n.byText[e.language]
	if ids == nil {
		ids = map[string]int32{}
		n.byText[e.language] = ids
	}
	page := make([]occurrence, 0, len(e.words)/10)
	for rest := e.words; len(rest) > 0; {
		word := rest[1 : 1+rest[0]]
		rest = rest[1+len(word):]
		id, ok := ids[string(word)]
		if !ok {
			id = int32(len(n.lexemes))
			text := string(word)
			ids[text] = id
			n.lexemes = append(n.lexemes, lexeme{e.language, text})
		}
		page = append(page, occurrence{id, binary.LittleEndian.Uint16(rest), rest[2], rest[3]})
		rest = rest[packedNumbers:]
	}
	return page
}

// stem groups the lexemes into terms and returns, for every lexeme, its term (-1 for none).
func (v *vocabulary) stem() ([]term, []int32) {
	forms, stems := make([]string, len(v.lexemes)), make([]string, len(v.lexemes))
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 8)
	for p := range workers {
		wg.Go(func() {
			from, to := p*len(forms)/workers, (p+1)*len(forms)/workers
			stemAll(v.lexemes[from:to], forms[from:to], stems[from:to])
		})
	}
	wg.Wait()
	var terms []term
	ids := make(map[string]int32, len(forms))
	of := make([]int32, len(forms))
	for i, stem := range stems {
		if stem == "" {
			of[i] = -1
			continue
		}
		id, ok := ids[stem]
		if !ok {
			id = int32(len(terms))
			ids[stem] = id
			terms = append(terms, term{stem: stem})
		}
		of[i] = id
		terms[id].forms = append(terms[id].forms, forms[i])
	}
	return terms, of
}

func stemAll(lexemes []lexeme, forms, stems []string) {
	env := snowballstem.NewEnv("")
	language, stem := "", stemmer("")
	for i, l := range lexemes {
		forms[i] = fold(l.text)
		stems[i] = forms[i]
		if !stemmable(l.text) {
			continue
		}
		if l.language != language {
			language, stem = l.language, stemmer(l.language)
		}
		env.SetCurrent(l.text)
		stem(env)
		if s := fold(env.Current()); s != "" {
			stems[i] = s
		}
	}
}

// stemmable reports whether a word can have forms: numbers, names with digits and very short words have none.
func stemmable(word string) bool {
	return len(word) > 2 && !strings.ContainsAny(word, "0123456789")
}

// fill gives every term its postings, in the order of pages.
func fill(terms []term, of []int32, pages [][]occurrence) {
	sizes := make([]int32, len(terms))
	last := make([]int32, len(terms))
	for i, page := range pages {
		for _, o := range page {
			if t := of[o.lexeme]; t >= 0 && last[t] != int32(i+1) {
				last[t] = int32(i + 1)
				sizes[t]++
			}
		}
	}
	total := int32(0)
	for _, n := range sizes {
		total += n
	}
	all := make([]posting, total)
	for t, n := range sizes {
		terms[t].postings, all = all[:0:n], all[n:]
	}
	s := sums{at: make([]int32, len(terms))}
	for i, page := range pages {
		s.add(page, of)
		for _, sum := range s.list {
			t := &terms[sum.term]
			t.postings = append(t.postings, posting{int32(i), uint8(level(float32(sum.count) / 64)), sum.section})
		}
		s.clear()
	}
}

// sums adds up what the forms of one stem count on one page.
type sums struct {
	list []sum
	at   []int32 // by term: its place in list plus one
}

type sum struct {
	term    int32
	count   int32
	section uint8
	most    uint8
}

func (s *sums) add(page []occurrence, of []int32) {
	for _, o := range page {
		t := of[o.lexeme]
		if t < 0 {
			continue
		}
		if s.at[t] == 0 {
			s.list = append(s.list, sum{term: t})
			s.at[t] = int32(len(s.list))
		}
		sum := &s.list[s.at[t]-1]
		sum.count += int32(o.count)
		if o.most > sum.most || o.most == sum.most && o.section < sum.section {
			sum.most, sum.section = o.most, o.section
		}
	}
}

func (s *sums) clear() {
	for _, sum := range s.list {
		s.at[sum.term] = 0
	}
	s.list = s.list[:0]
}

// inOrder returns the entries by address; the order they came in never shows.
func inOrder(entries []*Entry) []*Entry {
	return slices.SortedFunc(slices.Values(entries), func(a, b *Entry) int {
		return cmp.Or(strings.Compare(a.url, b.url), strings.Compare(a.title, b.title))
	})
}
