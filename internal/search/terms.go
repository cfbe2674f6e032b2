package search

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// term is a stem with the forms it has on the site and the pages it stands on.
type term struct {
	stem     string
	forms    []string
	postings []posting
}

// posting says how much a page has of a term, as in count.
type posting struct {
	page    int32
	total   uint16
	section uint8
}

const (
	levels        = 7   // that counts are stored as, an octave each, lowest first
	sectionsCoded = 13  // a posting's section: 0 for the page itself, 12 for all from the twelfth on
	commonFrom    = 100 // pages; a word of fewer is never too common to list
	telling       = 4   // the level from which a page is listed for a common word
)

func (p posting) level() int {
	return min(max(bits.Len16(p.total)-5, 0), levels-1)
}

// invert turns pages of words into terms with pages.
func invert(pages []*Entry) []*term {
	terms := map[string]*term{}            // by stem
	known := map[string]map[string]*term{} // by language and word
	for i, e := range pages {
		words := known[e.language]
		if words == nil {
			words = map[string]*term{}
			known[e.language] = words
		}
		rest := e.words
		for _, c := range e.counts {
			var word string
			word, rest, _ = strings.Cut(rest, " ")
			t := words[word]
			if t == nil {
				t = learn(terms, word, e.language)
				words[word] = t
			}
			t.add(posting{int32(i), c.total, c.section})
		}
	}
	return slices.Collect(maps.Values(terms))
}

// learn finds the term of a word that was not met before.
func learn(terms map[string]*term, word, language string) *term {
	form := fold(word)
	stem := cmp.Or(fold(stem(word, language)), form)
	t := terms[stem]
	if t == nil {
		t = &term{stem: stem}
		if form != "" { // else nothing of it is left to search for
			terms[stem] = t
		}
	}
	if !slices.Contains(t.forms, form) {
		t.forms = append(t.forms, form)
	}
	return t
}

// add adds to what the page's other words of the same stem count.
func (t *term) add(p posting) {
	if n := len(t.postings); n > 0 && t.postings[n-1].page == p.page {
		sum := &t.postings[n-1]
		if p.total > sum.total {
			sum.section = p.section
		}
		sum.total += min(p.total, 1<<15-sum.total)
		return
	}
	t.postings = append(t.postings, p)
}

// list gives the term's pages. Of a word that most pages have only those about
// it matter: where it stands in a title or a heading, or often.
func (t *term) list(pages int) []byte {
	var b []byte
	least := 0
	if len(t.postings) > max(pages/2, commonFrom) {
		b = append(b, '~')
		for _, p := range t.postings {
			least = min(max(least, p.level()), telling)
		}
	}
	last := -1
	for _, p := range t.postings {
		if p.level() < least {
			continue
		}
		b = number(b, int(p.page)-last-1)
		last = int(p.page)
		b = append(b, byte('!'+p.level()*sectionsCoded+min(int(p.section), sectionsCoded-1)))
	}
	return b
}

// usual are endings of English that a site too small to show them is given.
// In other languages a site has only those of its own words.
const usual = "0 0s 0es 0e 0ed 0er 0ers 0ing 0ings 0ion 0ions 0ation 0ations 0ment 0ments 0ement 0ements 0al 0able 0ly 0ity 0ive 0ance 0ence 0ate 0ated 1y 1ing 1ility"

// mostEndings is how many of the commonest endings the browser is given, to
// tell a form that the site never uses from a word of its own.
const mostEndings = 58

// ending says how a form differs from its stem: how many characters to take
// off, and what to put there. "1y" makes policy from polici.
func ending(stem, form string) string {
	n := common(stem, form)
	return strconv.Itoa(len(utf16.Encode([]rune(stem[n:])))) + form[n:]
}

// endings gives each term's, and which of them are commonest.
func endings(terms []*term) (of []string, common string) {
	counts := map[string]int{}
	for _, e := range strings.Fields(usual) {
		counts[e] = 2
	}
	of = make([]string, len(terms))
	for i, t := range terms {
		slices.Sort(t.forms)
		var all []string
		for _, f := range t.forms {
			e := ending(t.stem, f)
			counts[e]++
			all = append(all, e)
		}
		of[i] = strings.Join(all, ",")
	}
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n < 2 })
	list := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	return of, strings.Join(list[:min(len(list), mostEndings)], " ")
}
