package render

import (
	"fmt"
	"strings"
)

// redirects are the pages that send old addresses on, which work on any host,
// and the same list in the form that some hosts read.
func (r *Renderer) redirects() (list []made) {
	all := r.in.Graph.Redirects
	for _, d := range all {
		file := d.From
		if !strings.HasSuffix(file, ".html") {
			file += "index.html"
		}
		list = append(list, made{file, func() []byte {
			v := r.emptyView(d.From, r.in.Site.Settings.Language)
			v.Layout, v.Page.NoIndex, v.Page.Canonical = "moved", true, r.absolute(d.To.Path)
			v.Page.Title, v.Moved = v.Say("moved"), r.refTo(d.To)
			return r.must("moved", v)
		}})
	}
	if len(all) > 0 {
		list = append(list, made{"_redirects", func() []byte {
			var b strings.Builder
			for _, d := range all {
				fmt.Fprintf(&b, "/%s /%s 301\n", d.From, d.To.Path)
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
