// Package content owns a page as it was written: one Markdown file, its front
// matter and its body, and what both say for themselves.
//
// It is the last stage that looks at one file alone, and it is pure, so its
// results can be remembered by the file's digest and the [markdown.Options].
// It never looks at another page: what a key or a link means for the site is
// for later stages to say.
package content

import (
	"bytes"
	"cmp"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Keys are the front-matter keys that mean the same on every page, whatever
// its kind.
var Keys = strings.Fields("title summary aliases moved date updated owner draft search order lang layout " +
	"when decision kind site")

// Page is one Markdown file as written. It is immutable.
type Page struct {
	File   *source.File
	Name   string       // its path inside the content folder: "arguments/trust.md"
	Key    markdown.Key // of Name
	Slug   string       // what its address is to end in: "trust"
	Matter *matter.Node // the root of its front matter, a Map; nil where it has none
	Doc    *markdown.Document
	Names  []Name   // what it can be called, but for its address
	IDs    []string // of its headings, in order, then of its title and of raw HTML
	Body   int      // the offset in File at which the body begins
	Broken bool     // its front matter could not be read

	Title   string // from front matter, else the first heading, else the file's name
	Sort    string // the title in lower case, to sort by
	Summary string // from front matter, else the first paragraph, shortened
	Stated  bool   // the summary is the writer's own; for layouts
	Aliases []*matter.Node
	Moved   *matter.Node // where its old anchors went, as written; nil where not given
	Kind    *matter.Node // of a section: what its pages are, as written; nil where not given
	Draft   bool
	Hidden  bool // kept out of the search by "search: false"
	Order   int  // math.MaxInt where not given
	Virtual bool // it stands for a folder that has no page of its own

	Owner, Lang, Layout string
	Date, Updated       time.Time // zero where not given

	alike func() map[string][]string // the ids by their words, found when they are first asked for
	near  sync.Map                   // the nearest id, by anchor: the next build asks again
}

// Parse reads a page. name is its path inside the content folder.
func Parse(f *source.File, name string, opts markdown.Options) (*Page, diag.List) {
	root, body, diags := matter.Parse(f)
	doc, more := markdown.Parse(f, body, opts)
	p := &Page{File: f, Name: name, Matter: root, Doc: doc, Body: body, Broken: root == nil && diags.Errors() > 0}
	if !utf8.Valid(f.Data) {
		at := bytes.IndexRune(f.Data, utf8.RuneError)
		diags.Add("file/encoding", f.Place(at, at+1), "this file is not UTF-8").Hint = "save it as UTF-8"
	}
	p.read(&diags)
	p.name()
	return p, append(diags, more...)
}

// Virtual returns the page of a folder that has none: an empty one, named after
// the folder.
func Virtual(folder string) *Page {
	name, title := path.Join(folder, "index.md"), Humanise(path.Base(folder))
	p := &Page{File: source.NewFile(name, nil), Name: name, Doc: &markdown.Document{}, Virtual: true, Title: title, Sort: strings.ToLower(title)}
	p.name()
	return p
}

// Indexes are the names of a folder's own page. Where a folder has several of
// them, the first is.
var Indexes = []string{"index.md", "_index.md", "README.md", "readme.md", "Readme.md"}

// IsIndex reports whether the page has the name of a folder's own.
func (p *Page) IsIndex() bool { return slices.Contains(Indexes, path.Base(p.Name)) }

// Place returns the place to point at where something is missing from the
// front matter: the line that opens it, or the start of the file.
func (p *Page) Place() source.Place {
	start := max(bytes.Index(p.File.Data[:p.Body], []byte("---")), 0)
	return p.File.Place(start, min(start+len("---"), p.Body))
}

// PlaceOf returns the place of the value of a front-matter key, as near as there
// is one.
func (p *Page) PlaceOf(key string) source.Place {
	if n := p.Matter.Get(key); n != nil {
		return n.Place
	}
	return p.Place()
}

// read reads what every page may have, and finds what the front matter does not
// say. "search: x" of any other kind may be another tool's.
func (p *Page) read(diags *diag.List) {
	p.Order = math.MaxInt
	matter.Shape{Diags: diags}.Read(p.Matter, "", matter.Into{
		"title": &p.Title, "summary": &p.Summary, "aliases": &p.Aliases, "date": &p.Date, "updated": &p.Updated,
		"owner": &p.Owner, "draft": &p.Draft, "order": &p.Order, "lang": &p.Lang, "layout": &p.Layout,
	})
	p.Moved, p.Kind = p.Matter.Get("moved"), p.Matter.Get("kind")
	p.Stated = p.Summary != ""
	search := p.Matter.Get("search")
	p.Hidden = search != nil && search.Text == "false"
	for _, h := range p.Doc.Headings {
		p.IDs = append(p.IDs, h.ID)
	}
	if p.Doc.Title != nil {
		p.IDs = append(p.IDs, p.Doc.Title.ID)
		p.Title = cmp.Or(p.Title, p.Doc.Title.Text)
	}
	p.IDs = append(p.IDs, p.Doc.Anchors...)
	p.Title = cmp.Or(p.Title, Humanise(path.Base(p.location())))
	p.Sort = strings.ToLower(p.Title)
	p.Summary = cmp.Or(p.Summary, Shorten(p.Doc.Lead, longSummary))
}

// longSummary is how many bytes of a first paragraph serve as summary.
const longSummary = 160

// Shorten cuts text that is longer than so many bytes after a word near there.
func Shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	head := text[:most]
	if i := strings.LastIndexByte(head, ' '); i > 0 {
		head = strings.TrimRight(head[:i], ",;:-– ")
	}
	return strings.ToValidUTF8(head, "") + "…"
}

// Humanise turns a file's or a kind's name into words: "root-cause" is "Root cause".
func Humanise(name string) string {
	words := strings.Fields(strings.NewReplacer("-", " ", "_", " ").Replace(name))
	return cmp.Or(UpperFirst(strings.Join(words, " ")), name)
}

// UpperFirst begins a text with a capital.
func UpperFirst(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(text[:size]) + text[size:]
}

// Name is something that a page or another file can be called.
type Name struct {
	How  How
	Key  markdown.Key // of what [Fold] makes of it
	Text string       // as written, in NFC; "" for an end
}

// How says by what a thing is called, the surest first.
type How uint8

// The ways to call a thing. ByPath is its path without ".md", that of its folder,
// or its address; ByEnd the last parts of its path.
const (
	ByPath How = iota
	ByEnd
	ByTitle
	ByAlias
)

// NewName returns a name.
func NewName(how How, text string) Name {
	return Name{how, markdown.KeyOf(Fold(text)), norm.NFC.String(text)}
}

// PathNames returns the names that a path gives: itself, and everything that it ends in.
func PathNames(path string) []Name {
	names := []Name{NewName(ByPath, path)}
	for _, end, ok := strings.Cut(Fold(path), "/"); ok; _, end, ok = strings.Cut(end, "/") {
		names = append(names, Name{How: ByEnd, Key: markdown.KeyOf(end)})
	}
	return names
}

// name finds what the page can be called, and what its links name where they say
// that as plainly as most do: a path from the content folder, or what [Fold] makes
// of a wiki link. To find where a link leads is one look-up then.
func (p *Page) name() {
	p.Key, p.alike = markdown.KeyOf(p.Name), sync.OnceValue(p.idsByWords)
	folder, location := path.Dir(p.Name), p.location()
	p.Slug = Slug(path.Base(location))
	if name := strings.TrimSuffix(p.Name, ".md"); name != location {
		p.Names = append(p.Names, NewName(ByPath, name))
	}
	p.Names = append(append(p.Names, PathNames(location)...), NewName(ByTitle, p.Title))
	for _, a := range p.Aliases {
		stem := Stem(a.Text)
		p.Names = append(p.Names, NewName(ByAlias, stem), NewName(ByAlias, path.Base(stem)))
	}
	for i := range p.Doc.Links {
		l := &p.Doc.Links[i]
		name, anchor, _ := strings.Cut(l.Target, "#")
		switch {
		case name == "" || strings.ContainsAny(l.Target, ":?%\n") || strings.TrimSpace(l.Target) != l.Target:
			continue
		case l.Form == markdown.Inline:
			l.Name = markdown.KeyOf(Join(folder, name))
		case l.Form == markdown.Wiki && name[0] != '/' && !strings.HasPrefix(name, "..") && !strings.Contains(anchor, "#"):
			l.Name, anchor = markdown.KeyOf(Fold(strings.Trim(strings.TrimSpace(name), "/"))), strings.TrimSpace(anchor)
		}
		l.Anchor = anchor
	}
}

// Near finds the id that an anchor most likely means. It is sure where the two
// differ only in how a tool makes an id of the same words.
func (p *Page) Near(anchor string) (id string, sure bool) {
	if same := p.alike()[bare(anchor)]; len(same) == 1 {
		return same[0], true
	}
	known, ok := p.near.Load(anchor)
	if !ok {
		known = diag.Nearest(anchor, p.IDs)
		p.near.Store(anchor, known)
	}
	return known.(string), false
}

func (p *Page) idsByWords() map[string][]string {
	ids := map[string][]string{}
	for i, id := range p.IDs {
		names := []string{bare(id)}
		if i < len(p.Doc.Headings) {
			names = append(names, bare(p.Doc.Headings[i].Text))
		}
		for _, words := range slices.Compact(names) {
			ids[words] = append(ids[words], id)
		}
	}
	return ids
}

// bare is an anchor without what tools treat differently: the hyphens they put
// for punctuation, and the prefix that GitHub's own pages have.
func bare(id string) string {
	slug := markdown.Slug(norm.NFC.String(strings.TrimPrefix(id, "user-content-")))
	return strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '-' || r == '_' }), "-")
}

// location is the path of the page without ".md", or that of the folder whose page it is.
func (p *Page) location() string {
	if folder := path.Dir(p.Name); p.IsIndex() && folder != "." {
		return folder
	}
	return strings.TrimSuffix(p.Name, ".md")
}

// Slug turns a file's name into a part of an address: lower case, with hyphens
// for spaces, and letters of every script kept.
func Slug(name string) string {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\t':
			return '-'
		case strings.ContainsRune(`"#%&'*+,/:;<=>?@[\]^{|}`+"`", r) || r < ' ':
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(norm.NFC.String(name))))
	return cmp.Or(strings.Trim(slug, "."), "page")
}

// Join is the path that name means in a folder, counted from the content folder. It
// is "..", which names nothing, for one that leads outside.
func Join(folder, name string) string {
	if strings.HasPrefix(name, "/") {
		folder = ""
	}
	full := path.Join(folder, strings.TrimLeft(name, "/"))
	switch {
	case full == ".":
		return ""
	case strings.HasPrefix(full, "../"):
		return ".."
	}
	return full
}

// Fold is what a name is known by: without letter case, the composition of
// accents, ".md", and the difference between "-", "_" and blanks.
func Fold(name string) string {
	return strings.TrimSuffix(strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsSpace(r) {
			return '-'
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(name)), ".md")
}

// Stem is an alias or path without what says the same in other words.
func Stem(name string) string { return strings.Trim(suffix.ReplaceAllString(name, ""), "/") }

// suffix is what a folder's own page and any page can be called besides.
var suffix = regexp.MustCompile(`(?i)(?:(?:^|/)(?:index|readme))?(?:\.md|\.html)?/?$`)
