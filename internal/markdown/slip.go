package markdown

import (
	"bytes"
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

// What follows "](", "][" and "[" where a link was meant: the name of a file
// that has spaces, a few words, and a footnote.
var (
	spaced   = regexp.MustCompile(`^([^\s<>()"#][^\n<>()"#]*\.[^\s.<>()"#]{1,5}(?:#[^\n<>()"]*)?) *(?:"[^)\n]*)?\)`)
	named    = regexp.MustCompile("^([^\\s\\[\\]\\\\`]+(?: [^\\s\\[\\]\\\\`]+){0,3})\\]")
	footnote = regexp.MustCompile(`^([^\s\]]+)\]`)
)

// longestSlip is how far the end of a link is looked for.
const longestSlip = 1000

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
	if bytes.HasPrefix(w.src[max(seg.Start-1, 0):seg.Stop], []byte("[^")) {
		if name := w.match(footnote, seg.Start+1); name != "" {
			w.diags.Warn("link/footnote", w.place(seg.Start+1, len(name)), fmt.Sprintf("there is no footnote %q", name)).
				Hint = fmt.Sprintf("add a line `[^%s]: what it says`", name)
		}
	}
}

// place is the place of n bytes at an offset of the source.
func (w *writer) place(at, n int) source.Place {
	return source.Place{File: w.file, Span: w.span(at, n)}
}

// match returns what the group of a pattern matches at an offset, or "".
func (w *writer) match(pattern *regexp.Regexp, at int) string {
	m := pattern.FindSubmatch(w.src[at:min(at+longestSlip, len(w.src))])
	if m == nil {
		return ""
	}
	return string(m[1])
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
	if d.Hint = diag.DidYouMean(label, w.named()); d.Hint == "" {
		d.Hint = fmt.Sprintf("add a line `[%s]: address`", label)
	}
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
