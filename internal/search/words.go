package search

import (
	"unicode"
	"unicode/utf8"
)

// A word is a run of letters, digits and marks. Words joined by _ - . or by a
// hump (userName) are a compound: it is indexed whole, joints left out
// ("username", "tradeoff"), and by its parts. A short end after an apostrophe
// belongs to its word ("don't", "team's"), anything longer begins another
// ("l'équipe"). Scripts written without spaces go in by overlapping pairs of
// characters, which finds any word of two or more whatever the dictionary.
// search-engine.js splits queries by the same rules.

// longest is the most characters of a word that are kept; the rest is cut off in the query too.
const longest = 40

const (
	space = iota // anything that ends a word
	lower
	upper
	digit
	joint
	tick
	wide // the first byte of a character outside ASCII
)

var classes = func() (t [256]uint8) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z':
			t[c] = lower
		case 'A' <= c && c <= 'Z':
			t[c] = upper
		case '0' <= c && c <= '9':
			t[c] = digit
		case c == '_' || c == '-' || c == '.':
			t[c] = joint
		case c == '\'':
			t[c] = tick
		case c >= utf8.RuneSelf:
			t[c] = wide
		}
	}
	return t
}()

// scanner splits text. Each word is handed to emit in lower case, valid until
// emit returns; hump is set for the parts of a compound joined by humps.
type scanner struct {
	emit func(word []byte, hump bool)

	whole []byte // the compound so far, in lower case, joints left out
	parts []int  // where its later parts begin
	hump  bool
}

func (s *scanner) scan(text string) {
	for i := 0; i < len(text); {
		switch classes[text[i]] {
		case space, joint, tick:
			i++
		case wide:
			r, n := utf8.DecodeRuneInString(text[i:])
			switch {
			case unspaced(r):
				i = s.pairs(text, i)
			case inWord(r):
				i = s.compound(text, i)
			default:
				i += n
			}
		default:
			i = s.compound(text, i)
		}
	}
}

// compound reads the compound that starts at i and returns where it ends.
// Nearly all are one plain word, which is copied at one go.
func (s *scanner) compound(text string, i int) int {
	end := i
	if classes[text[i]] == upper {
		end++
	}
	for end < len(text) && (classes[text[end]] == lower || classes[text[end]] == digit) {
		end++
	}
	s.whole, s.parts, s.hump = append(s.whole[:0], text[i:end]...), s.parts[:0], false
	if end > i && text[i] < 'a' {
		s.whole[0] |= 0x20 // of a capital; a digit has the bit
	}
	if end == len(text) || classes[text[end]] == space {
		s.put(s.whole, false)
		return end
	}
	last := uint8(space)
	if end > i {
		last = classes[text[end-1]]
	}
	return s.further(text, end, last)
}

// further goes on with a compound whose first word has been read up to i; last
// is the class of the character before.
func (s *scanner) further(text string, i int, last uint8) int {
loop:
	for i < len(text) {
		c := text[i]
		class := classes[c]
		switch class {
		case lower, digit:
			s.whole = append(s.whole, c)
		case upper:
			if last == lower || last == upper && lowerAt(text, i+1) && lowerAt(text, i+2) {
				s.parts, s.hump = append(s.parts, len(s.whole)), true
			}
			s.whole = append(s.whole, c|0x20)
		case joint:
			if !wordAt(text, i+1) {
				break loop
			}
			s.parts = append(s.parts, len(s.whole))
		case tick:
			if !shortEnd(text[i+1:]) {
				break loop
			}
		case wide:
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == '’' && shortEnd(text[i+n:]) {
				i += n
				last = tick
				continue
			}
			if !inWord(r) || unspaced(r) {
				break loop
			}
			if unicode.IsUpper(r) {
				class = upper
				if last == lower {
					s.parts, s.hump = append(s.parts, len(s.whole)), true
				}
			} else {
				class = lower
			}
			s.whole = utf8.AppendRune(s.whole, unicode.ToLower(r))
			i += n - 1
		default:
			break loop
		}
		last = class
		i++
	}
	s.flush()
	return i
}

// flush emits the parts of the compound just read, and the whole.
func (s *scanner) flush() {
	if len(s.parts) > 0 {
		start := 0
		for _, end := range append(s.parts, len(s.whole)) {
			s.put(s.whole[start:end], s.hump)
			start = end
		}
	}
	s.put(s.whole, false)
}

func (s *scanner) put(word []byte, hump bool) {
	if len(word) > longest {
		word = clip(word)
	}
	s.emit(word, hump)
}

func clip(word []byte) []byte {
	end := 0
	for range longest {
		_, n := utf8.DecodeRune(word[end:])
		end += n
	}
	return word[:end]
}

// pairs emits the run of unspaced characters at i two by two, the last one
// alone as well, and returns where the run ends.
func (s *scanner) pairs(text string, i int) int {
	before := -1
	for {
		r, n := utf8.DecodeRuneInString(text[i:])
		if n == 0 || !unspaced(r) {
			break
		}
		if before >= 0 {
			s.put(append(s.whole[:0], text[before:i+n]...), false)
		}
		before = i
		i += n
	}
	s.put(append(s.whole[:0], text[before:i]...), false)
	return i
}

func lowerAt(text string, i int) bool { return i < len(text) && classes[text[i]] == lower }

// wordAt reports whether a spaced word's character stands at i.
func wordAt(text string, i int) bool {
	if i >= len(text) {
		return false
	}
	switch classes[text[i]] {
	case lower, upper, digit:
		return true
	case wide:
		r, _ := utf8.DecodeRuneInString(text[i:])
		return inWord(r) && !unspaced(r)
	}
	return false
}

// shortEnd reports whether one or two letters and then no word's character begin text.
func shortEnd(text string) bool {
	for n := range 3 {
		if !wordAt(text, 0) {
			return n > 0
		}
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	return false
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// unspaced reports whether r belongs to a script written without spaces.
func unspaced(r rune) bool {
	return r >= 0x0e00 && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}
