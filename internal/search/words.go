package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A word is a run of letters, digits and marks. Words joined by one of _ - . '
// or by a hump (userName) are a compound: it is indexed whole, joints left out
// ("username", "teams"), and by its parts. Scripts written without spaces go in
// by overlapping pairs of characters, which finds any word of two or more
// whatever the dictionary. search-engine.js splits queries by the same rules.

// longest is the most characters of a word that are kept; the rest is cut off in the query too.
const longest = 40

const (
	simple = 1 << iota // a small letter or a digit
	other              // whatever else a compound may hold, and all outside ASCII
)

var classes = func() (t [256]uint8) {
	for c := range t {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z' || '0' <= b && b <= '9':
			t[c] = simple
		case 'A' <= b && b <= 'Z' || b >= utf8.RuneSelf || joins(rune(b)):
			t[c] = other
		}
	}
	return t
}()

// scanner splits text. Each word is handed to emit in lower case, valid until
// emit returns; part is set for those a compound is made of.
type scanner struct {
	emit func(word []byte, part bool)

	whole []byte // the compound so far, in lower case, joints left out
	cuts  []int  // where its later parts begin
}

func (s *scanner) scan(text []byte) {
	for i := 0; i < len(text); i++ {
		start, seen := i, uint8(0)
		for ; i < len(text) && classes[text[i]] != 0; i++ {
			seen |= classes[text[i]]
		}
		switch {
		case seen == simple: // as nearly all are
			s.put(text[start:i], false)
		case seen != 0:
			s.compounds(text[start:i])
		}
	}
}

// compounds reads a run of what words and their joints are made of.
func (s *scanner) compounds(run []byte) {
	last := ' '
	for i := 0; i < len(run); {
		r, n := utf8.DecodeRune(run[i:])
		switch {
		case unspaced(r):
			s.flush()
			if next, more := utf8.DecodeRune(run[i+n:]); unspaced(next) {
				s.put(run[i:i+n+more], false)
			} else {
				s.put(run[i:i+n], false)
			}
		case inWord(r):
			if len(s.whole) > 0 && (joins(last) || hump(last, r, run[i+n:])) {
				s.cuts = append(s.cuts, len(s.whole))
			}
			s.whole = utf8.AppendRune(s.whole, unicode.ToLower(r))
		case !joins(r) || joins(last):
			s.flush()
		}
		last = r
		i += n
	}
	s.flush()
}

// flush emits the word just read; of a compound the parts first.
func (s *scanner) flush() {
	start := 0
	for _, end := range s.cuts {
		s.put(s.whole[start:end], true)
		start = end
	}
	if start > 0 {
		s.put(s.whole[start:], true)
	}
	if len(s.whole) > 0 {
		s.put(s.whole, false)
	}
	s.whole, s.cuts = s.whole[:0], s.cuts[:0]
}

func (s *scanner) put(word []byte, part bool) {
	if len(word) > longest {
		runes := []rune(string(word))
		word = []byte(string(runes[:min(len(runes), longest)]))
	}
	s.emit(word, part)
}

func joins(r rune) bool {
	return r == '_' || r == '-' || r == '.' || r == '\'' || r == '’'
}

// hump reports whether r begins a part: "Case" in camelCase, "Server" in HTTPServer.
func hump(last, r rune, rest []byte) bool {
	if !unicode.IsUpper(last) {
		return unicode.IsUpper(r) && (last < '0' || last > '9')
	}
	return 'A' <= r && r <= 'Z' && len(rest) > 1 && lowerCase(rest[0]) && lowerCase(rest[1])
}

func lowerCase(c byte) bool { return 'a' <= c && c <= 'z' }

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// unspaced reports whether r belongs to a script written without spaces.
func unspaced(r rune) bool {
	return r >= 0x0e00 && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// twins are letters without a decomposition that readers type as others.
var twins = strings.NewReplacer("ß", "ss", "ø", "o", "đ", "d", "ð", "d", "ł", "l",
	"æ", "ae", "œ", "oe", "ı", "i", "þ", "th", "ς", "σ")

// fold leaves the letters and digits of a text in lower case, without accents
// and points, so that "resume" finds "résumé". It keeps the signs that make the
// letters of Thai, Devanagari or kana what they are.
func fold(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf || classes[r] != simple }) < 0 {
		return text
	}
	text = without(norm.NFKD.String(text), accent)
	text = twins.Replace(norm.NFKC.String(strings.ToLower(text)))
	return without(text, func(r rune) bool { return !inWord(r) })
}

// accent reports whether r is a combining accent of Latin, Greek or Cyrillic,
// or an optional point of Hebrew or Arabic.
func accent(r rune) bool {
	return 0x300 <= r && r <= 0x36f || 0x591 <= r && r <= 0x5c7 || 0x64b <= r && r <= 0x65f || r == 0x670 || r == 0x640
}

// slug is the fragment that headings usually have.
func slug(heading string) string {
	kept := without(strings.ToLower(heading), func(r rune) bool { return !inWord(r) && r != ' ' && r != '-' && r != '_' })
	return strings.ReplaceAll(kept, " ", "-")
}

func without(text string, which func(r rune) bool) string {
	return strings.Map(func(r rune) rune {
		if which(r) {
			return -1
		}
		return r
	}, text)
}
