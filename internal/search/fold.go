package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letters without a decomposition that readers type as another letter.
var letters = strings.NewReplacer("ß", "ss", "ø", "o", "đ", "d", "ð", "d", "ł", "l",
	"æ", "ae", "œ", "oe", "ı", "i", "þ", "th", "ς", "σ")

// fold takes accents and points from a word in lower case, so that
// "resume" finds "résumé". It leaves the signs that make the letters of
// Thai, Devanagari or kana what they are.
func fold(word string) string {
	if ascii(word) {
		return word
	}
	word = strings.Map(func(r rune) rune {
		if accent(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(word))
	word = letters.Replace(norm.NFKC.String(word))
	return strings.Map(func(r rune) rune {
		if !inWord(r) {
			return -1 // what a compatibility form leaves behind: "½" is 1⁄2
		}
		return r
	}, word)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// accent reports whether r is a combining accent of Latin, Greek or Cyrillic,
// or an optional point of Hebrew or Arabic.
func accent(r rune) bool {
	switch {
	case 0x300 <= r && r <= 0x36f, 0x591 <= r && r <= 0x5c7, 0x64b <= r && r <= 0x65f, r == 0x670, r == 0x640:
		return true
	}
	return false
}
