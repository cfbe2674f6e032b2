package link

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// resolver knows every name that a link can use. It is read by many goroutines.
type resolver struct {
	site  *site.Site
	names func() *names            // of pages, for wiki links and relations
	files func() map[string]string // every path of the content folder by its folded form
}

// page resolves the links of one page.
func (r *resolver) page(p *site.Page, diags *diag.List) []Target {
	targets := make([]Target, len(p.Doc.Links))
	for i := range p.Doc.Links {
		l := &p.Doc.Links[i]
		at := source.Place{File: p.File, Span: l.Span}
		switch l.Form {
		case markdown.Wiki, markdown.Embed:
			targets[i] = r.wiki(p, l, at, diags)
		default:
			targets[i] = r.inline(p, l, at, diags)
		}
	}
	return targets
}

// safeSchemes are those a page may link to.
var safeSchemes = []string{"http", "https", "mailto", "tel", "sms", "ftp", "sftp", "ssh", "git", "irc", "ircs", "xmpp", "geo", "magnet", "webcal", "news", "slack", "zoommtg", "msteams", "vscode", "obsidian", "matrix"}

// scheme returns the scheme of an address in lower case, or "". Blanks and
// controls are passed over, as browsers pass over them.
func scheme(target string) string {
	for i, c := range target {
		switch {
		case c == ':' && i > 0:
			return strings.ToLower(strings.Map(dropBlanks, target[:i]))
		case c > ' ' && !isSchemeLetter(c):
			return ""
		}
	}
	return ""
}

func dropBlanks(r rune) rune {
	if r <= ' ' {
		return -1
	}
	return r
}

func isSchemeLetter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
}

// inline resolves a Markdown link, an image, or an address in raw HTML.
func (r *resolver) inline(p *site.Page, l *markdown.Link, at source.Place, diags *diag.List) Target {
	target := strings.TrimSpace(l.Target)
	switch s := scheme(target); {
	case s != "" && (slices.Contains(safeSchemes, s) || s == "data" && isImageData(l)):
		return Target{External: target}
	case s != "" && len(s) > 1:
		diags.Add("link/unsafe", at, fmt.Sprintf("a page may not link to a %s: address", s)).Hint = "link to an https: address or to a page"
		return Target{}
	case strings.HasPrefix(target, "//"):
		return Target{External: "https:" + target}
	}
	name, fragment, _ := strings.Cut(target, "#")
	name, _, _ = strings.Cut(name, "?")
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	if name == "" {
		return r.anchor(Target{Page: p, Fragment: fragment}, at, "", diags)
	}
	t := r.find(p, l, name, at, diags)
	if t.Page == nil {
		return t
	}
	t.Fragment = fragment
	return r.anchor(t, at, target, diags)
}

func isImageData(l *markdown.Link) bool {
	return (l.Form == markdown.Image || l.Form == markdown.RawImage) && strings.HasPrefix(strings.ToLower(l.Target), "data:image/") &&
		!strings.HasPrefix(strings.ToLower(l.Target), "data:image/svg")
}

// find looks a path up: as written, then with its percent-encoding resolved,
// then in other letter case, which is an error that can be mended.
func (r *resolver) find(p *site.Page, l *markdown.Link, name string, at source.Place, diags *diag.List) Target {
	for _, spelling := range spellings(name) {
		if t := r.lookUp(p, spelling); !t.Broken() {
			return t
		}
	}
	decoded := spellings(name)
	full := absolute(p, decoded[len(decoded)-1])
	if actual, ok := r.files()[fold(full)]; ok {
		if t := r.exact(actual); !t.Broken() {
			if norm.NFC.String(actual) != norm.NFC.String(full) {
				r.reportCase(p, l, name, actual, at, diags)
			}
			return t
		}
	}
	r.reportBroken(p, l, name, full, at, diags)
	return Target{}
}

// spellings are the ways to read a path: as it stands, and percent-decoded.
func spellings(name string) []string {
	if decoded, err := url.PathUnescape(name); err == nil && decoded != name {
		return []string{name, decoded}
	}
	return []string{name}
}

// absolute turns a path as a page writes it into one from the content folder;
// one that leads out of the folder begins with "../".
func absolute(p *site.Page, name string) string {
	if strings.HasPrefix(name, "/") {
		return path.Clean(strings.TrimLeft(name, "/"))
	}
	return path.Join(path.Dir(p.Name), name)
}

// lookUp finds the page or file that a path names: a file of the content
// folder, a page without its ".md", a folder, or a page's address.
func (r *resolver) lookUp(p *site.Page, name string) Target {
	if t := r.exact(absolute(p, name)); !t.Broken() {
		return t
	}
	address := strings.Trim(strings.TrimSuffix(name, "index.html"), "/") + "/"
	if !strings.HasPrefix(name, "/") {
		address = path.Join(p.Path, strings.TrimSuffix(name, "index.html")) + "/"
	}
	if address == "/" || address == "./" {
		address = ""
	}
	return Target{Page: r.site.At(address)}
}

func (r *resolver) exact(full string) Target {
	for _, name := range []string{full, full + ".md", path.Join(full, "index.md"), path.Join(full, "README.md"), strings.TrimSuffix(full, ".html") + ".md"} {
		if page := r.site.Named(name); page != nil {
			return Target{Page: page}
		}
	}
	if r.site.Files[full] {
		return Target{File: full}
	}
	return Target{}
}

// anchor checks the fragment of a link to a page.
func (r *resolver) anchor(t Target, at source.Place, target string, diags *diag.List) Target {
	if t.Fragment == "" || t.Fragment == "top" || hasAnchor(t.Page, t.Fragment) {
		return t
	}
	where := t.Page.File.Path
	if target == "" || strings.HasPrefix(target, "#") {
		where = "this page"
	}
	d := diags.Add("link/anchor", fragmentPlace(at), fmt.Sprintf("%s has no heading %q", where, t.Fragment))
	if near := diag.Nearest(t.Fragment, anchors(t.Page)); near != "" {
		d.Hint = fmt.Sprintf(`did you mean "#%s"?`, near)
		if markdown.Slug(t.Fragment) == near { // the heading's words instead of its anchor
			d.Fix = []diag.Edit{{Place: fragmentPlace(at), Text: near}}
		}
	}
	return t
}

// fragmentPlace narrows the place of a destination to what follows its "#".
func fragmentPlace(at source.Place) source.Place {
	if i := strings.IndexByte(at.Text(), '#'); i >= 0 {
		at.Span.Start += i + 1
		if j := strings.IndexByte(at.Text(), '|'); j >= 0 {
			at.Span.End = at.Span.Start + j
		}
	}
	return at
}

func hasAnchor(p *site.Page, id string) bool {
	for i := range p.Doc.Headings {
		if p.Doc.Headings[i].ID == id {
			return true
		}
	}
	return p.Doc.Title != nil && p.Doc.Title.ID == id || slices.Contains(p.Doc.Anchors, id)
}

func anchors(p *site.Page) []string {
	ids := make([]string, 0, len(p.Doc.Headings)+1)
	for _, h := range p.Doc.Headings {
		ids = append(ids, h.ID)
	}
	if p.Doc.Title != nil {
		ids = append(ids, p.Doc.Title.ID)
	}
	return append(ids, p.Doc.Anchors...)
}

// indexFiles lists every path of the content folder by its folded form.
func (r *resolver) indexFiles() map[string]string {
	index := make(map[string]string, len(r.site.Pages)+len(r.site.Files))
	for _, p := range r.site.Pages {
		index[fold(p.Name)] = p.Name
		index[fold(strings.TrimSuffix(p.Name, ".md"))] = p.Name
		if p.IsIndex() {
			index[fold(path.Dir(p.Name))] = p.Name
		}
	}
	for f := range r.site.Files {
		index[fold(f)] = f
	}
	return index
}

// fold removes what some file systems do not tell apart: letter case and the
// composition of accents.
func fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }
