// Package markdown owns the body of a page: Markdown as it was written, turned
// into HTML with holes where only the whole site knows what to say.
//
// It is part of reading one file: pure, and a function of that file's bytes and
// the [Options] alone, so that its result can be remembered. A link is a hole,
// because where it leads is not known yet; so is an image, an embedded page and
// every word of the interface; and a block of code, whose colours cost more than
// the rest. [Document.Append] fills the holes later, at the
// cost of a copy. The package has goldmark parse, draws the tree itself, and shows
// none of its types. It never resolves a link and lets no script through.
package markdown

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Options are the site's settings that change how Markdown is read.
type Options struct {
	RawHTML bool // let HTML through as written, but for scripts' doors (on* attributes, javascript: addresses)
	Quotes  bool // curl straight quotes and draw dashes, as English has them
}

// Document is the body of one page.
type Document struct {
	HTML     []byte // with the holes left out
	Holes    []Hole // in order of Offset
	Links    []Link // in the order they stand in
	Headings []Heading
	Codes    []Code
	Anchors  []string // ids that raw HTML brings
	Sections []Section
	// Title is the level-one heading it begins with, which is in neither the HTML
	// nor Headings, since a layout draws it; nil where there is none.
	Title *Heading
	Lead  string // its first paragraph of three words or more, as plain text
}

// Heading is a heading with the anchor that leads to it.
type Heading struct {
	ID, Text string
	Level    int       // 1 to 6, as drawn
	From     int       // the offset in HTML at which it begins; -1 where it is nested in a list or quote
	Under    []Heading // those of the next level below it, where it stands in a page's contents
}

// Part returns where in HTML the section under the heading with an id stands; all
// of it where there is no such section.
func (d *Document) Part(id string) (from, to int) {
	level := 0 // of the section, once it has begun
	for _, h := range d.Headings {
		switch {
		case h.From < 0:
		case level == 0 && h.ID == id:
			from, level = h.From, h.Level
		case h.Level <= level:
			return from, h.From
		}
	}
	return from, len(d.HTML)
}

// Section is the plain text under one heading, tables and code included.
type Section struct {
	Heading int // index into Headings; -1 for what stands before the first
	Text    string
}

// Code is a block of code; its language is "" where none is said.
type Code struct{ Language, Text string }

// Form is how a link was written.
type Form uint8

// The forms of link. An Embed is ![[page]]; Raw is an href or src in raw HTML.
const (
	Inline Form = iota
	Image
	Wiki
	Embed
	Auto
	Raw
	RawImage
)

// Link is one reference out of a document.
type Link struct {
	Form     Form
	Target   string      // the destination as written, its escapes and entities resolved
	Label    string      // of a Wiki or Embed: the text after "|", or ""
	Span     source.Span // of the destination in the file
	section  string      // the plain text that it stands in
	from, to int         // where its own text is in there

	// What it names and the anchor there, where they are written as plainly as nearly
	// all are. Package content finds them for the links of a body.
	Name   Key
	Anchor string
}

// IsImage reports whether it shows an image.
func (l *Link) IsImage() bool { return l.Form == Image || l.Form == RawImage }

// Key is a digest of a name: short, and told from another without a look at
// letters that lie elsewhere in memory.
type Key [16]byte

// KeyOf returns the key of a name.
func KeyOf(name string) Key {
	sum := sha256.Sum256([]byte(name))
	return Key(sum[:16])
}

// Part is what a hole wants.
type Part uint8

// The parts. Attributes is the inside of an opening tag, from after its name:
// of an <a> its href, of an <img> its src and size. Text is the visible text of
// a wiki link without a label. Whole is an embedded page. Address is a bare
// address, in an attribute that raw HTML brought. Coloured is a block of code.
// Word is an interface word, whose key is in the hole.
const (
	Attributes Part = iota
	Text
	Whole
	Address
	Coloured
	Word
)

// Hole is a place in a document's HTML that is filled when the page is rendered.
type Hole struct {
	Offset int // in HTML
	Part   Part
	Link   int    // index into Links, or Codes; -1 for a Word
	Key    string // of a Word
}

// Append appends the HTML between from and to, with every hole filled by fill,
// which appends to dst what belongs there.
func (d *Document) Append(dst []byte, from, to int, fill func(dst []byte, h Hole) []byte) []byte {
	for _, h := range d.Holes {
		if h.Offset < from || h.Offset > to || h.Offset == to && to < len(d.HTML) {
			continue
		}
		dst = append(dst, d.HTML[from:h.Offset]...)
		dst = fill(dst, h)
		from = h.Offset
	}
	return append(dst, d.HTML[from:to]...)
}

// Parse reads the Markdown of f from offset body on.
func Parse(f *source.File, body int, opts Options) (*Document, diag.List) {
	src := f.Data[body:]
	names := parser.NewContext()
	bare := slices.ContainsFunc([]string{"http", "ftp:", "www.", "@"}, func(sign string) bool { return bytes.Contains(src, []byte(sign)) })
	root := parsers[[2]bool{opts.Quotes, bare}].Parse(text.NewReader(masked(src)), parser.WithContext(names))
	w := writers.Get().(*writer)
	defer writers.Put(w)
	*w = writer{
		file: f, base: body, src: src, opts: opts, names: referenceNames(names), slugs: slugs{},
		Buffer: w.Buffer, block: w.block[:0], section: w.section[:0], doc: Document{Links: w.doc.Links[:0], Holes: w.doc.Holes[:0]},
	}
	w.Reset()
	w.liftTitle(root)
	w.children(root)
	w.endSection()
	doc := w.doc // without room for more
	doc.HTML, doc.Links, doc.Holes = bytes.Clone(w.Bytes()), slices.Clone(doc.Links), slices.Clone(doc.Holes)
	return &doc, w.diags
}

// ParseInline reads one line or paragraph of Markdown, as a text in front matter may
// be. The spans of its links, and the places of what is wrong, count from the
// start of text. It returns nil where text holds no markup, or is more than a
// paragraph: it is to be shown as it stands then.
func ParseInline(text string, opts Options) (*Document, diag.List) {
	if !strings.ContainsAny(text, "[*_`<~\\") {
		return nil, nil
	}
	doc, diags := Parse(source.NewFile("", []byte(text)), 0, opts)
	if string(doc.HTML) == "\n" && len(doc.Links) > 0 {
		return doc, diags // an embedded page alone
	}
	body, ok := bytes.CutPrefix(doc.HTML, []byte("<p>"))
	doc.HTML = bytes.TrimSuffix(body, []byte("</p>\n"))
	if !ok || bytes.Contains(doc.HTML, []byte("</p>")) || len(doc.HTML) == len(body) {
		return nil, nil
	}
	for i := range doc.Holes {
		doc.Holes[i].Offset -= len("<p>")
	}
	return doc, diags
}

// parsers are those that curl quotes, and those that look at every word because it
// may be an address, which is a sixth of the work. They hold no state between
// documents and serve many goroutines at once.
var parsers = map[[2]bool]parser.Parser{
	{}:            newParser(),
	{true, false}: newParser(extension.Typographer),
	{false, true}: newParser(extension.Linkify),
	{true, true}:  newParser(extension.Typographer, extension.Linkify),
}

func newParser(extensions ...goldmark.Extender) parser.Parser {
	return goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote),
		goldmark.WithExtensions(extensions...),
		goldmark.WithParserOptions(
			parser.WithHeadingAttribute(),
			parser.WithInlineParsers(
				util.Prioritized(taskParser{extension.NewTaskCheckBoxParser()}, 0), util.Prioritized(wikiParser{}, 150)),
			parser.WithParagraphTransformers(util.Prioritized(calloutTransformer{}, 50)),
		),
	).Parser()
}

// writers are used again, for the room that a document grows in.
var writers = sync.Pool{New: func() any { return new(writer) }}

// writer collects one document: its HTML, and beside it its plain text.
type writer struct {
	bytes.Buffer // the HTML

	file  *source.File
	base  int // offset of src in file
	src   []byte
	opts  Options
	names []string // of links by reference
	doc   Document
	diags diag.List
	slugs slugs
	title ast.Node // the heading that is lifted out
	shift int      // added to heading levels, so that the page has one h1

	block   []byte // the plain text of the block that is being drawn
	section []byte // the plain text of the section, up to that block
	placed  int    // links whose place in the section is known

	leftOut bool // raw HTML, some of which was not let through
}

// Buffered and Flush make it a util.BufWriter.
func (w *writer) Buffered() int { return 0 }
func (w *writer) Flush() error  { return nil }

// escaped writes text as HTML.
func (w *writer) escaped(text []byte) { w.Write(util.EscapeHTML(text)) }

// attribute writes an attribute, unless its value is empty.
func (w *writer) attribute(name string, value []byte) {
	if len(value) > 0 {
		fmt.Fprintf(w, ` %s="%s"`, name, util.EscapeHTML(value))
	}
}

// hole leaves a hole at the end of what was written.
func (w *writer) hole(part Part, link int) {
	w.doc.Holes = append(w.doc.Holes, Hole{Offset: w.Len(), Part: part, Link: link})
}

// word leaves a hole for a word of the interface.
func (w *writer) word(key string) {
	w.doc.Holes = append(w.doc.Holes, Hole{Offset: w.Len(), Part: Word, Link: -1, Key: key})
}

// span is the span in the file of n bytes at an offset of src.
func (w *writer) span(at, n int) source.Span {
	return source.Span{Start: w.base + at, End: w.base + min(at+n, len(w.src))}
}

// find is the span in the file of text, which is looked for from an offset on.
func (w *writer) find(text []byte, from int) source.Span {
	from = min(max(from, 0), len(w.src))
	return w.span(from+max(0, bytes.Index(w.src[from:], text)), len(text))
}

// liftTitle finds the level-one heading that the document begins with, and
// shifts the others down where that is needed for a single h1.
func (w *writer) liftTitle(root ast.Node) {
	first := true // only definitions and HTML stand before
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		h, isHeading := n.(*ast.Heading)
		if isHeading && h.Level == 1 && first {
			w.title = n
		} else if isHeading && h.Level == 1 {
			w.shift = 1
		}
		first = first && (n.Kind() == ast.KindHTMLBlock || n.Kind() == ast.KindLinkReferenceDefinition)
	}
}
