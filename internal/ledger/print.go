package ledger

import (
	"strings"
	"unicode"

	"quandary/internal/site"
)

// A print is the fingerprint of a text: sixteen hexadecimal digits, each the last
// digit of the least hash of its pairs of words, by one of sixteen functions (a
// minhash). A part of a text that is changed changes as large a part of the
// digits.
const (
	size    = 16
	digits  = "0123456789abcdef"
	unknown = "-"  // the print of a text too short to be told apart
	made    = "*"  // that of what nobody wrote: the list of a folder without a page of its own
	sentOn  = "->" // stands for the print of what is somewhere else
	fewest  = 6    // how many words a text needs to have a print
)

// alike is how many digits two prints share, of sixteen: one in random texts.
func alike(a, b string) (n int) {
	for i := range size {
		if len(a) == size && len(b) == size && a[i] == b[i] {
			n++
		}
	}
	return n
}

// printOf returns the print of a text. Letter case does not count, and where
// writing has no spaces every character is a word.
func printOf(text string) string {
	const offset, prime = 14695981039346656037, 1099511628211
	var most [size]uint64 // the complements of the least hashes
	words, before, word := 0, uint64(0), uint64(offset)
	for _, r := range text + " " {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if inWord {
			word = (word ^ uint64(unicode.ToLower(r))) * prime
		}
		if inWord && r < 0x2E80 || word == offset {
			continue
		}
		if words++; words > 1 {
			for i := range most {
				most[i] = max(most[i], ^mix(before*31^word+uint64(i)*0x9E3779B97F4A7C15))
			}
		}
		before, word = word, offset
	}
	if words < fewest {
		return unknown
	}
	print := make([]byte, size)
	for i := range most {
		print[i] = digits[^most[i]&15]
	}
	return string(print)
}

// mix is the finisher of splitmix64: every bit of the result depends on every
// bit of h.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// printsOf returns the print of all that a page says, and of what stands under
// each of its headings: up to the next heading, or where that is too short to be
// told apart, with the headings below it.
func printsOf(p *site.Page) []string {
	headings, all := p.Doc.Headings, ""
	own := make([]string, len(headings))
	for _, s := range p.Doc.Sections {
		all += s.Text + "\n"
		if s.Heading >= 0 {
			own[s.Heading] = strings.TrimPrefix(s.Text, headings[s.Heading].Text)
		}
	}
	prints := []string{printOf(all)}
	if p.Virtual {
		prints[0] = made
	}
	for i, text := range own {
		if printOf(text) == unknown {
			for j := i + 1; j < len(own) && headings[j].Level > headings[i].Level; j++ {
				text += "\n" + headings[j].Text + "\n" + own[j]
			}
		}
		prints = append(prints, printOf(text))
	}
	return prints
}
