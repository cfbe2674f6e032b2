package search

import (
	"cmp"
	"strings"
	"sync"
)

// Entry is one page analysed: its words weighed, its shown text chosen. It is
// immutable, some 7 kB for a page of a thousand words.
type Entry struct {
	url, title, kind, language string

	titles []string // what it is called
	words  string   // each once, with a space after it
	counts []count  // of each word
	text   string   // what the text piece says of the page, see excerpt.go
}

// count is how much of a word a page has, in 64ths, and the section that has
// most of it: 0 is the page itself, else one more than its index.
type count struct {
	total   uint16
	section uint8
}

// Analyse weighs the words of one page. It depends on nothing else, so it may
// run on any number of pages at once and its result be kept until the page changes.
func Analyse(doc Document) *Entry {
	size := 0
	for _, s := range doc.Sections {
		size += len(s.Text)
	}
	a := spare.Get().(*analysis)
	defer spare.Put(a)
	clear(a.places)
	*a = analysis{
		scanner: a.scanner, section: -1, places: a.places, words: a.words[:0], trail: a.trail[:0], fragments: a.fragments[:0],
	}
	a.emit = a.add
	a.text.Grow(64 + size/2)
	a.count(titleWeight*lengthFactor(titleSlope, titleTypical, strings.Count(doc.Title, " ")+1), doc.Title)
	a.count(aliasWeight, doc.Aliases...)
	a.count(fieldWeight, append([]string{doc.Kind}, doc.Fields...)...)
	a.count(pathWeight, doc.URL)
	a.read(Section{Text: doc.Summary}, summaryWeight)
	weight := textWeight * lengthFactor(textSlope, textTypical, size/6)
	for _, s := range doc.Sections {
		s.Text = strings.TrimPrefix(s.Text, cmp.Or(s.Heading, doc.Title)+"\n")
		a.read(s, weight)
	}
	e := &Entry{
		url: doc.URL, title: flat(doc.Title), titles: append([]string{doc.Title}, doc.Aliases...), kind: doc.Kind, language: doc.Language,
		words: strings.Clone(a.text.String()), counts: make([]count, len(a.words)), text: a.excerpts(doc, excerptRoom+size/excerptShare),
	}
	for i, w := range a.words {
		e.counts[i] = count{uint16(min(max(w.total*64, 1), 1<<12)), uint8(min(w.best, 255))}
	}
	return e
}

// lengthFactor is how much a word counts in a field of the given length.
func lengthFactor(slope, typical float32, length int) float32 {
	return 1 / (1 - slope + slope*float32(length)/typical)
}

// analysis counts the words of a page.
type analysis struct {
	scanner

	section   int16 // the section being read
	weight    float32
	places    map[string]int32 // of each word in the list
	words     []word
	text      strings.Builder // the words, each with a space after it
	trail     []int32         // the words as they came, by place
	fragments []fragment
}

// spare keeps the room that reading one page took for the next.
var spare = sync.Pool{New: func() any { return &analysis{places: map[string]int32{}} }}

// word is how much a word counts on the page, in the section being read, and in
// the one that says most of it.
type word struct {
	text              string
	total, here, most float32
	section, best     int16
}

func (a *analysis) count(weight float32, texts ...string) {
	a.weight = weight
	for _, t := range texts {
		a.scan(t)
	}
}

// read counts the words of the next section and offers its text for excerpts:
// by its lines, and long lines cut at the end of a sentence or at a space.
func (a *analysis) read(s Section, weight float32) {
	a.section++
	a.count(headingWeight, s.Heading)
	for block := range strings.SplitSeq(s.Text, "\n") {
		for len(block) > fragmentLength+30 {
			end := cutAt(block)
			a.offer(block[:end], weight)
			block = block[end:]
		}
		if strings.TrimSpace(block) != "" {
			a.offer(block, weight)
		}
	}
}

func (a *analysis) offer(text string, weight float32) {
	from := len(a.trail)
	a.count(weight, text)
	a.fragments = append(a.fragments, fragment{text: text, words: a.trail[from:], section: a.section})
}

// add counts one word.
func (a *analysis) add(text []byte, part bool) {
	i, ok := a.places[string(text)]
	if !ok {
		i = int32(len(a.words))
		start := a.text.Len()
		a.text.Write(text)
		a.words = append(a.words, word{text: a.text.String()[start:], section: -1})
		a.places[a.words[i].text] = i
		a.text.WriteByte(' ')
	}
	a.trail = append(a.trail, i)
	weight := a.weight
	if part {
		weight *= partWeight
	}
	w := &a.words[i]
	if w.section != a.section {
		w.section, w.here = a.section, 0
	}
	w.total += weight
	w.here += weight
	if w.here > w.most {
		w.most, w.best = w.here, max(w.section, 0)
	}
}
