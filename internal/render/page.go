package render

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"quandary/internal/link"
	"quandary/internal/markdown"
	"quandary/internal/site"
)

// Limits that keep one page's size from growing with the site.
const (
	mostSiblings  = 12  // pages listed beside a page
	mostChildren  = 60  // pages of a section that the home page lists
	mostBacklinks = 40  // backlinks in one group
	mostListed    = 500 // pages that a section's own page lists
)

// Page draws one page of the site.
func (r *Renderer) Page(p *site.Page) []byte { return r.must("base", r.view(p)) }

// Preview draws the fragment that is shown when a reader points at a link to p.
func (r *Renderer) Preview(p *site.Page) []byte {
	v := r.emptyView(p.Path, r.language(p))
	v.Layout = "preview"
	v.Page = &Page{Path: p.Path, Title: p.Title, Summary: p.Summary, Language: v.Page.Language, Direction: v.Page.Direction}
	v.Page.Name, v.Page.Fields = nameOf(p), fieldsOf(p)
	v.Page.setKind(p)
	return r.must("preview", v)
}

// emptyView is a view without a page of the content folder.
func (r *Renderer) emptyView(path, lang string) *View {
	words := r.in.Layouts.Words(lang)
	return &View{
		Site: r.shared, Root: root(path), words: words, Layout: "page",
		Page: &Page{Path: path, Language: lang, Direction: words.Direction, Canonical: r.absolute(path)},
	}
}

// language returns the page's language: its own, its folder's, or the site's.
func (r *Renderer) language(p *site.Page) string {
	for at := p; at != nil; at = at.Parent {
		if at.Lang != "" {
			return at.Lang
		}
	}
	return r.in.Site.Settings.Language
}

// absolute returns the absolute address of a path, or "" without a base URL.
func (r *Renderer) absolute(path string) string {
	if r.in.BaseURL == "" {
		return ""
	}
	return r.in.BaseURL + path
}

// view gathers everything a layout shows of a page.
func (r *Renderer) view(p *site.Page) *View {
	v := r.emptyView(p.Path, r.language(p))
	v.Layout = r.layoutOf(p)
	page := v.Page
	page.Title, page.Summary, page.Name = p.Title, p.Summary, nameOf(p)
	page.setKind(p)
	if p.Stated {
		page.Lede = p.Summary
	}
	page.Fields = r.fields(p, v.Root, v.words)
	page.Content = template.HTML(r.oldAnchors(p, v, r.content(p, v.Root, v.words)))
	page.Headings = nest(p.Doc.Headings)
	page.Relations, page.Backlinks = r.relations(p), r.backlinks(p)
	page.Breadcrumbs = r.breadcrumbs(p)
	page.Siblings = r.siblings(p)
	page.Children = r.children(p, mostListed)
	page.Previous, page.Next = r.beside(p)
	page.Minutes = (p.Doc.Words + 199) / 200
	page.Updated, page.Owner = day(p.Updated, p.Date), p.Owner
	page.EditURL = r.editURL(p)
	if !p.Virtual {
		page.Markdown = MarkdownPath(p)
	}
	if p.Doc.Title != nil {
		page.TitleID = p.Doc.Title.ID
	}
	page.Near, page.Card = r.neighbourhood(p, v), r.cardAddress(p)
	r.decisionsOf(p, page)
	for _, w := range r.decided {
		if w.page == p && !w.embed {
			w.start(v)
		}
	}
	return v
}

// layoutOf names the layout that draws p: its own, its kind's, or the one for
// its place in the site.
func (r *Renderer) layoutOf(p *site.Page) string {
	switch {
	case p.Parent == nil:
		return "home"
	case len(p.Children) > 0 || p.IsIndex():
		return "section"
	}
	return "page"
}

func (page *Page) setKind(p *site.Page) {
	if p.Kind != nil {
		page.Kind, page.KindLabel, page.KindPlural = p.Kind.Name, p.Kind.Label, p.Kind.Plural
		page.Count = len(p.Kind.Pages)
		if p.Kind.OrderBy != "" {
			page.Number = p.Number
		}
	}
}

// nameOf is the page's name for styles: its file's, or its folder's.
func nameOf(p *site.Page) string {
	if p.Parent == nil {
		return "home"
	}
	return p.Slug
}

func day(times ...time.Time) string {
	for _, t := range times {
		if !t.IsZero() {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}

// fieldsOf lists the fields of a page as other pages show them: without links,
// which could not stand inside the link to the page.
func fieldsOf(p *site.Page) []Field {
	fields := make([]Field, 0, len(p.Fields))
	for _, f := range p.Fields {
		values := slices.Clone(f.Values)
		for i, doc := range f.Docs {
			if doc != nil {
				values[i] = doc.Lead
			}
		}
		text := strings.Join(values, ", ")
		fields = append(fields, Field{Name: f.Type.Name, Label: f.Type.Label, Text: text, HTML: template.HTML(htmlEscape(text))})
	}
	return fields
}

// fields lists the fields of a page as the page itself shows them.
func (r *Renderer) fields(p *site.Page, root string, words *Words) []Field {
	fields := fieldsOf(p)
	targets := r.in.Graph.Targets[p.ID][len(p.Doc.Links):]
	for i, f := range p.Fields {
		if len(f.Docs) == 0 {
			continue
		}
		parts := make([]string, len(f.Values))
		for j, doc := range f.Docs {
			if doc == nil {
				parts[j] = htmlEscape(f.Values[j])
				continue
			}
			fill := &filler{r: r, root: root, words: words, page: p, doc: doc, targets: targets[:len(doc.Links)]}
			targets = targets[len(doc.Links):]
			parts[j] = string(doc.Append(nil, 0, len(doc.HTML), fill.fill))
		}
		fields[i].HTML = template.HTML(strings.Join(parts, ", "))
	}
	return fields
}

// ref is how other pages mention p.
func (r *Renderer) ref(p *site.Page) Ref {
	ref := Ref{Path: p.Path, Title: p.Title, Summary: p.Summary, Name: nameOf(p), Fields: fieldsOf(p), Preview: p.Path + "preview.html"}
	if p.Kind != nil {
		ref.Kind = p.Kind.Name
		if p.Kind.OrderBy != "" {
			ref.Number = p.Number
		}
	}
	return ref
}

func (r *Renderer) refTo(p *site.Page) Ref { return r.refs[p.ID] }

// children lists the pages of a section, most at most.
func (r *Renderer) children(p *site.Page, most int) []Ref {
	refs := make([]Ref, 0, min(len(p.Children), most))
	for _, c := range p.Children[:min(len(p.Children), most)] {
		refs = append(refs, r.refTo(c))
	}
	return refs
}

// section is a section with its first pages.
func (r *Renderer) section(p *site.Page) Ref {
	ref := r.refTo(p)
	ref.Children = r.children(p, mostChildren)
	ref.More = len(p.Children) - len(ref.Children)
	return ref
}

func (r *Renderer) breadcrumbs(p *site.Page) (refs []Ref) {
	for at := p.Parent; at != nil; at = at.Parent {
		refs = append(refs, r.refTo(at))
	}
	slices.Reverse(refs)
	return refs
}

// siblings lists the pages beside p, unless they are many.
func (r *Renderer) siblings(p *site.Page) (refs []Ref) {
	if p.Parent == nil || p.Parent.Parent == nil || len(p.Parent.Children) > mostSiblings || len(p.Parent.Children) < 2 {
		return nil
	}
	for _, c := range p.Parent.Children {
		ref := r.refTo(c)
		ref.Current = c == p
		refs = append(refs, ref)
	}
	return refs
}

// beside returns the pages before and after p in its folder.
func (r *Renderer) beside(p *site.Page) (previous, next *Ref) {
	if p.Parent == nil {
		return nil, nil
	}
	list := p.Parent.Children
	i := slices.Index(list, p)
	if i > 0 {
		ref := r.refTo(list[i-1])
		previous = &ref
	}
	if i+1 < len(list) {
		ref := r.refTo(list[i+1])
		next = &ref
	}
	return previous, next
}

// relations groups the relations of a page by the words they read with.
func (r *Renderer) relations(p *site.Page) (groups []Group) {
	for _, rel := range r.in.Graph.Relations[p.ID] {
		label := rel.Type.Label
		if rel.Inverse {
			label = rel.Type.Inverse
		}
		groups = addTo(groups, upperFirst(label), rel.Other.Kind.Name, r.refTo(rel.Other))
	}
	return groups
}

// addTo puts ref in the group with the given label.
func addTo(groups []Group, label, kind string, ref Ref) []Group {
	for i := range groups {
		if groups[i].Label == label && groups[i].Kind == kind {
			groups[i].Refs = append(groups[i].Refs, ref)
			return groups
		}
	}
	return append(groups, Group{Label: label, Kind: kind, Refs: []Ref{ref}})
}

func upperFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// backlinks groups the pages that link to p by their kind or folder, each with
// the sentence its link stands in. A page that is also related is left out
// unless that sentence says more.
func (r *Renderer) backlinks(p *site.Page) (groups []Group) {
	for _, b := range r.in.Graph.Backlinks[p.ID] {
		label, kind := "", ""
		switch {
		case b.From.Kind != nil:
			label, kind = b.From.Kind.Plural, b.From.Kind.Name
		case b.From.Parent != nil && b.From.Parent.Parent != nil:
			label = b.From.Parent.Title
		}
		ref := r.refTo(b.From)
		ref.Sentence = sentence(b)
		groups = addTo(groups, label, kind, ref)
	}
	for i := range groups {
		groups[i].More = max(0, len(groups[i].Refs)-mostBacklinks)
		groups[i].Refs = groups[i].Refs[:len(groups[i].Refs)-groups[i].More]
	}
	return groups
}

// sentence is the text around a link, with the link's own words marked.
func sentence(b link.Backlink) template.HTML {
	l := b.Link
	if l.Sentence == "" {
		return ""
	}
	return template.HTML(htmlEscape(l.Sentence[:l.From]) + "<b>" + htmlEscape(l.Sentence[l.From:l.To]) + "</b>" + htmlEscape(l.Sentence[l.To:]))
}

// nest turns a flat list of headings into a tree of two levels, the highest
// that the page uses. A page with fewer than two has no contents.
func nest(headings []markdown.Heading) []Heading {
	top := 7
	for _, h := range headings {
		top = min(top, h.Level)
	}
	var tree []Heading
	for _, h := range headings {
		entry := Heading{ID: h.ID, Text: h.Text}
		switch {
		case h.Level == top:
			tree = append(tree, entry)
		case h.Level == top+1 && len(tree) > 0:
			last := &tree[len(tree)-1]
			last.Children = append(last.Children, entry)
		}
	}
	if len(headings) < 2 {
		return nil
	}
	return tree
}

func (r *Renderer) editURL(p *site.Page) string {
	pattern := r.in.Site.Settings.Edit
	if pattern == "" || p.Virtual {
		return ""
	}
	if strings.Contains(pattern, "{path}") {
		return strings.ReplaceAll(pattern, "{path}", p.File.Path)
	}
	return strings.TrimSuffix(pattern, "/") + "/" + p.File.Path
}

// MarkdownPath is where the Markdown twin of a page goes: beside its folder's
// address, as "arguments/trust.md".
func MarkdownPath(p *site.Page) string {
	if p.Path == "" {
		return "index.md"
	}
	return strings.TrimSuffix(p.Path, "/") + ".md"
}

// Markdown is the page's twin in Markdown: as written, without front matter,
// under its title.
func (r *Renderer) Markdown(p *site.Page) []byte {
	body := p.File.Data[p.Body:]
	if p.Doc.Title != nil {
		return body
	}
	return append([]byte("# "+p.Title+"\n\n"), body...)
}
