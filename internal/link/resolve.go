package link

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// resolver knows every name that a link can use. It is read by many goroutines.
type resolver struct {
	site    *site.Site
	paths   map[string]*site.Page // by file, and by folder
	anchors *anchorIndex
	names   func() *names            // of pages, for wiki links and relations
	folded  func() map[string]string // every path of the content folder by its folded form
	listing func() *listing          // for hints
	old     map[string]*site.Page    // the pages that once were at an address
}

func newResolver(s *site.Site) *resolver {
	r := &resolver{site: s, paths: indexPaths(s), anchors: indexAnchors(s)}
	r.names = sync.OnceValue(func() *names { return indexNames(s) })
	r.folded = sync.OnceValue(r.indexFolded)
	r.listing = sync.OnceValue(func() *listing { return list(s) })
	return r
}

// visit is the work on the links of one page.
type visit struct {
	*resolver
	page   *site.Page
	diags  *diag.List
	embeds bool // it embeds something
}

// ref is one link with the place of its destination.
type ref struct {
	*markdown.Link
	at source.Place
}

// exactly reports whether the destination stands in the file just as it is
// meant, without escapes or entities, so that a part of it can be replaced.
func (l ref) exactly() bool { return l.at.Text() == l.Target }

// links resolves the links of the page's document.
func (v *visit) links(targets []Target) []Target {
	for i := range v.page.Doc.Links {
		l := &v.page.Doc.Links[i]
		v.embeds = v.embeds || l.Form == markdown.Embed
		targets[i] = v.resolve(ref{l, source.Place{File: v.page.File, Span: l.Span}})
	}
	return targets
}

func (v *visit) resolve(l ref) Target {
	if l.Form == markdown.Wiki || l.Form == markdown.Embed {
		return v.wiki(l)
	}
	return v.inline(l)
}

// inline resolves a Markdown link, an image, or an address in raw HTML.
func (v *visit) inline(l ref) Target {
	target := strings.TrimSpace(l.Target)
	if target == "" {
		v.reportEmpty(l)
		return Target{}
	}
	if strings.HasPrefix(target, "//") {
		return Target{External: "https:" + target}
	}
	if s := scheme(target); len(s) > 1 {
		return v.elsewhere(l, target, s)
	}
	name, fragment := parts(target)
	if name == "" {
		return v.anchor(l, Target{Page: v.page, Fragment: fragment})
	}
	t := v.find(l, name)
	t.Fragment = fragment
	switch {
	case t.Page == nil:
	case l.Form == markdown.Image || l.Form == markdown.RawImage:
		v.reportNoImage(l, t.Page)
		return Target{}
	default:
		return v.anchor(l, t)
	}
	return t
}

// parts splits a destination into its path and its fragment.
func parts(target string) (name, fragment string) {
	name, fragment, _ = strings.Cut(target, "#")
	name, _, _ = strings.Cut(name, "?")
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	fragment, _, _ = strings.Cut(fragment, ":~:") // which words to mark: for the browser alone
	return name, fragment
}

// safeSchemes are those a page may link to.
var safeSchemes = []string{"http", "https", "mailto", "tel", "sms", "ftp", "sftp", "ssh", "git", "irc", "ircs", "xmpp", "geo", "magnet", "webcal", "news", "slack", "zoommtg", "msteams", "vscode", "obsidian", "matrix"}

// scheme returns the scheme of an address in lower case, or "". Blanks and
// controls are passed over, as browsers pass over them.
func scheme(target string) string {
	for i := range len(target) {
		switch c := target[i]; {
		case c == ':' && i > 0:
			if target[:i] == "https" {
				return "https"
			}
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

func isSchemeLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
}

// elsewhere judges an address with a scheme.
func (v *visit) elsewhere(l ref, target, s string) Target {
	if s == "https" || slices.Contains(safeSchemes, s) || s == "data" && isImageData(l) {
		return Target{External: target}
	}
	if _, port, _ := strings.Cut(target, ":"); (strings.Contains(s, ".") || s == "localhost") && port != "" && port[0] >= '0' && port[0] <= '9' {
		v.diags.Add("link/broken", l.at, fmt.Sprintf("%q is not an address without its scheme", target)).
			Hint = fmt.Sprintf("write %q", schemeFor(s)+target)
		return Target{}
	}
	v.diags.Add("link/unsafe", l.at, fmt.Sprintf("a page may not link to a %s: address", s)).Hint = "link to an https: address or to a page"
	return Target{}
}

// schemeFor is the scheme that an address of the host most likely wants.
func schemeFor(host string) string {
	if host == "localhost" {
		return "http://"
	}
	return "https://"
}

func isImageData(l ref) bool {
	lower := strings.ToLower(l.Target)
	return (l.Form == markdown.Image || l.Form == markdown.RawImage) && strings.HasPrefix(lower, "data:image/") &&
		!strings.HasPrefix(lower, "data:image/svg")
}

// find looks a path up: as written, then with its percent-encoding resolved,
// as an address, as an old address, and last in other letter case, which is an
// error that can be mended.
func (v *visit) find(l ref, name string) Target {
	var room [256]byte
	written := [2]string{name}
	spellings := written[:1]
	if decoded, err := url.PathUnescape(name); err == nil && decoded != name {
		spellings = append(spellings, decoded)
	}
	for _, s := range spellings {
		if full, inside := appendAbsolute(room[:0], v.page.Name, s); inside {
			if t := v.exact(full); !t.Broken() {
				return t
			}
		}
	}
	decoded := spellings[len(spellings)-1]
	if t := v.address(v.page, decoded); !t.Broken() {
		return t
	}
	full := absolute(v.page.Name, decoded)
	if p := v.once(full); p != nil {
		v.reportMoved(l, name, p)
		return Target{Page: p}
	}
	if actual, ok := v.folded()[fold(full)]; ok {
		if norm.NFC.String(actual) != norm.NFC.String(full) {
			v.reportCase(l, name, actual)
		}
		return v.exact([]byte(actual))
	}
	v.reportBroken(l, name, decoded, full)
	return Target{}
}
