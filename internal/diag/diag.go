// Package diag owns diagnostics: what is wrong with a site, at which place of
// which file, and what to write instead.
//
// Every stage of the pipeline returns a [List] beside its value and goes on
// after a fault, so that one run names them all. Printing (as text with an
// excerpt, as JSON, as GitHub annotations and as SARIF) happens here and
// nowhere else. The package never decides what to do about a fault.
package diag

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"quandary/internal/source"
)

// Severity says whether a diagnostic keeps a site from being published.
type Severity uint8

// An Error keeps the site from being published; a Warning does not.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string { return [...]string{"error", "warning"}[s] }

// Diagnostic is one thing that is wrong.
type Diagnostic struct {
	Code     string       // "area/slug", as in "link/broken"
	Severity Severity     // Error is the zero value
	Place    source.Place // the smallest text that must change
	Message  string       // one line, lower case, no full stop, names as written
	Hint     string       // what to write instead; may be ""
	Related  []Note       // the other places involved
	Fix      []Edit       // a mend that is certain; nil where there is none
}

// Note points at a second place of a diagnostic.
type Note struct {
	Place   source.Place
	Message string
}

// Edit replaces the text at Place.
type Edit struct {
	Place source.Place
	Text  string
}

// List is what is wrong, in any order until it is sorted.
type List []Diagnostic

// Add appends an error and returns it, so that a hint or a note can be added.
func (l *List) Add(code string, at source.Place, message string) *Diagnostic {
	*l = append(*l, Diagnostic{Code: code, Place: at, Message: message})
	return &(*l)[len(*l)-1]
}

// Warn appends a warning and returns it.
func (l *List) Warn(code string, at source.Place, message string) *Diagnostic {
	d := l.Add(code, at, message)
	d.Severity = Warning
	return d
}

// Sort orders the list by place, then code, then message, and drops repeats.
func (l List) Sort() List {
	slices.SortFunc(l, compare)
	return slices.CompactFunc(l, func(a, b Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b Diagnostic) int {
	return cmp.Or(a.Place.Compare(b.Place), strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message))
}

// Errors counts the errors in the list.
func (l List) Errors() (n int) {
	for _, d := range l {
		if d.Severity == Error {
			n++
		}
	}
	return n
}

// Warnings counts the warnings in the list.
func (l List) Warnings() int { return len(l) - l.Errors() }

// Since lists what was not yet in the list before, wherever it stands in its file.
func (l List) Since(before List) (fresh List) {
	known := map[string]int{}
	key := func(d Diagnostic) string { return d.Place.Path() + "\n" + d.Code + "\n" + d.Message }
	for _, d := range before {
		known[key(d)]++
	}
	for _, d := range l {
		if known[key(d)]--; known[key(d)] < 0 {
			fresh = append(fresh, d)
		}
	}
	return fresh
}

// Nearest returns the candidate most like name, or "" when none is near enough
// to be what the writer meant: about a third of the letters may differ, at least
// one, and letter case does not count. Of equals the first wins, so sorted
// candidates give the same answer every time.
func Nearest(name string, candidates []string) string {
	best, least := "", max(1, (utf8.RuneCountInString(name)+1)/3)+1
	var letters [64]int // how many of each, give or take those that share a place
	name = strings.ToLower(name)
	for _, r := range name {
		letters[r%64]++
	}
	for _, c := range candidates {
		other, more, less, left := strings.ToLower(c), 0, 0, letters
		for _, r := range other {
			left[r%64]--
		}
		for _, n := range left {
			more, less = more+max(n, 0), less-min(n, 0)
		}
		if max(more, less) < least { // else they are further apart: no edit mends two letters
			if d := levenshtein.ComputeDistance(name, other); d < least {
				best, least = c, d
			}
		}
	}
	return best
}

// DidYouMean returns `did you mean "x"?` for the nearest candidate, or "".
func DidYouMean(name string, candidates []string) string {
	if near := Nearest(name, candidates); near != "" {
		return `did you mean "` + near + `"?`
	}
	return ""
}

// OneOf returns DidYouMean's hint, or, where nothing is near, every candidate:
// "the kinds are x, y"; "" where there is none. what says what they are, as in "the kinds".
func OneOf(what, name string, candidates []string) string {
	if len(candidates) == 0 {
		return ""
	}
	return cmp.Or(DidYouMean(name, candidates), what+" are "+strings.Join(candidates, ", "))
}
