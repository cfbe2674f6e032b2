package link

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/site"
	"quandary/internal/source"
)

// visit is the work on the references of one page.
type visit struct {
	*Graph
	page   *site.Page
	diags  diag.List
	embeds bool // it embeds another page, or a part of one
	moves  int  // how often an anchor moved until it was sought here
}

func isWiki(l *markdown.Link) bool { return l.Form == markdown.Wiki || l.Form == markdown.Embed }

// place is where the destination of a link stands.
func (v *visit) place(l *markdown.Link) source.Place {
	return source.Place{File: v.page.File, Span: l.Span}
}

// links resolves the links of the page.
func (v *visit) links() []Target {
	docs := []*markdown.Document{v.page.Doc}
	for _, f := range v.page.Fields {
		docs = append(docs, f.Docs...)
	}
	targets := make([]Target, 0, len(v.page.Doc.Links))
	for n, doc := range docs {
		for i := 0; doc != nil && i < len(doc.Links); i++ {
			l, t := &doc.Links[i], Target{}
			v.embeds = v.embeds || l.Form == markdown.Embed
			if l.Form == markdown.Embed && n > 0 {
				v.diags.Add("link/embed", v.place(l), "a field cannot embed a page").Hint = "link to it, without the \"!\""
			} else {
				t = v.resolve(l)
			}
			if l.IsImage() && t.External != "" {
				v.diags.Warn("link/image", v.place(l), "readers do not see this image: pages load nothing from elsewhere").
					Hint = "keep a copy in the site's folder and show that"
			}
			t.Link = l
			targets = append(targets, t)
		}
	}
	return targets
}

// named finds where a link leads whose name is known to mean one page, as nearly
// all are; ok is false for any other.
func (v *visit) named(l *markdown.Link) (t Target, ok bool) {
	if !isWiki(l) {
		t.Page = v.site.Keyed(l.Name)
	} else if found := v.names().called[l.Name]; len(found) == 1 {
		t.Page = found[0].page
	}
	if t.Page == nil {
		return t, false
	}
	t.Fragment = l.Anchor
	return v.anchor(l, t), true
}

// resolve finds where a link, an image or an embed leads.
func (v *visit) resolve(l *markdown.Link) Target {
	if t, ok := v.named(l); ok {
		return t
	}
	target := strings.TrimSpace(l.Target)
	scheme, _, hasScheme := strings.Cut(target, ":")
	name, fragment, _ := strings.Cut(target, "#")
	switch {
	case isWiki(l):
		name = strings.TrimSpace(name)
		fragment = strings.TrimSpace(fragment[strings.LastIndexByte(fragment, '#')+1:]) // "#section#part" names the part
	case target == "":
		v.diags.Add("link/broken", v.place(l), "this has no address").Hint = "write where it leads, or take it out"
		return Target{}
	case strings.HasPrefix(target, "//"):
		return Target{External: "https:" + target}
	case hasScheme && len(scheme) > 1 && !strings.ContainsAny(scheme, "/?#"):
		return v.elsewhere(l, target, strings.ToLower(scheme))
	default:
		name, _, _ = strings.Cut(name, "?")
		fragment, _, _ = strings.Cut(decoded(fragment), ":~:") // which words to mark: for the browser alone
	}
	t := Target{Page: v.page}
	switch {
	case name == "":
	case isWiki(l):
		t = v.findNamed(l, name)
	default:
		t = v.find(l, name)
	}
	t.Fragment = fragment
	if t.Page == nil {
		return t
	} else if l.IsImage() {
		v.diags.Add("link/broken", v.place(l), t.Page.File.Path+" is a page, not an image").
			Hint = fmt.Sprintf("to show the page here write ![[%s]]", strings.TrimSuffix(t.Page.Name, ".md"))
		return Target{}
	}
	return v.anchor(l, t)
}

// decoded resolves percent-encoding, where that is what it is.
func decoded(name string) string {
	plain, _ := url.PathUnescape(name) // "" where it is not
	return cmp.Or(plain, name)
}

// safeSchemes are those a page may link to.
var safeSchemes = strings.Fields("https http mailto tel sms ftp sftp ssh git irc ircs xmpp geo magnet webcal news " +
	"slack zoommtg msteams vscode obsidian matrix")

// elsewhere judges an address with a scheme.
func (v *visit) elsewhere(l *markdown.Link, target, scheme string) Target {
	data := strings.ToLower(target[:min(len(target), len("data:image/svg"))])
	isPicture := l.IsImage() && strings.HasPrefix(data, "data:image/") && data != "data:image/svg"
	if slices.Contains(safeSchemes, scheme) || isPicture {
		return Target{External: target}
	}
	v.diags.Add("link/unsafe", v.place(l), fmt.Sprintf("a page may not link to a %s: address", scheme)).
		Hint = "link to an https: address or to a page"
	return Target{}
}

// find looks a path up from the page's folder, else as an address as seen from
// the page's own. An old address is a warning, and other letter case an error;
// both can be mended.
func (v *visit) find(l *markdown.Link, name string) Target {
	var near *thing
	from := path.Dir(v.page.Name)
	for range 2 {
		full := content.Join(from, decoded(name))
		if p := v.site.Named(full); p != nil {
			return Target{Page: p}
		}
		t, exact := v.names().at(full)
		if exact {
			return t.target()
		}
		near, from = cmp.Or(near, t), strings.TrimSuffix(v.page.Path, "/")
	}
	at, _ := v.split(l)
	stem := content.Stem(content.Join(path.Dir(v.page.Name), decoded(name)))
	if p := cmp.Or(v.old[stem+"/"].To, v.old[stem+".html"].To); p != nil {
		v.mend(l, v.diags.Warn("link/moved", at, fmt.Sprintf("%q is an old address", name)), `write "%s"`, v.spell(l, name, p.Name), true)
		return Target{Page: p}
	}
	if near == nil {
		v.broken(l, name, map[bool]string{false: "page or file", true: "image"}[l.IsImage()])
		return Target{}
	}
	message := fmt.Sprintf("%q differs in letter case from the file, so the link works on some systems only", name)
	v.mend(l, v.diags.Add("link/case", at, message), `write "%s"`, v.spell(l, name, near.file), true)
	return near.target()
}

// findNamed looks up what [[name]] means.
func (v *visit) findNamed(l *markdown.Link, name string) Target {
	switch found := v.names().named(v.page, name); len(found) {
	case 0:
		v.broken(l, name, "page called")
	case 1:
		return found[0].target()
	default:
		at, _ := v.split(l)
		v.ambiguous("link/ambiguous", name, found, at)
	}
	return Target{}
}

// relations resolves the typed relations that the page declares.
func (v *visit) relations() (out []Relation) {
	if v.page.Kind == nil || v.page.Broken {
		return nil
	}
	for i := range v.page.Kind.Relations {
		t := &v.page.Kind.Relations[i]
		names := (matter.Shape{Diags: &v.diags}).Texts(v.page.Matter.Get(t.Name), t.Name)
		for _, n := range names {
			r := Relation{Type: t, Other: v.related(t, n)}
			if slices.Contains(out, r) {
				v.diags.Add("relation/duplicate", n.Place, fmt.Sprintf("%s names %q twice", t.Name, n.Text)).Hint = "take one of them out"
			} else if r.Other != nil {
				out = append(out, r)
			}
		}
		if count := len(names); count < t.Min || t.Max > 0 && count > t.Max {
			want := strings.Replace(fmt.Sprintf("%d to %d", t.Min, t.Max), " to 0", " or more", 1)
			v.diags.Add("relation/count", v.page.PlaceOf(t.Name), fmt.Sprintf("%s wants %s, and here are %d", t.Name, want, count)).
				Hint = fmt.Sprintf("as in `%s: [...]` with the names of pages of the kind %s", t.Name, t.To.Name)
		}
	}
	return out
}

// related resolves one name in a relation: among the pages of the kind it leads
// to, since that is what the writer means.
func (v *visit) related(t *site.RelationType, n *matter.Node) *site.Page {
	isOther := func(o thing) bool { return o.page == nil || o.page.Kind != t.To }
	all := v.names().named(v.page, n.Text)
	found := slices.DeleteFunc(slices.Clone(all), isOther)
	if len(found) == 0 { // the folder's own page of that name is of another kind
		found = slices.DeleteFunc(slices.Clone(v.names().known(strings.Trim(n.Text, "/"))), isOther)
	}
	if len(found) == 1 {
		return found[0].page
	} else if len(found) > 1 {
		v.ambiguous("relation/ambiguous", n.Text, found, n.Place)
		return nil
	}
	var names []string
	for _, p := range t.To.Pages {
		names = append(names, strings.TrimSuffix(path.Base(p.Name), ".md"))
	}
	d := v.diags.Add("relation/unknown", n.Place, fmt.Sprintf("there is no %s called %q", t.To.Name, n.Text))
	if len(all) > 0 {
		d.Code, d.Message = "relation/kind", fmt.Sprintf("%s leads to a page of the kind %s, and %q is none", t.Name, t.To.Name, n.Text)
		d.Related = []diag.Note{{Place: t.Place, Message: "the relation is declared here"}}
	}
	d.Hint = diag.DidYouMean(n.Text, names)
	return nil
}
