package link

import (
	"bytes"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/site"
)

// appendAbsolute appends to dst the path that the file page means by name,
// counted from the content folder. It reports whether the path stays inside.
func appendAbsolute(dst []byte, page, name string) (full []byte, inside bool) {
	if !strings.HasPrefix(name, "/") {
		dst = append(dst, page[:max(strings.LastIndexByte(page, '/'), 0)]...)
	}
	for name != "" {
		var part string
		part, name, _ = strings.Cut(name, "/")
		switch {
		case part == "" || part == ".":
		case part != "..":
			if len(dst) > 0 {
				dst = append(dst, '/')
			}
			dst = append(dst, part...)
		case len(dst) == 0:
			return nil, false
		default:
			dst = dst[:max(bytes.LastIndexByte(dst, '/'), 0)]
		}
	}
	return dst, true
}

// absolute is appendAbsolute for where speed does not count; it returns ".."
// for a path that leads out of the content folder.
func absolute(page, name string) string {
	full, inside := appendAbsolute(nil, page, name)
	if !inside {
		return ".."
	}
	return string(full)
}

// indexPaths lists the pages by the path of their file, and those of folders by
// the folder's.
func indexPaths(s *site.Site) map[string]*site.Page {
	index := make(map[string]*site.Page, len(s.Pages)*5/4)
	for _, p := range s.Pages {
		index[p.Name] = p
		if folder := folderOf(p); p.IsIndex() && (index[folder] == nil || path.Base(p.Name) == "index.md") {
			index[folder] = p
		}
	}
	return index
}

// folderOf is the path of the folder that a page stands in, "" for the content folder.
func folderOf(p *site.Page) string { return p.Name[:max(strings.LastIndexByte(p.Name, '/'), 0)] }

// exact finds the page or file at a path: a file as it is called, a page
// without its ".md" or with ".html", a folder.
func (r *resolver) exact(full []byte) Target {
	if p := r.paths[string(full)]; p != nil && bytes.HasSuffix(full, []byte(".md")) {
		return Target{Page: p}
	}
	n := len(full)
	full = append(full, ".md"...)
	if p := r.paths[string(full)]; p != nil {
		return Target{Page: p}
	}
	if p := r.paths[string(full[:n])]; p != nil {
		return Target{Page: p}
	}
	if r.site.Files[string(full[:n])] {
		return Target{File: string(full[:n])}
	}
	if stem, ok := bytes.CutSuffix(full[:n], []byte(".html")); ok {
		return Target{Page: r.paths[string(stem)+".md"]}
	}
	return Target{}
}

// address finds the page at an address, as seen from the page p.
func (r *resolver) address(p *site.Page, name string) Target {
	full, inside := appendAbsolute(nil, p.Path, strings.TrimSuffix(name, "index.html"))
	switch {
	case !inside:
		return Target{}
	case len(full) > 0:
		full = append(full, '/')
	}
	return Target{Page: r.site.At(string(full))}
}

// indexFolded lists every path of the content folder by its folded form.
func (r *resolver) indexFolded() map[string]string {
	index := make(map[string]string, 2*len(r.site.Pages)+len(r.site.Files))
	for _, p := range r.site.Pages {
		if p.IsIndex() {
			index[fold(folderOf(p))] = folderOf(p)
		}
	}
	for _, p := range r.site.Pages {
		index[fold(strings.TrimSuffix(p.Name, ".md"))] = strings.TrimSuffix(p.Name, ".md")
		index[fold(p.Name)] = p.Name
	}
	for f, published := range r.site.Files {
		if published {
			index[fold(f)] = f
		}
	}
	return index
}

// fold removes what some file systems do not tell apart: letter case and the
// composition of accents.
func fold(s string) string {
	lower := false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80:
			return strings.ToLower(norm.NFC.String(s))
		case 'A' <= c && c <= 'Z':
			lower = true
		}
	}
	if lower {
		return strings.ToLower(s)
	}
	return s
}
