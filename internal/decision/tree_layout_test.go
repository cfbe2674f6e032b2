package decision

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// area is something drawn, which may touch no other thing.
type area struct {
	name                     string
	left, top, right, bottom int
}

func (a area) touches(b area) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

// areas lists all that is drawn of a picture but its lines.
func areas(p Picture, l Layout) []area {
	var all []area
	for i, b := range p.Boxes {
		all = append(all, area{fmt.Sprint("box ", i), b.X, b.Y, b.X + b.Width, b.Y + b.Height})
	}
	for i, e := range p.Edges {
		longest := 0
		for _, line := range e.Text {
			longest = max(longest, utf8.RuneCountInString(line))
		}
		bottom := e.TextY + (len(e.Text)-1)*l.Line
		all = append(all, area{fmt.Sprint("label ", i), e.TextX, e.TextY - l.Line*2/3, e.TextX + longest*l.Char, bottom})
	}
	return all
}

func TestPicturesHaveRoom(t *testing.T) {
	for seed := range uint64(cases(t, 200)) {
		r := rand.New(rand.NewPCG(seed, 7))
		d := splitDecision(r, 4, 2+r.IntN(40), 3, 4, 2, 3, 2)
		for i := range d.Questions {
			d.Questions[i].Ask = words(r)
			for a := range d.Questions[i].Answers {
				d.Questions[i].Answers[a].Label = words(r)
			}
		}
		tree, pages := Plan(d), pagesFor(d)
		for _, l := range []Layout{WideLayout, NarrowLayout} {
			p := tree.Draw(l, pages)
			all := areas(p, l)
			for i, a := range all {
				if a.left < 0 || a.top < 0 || a.right > p.Width || a.bottom > p.Height {
					t.Fatalf("seed %d: %v lies outside %d x %d", seed, a, p.Width, p.Height)
				}
				for _, b := range all[:i] {
					if a.touches(b) {
						t.Fatalf("seed %d, narrow %v: %v touches %v", seed, l.Narrow, a, b)
					}
				}
			}
			if len(p.Boxes) != tree.Asks+tree.Leaves || len(p.Edges) != len(p.Boxes)-1 {
				t.Fatalf("seed %d: %d boxes, %d edges", seed, len(p.Boxes), len(p.Edges))
			}
		}
	}
}

// words makes a text of up to twelve words.
func words(r *rand.Rand) string {
	text := "A"
	for range r.IntN(12) {
		text += " " + "supercalifragilisticexpialidocious"[:1+r.IntN(12)]
	}
	return text
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"", "[]"},
		{"one", "[one]"},
		{"one two three", "[one two|three]"},
		{"  incomprehensible word", "[incompr|ehensib|le word]"},
		{"ä ö ü ß é", "[ä ö ü ß|é]"},
	} {
		got := ""
		for i, line := range wrap(c.text, 7) {
			if i > 0 {
				got += "|"
			}
			got += line
		}
		if "["+got+"]" != c.want {
			t.Errorf("%q wraps to [%s], want %s", c.text, got, c.want)
		}
	}
}
