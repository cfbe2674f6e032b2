package render

import (
	"fmt"
	"slices"
	"strings"

	"quandary/internal/site"
)

// Redirect sends an address that a page once had to the one it has now.
type Redirect struct{ From, To string } // both from the site's root; From as written in `aliases`

// Redirects lists the addresses that pages name as their aliases.
func Redirects(s *site.Site) (list []Redirect) {
	for _, p := range s.Pages {
		for _, a := range p.Aliases {
			from := strings.TrimPrefix(a.Text, "/")
			if !isAddress(a.Text) {
				continue
			}
			if !strings.HasSuffix(from, ".html") {
				from = strings.TrimSuffix(from, "/") + "/"
			}
			if s.At(from) == nil {
				list = append(list, Redirect{from, p.Path})
			}
		}
	}
	slices.SortFunc(list, func(a, b Redirect) int { return strings.Compare(a.From, b.From) })
	return slices.CompactFunc(list, func(a, b Redirect) bool { return a.From == b.From })
}

// isAddress tells an alias that is an old address from one that is a name: it
// has a slash in it, or ends in ".html", and does not lead out of the site.
func isAddress(alias string) bool {
	return (strings.Contains(alias, "/") || strings.HasSuffix(alias, ".html")) &&
		!strings.Contains(alias, "..") && !strings.Contains(alias, ":") && strings.Trim(alias, "/") != ""
}

// redirects are the pages that send old addresses on, which work on any host,
// and the same list in the form that some hosts read.
func (r *Renderer) redirects() (list []made) {
	all := Redirects(r.in.Site)
	for _, d := range all {
		file := d.From
		if !strings.HasSuffix(file, ".html") {
			file += "index.html"
		}
		list = append(list, made{file, func() []byte {
			v := r.emptyView(d.From, r.in.Site.Settings.Language)
			v.Layout, v.Page.NoIndex, v.Page.Canonical = "moved", true, r.absolute(d.To)
			v.Page.Title, v.Moved = v.Say("moved"), r.refTo(r.in.Site.At(d.To))
			return r.must("moved", v)
		}})
	}
	if len(all) > 0 {
		list = append(list, made{"_redirects", func() []byte {
			var b strings.Builder
			for _, d := range all {
				fmt.Fprintf(&b, "/%s /%s 301\n", d.From, d.To)
			}
			return []byte(b.String())
		}})
	}
	return append(list, made{"_headers", headers})
}

// Policy is the content security policy that every page bears: nothing inline
// and nothing from elsewhere, but for pictures that a page itself names.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"

// headers tells hosts that read such a file what to send with every answer.
func headers() []byte {
	return []byte("/*\n  Content-Security-Policy: " + Policy + "\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n\n/assets/embed.js\n  Cache-Control: public, max-age=3600\n")
}
