package site

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
)

// Settings are what the home page's front matter says of the whole site, under
// the key `site`.
type Settings struct {
	Name        string
	Description string
	Language    string // BCP 47; "en" where not given
	URL         string // absolute, ends in "/"; "" where not given
	Edit        string // address of a page's source, with {path} for its file; "" where not given
	Owner       string
	RawHTML     bool
	Menu        []*matter.Node // pages, and the names of made pages; nil where not given
	MenuLabels  []string       // what each entry of Menu reads as; "" for the page's own title
	Exclude     []string       // patterns of files to leave alone, as path.Match has them
}

// MarkdownOptions returns how the site wants Markdown to be read.
func (s Settings) MarkdownOptions() markdown.Options {
	return markdown.Options{RawHTML: s.RawHTML, Quotes: strings.HasPrefix(s.Language, "en")}
}

// ReadSettings reads what the home page says of the whole site, which bears name
// if that does not give it one. The other pages cannot be parsed without.
func ReadSettings(home *content.Page, name string) (s Settings, diags diag.List) {
	s = Settings{Name: cmp.Or(name, home.Title), Description: home.Summary, Language: "en"}
	node, shape := home.Matter.Get("site"), matter.Shape{Diags: &diags}
	if !shape.Map(node, "site") {
		return s, diags
	}
	var exclude []*matter.Node
	shape.Read(node, "`site`", matter.Into{
		"name": &s.Name, "description": &s.Description, "language": &s.Language, "url": &s.URL, "edit": &s.Edit,
		"owner": &s.Owner, "raw-html": &s.RawHTML, "menu": nil, "exclude": &exclude,
	})
	if s.URL != "" {
		base, err := BaseURL(s.URL)
		if s.URL = base; err != nil {
			diags.Add("field/type", node.Get("url").Place, err.Error()).Hint = `as in "https://handbook.example.org/"`
		}
	}
	s.readMenu(shape, node.Get("menu"))
	for _, item := range exclude {
		if _, err := path.Match(item.Text, ""); err != nil {
			shape.Mismatch(item, "exclude", "patterns").Hint = `as in "drafts/*" or "*.tmp.md"`
			continue
		}
		s.Exclude = append(s.Exclude, item.Text)
	}
	return s, diags
}

// readMenu reads the entries of the menu: a page, or "Label: page".
func (s *Settings) readMenu(shape matter.Shape, menu *matter.Node) {
	if menu != nil {
		s.Menu = []*matter.Node{}
	}
	for _, n := range shape.List(menu) {
		label := ""
		if n.Kind == matter.Map && len(n.Fields) == 1 {
			label, n = n.Fields[0].Key.Text, n.Fields[0].Value
		}
		if _, ok := shape.Text(n, "menu"); ok {
			s.Menu, s.MenuLabels = append(s.Menu, n), append(s.MenuLabels, label)
		}
	}
}

// made are the names that a menu can give to the pages that are made beside the
// writer's.
var made = []string{"index", "map", "search", "print"}

// checkMenu reports entries of the menu that name no page.
func (s *Site) checkMenu(diags *diag.List) {
	for _, n := range s.Settings.Menu {
		if !slices.Contains(made, n.Text) && s.MenuPage(n.Text) == nil {
			diags.Add("setting/menu", n.Place, fmt.Sprintf("there is no page %q for the menu", n.Text)).
				Hint = diag.DidYouMean(n.Text, slices.Concat(made, slices.Sorted(maps.Keys(s.byName))))
		}
	}
}

// MenuPage returns the page that an entry of the menu names by its file, with
// or without ".md", or by its folder; nil where there is none.
func (s *Site) MenuPage(name string) *Page {
	return cmp.Or(s.Named(name), s.Named(name+".md"), s.Named(strings.TrimSuffix(name, "/")+"/index.md"))
}

// BaseURL checks an absolute address and ends it in "/".
func BaseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("url wants an absolute http or https address, and this is %q", s)
	}
	return strings.TrimSuffix(s, "/") + "/", nil
}
