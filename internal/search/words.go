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

// classes are those of bytes: of small letters and digits, of what else may be in a
// word, and 0 of what is not.
var classes = func() (t [256]uint8) {
	for c := range t {
		switch r := rune(c); {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			t[c] = simple
		case r >= utf8.RuneSelf || joins(r) || inWord(r):
			t[c] = other
		}
	}
	return t
}()

const simple, other = 1, 2

// scanner splits text. Each word is handed to emit in lower case, valid until
// emit returns; part is set for those a compound is made of.
type scanner struct {
	emit func(word []byte, part bool)

	text  []byte // being read, and a zero
	whole []byte // the compound so far, in lower case, joints left out
	part  int    // where its last part begins
}

// scan reads text. Nearly all words are simple but for a large letter that they begin
// with, which says nothing: it knows these by their bytes.
func (s *scanner) scan(text string) {
	s.text = append(append(s.text[:0], text...), 0)
	for i := 0; i < len(s.text); i++ {
		if c := s.text[i]; 'A' <= c && c <= 'Z' && classes[s.text[i+1]] == simple {
			s.text[i] += 'a' - 'A'
		}
		start, all := i, uint8(0)
		for ; classes[s.text[i]] != 0; i++ {
			all |= classes[s.text[i]]
		}
		if all == simple {
			s.put(s.text[start:i], false)
		} else {
			s.compounds(s.text[start:i])
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
			next, more := utf8.DecodeRune(run[i+n:])
			if !unspaced(next) {
				more = 0
			}
			s.put(run[i:i+n+more], false)
		case inWord(r):
			if len(s.whole) > 0 && (joins(last) || hump(last, r, run[i+n:])) {
				s.put(s.whole[s.part:], true)
				s.part = len(s.whole)
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

// flush emits the word just read; of a compound the last part first.
func (s *scanner) flush() {
	if s.part > 0 {
		s.put(s.whole[s.part:], true)
	}
	if len(s.whole) > 0 {
		s.put(s.whole, false)
	}
	s.whole, s.part = s.whole[:0], 0
}

func (s *scanner) put(word []byte, part bool) {
	if len(word) > longest {
		runes := []rune(string(word))
		word = []byte(string(runes[:min(len(runes), longest)]))
	}
	s.emit(word, part)
}

func joins(r rune) bool { return r == '_' || r == '-' || r == '.' || r == '\'' || r == '’' }

// hump reports whether r begins a part: "Case" in camelCase, "Server" in HTTPServer.
func hump(last, r rune, rest []byte) bool {
	if !unicode.IsUpper(last) {
		return unicode.IsUpper(r) && (last < '0' || last > '9')
	}
	return 'A' <= r && r <= 'Z' && len(rest) > 1 && min(rest[0], rest[1]) >= 'a' && max(rest[0], rest[1]) <= 'z'
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

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
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf || classes[r] != simple }) {
		return text
	}
	text = strings.Map(func(r rune) rune {
		if accent(r) || !inWord(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text))
	return twins.Replace(norm.NFKC.String(strings.ToLower(text)))
}

// accent reports whether r is a combining accent of Latin, Greek or Cyrillic,
// or an optional point of Hebrew or Arabic.
func accent(r rune) bool {
	return 0x300 <= r && r <= 0x36f || 0x591 <= r && r <= 0x5c7 || 0x64b <= r && r <= 0x65f || r == 0x670 || r == 0x640
}

// slug is the fragment that headings usually have.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' {
			return '-'
		} else if r == '-' || r == '_' || inWord(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
