package markdown

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"golang.org/x/net/html"
)

// sentence is the text around one link.
type sentence struct {
	text     string
	from, to int
}

// textReader walks a document once for its plain text: sections for search,
// the sentence around each link, the text of headings.
type textReader struct {
	w       *writer
	root    ast.Node
	section strings.Builder
	heading int
	block   []byte   // the text of the block being read
	pending [][2]int // where links stand in block
}

// longSentence is how many bytes of a sentence are kept on each side of a link.
const longSentence = 140

// readText fills the document's sections, lead and word count, and the writer's
// sentences, one for each link in the order the renderer will meet them.
func readText(w *writer, root ast.Node) {
	r := &textReader{w: w, root: root, heading: -1}
	r.walk(root)
	r.endSection()
}

func (r *textReader) walk(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		r.endSection()
		r.inlines(n)
		if ast.Node(n) != r.w.title {
			r.heading++
		}
		r.flush(false)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		lines := n.Lines()
		for i := range lines.Len() {
			seg := lines.At(i)
			r.block = append(r.block, seg.Value(r.w.src)...)
		}
		r.flush(false)
	case *ast.HTMLBlock:
		lines := n.Lines()
		for i := range lines.Len() {
			seg := lines.At(i)
			r.block = appendVisible(r.block, seg.Value(r.w.src))
		}
		r.flush(false)
	case *ast.Paragraph, *ast.TextBlock, *extast.TableCell:
		r.inlines(n)
		r.flush(n.Kind() == ast.KindParagraph)
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			r.walk(c)
		}
	}
}

// inlines appends the text of the inline nodes below n to the block.
func (r *textReader) inlines(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		from := len(r.block)
		isLink := true
		switch c := c.(type) {
		case *ast.Text:
			r.block = append(r.block, c.Segment.Value(r.w.src)...)
			if c.SoftLineBreak() || c.HardLineBreak() {
				r.block = append(r.block, ' ')
			}
			if n.Kind() != ast.KindCodeSpan {
				r.w.slip(c, r.root)
			}
			isLink = false
		case *ast.String:
			r.block = appendUnescaped(r.block, c.Value)
			isLink = false
		case *ast.AutoLink:
			r.block = append(r.block, c.Label(r.w.src)...)
		case *wikiNode:
			r.block = append(r.block, wikiText(c)...)
		case *ast.RawHTML:
			r.block = append(r.block, ' ')
			isLink = false
		case *ast.Image, *ast.Link:
			slot := len(r.pending)
			r.pending = append(r.pending, [2]int{})
			r.inlines(c)
			r.pending[slot] = [2]int{from, len(r.block)}
			continue
		default:
			r.inlines(c)
			isLink = false
		}
		if isLink {
			r.pending = append(r.pending, [2]int{from, len(r.block)})
		}
	}
}

// wikiText is what a wiki link reads as before its target is known.
func wikiText(n *wikiNode) string {
	if n.label != "" {
		return n.label
	}
	page, heading, _ := strings.Cut(n.target, "#")
	if page == "" {
		return heading
	}
	return page[strings.LastIndexByte(page, '/')+1:]
}

// flush ends a block of text.
func (r *textReader) flush(paragraph bool) {
	text := string(r.block)
	for _, p := range r.pending {
		r.w.sentences = append(r.w.sentences, around(text, p[0], p[1]))
	}
	if paragraph && r.w.doc.Lead == "" {
		r.w.doc.Lead = strings.Join(strings.Fields(text), " ")
	}
	if text = strings.TrimSpace(text); text != "" {
		if r.section.Len() > 0 {
			r.section.WriteByte('\n')
		}
		r.section.WriteString(text)
		r.w.doc.Words += countWords(text)
	}
	r.block, r.pending = r.block[:0], r.pending[:0]
}

func (r *textReader) endSection() {
	if r.section.Len() > 0 {
		r.w.doc.Sections = append(r.w.doc.Sections, Section{Heading: r.heading, Text: r.section.String()})
	}
	r.section = strings.Builder{}
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

// around cuts the sentence around text[from:to], and shortens a long one.
func around(text string, from, to int) sentence {
	start, end := sentenceStart(text, from), sentenceEnd(text, to)
	head, tail := "", ""
	if from-start > longSentence {
		start, head = wordAfter(text, from-longSentence, from), "… "
	}
	if end-to > longSentence {
		end, tail = wordBefore(text, to+longSentence, to), " …"
	}
	before := head + strings.TrimLeft(text[start:from], " \n\t")
	after := strings.TrimRight(text[to:end], " \n\t") + tail
	return sentence{text: before + text[from:to] + after, from: len(before), to: len(before) + to - from}
}

// sentenceStart returns where the sentence that holds offset at begins.
func sentenceStart(text string, at int) int {
	for i := at - 1; i > 0; i-- {
		if (text[i] == ' ' || text[i] == '\n') && endsSentence(text[:i]) && startsSentence(text[i+1:]) {
			return i + 1
		}
	}
	return 0
}

// sentenceEnd returns where the sentence that holds offset at ends.
func sentenceEnd(text string, at int) int {
	for i := at; i < len(text); i++ {
		if (text[i] == ' ' || text[i] == '\n') && endsSentence(text[:i]) && startsSentence(text[i+1:]) {
			return i
		}
	}
	return len(text)
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"')]”’»*_`)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, ":")
}

func startsSentence(s string) bool {
	c, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, ` "'([“‘«*_`))
	return !unicode.IsLower(c)
}

// wordAfter returns the first start of a word at or after at, and at most limit.
func wordAfter(text string, at, limit int) int {
	for ; at < limit; at++ {
		if text[at-1] == ' ' {
			return at
		}
	}
	return limit
}

// wordBefore returns the last end of a word at or before at, and at least limit.
func wordBefore(text string, at, limit int) int {
	for ; at > limit; at-- {
		if text[at] == ' ' {
			return at
		}
	}
	return limit
}

// appendUnescaped appends HTML text with its entities resolved.
func appendUnescaped(dst, text []byte) []byte {
	return append(dst, html.UnescapeString(string(text))...)
}

// appendVisible appends the text of raw HTML without its tags, and without
// what stands inside an element that is never shown.
func appendVisible(dst, raw []byte) []byte {
	z := html.NewTokenizer(bytes.NewReader(raw))
	silent := ""
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return dst
		case html.TextToken:
			if silent == "" {
				dst = appendUnescaped(dst, z.Raw())
			}
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch {
			case kind == html.StartTagToken && silent == "" && silentTags[string(name)]:
				silent = string(name)
			case kind == html.EndTagToken && silent == string(name):
				silent = ""
			}
			dst = append(dst, ' ')
		}
	}
}
