package render

import (
	"cmp"
	"html/template"
	"slices"
	"strings"
	"time"

	"quandary/internal/card"
	"quandary/internal/site"
)

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
		r.cards[c] = true
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
		if i := slices.Index(up.Children, p.Source) + step; i >= 0 && i < len(up.Children) {
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
		groups = addTo(groups, upperFirst(label), p.r.pages[rel.Other.ID])
	}
	return groups
}

// Backlinks groups the pages that link to it by their kind or section, each with
// the sentence its link stands in.
func (p *Page) Backlinks() (groups []Group) {
	for _, b := range of(p, p.r.in.Graph.Backlinks) {
		from := *p.r.pages[b.From.ID]
		if l := b.Link; l.Sentence != "" {
			before, words, after := l.Sentence[:l.From], l.Sentence[l.From:l.To], l.Sentence[l.To:]
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
		if i < len(f.Docs) && f.Docs[i] != nil {
			parts[i] = string(v.filler(v.Page, f.Docs[i], 0).html(0, len(f.Docs[i].HTML)))
		}
	}
	return template.HTML(strings.Join(parts, ", "))
}

// Minutes is how long it takes to read.
func (p *Page) Minutes() int { return (p.Source.Doc.Words + 199) / 200 }

// Changed is when it changed last; zero where it does not say.
func (p *Page) Changed() time.Time { return cmp.Or(p.Source.Updated, p.Source.Date) }

// EditURL is where the file of a page that is not virtual can be edited, or "".
func (p *Page) EditURL() string {
	return strings.ReplaceAll(p.r.site.Edit, "{path}", p.Source.File.Path)
}

// Markdown is the path of the Markdown twin of a page that is not virtual, as
// "arguments/trust.md".
func (p *Page) Markdown() string { return cmp.Or(strings.TrimSuffix(p.Path, "/"), "index") + ".md" }
