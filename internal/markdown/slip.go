package markdown

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"quandary/internal/diag"
	"quandary/internal/source"
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
		w.slipOfSpace(seg.Start + i + 2)
	}
	if bytes.HasSuffix(value, []byte("][")) {
		w.slipOfName(seg)
	}
	if label, _, closed := bytes.Cut(value, []byte("]")); closed && len(label) > 1 && label[0] == '^' && w.src[max(seg.Start-1, 0)] == '[' && !bytes.ContainsAny(label, " \t\n") {
		w.diags.Warn("link/footnote", w.place(seg.Start+1, len(label)-1), fmt.Sprintf("there is no footnote %q", label[1:])).
			Hint = fmt.Sprintf("add a line `[%s]: what it says`", label)
	}
}

// place is the place of n bytes at an offset of the source.
func (w *writer) place(at, n int) source.Place {
	return source.Place{File: w.file, Span: w.span(at, n)}
}

// rest is what stands on a line from an offset on, up to a sign.
func (w *writer) rest(at int, sign string) (text []byte, found bool) {
	line, _, _ := bytes.Cut(w.src[at:min(at+longestSlip, len(w.src))], []byte("\n"))
	text, _, found = bytes.Cut(line, []byte(sign))
	return text, found
}

// slipOfName reports "[text][label]", whose "label]" comes after a text that
// ends in "][", where the label is the name of nothing.
func (w *writer) slipOfName(seg text.Segment) {
	label, closed := w.rest(seg.Stop, "]")
	if !closed || !w.isProse(seg.Start, label) {
		return
	}
	d := w.diags.Warn("link/reference", w.place(seg.Stop, len(label)), fmt.Sprintf("nothing is called %q, so this is no link", label))
	if d.Hint = diag.DidYouMean(string(label), w.named()); d.Hint == "" {
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

// slipOfSpace reports a destination at an offset, after "](", that is none
// because of its spaces.
func (w *writer) slipOfSpace(at int) {
	inside, closed := w.rest(at, ")")
	target, _, _ := strings.Cut(string(inside), ` "`)
	target = strings.TrimRight(target, " ")
	name, _, _ := strings.Cut(target, "#")
	if !closed || !strings.Contains(target, " ") || strings.HasPrefix(target, " ") || strings.ContainsAny(target, "<>`") {
		return
	}
	if ext := path.Ext(name); ext == "" || len(ext) > 6 || strings.Contains(ext, " ") {
		return // not the name of a file
	}
	right := strings.ReplaceAll(target, " ", "%20")
	d := w.diags.Add("link/space", w.place(at, len(target)), fmt.Sprintf("%q has spaces in it, so this is no link", target))
	d.Hint = fmt.Sprintf("write %q", right)
	d.Fix = []diag.Edit{{Place: d.Place, Text: right}}
}

// isProse reports whether "[text][label]", whose text begins at offset at, is
// meant as a link rather than as code or a gap to fill in: nothing is joined to
// it, and its label is a word or a few.
func (w *writer) isProse(at int, label []byte) bool {
	before, _ := utf8.DecodeLastRune(w.src[:max(at-1, 0)])
	joined := unicode.IsLetter(before) || unicode.IsDigit(before) || strings.ContainsRune("])_", before)
	return !joined && len(label) > 1 && bytes.Count(label, []byte(" ")) < 4 && bytes.IndexFunc(label, unicode.IsLetter) >= 0 && !bytes.ContainsAny(label, "[\\`")
}
