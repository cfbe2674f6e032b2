package markdown

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// endBlock ends a block of plain text: its links get their sentences, and it
// joins its section.
func (w *writer) endBlock() {
	if w.linked < len(w.doc.Links) {
		text := string(w.block)
		for i := w.linked; i < len(w.doc.Links); i++ {
			if l := &w.doc.Links[i]; l.Form != Raw && l.Form != RawImage {
				l.Sentence, l.From, l.To = around(text, l.From, l.To)
			}
		}
		w.linked = len(w.doc.Links)
	}
	if text := bytes.TrimSpace(w.block); len(text) > 0 {
		if len(w.section) > 0 {
			w.section = append(w.section, '\n')
		}
		w.section = append(w.section, text...)
	}
	w.block = w.block[:0]
}

// endSection ends the section of the last heading so far.
func (w *writer) endSection() {
	if len(w.section) == 0 {
		return
	}
	s := Section{Heading: len(w.doc.Headings) - 1, Text: string(w.section)}
	w.doc.Sections = append(w.doc.Sections, s)
	w.doc.Words += countWords(s.Text)
	w.section = w.section[:0]
}

// countWords counts runs of letters and digits; in writing without spaces, two
// characters count as a word.
func countWords(s string) int {
	words, dense, inside := 0, 0, false
	for _, c := range s {
		switch {
		case c < utf8.RuneSelf:
			is := c != ' ' && c != '\n' && c != '\t'
			if is && !inside {
				words++
			}
			inside = is
		case unicode.Is(unicode.Han, c) || unicode.Is(unicode.Hiragana, c) || unicode.Is(unicode.Katakana, c):
			dense++
		case !inside:
			words++
			inside = true
		}
	}
	return words + dense/2
}

// longSentence is how many bytes of a sentence are kept on each side of a link.
const longSentence = 140

// around cuts the sentence around text[from:to], shortens a long one, and
// returns where the text stands in it.
func around(text string, from, to int) (sentence string, newFrom, newTo int) {
	start, end, head, tail := from, to, "", ""
	for start > max(0, from-longSentence) && !between(text, start-1) {
		start--
	}
	if start > 0 && !between(text, start-1) {
		for head = "… "; start < from && text[start-1] != ' '; start++ {
		}
	}
	for end < min(len(text), to+longSentence) && !between(text, end) {
		end++
	}
	if end < len(text) && !between(text, end) {
		for tail = " …"; end > to && text[end] != ' '; end-- {
		}
	}
	before := head + strings.TrimLeft(text[start:from], " \n\t")
	after := strings.TrimRight(text[to:end], " \n\t") + tail
	return before + text[from:to] + after, len(before), len(before) + to - from
}

// between reports whether text[i] is the blank between two sentences.
func between(text string, i int) bool {
	if text[i] != ' ' && text[i] != '\n' {
		return false
	}
	before := strings.TrimRight(text[:i], "\"')]”’»*_`")
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[i+1:], " \"'([“‘«*_`"))
	return before != "" && strings.ContainsRune(".!?…:", last) && !unicode.IsLower(next)
}
