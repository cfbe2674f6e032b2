package render

import (
	"bytes"
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"quandary/internal/card"
	"quandary/internal/content"
	"quandary/internal/site"
)

// View is what a layout is shown: the whole of "." in layouts. Paths in it are
// relative to the site's root, as "arguments/bottom-line/" is; a layout turns
// one into an address with {{$.URL .Path}}.
type View struct {
	Site      *Site
	Layout    string // which layout draws <main>: "page", "section", "home", "question", ...
	Root      string // from this page to the site's root: "./", "../", "../../", ...
	Page      *Page
	State     *State    // set where Layout is "question" (the start of a decision included) or "result"
	Decision  *Decision // set in the states of a decision and its overview
	Moved     *Page     // set where Layout is "moved" or "withdrawn": where to go instead
	Withdrawn string    // set where Layout is "withdrawn": the date, or ""
	Embedded  bool      // drawn without header and footer, to stand in an iframe
	Pages     []*Page   // what the layout "list" lists

	*Words

	r *Renderer
}

// URL turns a path from the site's root into an address relative to this page.
// In the printed handbook, a page is found at its chapter.
func (v *View) URL(path string) string {
	if v.Layout == "print" {
		if p := v.r.in.Site.At(path); p != nil && !p.Virtual {
			return chapter + strconv.Itoa(v.r.pages[p.ID].Chapter)
		}
	}
	return v.Root + path
}

// Link is a link to a page, that reads as its title. In the printed handbook it
// knows the page's chapter. Pages mention others so often that the parts of this in
// a layout would be a tenth of a build.
func (v *View) Link(p *Page) template.HTML {
	href := v.URL(p.Path)
	return template.HTML(`<a href="` + htmlEscape(href) + `"` + numbered(href) + `>` + htmlEscape(p.Title) + `</a>`)
}

// numbered is the attribute that tells a link to a chapter its number; "" for others.
func numbered(href string) string {
	if number, ok := strings.CutPrefix(href, chapter); ok {
		return ` data-chapter="` + number + `"`
	}
	return ""
}

// Marks are what styles can select a page's mention by, or the page itself: the name
// of its kind and its own.
func (p *Page) Marks() template.HTMLAttr {
	return template.HTMLAttr(`data-kind="` + htmlEscape(p.Kind) + `" data-name="` + htmlEscape(p.Name) + `"`)
}

// chapter begins the address of a chapter in the printed handbook.
const chapter = "#chapter-"

// Asset returns the path of a style, script or picture; "" where there is none.
func (v *View) Asset(name string) string { return v.r.in.Assets(name) }

// Frame draws a layout that is the same on every page of a language and a
// depth, but for the menu's entry of the page. It is drawn once, and sees of the
// page its path only where that is in the menu or is the home page's.
func (v *View) Frame(layout string) template.HTML {
	page := Page{Path: "-", Language: v.Page.Language, Source: v.r.none, r: v.r}
	if v.Page.Path == "" || slices.ContainsFunc(v.Site.Menu, func(p *Page) bool { return p.Path == v.Page.Path }) {
		page.Path = v.Page.Path
	}
	key := [4]string{layout, v.Root, page.Language, page.Path}
	if known, ok := v.r.frames.Load(key); ok {
		return known.(template.HTML)
	}
	html := template.HTML(v.r.in.Layouts.draw(new(bytes.Buffer), layout, &View{Site: v.Site, Root: v.Root, Page: &page, r: v.r, Words: v.Words}))
	v.r.frames.Store(key, html)
	return html
}

// List is this view with some pages to list.
func (v View) List(pages []*Page) *View {
	v.Pages = pages
	return &v
}

// On is this view with another page.
func (v *View) On(p *Page) *View {
	w := v.r.view(p.Source)
	w.Layout, w.Root = v.Layout, v.Root
	return w
}

// At is this view with another state of a decision.
func (v View) At(s *State) *View {
	v.State = s
	return &v
}

// Folders groups the pages by the folders they stand in.
func (v *View) Folders() (groups []Group) {
	for _, folder := range v.r.pages {
		g := folder.Children()
		g.Refs = slices.DeleteFunc(g.Refs, func(p *Page) bool { return len(p.Source.Children) > 0 })
		if len(g.Refs) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// Site is what every page shows alike.
type Site struct {
	site.Settings
	BaseURL   string           // absolute, ends in "/"; "" where none is known
	Menu      []*Page          // the few entries of the header
	Sections  []*Page          // top-level sections, in order
	Pages     []*Page          // every page that a writer wrote, in reading order
	Made      map[string]*Page // the pages beside the writer's, by the name of their layout
	Decisions []*Decision      // those that can be asked
	Previews  int              // how many files have the previews of pages, a power of two
}

// A menu that the site does not choose has no more sections than these, and a
// handbook that is one page as well, to be printed, no more pages.
const mostMenu, mostPrinted = 4, 300

// share makes what every page mentions or shows alike. The home page is the
// first. A page of the site takes the place of one with the same address that is
// made, which is named after its layout.
func (r *Renderer) share() {
	s := r.site
	for _, p := range r.in.Site.Pages {
		page := r.page(p)
		r.pages = append(r.pages, page)
		if !p.Virtual {
			s.Pages = append(s.Pages, page)
			page.Chapter = len(s.Pages)
		}
	}
	s.Sections = slices.DeleteFunc(r.pages[0].Children().Refs, func(p *Page) bool { return len(p.Source.Children) == 0 })
	words := r.in.Layouts.Words(s.Language)
	for _, m := range [][3]string{
		{"index", "index/", "index"},
		{"map", "map/", "map"},
		{"search", "search/", "search"},
		{"print", "print/", "print-all"},
		{"404", "404.html", "not-found"},
	} {
		if p := r.in.Site.At(m[1]); p != nil {
			s.Made[m[0]] = r.pages[p.ID]
		} else if m[0] != "print" || len(r.pages) <= mostPrinted {
			s.Made[m[0]] = r.made(m[1], m[0], words.Say(m[2]), s.Language)
		}
	}
}

// makeMenu puts into the menu what the site wants there, or else the first
// decision, the sections unless they are many, and the ways to find a page.
func (r *Renderer) makeMenu() {
	s := r.site
	if r.in.Site.Menu == nil {
		if len(s.Decisions) > 0 {
			s.Menu = append(s.Menu, s.Decisions[0].Page)
		}
		if len(s.Sections) <= mostMenu {
			s.Menu = append(s.Menu, s.Sections...)
		}
		if len(r.in.Site.Kinds) > 0 {
			s.Menu = append(s.Menu, s.Made["map"])
		}
		s.Menu = append(s.Menu, s.Made["index"], s.Made["search"])
	}
	for _, e := range r.in.Site.Menu {
		page := s.Made[e.Name]
		if page == nil && e.Page != nil {
			page = r.pages[e.Page.ID]
		}
		if page != nil {
			entry := *page
			entry.Title = cmp.Or(e.Label, page.Title)
			s.Menu = append(s.Menu, &entry)
		}
	}
}

// Letters groups every page under the first letter of its title; "#" is for
// those that begin with none.
func (s *Site) Letters() (groups []Group) {
	byTitle := func(a, b *Page) int { return strings.Compare(a.Source.Sort, b.Source.Sort) }
	for _, p := range slices.SortedStableFunc(slices.Values(s.Pages), byTitle) {
		letter := "#"
		if first, _ := utf8.DecodeRuneInString(p.Title); unicode.IsLetter(first) {
			letter = string(unicode.ToUpper(first))
		}
		groups = addTo(groups, letter, p)
	}
	return groups
}

// News lists the pages that say when they changed, the newest first.
func (s *Site) News(most int) []*Page {
	pages := slices.DeleteFunc(slices.Clone(s.Pages), func(p *Page) bool { return p.Changed().IsZero() })
	slices.SortStableFunc(pages, func(a, b *Page) int { return b.Changed().Compare(a.Changed()) })
	return pages[:min(len(pages), most)]
}

// Page is a page as layouts see it: the one that is drawn, or one mentioned.
type Page struct {
	Path     string // may end in a #fragment
	Title    string
	Summary  string
	Name     string // its file's name without ".md", or its folder's; styles can select on it
	Kind     string // the name of its kind, or ""
	Number   int    // its place in its kind, from 1; 0 where nothing orders its pages
	Chapter  int    // its place in the whole handbook, from 1; 0 where no writer wrote it
	Language string
	Card     string        // the absolute address of its social card, or ""
	Sentence template.HTML // of a page that links here: the sentence around its link
	Source   *site.Page    // what the site knows of it; an empty page where no writer wrote it

	r     *Renderer
	group string // what lists put it under: the plural of its kind, or its section's title; may be ""
}

// page is a page of the site as others mention it. Its social card is listed.
func (r *Renderer) page(p *site.Page) *Page {
	page := r.made(p.Path, cmp.Or(p.Slug, "home"), p.Title, p.Language)
	page.Summary, page.Source = p.Summary, p
	c := card.Card{Title: p.Title, Site: r.site.Name}
	if p.Parent != nil && p.Parent.Parent != nil {
		page.group, c.Section = p.Parent.Title, p.Parent.Title
	}
	if p.Kind != nil {
		page.Kind, page.group, c.Section = p.Kind.Name, p.Kind.Plural, p.Kind.Label
		if p.Kind.OrderBy != "" {
			page.Number = p.Number
		}
	}
	if r.in.BaseURL != "" && !p.Virtual && c.Can() {
		page.Card = r.in.BaseURL + c.Path()
		r.Cards[c] = true
	}
	return page
}

// made is a page that no writer wrote.
func (r *Renderer) made(path, name, title, language string) *Page {
	return &Page{Path: path, Name: name, Title: title, Language: language, Source: r.none, r: r}
}

// Breadcrumbs are the pages above it, from the home page down.
func (p *Page) Breadcrumbs() []*Page {
	if p.Source.Parent == nil {
		return nil
	}
	up := p.r.pages[p.Source.Parent.ID]
	return append(up.Breadcrumbs(), up)
}

// Children are the pages of a section.
func (p *Page) Children() Group {
	g := Group{Label: p.Title, Folder: p}
	for _, c := range p.Source.Children {
		g.Refs = append(g.Refs, p.r.pages[c.ID])
	}
	return g
}

// Beside is the page that stands so many steps after it in its folder, or nil.
func (p *Page) Beside(step int) *Page {
	if up := p.Source.Parent; up != nil {
		if i := p.Source.Index + step; i >= 0 && i < len(up.Children) {
			return p.r.pages[up.Children[i].ID]
		}
	}
	return nil
}

// of is what the graph has for a page: nothing for one that is made.
func of[T any](p *Page, lists [][]T) []T {
	if p.Source == p.r.none {
		return nil
	}
	return lists[p.Source.ID]
}

// Relations groups the relations of a page by the words they read with.
func (p *Page) Relations() (groups []Group) {
	for _, rel := range of(p, p.r.in.Graph.Relations) {
		label := rel.Type.Label
		if rel.Inverse {
			label = rel.Type.Inverse
		}
		groups = addTo(groups, content.UpperFirst(label), p.r.pages[rel.Other.ID])
	}
	return groups
}

// Backlinks groups the pages that link to it by their kind or section, each with
// the sentence its link stands in.
func (p *Page) Backlinks() (groups []Group) {
	for _, b := range of(p, p.r.in.Graph.Backlinks) {
		from := *p.r.pages[b.From.ID]
		if before, words, after := b.Link.Sentence(); words != "" {
			from.Sentence = template.HTML(htmlEscape(before) + "<b>" + htmlEscape(words) + "</b>" + htmlEscape(after))
		}
		groups = addTo(groups, from.group, &from)
	}
	return groups
}

// Field returns the text of the field called name, or "".
func (p *Page) Field(name string) string {
	for _, f := range p.Source.Fields {
		if f.Type.Name == name {
			values := slices.Clone(f.Values)
			for i, doc := range f.Docs {
				if doc != nil {
					values[i] = doc.Lead
				}
			}
			return strings.Join(values, ", ")
		}
	}
	return ""
}

// Value is a field of the page with links and emphasis.
func (v *View) Value(f site.Field) template.HTML {
	parts := make([]string, len(f.Values))
	for i, value := range f.Values {
		parts[i] = htmlEscape(value)
		if f.Type.Type == "url" {
			parts[i] = `<a href="` + parts[i] + `" rel="external">` + parts[i] + `</a>`
		}
		if i < len(f.Docs) && f.Docs[i] != nil {
			parts[i] = string(v.filler(v.Page, f.Docs[i], 0).html(0, len(f.Docs[i].HTML)))
		}
	}
	return template.HTML(strings.Join(parts, ", "))
}

// Minutes is how long it takes to read.
func (p *Page) Minutes() int { return (p.Source.Doc.Words() + 199) / 200 }

// Changed is when it changed last; zero where it does not say.
func (p *Page) Changed() time.Time { return cmp.Or(p.Source.Updated, p.Source.Date) }

// EditURL is where the file of a page that is not virtual can be edited, or "".
func (p *Page) EditURL() string {
	return strings.ReplaceAll(p.r.site.Edit, "{path}", p.Source.File.Path)
}

// Markdown is the path of the Markdown twin of a page that is not virtual, as
// "arguments/trust.md".
func (p *Page) Markdown() string { return cmp.Or(strings.TrimSuffix(p.Path, "/"), "index") + ".md" }

// Group is a heading and the pages under it.
type Group struct {
	Label  string
	Folder *Page // that the heading stands for, or nil
	Refs   []*Page
	More   int // how many First left out
}

// First is the group with only the first pages of a long list.
func (g Group) First(most int) Group {
	return Group{g.Label, g.Folder, g.Refs[:min(len(g.Refs), most)], max(0, len(g.Refs)-most)}
}

// addTo puts a page in the group with the given label.
func addTo(groups []Group, label string, page *Page) []Group {
	i := slices.IndexFunc(groups, func(g Group) bool { return g.Label == label })
	if i < 0 {
		i, groups = len(groups), append(groups, Group{Label: label})
	}
	groups[i].Refs = append(groups[i].Refs, page)
	return groups
}
