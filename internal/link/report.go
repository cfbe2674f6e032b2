package link

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// split narrows the place of a destination to its path and to its fragment.
func (v *visit) split(l *markdown.Link) (path, fragment source.Place) {
	path, fragment = v.place(l), v.place(l)
	if i := strings.IndexAny(l.Target, "#?"); i >= 0 && v.exactly(l) {
		path.Span.End = path.Span.Start + i
		fragment.Span.Start += strings.IndexByte(l.Target, '#') + 1
	}
	return path, fragment
}

// exactly reports whether the destination stands in the file just as it is
// meant, without escapes or entities, so that a part of it can be replaced.
func (v *visit) exactly(l *markdown.Link) bool { return v.place(l).Text() == l.Target }

// mend hints at the right text for the place of d, and if that is sure and can
// be done, puts it there.
func (v *visit) mend(l *markdown.Link, d *diag.Diagnostic, hint, right string, sure bool) {
	if right == "" {
		return
	}
	d.Hint = fmt.Sprintf(hint, right)
	if sure && v.exactly(l) {
		d.Fix = []diag.Edit{{Place: d.Place, Text: right}}
	}
}

// escapes are for what a destination cannot hold, or would mean something in it.
var escapes = strings.NewReplacer("%", "%25", " ", "%20", "(", "%28", ")", "%29",
	"<", "%3C", ">", "%3E", `"`, "%22", "#", "%23", "?", "%3F")

// spell writes the path of a file as the link writes its own: from the root or
// from the page, escaped or not, with ".md" or without.
func (v *visit) spell(l *markdown.Link, written, to string) string {
	if to == "" {
		return ""
	}
	if rel, err := filepath.Rel("/"+path.Dir(v.page.Name), "/"+to); strings.HasPrefix(written, "/") {
		to = "/" + to
	} else if err == nil && !isWiki(l) {
		to = filepath.ToSlash(rel)
	}
	isAngled := l.Span.Start > 0 && v.page.File.Data[l.Span.Start-1] == '<'
	if !isWiki(l) && !isAngled {
		to = escapes.Replace(to)
	}
	if path.Ext(written) == "" {
		to = strings.TrimSuffix(to, ".md")
	}
	return to
}

// broken reports a name that means nothing, with the nearest right one: a file
// that is called the same, as one that was moved is, which is certain where it
// is the only one; else what is spelled nearly so.
func (v *visit) broken(l *markdown.Link, name, what string) {
	at, _ := v.split(l)
	base := path.Base(decoded(name))
	if file := v.names().drafts[content.Fold(base)]; file != "" {
		v.diags.Add("link/broken", at, file+" is a draft, so it is not published").
			Hint = "publish it by removing `draft: true`, or take the link out"
		return
	}
	var same []string
	for _, t := range v.names().known(base) {
		isIndex := t.page != nil && t.page.IsIndex() // every folder has one
		if found := path.Base(t.file); !isIndex && (found == base || found == base+".md") {
			same = append(same, v.spell(l, name, t.file))
		}
	}
	slices.Sort(same)
	same = slices.Compact(same)
	d := v.diags.Add("link/broken", at, fmt.Sprintf("there is no %s %q", what, name))
	full := content.Join(path.Dir(v.page.Name), decoded(name))
	if strings.Contains("/"+full, "/.") {
		d.Hint = "hidden files and those outside the site's folder are no part of it: move the file, or link to it on the web"
	}
	files, words := v.names().byEnds()
	near, sure := strings.Join(same, `" or "`), len(same) == 1 && path.Ext(name) != ""
	switch {
	case near != "":
	case isWiki(l):
		near = nearest(name, words)
	default:
		for _, ending := range []string{"", ".md", "/index.md"} {
			if near == "" {
				near = v.spell(l, name, nearest(full+ending, files))
			}
		}
	}
	v.mend(l, d, `did you mean "%s"?`, near, sure)
}

// nearest returns the name most like name among those that begin or end as it
// does, or "" where none is near.
func nearest(name string, all map[string][]string) string {
	at := ends(name)
	return diag.Nearest(name, slices.Concat(all[at[0]], all[at[1]]))
}

// allByEnds lists the paths of a site, and its file names and titles, by how they
// begin and by how they end, because comparing all of them with every name that
// means nothing is slow.
func allByEnds(s *site.Site) (files, words map[string][]string) {
	files, words = map[string][]string{}, map[string][]string{}
	add := func(all map[string][]string, name string) {
		for _, end := range ends(name) {
			all[end] = append(all[end], name)
		}
	}
	for _, p := range s.Pages {
		add(files, p.Name)
		for _, name := range p.Names {
			if name.How == content.ByPath {
				add(words, path.Base(name.Text))
			}
		}
		add(words, p.Title)
	}
	for _, file := range slices.Sorted(maps.Keys(s.Files)) {
		if s.Files[file] {
			add(files, file)
			add(words, path.Base(file))
		}
	}
	return files, words
}

// ends are the first two and the last two letters of the last part of a path, or
// of the folder of one that is its folder's page. A slip seldom is in both.
func ends(name string) [2]string {
	if slices.Contains(content.Indexes, path.Base(name)) {
		name = path.Dir(name)
	}
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	base = content.Fold(base[:min(4, len(base))] + base[max(0, len(base)-4):]) // no letter is longer
	return [2]string{base[:min(2, len(base))], base[max(0, len(base)-2):]}
}

// ambiguous reports a name that can mean more than one thing.
func (v *visit) ambiguous(code, name string, found []thing, at source.Place) {
	var paths []string
	for _, t := range found {
		paths = append(paths, strings.TrimSuffix(t.file, ".md"))
	}
	slices.Sort(paths)
	v.diags.Add(code, at, fmt.Sprintf("%q can mean %d pages", name, len(found))).Hint = "write which: " + strings.Join(paths, " or ")
}
