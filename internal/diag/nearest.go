package diag

import (
	"cmp"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate most like name, or "" when none is near enough
// to be what the writer meant. Letter case counts for less than spelling; of
// equals the first wins, so sorted candidates give the same answer every time.
func Nearest(name string, candidates []string) string {
	best, least := "", nearEnough(name)+1
	for _, c := range candidates {
		if d := distance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// nearEnough is the largest distance at which two names are likely the same
// one misspelt: about a third of the letters, at least one.
func nearEnough(name string) int { return max(1, (len([]rune(name))+1)/3) }

func distance(a, b string) int {
	if strings.EqualFold(a, b) {
		return 0
	}
	return levenshtein.ComputeDistance(strings.ToLower(a), strings.ToLower(b))
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
