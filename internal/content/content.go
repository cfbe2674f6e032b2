// Package content owns a page as it was written: one Markdown file, its front
// matter and its body, and what both say for themselves.
//
// It is the last stage that looks at one file alone, and it is pure, so its
// results can be remembered by the file's digest and the [markdown.Options].
// It never looks at another page: what a key or a link means for the site is
// for later stages to say.
package content

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Keys are the front-matter keys that mean the same on every page, whatever
// its kind.
var Keys = []string{
	"title", "summary", "aliases", "moved", "date", "updated", "owner", "draft", "search", "order", "lang", "layout",
	"when", "decision", "kind", "site",
}

// Page is one Markdown file as written. It is immutable.
type Page struct {
	File   *source.File
	Name   string       // its path inside the content folder: "arguments/trust.md"
	Matter *matter.Node // the root of its front matter, a Map; nil where it has none
	Doc    *markdown.Document
	Body   int  // the offset in File at which the body begins
	Broken bool // its front matter could not be read

	Title   string // from front matter, else the first heading, else the file's name
	Summary string // from front matter, else the first paragraph, shortened
	Stated  bool   // the summary is the writer's own
	Aliases []*matter.Node
	Date    time.Time // zero where not given
	Updated time.Time
	Owner   string
	Draft   bool
	Hidden  bool // kept out of the search by "search: false"
	Order   int  // math.MaxInt where not given
	Lang    string
	Layout  string
	Virtual bool // it stands for a folder that has no page of its own
}

// Parse reads a page. name is its path inside the content folder.
func Parse(f *source.File, name string, opts markdown.Options) (*Page, diag.List) {
	root, body, diags := matter.Parse(f)
	doc, more := markdown.Parse(f, body, opts)
	p := &Page{File: f, Name: name, Matter: root, Doc: doc, Body: body, Broken: root == nil && diags.Errors() > 0}
	p.readKeys(&diags)
	p.fillIn()
	return p, append(diags, more...)
}

// Virtual returns the page of a folder that has none: an empty one, named after
// the folder.
func Virtual(folder string) *Page {
	name := path.Join(folder, "index.md")
	p := &Page{File: source.NewFile(name, nil), Name: name, Doc: &markdown.Document{}, Virtual: true}
	p.Title = Humanise(path.Base(folder))
	return p
}

// IsIndex reports whether the page is its folder's own: index.md or README.md.
func (p *Page) IsIndex() bool { return isIndex(path.Base(p.Name)) }

func isIndex(base string) bool {
	return base == "index.md" || strings.EqualFold(base, "readme.md")
}

// Place returns the place to point at where something is missing from the
// front matter: the line that opens it, or the start of the file.
func (p *Page) Place() source.Place {
	if p.Matter == nil {
		return p.File.Place(0, 0)
	}
	start := strings.Index(string(p.File.Data[:p.Matter.Place.Span.Start]), "---")
	if start < 0 {
		return p.Matter.Place
	}
	return p.File.Place(start, start+3)
}

// TitlePlace returns the place of the page's title, as near as there is one.
func (p *Page) TitlePlace() source.Place {
	if n := p.Matter.Get("title"); n != nil {
		return n.Place
	}
	return p.Place()
}

func (p *Page) readKeys(diags *diag.List) {
	m, shape := p.Matter, matter.Shape{Diags: diags}
	p.Title, _ = shape.Text(m.Get("title"), "title")
	p.Summary, p.Stated = shape.Text(m.Get("summary"), "summary")
	p.Aliases = shape.Texts(m.Get("aliases"), "aliases")
	p.Owner, _ = shape.Text(m.Get("owner"), "owner")
	p.Lang, _ = shape.Text(m.Get("lang"), "lang")
	p.Layout, _ = shape.Text(m.Get("layout"), "layout")
	p.Draft, _ = shape.Boolean(m.Get("draft"), "draft")
	var ordered bool
	if p.Order, ordered = shape.Integer(m.Get("order"), "order"); !ordered {
		p.Order = math.MaxInt
	}
	if n := m.Get("search"); n != nil && n.Kind == matter.Text {
		p.Hidden = n.Text == "false"
	}
	p.Date = readDate(m.Get("date"), "date", diags)
	p.Updated = readDate(m.Get("updated"), "updated", diags)
}

// readDate reads a day, with or without a time.
func readDate(n *matter.Node, name string, diags *diag.List) time.Time {
	if n == nil || n.Kind == matter.Null {
		return time.Time{}
	}
	day, ok := ParseDate(n.Text)
	if !ok {
		diags.Add("field/type", n.Place, fmt.Sprintf("%s wants a date, and this is %q", name, n.Text)).
			Hint = "write it as year-month-day, as in 2026-11-22"
	}
	return day
}

// ParseDate reads a date as front matter has it: a day, or a day and a time.
func ParseDate(s string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05 -0700"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// fillIn finds what the front matter does not say.
func (p *Page) fillIn() {
	if p.Title == "" && p.Doc.Title != nil {
		p.Title = p.Doc.Title.Text
	}
	if p.Title == "" {
		base := strings.TrimSuffix(path.Base(p.Name), ".md")
		if p.IsIndex() && path.Dir(p.Name) != "." {
			base = path.Base(path.Dir(p.Name))
		}
		p.Title = Humanise(base)
	}
	if p.Summary == "" {
		p.Summary = shorten(p.Doc.Lead)
	}
}

// longSummary is how many bytes of a first paragraph serve as summary.
const longSummary = 160

// shorten cuts text after a sentence, or else a word, near longSummary.
func shorten(text string) string {
	if len(text) <= longSummary {
		return text
	}
	head := text[:longSummary]
	if i := strings.LastIndex(head, ". "); i > longSummary/3 {
		return head[:i+1]
	}
	if i := strings.LastIndexByte(head, ' '); i > 0 {
		return strings.TrimRight(head[:i], ",;:-– ") + "…"
	}
	return strings.ToValidUTF8(head, "") + "…"
}

// Humanise turns a file's or a kind's name into words: "root-cause" is "Root cause".
func Humanise(name string) string {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if slices.Contains([]rune("-_ "), r) {
			return ' '
		}
		return r
	}, name))
	s := strings.Join(words, " ")
	if s == "" {
		return name
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
