package ledger

import (
	"strings"
	"unicode"

	"quandary/internal/markdown"
	"quandary/internal/site"
)

// Print is the fingerprint of a text: sixteen hexadecimal digits, each the last
// digit of the least hash of its pairs of words, by one of sixteen functions (a
// minhash). A part of a text that is changed changes as large a part of the
// digits. The zero Print is of a text too short to be told apart.
type Print struct {
	digits [size]byte
	known  bool
	made   bool // nobody wrote it: it is the list of a folder without a page of its own
}

const size = 16

// fewest is how many words a text needs to have a print.
const fewest = 6

// String writes the digits, "-" where there are none, "*" for what nobody wrote.
func (p Print) String() string {
	if p.made {
		return "*"
	}
	if !p.known {
		return "-"
	}
	var b [size]byte
	for i, d := range p.digits {
		b[i] = "0123456789abcdef"[d]
	}
	return string(b[:])
}

// read reads what String writes, or nothing.
func (p *Print) read(s string) bool {
	if p.made = s == "*"; p.made || s == "" || s == "-" {
		return true
	}
	if len(s) != size {
		return false
	}
	for i := range size {
		d := strings.IndexByte("0123456789abcdef", s[i])
		if d < 0 {
			return false
		}
		p.digits[i] = byte(d)
	}
	p.known = true
	return true
}

// alike is how many digits two prints share, of sixteen: one in random texts.
func (p Print) alike(q Print) (n int) {
	if !p.known || !q.known {
		return 0
	}
	for i := range size {
		if p.digits[i] == q.digits[i] {
			n++
		}
	}
	return n
}

// printOf returns the print of a text.
func printOf(text string) Print {
	var least [size]uint64
	for i := range least {
		least[i] = ^uint64(0)
	}
	words, before := 0, uint64(0)
	eachWord(text, func(h uint64) {
		if words++; words > 1 {
			for i := range least {
				least[i] = min(least[i], mix(before*31^h+uint64(i)*0x9E3779B97F4A7C15))
			}
		}
		before = h
	})
	if words < fewest {
		return Print{}
	}
	p := Print{known: true}
	for i := range least {
		p.digits[i] = byte(least[i] & 15)
	}
	return p
}

// mix is the finisher of splitmix64: every bit of the result depends on every
// bit of h.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// eachWord calls yield with the hash of every word, in lower case; where
// writing has no spaces every character is a word.
func eachWord(text string, yield func(uint64)) {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			h = (h ^ uint64(unicode.ToLower(r))) * prime
			if r < 0x2E80 {
				continue
			}
		}
		if h != offset {
			yield(h)
			h = offset
		}
	}
	if h != offset {
		yield(h)
	}
}

// printOfPage is the print of all that a page says.
func printOfPage(p *site.Page) Print {
	if p.Virtual {
		return Print{made: true}
	}
	var b strings.Builder
	for _, s := range p.Doc.Sections {
		b.WriteString(s.Text)
		b.WriteByte('\n')
	}
	return printOf(b.String())
}

// printsOfSections are the prints of what stands under each heading of a page:
// up to the next heading, or where that is too short to be told apart, with
// the headings below it.
func printsOfSections(d *markdown.Document) []Print {
	own := make([]string, len(d.Headings))
	for _, s := range d.Sections {
		if s.Heading >= 0 {
			own[s.Heading] = strings.TrimPrefix(s.Text, d.Headings[s.Heading].Text)
		}
	}
	prints := make([]Print, len(own))
	for i := range own {
		if prints[i] = printOf(own[i]); prints[i].known {
			continue
		}
		text := own[i]
		for j := i + 1; j < len(own) && d.Headings[j].Level > d.Headings[i].Level; j++ {
			text += "\n" + d.Headings[j].Text + "\n" + own[j]
		}
		prints[i] = printOf(text)
	}
	return prints
}
