package search

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// Entry is one page analysed: its words weighed, its shown text chosen. It is
// immutable, some 7 kB for a page of a thousand words.
type Entry struct {
	url, title, kind, language string

	keys  []titleKey
	words []byte // packed, see pack
	text  string // what the text piece says of the page, see excerpts
}

// titleKey is a title or alias with everything but its letters and digits
// left out, and its first word, whose piece holds it.
type titleKey struct{ first, key string }

// Analyse weighs the words of one page. It depends on nothing else, so it may
// run on any number of pages at once and its result be kept until the page changes.
func Analyse(doc Document) *Entry {
	a := analysis{index: make([]int32, 1024)}
	a.scanner.emit = a.add

	a.section = -1
	a.weight = titleWeight * lengthFactor(titleSlope, titleTypical, wordsIn(doc.Title))
	a.scan(doc.Title)
	a.weight = aliasWeight
	a.each(doc.Aliases)
	a.weight = fieldWeight
	a.each(doc.Fields)
	a.scan(doc.Kind)
	a.weight = pathWeight
	a.scan(doc.URL)
	a.section, a.weight = 0, summaryWeight
	a.scan(doc.Summary)

	size := 0
	for _, s := range doc.Sections {
		size += len(s.Text)
	}
	a.textWeight = textWeight * lengthFactor(textSlope, textTypical, size/6)
	text := a.sections(doc)
	return &Entry{
		url: doc.URL, title: doc.Title, kind: doc.Kind, language: doc.Language,
		keys: keys(doc), words: a.pack(), text: text,
	}
}

// analysis counts the words of a page in a hash table over one arena.
type analysis struct {
	scanner

	section    int // the section being read; -1 for what stands above them all
	weight     float32
	textWeight float32

	index []int32 // open addressing: a position in words plus one, or zero
	words []counted
	arena []byte
}

// counted is a word of the page. The section that says most of it is kept
// along with the count so far in the section being read.
type counted struct {
	hash          uint32
	start, end    uint32
	total         float32
	section, best int16
	here, most    float32
}

func (a *analysis) each(texts []string) {
	for _, t := range texts {
		a.scan(t)
	}
}

// add counts one word.
func (a *analysis) add(word []byte, hump bool) {
	w := a.find(word)
	weight := a.weight
	if hump {
		weight *= partWeight
	}
	w.total += weight
	if w.section != int16(a.section) {
		w.section, w.here = int16(a.section), 0
	}
	w.here += weight
	if w.here > w.most {
		w.most, w.best = w.here, w.section
	}
}

func (a *analysis) find(word []byte) *counted {
	hash := uint32(2166136261)
	for _, c := range word {
		hash = (hash ^ uint32(c)) * 16777619
	}
	mask := uint32(len(a.index) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		i := a.index[at]
		if i == 0 {
			a.index[at] = int32(len(a.words) + 1)
			return a.insert(word, hash)
		}
		w := &a.words[i-1]
		if w.hash == hash && string(a.arena[w.start:w.end]) == string(word) {
			return w
		}
	}
}

func (a *analysis) insert(word []byte, hash uint32) *counted {
	start := uint32(len(a.arena))
	a.arena = append(a.arena, word...)
	a.words = append(a.words, counted{hash: hash, start: start, end: uint32(len(a.arena)), section: -2})
	if 2*len(a.words) > len(a.index) {
		a.grow()
	}
	return &a.words[len(a.words)-1]
}

func (a *analysis) grow() {
	a.index = make([]int32, 2*len(a.index))
	mask := uint32(len(a.index) - 1)
	for i, w := range a.words {
		at := w.hash & mask
		for a.index[at] != 0 {
			at = (at + 1) & mask
		}
		a.index[at] = int32(i + 1)
	}
}

// Every packed word is its length, its bytes, and three numbers: the count in
// 64ths, the section (one up; 0 for the page itself), and how much of it is there.
const packedNumbers = 4

func (a *analysis) pack() []byte {
	packed := make([]byte, 0, len(a.arena)+len(a.words)*(1+packedNumbers))
	for _, w := range a.words {
		packed = append(packed, byte(w.end-w.start))
		packed = append(packed, a.arena[w.start:w.end]...)
		packed = binary.LittleEndian.AppendUint16(packed, uint16(min(max(w.total*64, 1), 65535)))
		packed = append(packed, byte(min(w.best+1, 255)), byte(min(w.most*8, 255)))
	}
	return packed
}

// sections counts the words of all sections and returns the page's excerpts.
func (a *analysis) sections(doc Document) string {
	var e excerpts
	for i, s := range doc.Sections {
		a.section, a.weight = i, headingWeight
		a.scan(s.Heading)
		a.weight = a.textWeight
		lead := true
		for part := range fragments(s.Text) {
			before := len(a.words)
			a.scan(part)
			e.offer(i, part, len(a.words)-before, lead)
			lead = false
		}
	}
	return e.choose(doc)
}

// lengthFactor is how much a word counts in a field of the given length.
func lengthFactor(slope, typical float32, length int) float32 {
	return 1 / (1 - slope + slope*float32(length)/typical)
}

func wordsIn(s string) int { return strings.Count(s, " ") + 1 }

func keys(doc Document) []titleKey {
	var all []titleKey
	for _, title := range append([]string{doc.Title}, doc.Aliases...) {
		key := titleKey{key: fold(strings.ToLower(title))}
		key.key = onlyWords(key.key)
		first := scanner{emit: func(word []byte, _ bool) {
			if key.first == "" {
				key.first = fold(string(word))
			}
		}}
		first.scan(title)
		if key.key != "" && key.first != "" && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}

func onlyWords(s string) string {
	return strings.Map(func(r rune) rune {
		if inWord(r) {
			return r
		}
		return -1
	}, s)
}

// excerpts are the words a result shows of its page. The whole text would
// double the index, so a page keeps the opening of every section and, as far
// as its room goes, the fragments that say most words for the first time:
// those are where a searched word is most often found.
type excerpts struct{ offered []fragment }

type fragment struct {
	section, order int
	text           string
	worth          float32
}

const (
	fragmentLength = 150 // bytes; about two lines of a result
	excerptRoom    = 220 // bytes of every page
	excerptShare   = 12  // and one in so many bytes of its text
)

func (e *excerpts) offer(section int, text string, news int, lead bool) {
	f := fragment{section: section, order: len(e.offered), text: text}
	f.worth = float32(news) / float32(20+len(text))
	if lead {
		f.worth += 0.2
	}
	e.offered = append(e.offered, f)
}

// choose returns the page's lines: for every section its heading, its fragment
// where that does not follow from the heading, and its excerpt, tabs between.
func (e *excerpts) choose(doc Document) string {
	room := excerptRoom
	for _, f := range e.offered {
		room += len(f.text) / excerptShare
	}
	slices.SortStableFunc(e.offered, func(a, b fragment) int { return cmp.Compare(b.worth, a.worth) })
	kept := e.offered[:0]
	for _, f := range e.offered {
		if room >= len(f.text) {
			room -= len(f.text)
			kept = append(kept, f)
		}
	}
	slices.SortFunc(kept, func(a, b fragment) int { return cmp.Compare(a.order, b.order) })
	return lines(doc, kept)
}

func lines(doc Document, kept []fragment) string {
	var b strings.Builder
	for i, s := range doc.Sections {
		line(&b, s.Heading)
		b.WriteByte('\t')
		if s.ID != slug(s.Heading) {
			b.WriteString(s.ID)
		}
		b.WriteByte('\t')
		after := -1
		for ; len(kept) > 0 && kept[0].section == i; kept = kept[1:] {
			switch {
			case after >= 0 && kept[0].order != after+1:
				b.WriteString(" … ")
			case after >= 0:
				b.WriteByte(' ')
			}
			line(&b, kept[0].text)
			after = kept[0].order
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// line writes s with its white space reduced to single spaces.
func line(b *strings.Builder, s string) {
	gap := false
	for _, r := range s {
		if r <= ' ' || r == utf8.RuneError {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
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
	i := fragmentLength
	for !utf8.RuneStart(block[i]) {
		i--
	}
	return i
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
