package card

import (
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// face is a typeface at one size, with the letters that were drawn before.
type face struct {
	face    font.Face
	letters map[rune]*letter // nil where the face lacks one
	kerns   map[[2]rune]fixed.Int26_6
}

// letter is a drawn letter: a mask, and where it lies from the pen.
type letter struct {
	mask    []uint8
	box     image.Rectangle
	advance fixed.Int26_6
}

func newFace(data []byte, pixels float64) *face {
	f, err := opentype.Parse(data)
	if err != nil {
		panic(err) // it is built in
	}
	at, err := opentype.NewFace(f, &opentype.FaceOptions{Size: pixels, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(err)
	}
	return &face{at, map[rune]*letter{}, map[[2]rune]fixed.Int26_6{}}
}

func (f *face) letter(r rune) *letter {
	l, known := f.letters[r]
	if known {
		return l
	}
	if box, mask, at, advance, ok := f.face.Glyph(fixed.Point26_6{}, r); ok {
		l = &letter{box: box, advance: advance}
		drawn := mask.(*image.Alpha)
		for y := range box.Dy() {
			from := drawn.PixOffset(at.X, at.Y+y)
			l.mask = append(l.mask, drawn.Pix[from:from+box.Dx()]...)
		}
	}
	f.letters[r] = l
	return l
}

func (f *face) has(text string) bool {
	for _, r := range text {
		if f.letter(r) == nil {
			return false
		}
	}
	return true
}

// walk calls visit for every letter of a line with where the pen stands, and
// returns where it stands at the end.
func (f *face) walk(text string, visit func(l *letter, at int)) int {
	var pen fixed.Int26_6
	before := rune(-1)
	for _, r := range text {
		l := f.letter(r)
		if l == nil {
			continue
		}
		pair := [2]rune{before, r}
		kern, known := f.kerns[pair]
		if !known && before >= 0 {
			kern = f.face.Kern(before, r)
			f.kerns[pair] = kern
		}
		pen += kern
		visit(l, pen.Round())
		pen += l.advance
		before = r
	}
	return pen.Round()
}

// fill puts as many words on each line as there is room for.
func (f *face) fill(words []string, room int) (lines []string) {
	for _, w := range words {
		if n := len(lines); n > 0 && f.walk(lines[n-1]+" "+w, func(*letter, int) {}) <= room {
			lines[n-1] += " " + w
		} else {
			lines = append(lines, w)
		}
	}
	return lines
}
