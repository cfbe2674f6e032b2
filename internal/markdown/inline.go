package markdown

import (
	"bytes"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// ParseInline reads one line or paragraph of Markdown, as a text in front matter may
// be. The spans of its links, and the places of what is wrong, count from the
// start of text. It returns nil where text holds no markup, or is more than a
// paragraph: it is to be shown as it stands then.
func ParseInline(text string, opts Options) (*Document, diag.List) {
	if !strings.ContainsAny(text, "[*_`<~\\") {
		return nil, nil
	}
	doc, diags := Parse(source.NewFile("", []byte(text)), 0, opts)
	if len(doc.HTML) == 0 && len(doc.Links) > 0 {
		return doc, diags // an embedded page alone
	}
	body, ok := bytes.CutPrefix(doc.HTML, []byte("<p>"))
	end := bytes.Index(body, []byte("</p>\n"))
	if !ok || end != len(body)-len("</p>\n") {
		return nil, nil
	}
	doc.HTML = body[:end:end]
	for i := range doc.Holes {
		doc.Holes[i].Offset -= len("<p>")
	}
	return doc, diags
}
