package markdown

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// slip reports text that was meant as a link and is none: with spaces in its
// address, or with a name that nothing has. goldmark begins a new text at every
// "[", so that is where to look.
func (w *writer) slip(t *ast.Text, root ast.Node) {
	seg := t.Segment
	value := seg.Value(w.src)
	line, _, _ := bytes.Cut(w.src[seg.Stop:], []byte("\n"))
	if i := bytes.Index(value, []byte("](")); i >= 0 {
		rest, _, _ := bytes.Cut(w.src[seg.Start+i+2:], []byte("\n"))
		w.slipOfSpace(seg.Start+i+2, rest)
	}
	if label, _, closed := bytes.Cut(line, []byte("]")); closed && bytes.HasSuffix(value, []byte("][")) && w.isProse(seg.Start, label) {
		d := w.diags.Warn("link/reference", w.place(seg.Stop, len(label)), fmt.Sprintf("nothing is called %q, so this is no link", label))
		d.Hint = diag.DidYouMean(string(label), definitions(root))
		if d.Hint == "" {
			d.Hint = fmt.Sprintf("add a line `[%s]: address`", label)
		}
	}
	if label, _, closed := bytes.Cut(value, []byte("]")); closed && len(label) > 1 && label[0] == '^' && w.src[max(seg.Start-1, 0)] == '[' && !bytes.ContainsAny(label, " \t\n") {
		w.diags.Warn("link/footnote", w.place(seg.Start+1, len(label)-1), fmt.Sprintf("there is no footnote %q", label[1:])).
			Hint = fmt.Sprintf("add a line `[%s]: what it says`", label)
	}
}

// place is the place of n bytes at an offset of the source.
func (w *writer) place(at, n int) source.Place {
	return source.Place{File: w.file, Span: source.Span{Start: w.base + at, End: w.base + at + n}}
}

// slipOfSpace reports a destination that is none because of its spaces. rest
// is the line after "](", which begins at offset at.
func (w *writer) slipOfSpace(at int, rest []byte) {
	inside, _, closed := bytes.Cut(rest, []byte(")"))
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

// definitions lists the names that links can be given by reference.
func definitions(root ast.Node) (labels []string) {
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if d, ok := n.(*ast.LinkReferenceDefinition); ok && entering {
			labels = append(labels, string(d.Label))
		}
		if n.Type() == ast.TypeInline {
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return labels
}
