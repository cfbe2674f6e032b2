package search

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
)

// Entry is one page analysed: its words weighed, its shown text chosen. It is
// immutable, some 7 kB for a page of a thousand words.
type Entry struct {
	url, title, kind, language string

	keys  []titleKey
	words []byte // packed, see pack
	text  string // what the text piece says of the page, see excerpt.go
}

// titleKey is a title or alias with everything but its letters and digits
// left out, and its first word, whose piece holds it.
type titleKey struct{ first, key string }

// Analyse weighs the words of one page. It depends on nothing else, so it may
// run on any number of pages at once and its result be kept until the page changes.
func Analyse(doc Document) *Entry {
	size := 0
	for _, s := range doc.Sections {
		size += len(s.Text)
	}
	a := newAnalysis(size)
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

	seed  maphash.Seed // decides where words lie in index, nothing that is returned
	index []int32      // open addressing: a position in words plus one, or zero
	words []counted
	arena []byte
	trail []int32 // the words of the text, in order, as places in words
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

// newAnalysis makes room for the words of a text of so many bytes.
func newAnalysis(size int) *analysis {
	slots := 512
	for slots < size/8 {
		slots *= 2
	}
	a := &analysis{
		index: make([]int32, slots), words: make([]counted, 0, 64+size/16),
		arena: make([]byte, 0, 512+size/8), trail: make([]int32, 0, 128+size/5), seed: maphash.MakeSeed(),
	}
	a.emit = a.add
	return a
}

func (a *analysis) each(texts []string) {
	for _, t := range texts {
		a.scan(t)
	}
}

// add counts one word.
func (a *analysis) add(word []byte, hump bool) {
	i := a.find(word)
	a.trail = append(a.trail, i)
	w := &a.words[i]
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

// find returns the place of a word in words, where it puts it if it is new.
func (a *analysis) find(word []byte) int32 {
	hash := uint32(maphash.Bytes(a.seed, word))
	mask := uint32(len(a.index) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		i := a.index[at]
		if i == 0 {
			a.index[at] = int32(len(a.words) + 1)
			return a.insert(word, hash)
		}
		w := &a.words[i-1]
		if w.hash == hash && string(a.arena[w.start:w.end]) == string(word) {
			return i - 1
		}
	}
}

func (a *analysis) insert(word []byte, hash uint32) int32 {
	start := uint32(len(a.arena))
	a.arena = append(a.arena, word...)
	a.words = append(a.words, counted{hash: hash, start: start, end: uint32(len(a.arena)), section: -2})
	if 2*len(a.words) > len(a.index) {
		a.grow()
	}
	return int32(len(a.words) - 1)
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

// sections counts the words of all sections and returns what the text piece says of them.
func (a *analysis) sections(doc Document) string {
	from := len(a.trail)
	a.weight = summaryWeight
	a.scan(doc.Summary)
	offered := []fragment{{text: doc.Summary, from: int32(from), to: int32(len(a.trail)), section: -1, lead: true}}
	for i, s := range doc.Sections {
		a.section, a.weight = i, headingWeight
		a.scan(s.Heading)
		a.weight = a.textWeight
		lead := true
		for text := range fragments(strings.TrimPrefix(s.Text, cmp.Or(s.Heading, doc.Title)+"\n")) {
			from := len(a.trail)
			a.scan(text)
			offered = append(offered, fragment{text: text, from: int32(from), to: int32(len(a.trail)), section: int32(i), lead: lead && i == 0 && doc.Summary == ""})
			lead = false
		}
	}
	a.choose(offered)
	return lines(doc, offered)
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
