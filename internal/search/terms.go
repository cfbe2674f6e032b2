package search

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// term is a stem with the forms it has on the site and the pages it stands on.
type term struct {
	stem     string
	forms    []string
	postings []posting
}

// posting says how much a page has of a term.
type posting struct {
	page int32
	count
}

const (
	levels        = 7   // that counts are stored as, an octave each, lowest first
	sectionsCoded = 13  // a posting's section: 0 for the page itself, 12 for all from the twelfth on
	commonFrom    = 100 // pages; a word of fewer is never too common to list
	telling       = 4   // the level from which a page is listed for a common word
)

func (c count) level() int { return min(max(bits.Len16(c.total)-5, 0), levels-1) }

// invert turns pages of words into terms with pages. Titles are terms, too. The
// words that nearly all pages have, or too many to list, it gives in all forms.
func invert(pages []*Entry) ([]term, []string) {
	room := min(len(pages)*32, 1<<15) // a site has some tens of thousands of words, however large it is
	v := vocabulary{make([]term, 0, room), make(map[string]int32, room)}
	languages := map[string]map[string]int32{} // places of words
	for i, e := range pages {
		places, rest, word := languages[e.language], e.words, ""
		if places == nil {
			places = make(map[string]int32, room)
			languages[e.language] = places
		}
		for _, c := range e.counts {
			word, rest, _ = strings.Cut(rest, " ")
			at, ok := places[word]
			if !ok {
				form := fold(word)
				at = v.place(cmp.Or(fold(stem(word, e.language)), form), form)
				places[word] = at
			}
			v.terms[at].add(posting{int32(i), c})
		}
	}
	common := []string{}
	for _, t := range v.terms {
		if t.common(len(pages)) || len(t.postings) > max(len(pages)*3/4, 4) {
			common = append(common, t.forms...)
		}
	}
	for i, e := range pages {
		for _, title := range e.titles {
			for _, key := range titleKeys(title, common) {
				v.terms[v.place(key, key)].add(posting{page: int32(i)})
			}
		}
	}
	return v.terms, common
}

// titleKeys are a title's letters and digits behind a space, and before it the word
// that it sorts to: the first that is not common, or else the last. A compound counts
// as its parts in one key and whole in the other, for readers may say it either way.
func titleKeys(title string, common []string) (keys [2]string) {
	before, inside := "", false // the last word, and whether it is a part of a compound
	s := scanner{emit: func(word []byte, part bool) {
		if r, size := utf8.DecodeRune(word); size == len(word) && size < len(before) && unspaced(r) && strings.HasSuffix(before, string(word)) {
			return // the end of a run is in a pair as well
		}
		for i, counts := range [2]bool{part || !inside, !part} {
			if counts && (keys[i] == "" || slices.Contains(common, keys[i])) {
				keys[i] = fold(string(word))
			}
		}
		before, inside = string(word), part
	}}
	s.scan(title)
	letters := " " + fold(title)
	return [2]string{keys[0] + letters, keys[1] + letters}
}

// highest is the level of the page that is most about the term.
func (t *term) highest() int {
	return slices.MaxFunc(t.postings, func(a, b posting) int { return a.level() - b.level() }).level()
}

func (t *term) common(pages int) bool { return len(t.postings) > max(pages/2, commonFrom) }

// vocabulary holds the terms found so far.
type vocabulary struct {
	terms  []term
	places map[string]int32 // of each stem
}

// place finds the term with a stem, which has that form.
func (v *vocabulary) place(stem, form string) int32 {
	at, ok := v.places[stem]
	if !ok {
		at = int32(len(v.terms))
		v.places[stem] = at
		v.terms = append(v.terms, term{stem: stem})
	}
	if t := &v.terms[at]; !slices.Contains(t.forms, form) {
		t.forms = append(t.forms, form)
	}
	return at
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

// list appends the term's pages. Of a word that most pages have only those about
// it matter: where it stands in a title or a heading, or often.
func (t *term) list(b []byte, pages int) []byte {
	least := 0
	if t.common(pages) {
		b = append(b, '~')
		least = min(t.highest(), telling)
	}
	last := -1
	for _, p := range t.postings {
		if p.level() < least {
			continue
		}
		code := '!' + p.level()*sectionsCoded + min(int(p.section), sectionsCoded-1)
		b = append(number(b, int(p.page)-last-1), byte(code))
		last = int(p.page)
	}
	return b
}

// usual are endings of English that a site too small to show them is given.
// In other languages a site has only those of its own words.
const usual = "0 0s 0es 0e 0ed 0er 0ers 0ing 0ings 0ion 0ions 0ation 0ations 0ment 0ments 0ement 0ements " +
	"0al 0able 0ly 0ity 0ive 0ance 0ence 0ate 0ated 1y 1ing 1ility"

// mostEndings is how many of the commonest endings the browser is given, to
// tell a form that the site never uses from a word of its own.
const mostEndings = 58

// endings says how each form differs from the stem: how many characters to take
// off, and what to put there. "1y" makes policy from polici. It counts them, too.
func (t *term) endings(counts map[string]int) string {
	slices.Sort(t.forms)
	all := make([]string, len(t.forms))
	for i, f := range t.forms {
		n := shared(t.stem, f)
		all[i] = strconv.Itoa(utf8.RuneCountInString(t.stem[n:])) + f[n:]
		counts[all[i]]++
	}
	return strings.Join(all, ",")
}

// commonest gives the endings that most terms have.
func commonest(counts map[string]int) []string {
	for _, e := range strings.Fields(usual) {
		counts[e] += 2
	}
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n < 2 })
	list := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	return list[:min(len(list), mostEndings)]
}
