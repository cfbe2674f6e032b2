package link

import (
	"cmp"
	"fmt"
	"math/bits"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// exactly reports whether the destination stands in the file just as it is
// meant, without escapes or entities, so that a part of it can be replaced.
func (l ref) exactly() bool { return l.at.Text() == l.Target }

// path narrows the place of a destination to what stands before "#" and "?".
func (l ref) path() source.Place {
	at := l.at
	if i := strings.IndexAny(l.Target, "#?"); i >= 0 && l.exactly() {
		at.Span.End = at.Span.Start + i
	}
	return at
}

// fragment narrows the place of a destination to what follows its "#".
func (l ref) fragment() source.Place {
	at := l.at
	if i := strings.IndexByte(l.Target, '#'); i >= 0 && l.exactly() {
		at.Span.Start += i + 1
	}
	return at
}

// mend hints at the right text for the place of d, and if that is sure and can
// be done, puts it there.
func (l ref) mend(d *diag.Diagnostic, hint, right string, sure bool) {
	if right == "" {
		return
	}
	d.Hint = fmt.Sprintf(hint, right)
	if sure && l.exactly() {
		d.Fix = []diag.Edit{{Place: d.Place, Text: right}}
	}
}

// escapes are for what a destination cannot hold, or would mean something in it.
var escapes = strings.NewReplacer("%", "%25", " ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `"`, "%22", "#", "%23", "?", "%3F")

// spell writes the path of a file as the link writes its own: from the root or
// from the page, escaped or not, with ".md" or without.
func (v *visit) spell(l ref, written, to string) string {
	if strings.HasPrefix(written, "/") {
		to = "/" + to
	} else if rel, err := filepath.Rel("/"+folderOf(v.page), "/"+to); err == nil {
		to = filepath.ToSlash(rel)
	}
	isAngled := l.at.Span.Start > 0 && l.at.File.Data[l.at.Span.Start-1] == '<'
	if !l.isWiki() && !isAngled {
		to = escapes.Replace(to)
	}
	if path.Ext(written) == "" {
		to = strings.TrimSuffix(to, ".md")
	}
	return to
}

// reportMovedAnchor warns of a link to an anchor that a page once had.
func (v *visit) reportMovedAnchor(l ref, old, now Target) {
	d := v.diags.Warn("link/moved", l.fragment(), fmt.Sprintf("%q is an old heading of %s", old.Fragment, v.onPage(old.Page)))
	if now.Page == old.Page {
		l.mend(d, `write "#%s"`, now.Fragment, true)
		return
	}
	name, _, _ := strings.Cut(l.Target, "#")
	right := v.spell(l, cmp.Or(name, ".md"), now.Page.Name)
	if now.Fragment != "" {
		right += "#" + now.Fragment
	}
	d.Place = l.at
	l.mend(d, `write "%s"`, right, true)
}

func (v *visit) reportDraft(l ref, t *thing) {
	v.diags.Add("link/broken", l.path(), fmt.Sprintf("%s is a draft, so it is not published", t.file())).
		Hint = "publish it by removing `draft: true`, or take the link out"
}

// hostLike is an address without its scheme.
var hostLike = regexp.MustCompile(`^(www\.[^/]+|[\w.-]+\.(com|org|net|io|dev|edu|gov))(/|$)`)

// reportBroken reports a path that names nothing, with the nearest right one: a
// file of the same name, which is certain where it is the only one, else one
// that is spelled nearly so.
func (v *visit) reportBroken(l ref, name, decoded string) {
	full, inside := join(nil, folderOf(v.page), decoded)
	if !inside {
		v.diags.Add("link/broken", l.path(), fmt.Sprintf("%q leads out of the site's folder", name)).
			Hint = "only what is inside the folder can be linked; give other things an https: address"
		return
	}
	d := v.diags.Add("link/broken", l.path(), fmt.Sprintf("there is no %s %q", l.thing("page or file"), name))
	if hostLike.MatchString(name) {
		d.Hint = fmt.Sprintf("did you mean %q?", "https://"+l.Target)
		return
	}
	switch same := v.sameBase(path.Base(string(full))); len(same) {
	case 1:
		l.mend(d, `did you mean "%s"?`, v.spell(l, name, same[0]), path.Ext(name) != "")
	case 2, 3:
		d.Hint = "did you mean one of " + strings.Join(same, ", ") + "?"
	default:
		if near := nearest(string(full), v.every(func(t *thing) string { return t.file() })); near != "" {
			l.mend(d, `did you mean "%s"?`, v.spell(l, name, near), false)
		}
	}
}

// sameBase lists the files called base, with or without ".md", as a file that
// was moved to another folder still is. Every folder has its index.md.
func (v *visit) sameBase(base string) (files []string) {
	for _, t := range v.all([]byte(base)) {
		found := path.Base(t.file())
		isIndex := t.page != nil && t.page.IsIndex()
		if t.how <= byEnd && !isIndex && !t.draft && (found == base || found == base+".md") {
			files = append(files, t.file())
		}
	}
	slices.Sort(files)
	return files
}

// every lists what of says of every page and file.
func (v *visit) every(of func(t *thing) string) (list []string) {
	for _, things := range v.called {
		for i := range things {
			if t := &things[i]; (t.how == byPath || t.how == byTitle) && !t.draft && t.name != "" {
				list = append(list, of(t))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// nearest returns the name most like name, or "" where none is near. Comparing
// two names letter by letter is slow, so those are ruled out before that have
// too many letters the other has not.
func nearest(name string, all []string) string {
	letters, most := lettersOf(name), (len(name)+3)/3
	return diag.Nearest(name, slices.DeleteFunc(all, func(other string) bool {
		return bits.OnesCount64(letters^lettersOf(other)) > 2*most
	}))
}

// lettersOf is the set of letters in a name, without their case.
func lettersOf(name string) (set uint64) {
	for _, r := range name {
		set |= 1 << (uint(unicode.ToLower(r)) % 64)
	}
	return set
}

// reportUnknown reports a wiki link whose name is nobody's.
func (v *visit) reportUnknown(l ref, name string) {
	d := v.diags.Add("link/broken", l.path(), fmt.Sprintf("there is no page called %q", name))
	near := nearest(name, v.every(func(t *thing) string {
		if t.how == byPath {
			return path.Base(t.name)
		}
		return t.name
	}))
	l.mend(d, `did you mean "%s"?`, near, false)
}

func (v *visit) reportAmbiguous(code, name string, found []thing, at source.Place) {
	d := v.diags.Add(code, at, fmt.Sprintf("%q can mean %d pages", name, len(found)))
	paths := make([]string, len(found))
	slices.SortFunc(found, func(a, b thing) int { return strings.Compare(a.file(), b.file()) })
	for i, t := range found {
		paths[i] = strings.TrimSuffix(t.file(), ".md")
		if t.page != nil {
			d.Related = append(d.Related, diag.Note{Place: t.page.TitlePlace(), Message: "this page"})
		}
	}
	d.Hint = "write which: " + strings.Join(paths, " or ")
}
