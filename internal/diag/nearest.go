package diag

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate most like name, or "" when none is near enough
// to be what the writer meant: about a third of the letters may differ, at least
// one, and letter case does not count. Of equals the first wins, so sorted
// candidates give the same answer every time.
func Nearest(name string, candidates []string) string {
	best, least := "", max(1, (utf8.RuneCountInString(name)+1)/3)+1
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
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
// "the kinds are x, y". what says what they are, as in "the kinds".
func OneOf(what, name string, candidates []string) string {
	return cmp.Or(DidYouMean(name, candidates), what+" are "+strings.Join(candidates, ", "))
}
