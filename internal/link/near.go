package link

import (
	"math/bits"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"quandary/internal/diag"
	"quandary/internal/site"
)

// listing is what hints are chosen from. Nothing of it is made in a site
// without faults.
type listing struct {
	site   *site.Site
	all    []string            // every file of the content folder, sorted
	byBase map[string][]string // files by their name without the folder
	files  func() *candidates
	names  func() *candidates // what wiki links call pages
}

func list(s *site.Site) *listing {
	l := &listing{site: s, byBase: map[string][]string{}}
	for _, p := range s.Pages {
		if !p.Virtual {
			l.all = append(l.all, p.Name)
		}
	}
	for f, published := range s.Files {
		if published {
			l.all = append(l.all, f)
		}
	}
	slices.Sort(l.all)
	for _, f := range l.all {
		l.byBase[path.Base(f)] = append(l.byBase[path.Base(f)], f)
	}
	l.files = sync.OnceValue(func() *candidates { return newCandidates(l.all) })
	l.names = sync.OnceValue(l.callNames)
	return l
}

// named lists the files called base, with or without ".md", as a file that was
// moved to another folder still is. Every folder has its index.md.
func (l *listing) named(base string) []string {
	if base == "index.md" || strings.EqualFold(base, "readme.md") {
		return nil
	}
	if found := l.byBase[base]; found != nil || path.Ext(base) != "" {
		return found
	}
	return l.byBase[base+".md"]
}

// isFolder reports whether files lie in the folder at a path.
func (l *listing) isFolder(full string) bool {
	i, _ := slices.BinarySearch(l.all, full+"/")
	return i < len(l.all) && strings.HasPrefix(l.all[i], full+"/")
}

func (l *listing) callNames() *candidates {
	var names []string
	for _, p := range l.site.Pages {
		if p.IsIndex() && folderOf(p) != "" {
			names = append(names, path.Base(folderOf(p)))
		} else {
			names = append(names, strings.TrimSuffix(path.Base(p.Name), ".md"))
		}
		names = append(names, p.Title)
	}
	for base := range l.byBase {
		if path.Ext(base) != ".md" {
			names = append(names, base)
		}
	}
	slices.Sort(names)
	return newCandidates(slices.Compact(names))
}

// candidates are names to find the nearest one among. Comparing two names
// letter by letter is slow, so most are ruled out before that: by their length,
// and by letters that only one of the two has.
type candidates struct {
	names   []string
	lengths []int
	letters []uint64
}

func newCandidates(names []string) *candidates {
	c := &candidates{names: names}
	for _, n := range names {
		c.lengths = append(c.lengths, utf8.RuneCountInString(n))
		c.letters = append(c.letters, lettersOf(n))
	}
	return c
}

// nearest returns the name most like name, or "" when none is near.
func (c *candidates) nearest(name string) string {
	length, letters := utf8.RuneCountInString(name), lettersOf(name)
	most := max(1, (length+1)/3)
	var left []string
	for i, n := range c.names {
		apart := max(length-c.lengths[i], c.lengths[i]-length)
		if apart <= most && bits.OnesCount64(letters&^c.letters[i]) <= most && bits.OnesCount64(c.letters[i]&^letters) <= most {
			left = append(left, n)
		}
	}
	return diag.Nearest(name, left)
}

// lettersOf is the set of letters in a name, without their case.
func lettersOf(name string) (set uint64) {
	for _, r := range strings.ToLower(name) {
		set |= 1 << (uint(r) % 64)
	}
	return set
}
