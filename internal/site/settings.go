package site

import (
	"fmt"
	"net/url"
	"path"
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
	Exclude     []string       // patterns of files to leave alone, as path.Match has them
}

// settingKeys are the keys under `site`.
var settingKeys = []string{"name", "description", "language", "url", "edit", "owner", "raw-html", "menu", "exclude"}

// ReadSettings returns what the home page says of the whole site. It is needed
// before the other pages are parsed, and reports nothing: Assemble does.
func ReadSettings(home *content.Page) Settings {
	var ignored diag.List
	return readSettings(&Page{Page: home}, Options{}, &ignored)
}

// MarkdownOptions returns how the site wants Markdown to be read.
func (s Settings) MarkdownOptions() markdown.Options {
	return markdown.Options{RawHTML: s.RawHTML, Quotes: strings.HasPrefix(s.Language, "en")}
}

func readSettings(home *Page, opts Options, diags *diag.List) Settings {
	s := Settings{Name: opts.Name, Language: "en"}
	if s.Name == "" {
		s.Name = home.Title
	}
	node, shape := home.Matter.Get("site"), matter.Shape{Diags: diags}
	if !shape.Map(node, "site") {
		s.Description = home.Summary
		return s
	}
	shape.Keys(node, "`site`", settingKeys...)
	set := func(target *string, key string) {
		if text, ok := shape.Text(node.Get(key), key); ok {
			*target = text
		}
	}
	s.Description = home.Summary
	set(&s.Name, "name")
	set(&s.Description, "description")
	set(&s.Language, "language")
	set(&s.Edit, "edit")
	set(&s.Owner, "owner")
	s.RawHTML, _ = shape.Boolean(node.Get("raw-html"), "raw-html")
	if menu := node.Get("menu"); menu != nil {
		s.Menu = append([]*matter.Node{}, shape.Texts(menu, "menu")...)
	}
	s.URL = readURL(shape, node.Get("url"))
	s.Exclude = readPatterns(shape, node.Get("exclude"))
	return s
}

// readURL reads the absolute address of the site.
func readURL(shape matter.Shape, n *matter.Node) string {
	text, ok := shape.Text(n, "url")
	if !ok {
		return ""
	}
	base, err := BaseURL(text)
	if err != nil {
		shape.Diags.Add("field/type", n.Place, err.Error()).Hint = `as in "https://handbook.example.org/"`
	}
	return base
}

// BaseURL checks an absolute address and ends it in "/".
func BaseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("url wants an absolute http or https address, and this is %q", s)
	}
	return strings.TrimSuffix(s, "/") + "/", nil
}

func readPatterns(shape matter.Shape, n *matter.Node) (patterns []string) {
	for _, item := range shape.Texts(n, "exclude") {
		if _, err := path.Match(item.Text, ""); err != nil {
			shape.Diags.Add("field/type", item.Place, fmt.Sprintf("%q is not a pattern", item.Text)).Hint = `as in "drafts/*" or "*.tmp.md"`
			continue
		}
		patterns = append(patterns, item.Text)
	}
	return patterns
}
