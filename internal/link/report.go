package link

import (
	"fmt"
	"path"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// relative is how page p writes the path of another file of the content folder.
func relative(p *site.Page, to string) string {
	var from []string
	if folder := folderOf(p); folder != "" {
		from = strings.Split(folder, "/")
	}
	parts := strings.Split(to, "/")
	common := 0
	for common < len(from) && common < len(parts)-1 && from[common] == parts[common] {
		common++
	}
	return strings.Repeat("../", len(from)-common) + strings.Join(parts[common:], "/")
}

// replacement is the text to put at a link's path for another file: in the
// link's own way of writing.
func (v *visit) replacement(l ref, written, to string) string {
	text := relative(v.page, to)
	if strings.HasPrefix(written, "/") {
		text = "/" + to
	}
	if l.Form != markdown.Wiki && l.Form != markdown.Embed && !l.angled() {
		text = escapes.Replace(text)
	}
	if !strings.HasSuffix(written, ".md") && !strings.Contains(path.Base(written), ".") {
		text = strings.TrimSuffix(text, ".md")
	}
	return text
}

// escapes are for what a destination cannot hold, or would mean something in it.
var escapes = strings.NewReplacer("%", "%25", " ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `"`, "%22", "#", "%23", "?", "%3F")

// angled reports whether the destination is written between < and >.
func (l ref) angled() bool {
	return l.at.File != nil && l.at.Span.Start > 0 && l.at.File.Data[l.at.Span.Start-1] == '<'
}

// pathPlace narrows the place of a destination to the path, before "#" and "?".
func pathPlace(l ref) source.Place {
	at := l.at
	if i := strings.IndexAny(at.Text(), "#?"); i >= 0 && l.exactly() {
		at.Span.End = at.Span.Start + i
	}
	return at
}

// mend is the edit that replaces the path of a link, where it can be made.
func mend(l ref, text string) []diag.Edit {
	if !l.exactly() {
		return nil
	}
	return []diag.Edit{{Place: pathPlace(l), Text: text}}
}

// what names the sort of thing that a link should lead to.
func (l ref) what() string {
	if l.Form == markdown.Image || l.Form == markdown.RawImage {
		return "image"
	}
	return "page or file"
}

func (v *visit) reportEmpty(l ref) {
	what := "link"
	if l.what() == "image" {
		what = "image"
	}
	v.diags.Add("link/broken", l.at, "this "+what+" has no address").Hint = "write where it leads, or take it out"
}

func (v *visit) reportNoImage(l ref, p *site.Page) {
	v.diags.Add("link/broken", l.at, fmt.Sprintf("%s is a page, not an image", p.File.Path)).
		Hint = fmt.Sprintf("to show the page here write ![[%s]]", strings.TrimSuffix(p.Name, ".md"))
}

// reportCase reports a path that differs from a file's only in letter case.
func (v *visit) reportCase(l ref, name, actual string) {
	right := v.replacement(l, name, actual)
	d := v.diags.Add("link/case", l.at, fmt.Sprintf("%q differs in letter case from the file, so the link works on some systems only", name))
	d.Hint = fmt.Sprintf("write %q", right)
	d.Fix = mend(l, right)
}

// reportMoved warns of a link to the address that a page once had.
func (v *visit) reportMoved(l ref, name string, p *site.Page) {
	right := v.replacement(l, name, p.Name)
	d := v.diags.Warn("link/moved", l.at, fmt.Sprintf("%q is an old address", name))
	d.Hint = fmt.Sprintf("write %q", right)
	d.Fix = mend(l, right)
}

// reportMovedAnchor warns of a link to an anchor that a page once had.
func (v *visit) reportMovedAnchor(l ref, old, now Target) {
	d := v.diags.Warn("link/moved", fragmentPlace(l), fmt.Sprintf("%q is an old heading of %s", old.Fragment, v.onPage(old.Page)))
	if now.Page == old.Page {
		d.Hint = fmt.Sprintf(`write "#%s"`, now.Fragment)
		if l.exactly() && now.Fragment != "" {
			d.Fix = []diag.Edit{{Place: fragmentPlace(l), Text: now.Fragment}}
		}
		return
	}
	name, _, _ := strings.Cut(l.Target, "#")
	right := v.replacement(l, name+map[bool]string{true: ".md"}[name == ""], now.Page.Name)
	if now.Fragment != "" {
		right += "#" + now.Fragment
	}
	d.Hint = fmt.Sprintf("write %q", right)
	if l.exactly() {
		d.Fix = []diag.Edit{{Place: l.at, Text: right}}
	}
}

func (v *visit) reportDraft(at source.Place, file string) {
	v.diags.Add("link/broken", at, fmt.Sprintf("%s is a draft, so it is not published", file)).
		Hint = "publish it by removing `draft: true`, or take the link out"
}

// reportBroken reports a path that names nothing, with the nearest right one.
// full is what decoded means, counted from the content folder.
func (v *visit) reportBroken(l ref, name, decoded, full string) {
	at := pathPlace(l)
	for _, file := range [2]string{full, full + ".md"} {
		if published, known := v.site.Files[file]; known && !published {
			v.reportDraft(at, file)
			return
		}
	}
	if full == ".." {
		v.diags.Add("link/broken", at, fmt.Sprintf("%q leads out of the site's folder", name)).
			Hint = "only what is inside the folder can be linked; give other things an https: address"
		return
	}
	d := v.diags.Add("link/broken", at, fmt.Sprintf("there is no %s %q", l.what(), name))
	if isHost(name) {
		d.Hint = fmt.Sprintf("did you mean %q?", "https://"+l.Target)
		return
	}
	if slashed := absolute(v.page.Name, strings.ReplaceAll(decoded, `\`, "/")); slashed != full {
		if t := v.exact([]byte(slashed)); !t.Broken() {
			right := strings.ReplaceAll(name, `\`, "/")
			d.Hint, d.Fix = fmt.Sprintf("write %q", right), mend(l, right)
			return
		}
	}
	if moved := v.listing().named(path.Base(full)); len(moved) == 1 {
		right := v.replacement(l, name, moved[0])
		d.Hint = fmt.Sprintf("did you mean %q?", right)
		if path.Ext(full) != "" {
			d.Fix = mend(l, right)
		}
		return
	} else if len(moved) > 1 && len(moved) <= 3 {
		d.Hint = "did you mean one of " + strings.Join(moved, ", ") + "?"
		return
	}
	if v.listing().isFolder(full) {
		d.Hint = "it is a folder without pages: link to a file in it"
	} else if near := v.listing().files().nearest(full); near != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", v.replacement(l, name, near))
	}
}

// hintFor is the hint for a path that names no page.
func (v *visit) hintFor(full string) string {
	if near := v.listing().files().nearest(full); near != "" {
		return fmt.Sprintf("did you mean %q?", relative(v.page, near))
	}
	return ""
}

// isHost reports whether a path looks like an address without its scheme.
func isHost(name string) bool {
	host, _, _ := strings.Cut(name, "/")
	if strings.HasPrefix(host, "www.") {
		return true
	}
	switch path.Ext(host) {
	case ".com", ".org", ".net", ".io", ".dev", ".edu", ".gov":
		return len(host) > len(path.Ext(host))
	}
	return false
}
