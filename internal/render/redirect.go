package render

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"quandary/internal/link"
	"quandary/internal/site"
)

// redirects are the pages that send old addresses on, which work on any host,
// and the same list in the form that some hosts read; and the pages that say
// what was withdrawn.
func (r *Renderer) redirects() (list []made) {
	all := r.in.Graph.Redirects
	for _, d := range all {
		list = append(list, made{fileAt(d.From), func() []byte {
			v := r.emptyView(d.From, r.in.Site.Settings.Language)
			v.Layout, v.Page.NoIndex, v.Page.Canonical = "moved", true, r.absolute(d.To.Path)
			v.Page.Title, v.Moved = v.Say("moved"), r.refTo(d.To)
			return r.must("moved", v)
		}})
	}
	if len(all) > 0 {
		list = append(list, made{"_redirects", func() []byte { return r.hostRedirects(all) }})
	}
	for _, w := range r.in.Withdrawn {
		if w.ID == "" {
			list = append(list, made{fileAt(w.Path), func() []byte { return r.withdrawn(w) }})
		}
	}
	return append(list, made{"_headers", headers})
}

// fileAt is the file that a host serves at an address.
func fileAt(path string) string {
	if strings.HasSuffix(path, ".html") {
		return path
	}
	return path + "index.html"
}

// hostRedirects is the list that hosts read. They count addresses from their
// own root, which is not the site's where it lies under a path.
func (r *Renderer) hostRedirects(all []link.Redirect) []byte {
	base := "/"
	if u, err := url.Parse(r.in.BaseURL); err == nil && u.Path != "" {
		base = u.Path
	}
	var b bytes.Buffer
	for _, d := range all {
		fmt.Fprintf(&b, "%s %s 301\n", escapePath(base+d.From), escapePath(base+d.To.Path))
	}
	return b.Bytes()
}

// withdrawn draws the page for visitors of an address that was deleted.
func (r *Renderer) withdrawn(w link.Withdrawn) []byte {
	v := r.emptyView(w.Path, r.in.Site.Settings.Language)
	v.Layout, v.Page.NoIndex, v.Page.Canonical = "withdrawn", true, ""
	if v.Page.Title = w.Title; w.Title == "" {
		v.Page.Title = v.Say("withdrawn")
	}
	v.Page.Summary, v.Page.Updated, v.Moved = w.Reason, w.Date, r.refTo(w.Nearest)
	return r.must("base", v)
}

// oldAnchors lets visitors of anchors that a page once had arrive: at the
// heading that took an anchor's place, or at a note at the end that says where
// it went. A note shows only to those who come for it, without a script too; a
// script goes on at once.
func (r *Renderer) oldAnchors(p *site.Page, v *View, content []byte) []byte {
	var top []byte
	for _, m := range r.in.Graph.Moved[p.ID] {
		mark := fmt.Appendf(nil, `<span id="%s"></span>`, htmlEscape(m.ID))
		switch at := placeOf(m.To.Fragment, content); {
		case m.To.Page != p:
			to := v.URL(m.To.Page.Path)
			if m.To.Fragment != "" {
				to += "#" + m.To.Fragment
			}
			content = fmt.Appendf(content, `<p class="elsewhere" id="%s">%s <a href="%s">%s</a></p>`+"\n",
				htmlEscape(m.ID), htmlEscape(v.Say("moved-part")), htmlEscape(to), htmlEscape(linkText(m.To, nil)))
		case at < 0:
			top = append(top, mark...)
		default:
			content = append(append(append(make([]byte, 0, len(content)+len(mark)), content[:at]...), mark...), content[at:]...)
		}
	}
	for _, w := range r.withdrawnOn[p.Path] {
		content = fmt.Appendf(content, `<p class="elsewhere" id="%s">%s</p>`+"\n", htmlEscape(w.ID), htmlEscape(strings.TrimSuffix(v.Say("withdrawn-part")+": "+w.Reason, ": ")))
	}
	return append(top, content...)
}

// placeOf finds where in content the inside of the element with the given id
// begins; -1 where there is none.
func placeOf(id string, content []byte) int {
	i := bytes.Index(content, []byte(` id="`+htmlEscape(id)+`"`))
	if id == "" || i < 0 {
		return -1
	}
	end := bytes.IndexByte(content[i:], '>')
	if end < 0 {
		return -1
	}
	return i + end + 1
}

// Policy is the content security policy that every page bears: nothing inline
// and nothing from elsewhere, but for pictures that a page itself names.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"

// headers tells hosts that read such a file what to send with every answer.
func headers() []byte {
	return []byte("/*\n  Content-Security-Policy: " + Policy + "\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n\n/assets/embed.js\n  Cache-Control: public, max-age=3600\n")
}
