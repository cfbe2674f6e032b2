package content

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/markdown"
)

// Name is something that a page or another file can be called.
type Name struct {
	How  How
	Key  markdown.Key // of what [Fold] makes of it
	Text string       // as written, in NFC; "" for an end
}

// How says by what a thing is called, the surest first.
type How uint8

// The ways to call a thing. ByPath is its path without ".md", that of its folder,
// or its address; ByEnd the last parts of its path.
const (
	ByPath How = iota
	ByEnd
	ByTitle
	ByAlias
)

// NewName returns a name.
func NewName(how How, text string) Name {
	return Name{how, markdown.KeyOf(Fold(text)), norm.NFC.String(text)}
}

// PathNames returns the names that a path gives: itself, and everything that it ends in.
func PathNames(path string) []Name {
	names := []Name{NewName(ByPath, path)}
	for _, end, ok := strings.Cut(Fold(path), "/"); ok; _, end, ok = strings.Cut(end, "/") {
		names = append(names, Name{How: ByEnd, Key: markdown.KeyOf(end)})
	}
	return names
}

// name finds what the page can be called, and what its links name where they say
// that as plainly as most do: a path from the content folder, or what [Fold] makes
// of a wiki link. To find where a link leads is one look-up then.
func (p *Page) name() {
	p.Key = markdown.KeyOf(p.Name)
	folder, location := path.Dir(p.Name), p.location()
	if name := strings.TrimSuffix(p.Name, ".md"); name != location {
		p.Names = append(p.Names, NewName(ByPath, name))
	}
	p.Names = append(append(p.Names, PathNames(location)...), NewName(ByTitle, p.Title))
	for _, a := range p.Aliases {
		stem := Stem(a.Text)
		p.Names = append(p.Names, NewName(ByAlias, stem), NewName(ByAlias, path.Base(stem)))
	}
	for i := range p.Doc.Links {
		l := &p.Doc.Links[i]
		name, anchor, _ := strings.Cut(l.Target, "#")
		switch {
		case name == "" || strings.ContainsAny(l.Target, ":?%\n") || strings.TrimSpace(l.Target) != l.Target:
			continue
		case l.Form == markdown.Inline:
			l.Name = markdown.KeyOf(string(Join(nil, folder, name)))
		case l.Form == markdown.Wiki && name[0] != '/' && !strings.HasPrefix(name, "..") && !strings.Contains(anchor, "#"):
			l.Name, anchor = markdown.KeyOf(Fold(strings.Trim(strings.TrimSpace(name), "/"))), strings.TrimSpace(anchor)
		}
		l.Anchor = anchor
	}
}

// location is the path of the page without ".md", or that of the folder whose page it is.
func (p *Page) location() string {
	if folder := path.Dir(p.Name); p.IsIndex() && folder != "." {
		return folder
	}
	return strings.TrimSuffix(p.Name, ".md")
}

// Join appends to dst the path that name means in a folder, counted from the
// content folder. It is "..", which names nothing, for one that leads outside.
func Join(dst []byte, folder, name string) []byte {
	if !strings.HasPrefix(name, "/") && folder != "." {
		dst = append(dst, folder...)
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "" || part == ".":
		case part != "..":
			if len(dst) > 0 {
				dst = append(dst, '/')
			}
			dst = append(dst, part...)
		case len(dst) == 0:
			return append(dst, ".."...)
		default:
			dst = dst[:max(bytes.LastIndexByte(dst, '/'), 0)]
		}
	}
	return dst
}

// Fold is what a name is known by: without letter case, the composition of
// accents, ".md", and the difference between "-", "_" and blanks.
func Fold(name string) string {
	return strings.TrimSuffix(strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsSpace(r) {
			return '-'
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(name)), ".md")
}

// Stem is an alias or path without what says the same in other words.
func Stem(name string) string { return strings.Trim(suffix.ReplaceAllString(name, ""), "/") }

// suffix is what a folder's own page and any page can be called besides.
var suffix = regexp.MustCompile(`(?i)(?:(?:^|/)(?:index|readme))?(?:\.md|\.html)?/?$`)
