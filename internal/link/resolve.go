package link

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// visit is the work on the references of one page.
type visit struct {
	*names
	graph  *Graph
	page   *site.Page
	diags  diag.List
	embeds bool // it embeds something
}

// ref is one link with the place of its destination.
type ref struct {
	*markdown.Link
	at source.Place
}

func (l ref) isWiki() bool  { return l.Form == markdown.Wiki || l.Form == markdown.Embed }
func (l ref) isImage() bool { return l.Form == markdown.Image || l.Form == markdown.RawImage }

// links resolves the links of the page.
func (v *visit) links() []Target {
	docs := []*markdown.Document{v.page.Doc}
	for _, f := range v.page.Fields {
		docs = append(docs, f.Docs...)
	}
	targets := make([]Target, 0, len(v.page.Doc.Links))
	for n, doc := range docs {
		for i := 0; doc != nil && i < len(doc.Links); i++ {
			l := ref{&doc.Links[i], source.Place{File: v.page.File, Span: doc.Links[i].Span}}
			var t Target
			switch {
			case l.Form == markdown.Embed && n > 0:
				v.diags.Add("link/embed", l.at, "a field cannot embed a page").Hint = "link to it, without the \"!\""
			case l.isWiki():
				v.embeds = v.embeds || l.Form == markdown.Embed
				t = v.wiki(l)
			default:
				t = v.inline(l)
			}
			t.Link = l.Link
			targets = append(targets, t)
		}
	}
	return targets
}

// inline resolves a Markdown link, an image, or an address in raw HTML.
func (v *visit) inline(l ref) Target {
	target := strings.TrimSpace(l.Target)
	if strings.HasPrefix(target, "//") {
		return Target{External: "https:" + target}
	}
	if s := scheme(target); len(s) > 1 {
		return v.elsewhere(l, target, s)
	}
	name, fragment, _ := strings.Cut(target, "#")
	name, _, _ = strings.Cut(name, "?")
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	fragment, _, _ = strings.Cut(fragment, ":~:") // which words to mark: for the browser alone
	var t Target
	switch {
	case target == "":
		v.diags.Add("link/broken", l.at, "this "+l.thing("link")+" has no address").Hint = "write where it leads, or take it out"
		return Target{}
	case name == "":
		t.Page = v.page
	default:
		t = v.find(l, name)
	}
	t.Fragment = fragment
	switch {
	case t.Page == nil:
		return t
	case l.isImage():
		v.diags.Add("link/broken", l.at, fmt.Sprintf("%s is a page, not an image", t.Page.File.Path)).
			Hint = fmt.Sprintf("to show the page here write ![[%s]]", strings.TrimSuffix(t.Page.Name, ".md"))
		return Target{}
	}
	return v.anchor(l, t)
}

// thing is what a link should lead to, unless it is an image.
func (l ref) thing(otherwise string) string {
	if l.isImage() {
		return "image"
	}
	return otherwise
}

// safeSchemes are those a page may link to.
var safeSchemes = []string{
	"https", "http", "mailto", "tel", "sms", "ftp", "sftp", "ssh", "git", "irc", "ircs", "xmpp", "geo", "magnet", "webcal", "news",
	"slack", "zoommtg", "msteams", "vscode", "obsidian", "matrix",
}

// scheme returns the scheme of an address in lower case, or "". Blanks and
// controls are passed over, as browsers pass over them.
func scheme(target string) string {
	i := strings.IndexAny(target, ":/?#")
	if i < 1 || target[i] != ':' {
		return ""
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, target[:i]))
}

// elsewhere judges an address with a scheme.
func (v *visit) elsewhere(l ref, target, s string) Target {
	kind := strings.ToLower(target)
	isPicture := l.isImage() && strings.HasPrefix(kind, "data:image/") && !strings.HasPrefix(kind, "data:image/svg")
	if slices.Contains(safeSchemes, s) || isPicture {
		return Target{External: target}
	}
	v.diags.Add("link/unsafe", l.at, fmt.Sprintf("a page may not link to a %s: address", s)).Hint = "link to an https: address or to a page"
	return Target{}
}

// find looks a path up, as a path from the page's folder, else as an address as
// seen from the page's own. An old address is a warning, and other letter case
// an error; both can be mended.
func (v *visit) find(l ref, name string) Target {
	decoded, err := url.PathUnescape(name)
	if err != nil {
		decoded = name
	}
	var room [256]byte
	var found *thing
	for _, from := range [2]string{folderOf(v.page), strings.TrimSuffix(v.page.Path, "/")} {
		full, inside := join(room[:0], from, decoded)
		if !inside {
			continue
		}
		if p := v.pages[string(full)]; p != nil {
			return Target{Page: p}
		}
		t, exact := v.at(full)
		if exact && t.how == byPath && !t.draft {
			return t.target()
		}
		if found == nil {
			found = t
		}
	}
	switch {
	case found == nil:
		v.reportBroken(l, name, decoded)
		return Target{}
	case found.draft:
		v.reportDraft(l, found)
		return Target{}
	case found.how == byAlias:
		d := v.diags.Warn("link/moved", l.path(), fmt.Sprintf("%q is an old address", name))
		l.mend(d, `write "%s"`, v.spell(l, name, found.file()), true)
	default:
		d := v.diags.Add("link/case", l.path(), fmt.Sprintf("%q differs in letter case from the file, so the link works on some systems only", name))
		l.mend(d, `write "%s"`, v.spell(l, name, found.file()), true)
	}
	return found.target()
}

// wiki resolves [[page#heading]] and ![[page]].
func (v *visit) wiki(l ref) Target {
	name, heading, _ := strings.Cut(l.Target, "#")
	name, heading = strings.TrimSpace(name), strings.TrimSpace(heading)
	heading = heading[strings.LastIndexByte(heading, '#')+1:] // "#section#part" names the part
	t := Target{Page: v.page}
	if name != "" {
		switch found := v.named(v.page, name); {
		case len(found) == 0:
			v.reportUnknown(l, name)
			return Target{}
		case len(found) > 1:
			v.reportAmbiguous("link/ambiguous", name, found, l.path())
			return Target{}
		case found[0].draft:
			v.reportDraft(l, &found[0])
			return Target{}
		default:
			t = found[0].target()
		}
	}
	if t.Page == nil || heading == "" {
		return t
	}
	if t.Fragment = markdown.Slug(heading); v.graph.HasAnchor(t.Page, t.Fragment) {
		return t
	}
	t.Fragment = heading
	return v.anchor(l, t)
}

// anchor checks the fragment of a link to a page. A link whose fragment is
// wrong still leads to the page.
func (v *visit) anchor(l ref, t Target) Target {
	if v.graph.HasAnchor(t.Page, t.Fragment) {
		return t
	}
	if now, moved := v.movedAnchor(t); moved && now.Page != nil {
		v.reportMovedAnchor(l, t, now)
		return now
	}
	near, sure := nearAnchor(t.Page, t.Fragment)
	switch same := norm.NFC.String(near) == norm.NFC.String(t.Fragment); {
	case sure && (same || l.isWiki()):
	case sure && lower(near) == lower(t.Fragment):
		d := v.diags.Add("link/case", l.fragment(), fmt.Sprintf("%q differs in letter case from the heading's anchor, so the link works on some systems only", t.Fragment))
		l.mend(d, `write "#%s"`, near, true)
	default:
		d := v.diags.Add("link/anchor", l.fragment(), fmt.Sprintf("%s has no heading %q", v.onPage(t.Page), t.Fragment))
		l.mend(d, `did you mean "#%s"?`, near, sure)
		return t
	}
	t.Fragment = near
	return t
}

// onPage names a page as a message about its anchors does.
func (v *visit) onPage(p *site.Page) string {
	if p == v.page {
		return "this page"
	}
	return p.File.Path
}
