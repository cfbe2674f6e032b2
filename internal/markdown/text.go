package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// endBlock ends a block of plain text, which joins its section.
func (w *writer) endBlock() {
	text := bytes.TrimSpace(w.block)
	if len(text) > 0 && len(w.section) > 0 {
		w.section = append(w.section, '\n')
	}
	cut := len(w.block) - len(bytes.TrimLeftFunc(w.block, unicode.IsSpace))
	for ; w.placed < len(w.doc.Links); w.placed++ {
		l := &w.doc.Links[w.placed]
		l.from = len(w.section) + min(max(l.from-cut, 0), len(text))
		l.to = len(w.section) + min(max(l.to-cut, 0), len(text))
	}
	w.section, w.block = append(w.section, text...), w.block[:0]
}

// endSection ends the section of the last heading so far.
func (w *writer) endSection() {
	if len(w.section) == 0 {
		return
	}
	s := Section{Heading: len(w.doc.Headings) - 1, Text: string(w.section)}
	w.doc.Sections = append(w.doc.Sections, s)
	for i := w.placed - 1; i >= 0 && w.doc.Links[i].section == ""; i-- {
		w.doc.Links[i].section = s.Text
	}
	w.section = w.section[:0]
}

// Words counts the words, for the reading time. In writing without spaces, a few
// letters are a word.
func (d *Document) Words() (words int) {
	for _, s := range d.Sections {
		for word := range strings.FieldsFuncSeq(s.Text, func(r rune) bool { return r <= ' ' }) {
			words += max(1, len(word)/12)
		}
	}
	return words
}

// longSentence is how many bytes of a sentence are shown on each side of a link.
const longSentence = 140

// Sentence returns the link's own text and the rest of the sentence around it, a long
// one shortened; nothing for a link without text.
func (l *Link) Sentence() (before, own, after string) {
	text, start, end := l.section, l.from, l.to
	if start == end {
		return "", "", ""
	}
	for start > 0 && !between(text, start-1) && l.from-start < longSentence {
		start--
	}
	for end < len(text) && !between(text, end) && end-l.to < longSentence {
		end++
	}
	before, after = strings.TrimLeft(text[start:l.from], " \n\t"), strings.TrimRight(text[l.to:end], " \n\t")
	if start > 0 && !between(text, start-1) {
		_, before, _ = strings.Cut(before, " ")
		before = "… " + before
	}
	if end < len(text) && !between(text, end) {
		after = after[:max(0, strings.LastIndexByte(after, ' '))] + " …"
	}
	return before, text[l.from:l.to], after
}

// between reports whether text[i] is the blank between two sentences, or two blocks.
func between(text string, i int) bool {
	if text[i] != ' ' {
		return text[i] == '\n'
	}
	before := strings.TrimRight(text[:i], "\"')]”’»*_`")
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[i+1:], " \"'([“‘«*_`"))
	return len(before) > 0 && strings.ContainsRune(".!?…:", last) && !unicode.IsLower(next)
}

// slugs are the anchors given so far in one document, each with the number that
// the next of its name may get.
type slugs map[string]int

// take reserves id, numbered if it is taken, as GitHub does: a second "setup" is
// setup-1.
func (s slugs) take(id string) string {
	unique, n := id, s[id]
	for ; s[unique] > 0; n++ {
		unique = fmt.Sprint(id, "-", n)
	}
	s[id], s[unique] = max(n, 1), max(s[unique], 1)
	return unique
}

// Slug turns a heading's text into an anchor as GitHub does: in lower case,
// without punctuation, with a hyphen for each space.
func Slug(text string) string {
	slug := strings.Map(func(r rune) rune {
		if r == ' ' {
			return '-'
		} else if r == '-' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || unicode.Is(unicode.Pc, r) {
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(text))
	return cmp.Or(slug, "section")
}

// spaced matches what follows "](" where a link was meant: the name of a file that
// has spaces.
var spaced = regexp.MustCompile(`^([^\s<>()"#][^\n<>()"#]*\.[^\s.<>()"#]{1,5}(?:#[^\n<>()"]*)?) *(?:"[^)\n]*)?\)`)

// named matches what follows "][" where a link was meant: a few words.
var named = regexp.MustCompile("^([^\\s\\[\\]\\\\`]+(?: [^\\s\\[\\]\\\\`]+){0,3})\\]")

// slip reports text that was meant as a link and is none: with spaces in its
// address, or with a name that nothing has. goldmark begins a new text at every
// "[", so that is where to look.
func (w *writer) slip(t *ast.Text) {
	seg := t.Segment
	value := seg.Value(w.src)
	if i := bytes.Index(value, []byte("](")); i >= 0 {
		w.slipOfSpace(seg.Start + i + len("]("))
	}
	if bytes.HasSuffix(value, []byte("][")) {
		w.slipOfName(seg.Start, seg.Stop)
	}
}

// place is the place of n bytes at an offset of the source.
func (w *writer) place(at, n int) source.Place {
	return source.Place{File: w.file, Span: w.span(at, n)}
}

// match returns what the group of a pattern matches at an offset, or "".
func (w *writer) match(pattern *regexp.Regexp, at int) string {
	if m := pattern.FindSubmatch(w.src[at:min(at+longest, len(w.src))]); m != nil {
		return string(m[1])
	}
	return ""
}

// slipOfSpace reports a destination at an offset that is none because of its spaces.
func (w *writer) slipOfSpace(at int) {
	target := strings.TrimRight(w.match(spaced, at), " ")
	if !strings.Contains(target, " ") {
		return
	}
	right := strings.ReplaceAll(target, " ", "%20")
	d := w.diags.Add("link/space", w.place(at, len(target)), fmt.Sprintf("%q has spaces in it, so this is no link", target))
	d.Hint = fmt.Sprintf("write %q", right)
	d.Fix = []diag.Edit{{Place: d.Place, Text: right}}
}

// slipOfName reports "[text][label]", whose text begins at an offset and whose
// label at another, where the label is the name of nothing. What is joined to a
// word before it is code.
func (w *writer) slipOfName(start, at int) {
	label := w.match(named, at)
	before, _ := utf8.DecodeLastRune(w.src[:max(start-1, 0)])
	joined := unicode.IsLetter(before) || unicode.IsDigit(before) || strings.ContainsRune("])_", before)
	if joined || len(label) < 2 || !strings.ContainsFunc(label, unicode.IsLetter) {
		return
	}
	d := w.diags.Warn("link/reference", w.place(at, len(label)), fmt.Sprintf("nothing is called %q, so this is no link", label))
	d.Hint = cmp.Or(diag.DidYouMean(label, w.names), fmt.Sprintf("add a line `[%s]: address`", label))
}

// referenceNames are what links can be given by reference: a hundred of them,
// since each is compared with every slip.
func referenceNames(pc parser.Context) (names []string) {
	for _, r := range pc.References() {
		names = append(names, string(r.Label()))
	}
	slices.Sort(names)
	return names[:min(len(names), 100)]
}
