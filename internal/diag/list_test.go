package diag_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"quandary/internal/diag"
	"quandary/internal/source"
)

func TestNearest(t *testing.T) {
	candidates := []string{"argument", "claim", "number", "Quadrant"}
	for name, want := range map[string]string{
		"clam": "claim", "CLAIM": "claim", "quadrant": "Quadrant", "numbre": "number",
		"root-cause": "", "": "", "x": "",
	} {
		if got := diag.Nearest(name, candidates); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
	if got, want := diag.DidYouMean("clam", candidates), `did you mean "claim"?`; got != want {
		t.Errorf("DidYouMean = %q, want %q", got, want)
	}
	if got := diag.DidYouMean("zzz", candidates); got != "" {
		t.Errorf("DidYouMean = %q for a name like none", got)
	}
}

func TestSort(t *testing.T) {
	a, b := source.NewFile("a.md", []byte("12345")), source.NewFile("b.md", []byte("12345"))
	var l diag.List
	l.Add("z/z", b.Place(0, 1), "m")
	l.Warn("b/b", a.Place(2, 3), "m")
	l.Add("a/a", a.Place(2, 3), "m")
	l.Add("c/c", a.Place(0, 1), "m")
	l.Add("z/z", b.Place(0, 1), "m") // a repeat
	l.Add("s/s", source.Place{}, "m")
	l = l.Sort()
	var got string
	for _, d := range l {
		got += d.Code + " "
	}
	if want := "s/s c/c a/a b/b z/z "; got != want {
		t.Errorf("sorted %q, want %q", got, want)
	}
	if l.Errors() != 4 || l.Warnings() != 1 {
		t.Errorf("%d errors, %d warnings", l.Errors(), l.Warnings())
	}
}

// TestNearestMeasures holds Nearest against measuring every candidate.
func TestNearestMeasures(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		letters := []rune("abABéß漢 -/")
		text := make([]rune, r.IntN(9))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		return string(text)
	}
	for range 20_000 {
		name, candidates := word(), []string{word(), word(), word(), word()}
		want, least := "", max(1, (utf8.RuneCountInString(name)+1)/3)+1
		for _, c := range candidates {
			if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)); d < least {
				want, least = c, d
			}
		}
		if got := diag.Nearest(name, candidates); got != want {
			t.Fatalf("Nearest(%q, %q) = %q, want %q", name, candidates, got, want)
		}
	}
}
