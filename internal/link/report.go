package link

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// relative is how page p writes the path of another file of the content folder.
func relative(p *site.Page, to string) string {
	from := strings.Split(path.Dir(p.Name), "/")
	if from[0] == "." {
		from = nil
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
func replacement(p *site.Page, written, to string) string {
	text := relative(p, to)
	if strings.HasPrefix(written, "/") {
		text = "/" + to
	}
	if strings.Contains(written, "%20") {
		text = strings.ReplaceAll(text, " ", "%20")
	}
	if !strings.HasSuffix(written, ".md") && !strings.Contains(path.Base(written), ".") {
		text = strings.TrimSuffix(text, ".md")
	}
	return text
}

// pathPlace narrows the place of a destination to the path, before "#" and "?".
func pathPlace(at source.Place) source.Place {
	if i := strings.IndexAny(at.Text(), "#?|"); i >= 0 {
		at.Span.End = at.Span.Start + i
	}
	return at
}

// reportCase reports a path that differs from a file's only in letter case.
func (r *resolver) reportCase(p *site.Page, _ *markdown.Link, name, actual string, at source.Place, diags *diag.List) {
	right := replacement(p, name, actual)
	d := diags.Add("link/case", at, fmt.Sprintf("%q differs in letter case from the file, so the link works on some systems only", name))
	d.Hint = fmt.Sprintf("write %q", right)
	d.Fix = []diag.Edit{{Place: pathPlace(at), Text: right}}
}

// reportBroken reports a path that names nothing, with the nearest right one.
func (r *resolver) reportBroken(p *site.Page, l *markdown.Link, name, full string, at source.Place, diags *diag.List) {
	what := "page or file"
	if l.Form == markdown.Image || l.Form == markdown.RawImage {
		what = "image"
	}
	if full == ".." || strings.HasPrefix(full, "../") {
		diags.Add("link/broken", at, fmt.Sprintf("%q leads out of the site's folder", name)).Hint = "only what is inside the folder can be linked; give other things an https: address"
		return
	}
	if _, isDraft := r.site.Files[full]; isDraft && strings.HasSuffix(full, ".md") {
		diags.Add("link/broken", at, fmt.Sprintf("%s is a draft, so it is not published", full)).Hint = "publish it by removing `draft: true`, or take the link out"
		return
	}
	d := diags.Add("link/broken", at, fmt.Sprintf("there is no %s %q", what, name))
	if moved := r.sameName(full); len(moved) == 1 {
		right := replacement(p, name, moved[0])
		d.Hint = fmt.Sprintf("did you mean %q?", right)
		if strings.HasSuffix(full, ".md") || path.Ext(full) != "" {
			d.Fix = []diag.Edit{{Place: pathPlace(at), Text: right}}
		}
		return
	} else if len(moved) > 1 {
		d.Hint = "did you mean one of " + strings.Join(moved[:min(len(moved), 3)], ", ") + "?"
		return
	}
	if near := diag.Nearest(full, r.allFiles()); near != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", replacement(p, name, near))
	}
}

// sameName lists the files elsewhere that have the same name, as a file has
// that was moved.
func (r *resolver) sameName(full string) (found []string) {
	base := path.Base(full)
	if base == "index.md" || base == "README.md" {
		return nil
	}
	for _, name := range r.allFiles() {
		if b := path.Base(name); b == base || b == base+".md" {
			found = append(found, name)
		}
	}
	return found
}

func (r *resolver) allFiles() []string { return r.names().files }

// orphans warns of pages that nothing leads to.
func (g *Graph) orphans(s *site.Site) (diags diag.List) {
	menu := map[string]bool{}
	for _, n := range s.Settings.Menu {
		menu[n.Text] = true
	}
	for _, p := range s.Pages {
		if p.IsIndex() || p.Virtual || len(g.Backlinks[p.ID]) > 0 || len(g.Relations[p.ID]) > 0 || menu[p.Name] || p.Kind != nil {
			continue
		}
		diags.Warn("page/orphan", p.TitlePlace(), "no other page links to this one").Hint = "link to it where a reader would want it"
	}
	return diags
}

// embedCircles reports pages that embed themselves, through others or not.
func (g *Graph) embedCircles(s *site.Site) (diags diag.List) {
	state := make([]uint8, len(s.Pages)) // 1 on the way, 2 done
	var way []*site.Page
	var visit func(p *site.Page)
	visit = func(p *site.Page) {
		state[p.ID] = 1
		way = append(way, p)
		for i, t := range g.Targets[p.ID] {
			if p.Doc.Links[i].Form != markdown.Embed || t.Page == nil {
				continue
			}
			switch state[t.Page.ID] {
			case 0:
				visit(t.Page)
			case 1:
				from := slices.Index(way, t.Page)
				diags.Add("link/embed-circle", source.Place{File: p.File, Span: p.Doc.Links[i].Span}, "this page embeds itself: "+circle(way[from:])).
					Hint = "link to the page instead of embedding it"
				g.Targets[p.ID][i] = Target{}
			}
		}
		way = way[:len(way)-1]
		state[p.ID] = 2
	}
	for _, p := range s.Pages {
		if state[p.ID] == 0 && g.embeds(p) {
			visit(p)
		}
	}
	return diags
}

// embeds reports whether the page embeds another.
func (g *Graph) embeds(p *site.Page) bool {
	return slices.ContainsFunc(p.Doc.Links, func(l markdown.Link) bool { return l.Form == markdown.Embed })
}

func circle(way []*site.Page) string {
	var b strings.Builder
	for _, p := range way {
		b.WriteString(p.Name + " → ")
	}
	return b.String() + way[0].Name
}
