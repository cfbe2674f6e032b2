package render

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"quandary/internal/content"
	"quandary/internal/site"
)

// feeds are the files that other programs read: what changed, what there is,
// and what may be fetched. Those that need absolute addresses are made only
// where there is a base URL.
func (r *Renderer) feeds() []made {
	list := []made{
		{"llms.txt", r.llms},
		{"robots.txt", r.robots},
	}
	if r.in.BaseURL != "" {
		list = append(list, made{"sitemap.xml", r.sitemap}, made{feedPath, r.feed})
	}
	return list
}

// published lists the pages that a writer wrote.
func (r *Renderer) published() (pages []*site.Page) {
	for _, p := range r.in.Site.Pages {
		if !p.Virtual {
			pages = append(pages, p)
		}
	}
	return pages
}

func changed(p *content.Page) time.Time {
	if !p.Updated.IsZero() {
		return p.Updated
	}
	return p.Date
}

func (r *Renderer) sitemap() []byte {
	type entry struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod,omitempty"`
	}
	set := struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []entry  `xml:"url"`
	}{}
	for _, p := range r.published() {
		set.URLs = append(set.URLs, entry{r.absolute(escapePath(p.Path)), day(changed(p.Page))})
	}
	return encodeXML(set)
}

// mostNews is how many pages the feed tells of.
const mostNews = 30

func (r *Renderer) feed() []byte {
	type link struct {
		Rel  string `xml:"rel,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	type entry struct {
		Title   string `xml:"title"`
		ID      string `xml:"id"`
		Link    link   `xml:"link"`
		Updated string `xml:"updated"`
		Summary string `xml:"summary,omitempty"`
	}
	feed := struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"title"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Author  string   `xml:"author>name"`
		Links   []link   `xml:"link"`
		Entries []entry  `xml:"entry"`
	}{Title: r.in.Site.Settings.Name, ID: r.in.BaseURL, Author: cmp.Or(r.in.Site.Settings.Owner, r.in.Site.Settings.Name)}
	feed.Links = []link{{"self", r.absolute(feedPath)}, {"alternate", r.in.BaseURL}}
	pages := slices.DeleteFunc(r.published(), func(p *site.Page) bool { return changed(p.Page).IsZero() })
	slices.SortStableFunc(pages, func(a, b *site.Page) int { return changed(b.Page).Compare(changed(a.Page)) })
	latest := time.Unix(0, 0).UTC()
	for _, p := range pages[:min(len(pages), mostNews)] {
		address := r.absolute(escapePath(p.Path))
		feed.Entries = append(feed.Entries, entry{p.Title, address, link{Href: address}, changed(p.Page).Format(time.RFC3339), p.Summary})
		if changed(p.Page).After(latest) {
			latest = changed(p.Page)
		}
	}
	feed.Updated = latest.Format(time.RFC3339)
	return encodeXML(feed)
}

// encodeXML writes v with the XML declaration.
func encodeXML(v any) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(v); err != nil {
		panic(err) // writing to memory does not fail
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func (r *Renderer) robots() []byte {
	text := "User-agent: *\nAllow: /\n"
	if r.in.BaseURL != "" {
		text += "Sitemap: " + r.absolute("sitemap.xml") + "\n"
	}
	return []byte(text)
}

// llms lists the pages for programs that read rather than browse, with the
// addresses of their Markdown twins.
func (r *Renderer) llms() []byte {
	var b strings.Builder
	set := r.in.Site.Settings
	fmt.Fprintf(&b, "# %s\n\n> %s\n", set.Name, set.Description)
	section := ""
	for _, p := range r.published() {
		title := set.Name
		if p.Parent != nil {
			title = p.Parent.Title
		}
		if title != section {
			section = title
			fmt.Fprintf(&b, "\n## %s\n\n", section)
		}
		fmt.Fprintf(&b, "- [%s](%s)", p.Title, r.in.BaseURL+escapePath(MarkdownPath(p)))
		if p.Summary != "" {
			fmt.Fprintf(&b, ": %s", p.Summary)
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}
