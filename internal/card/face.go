package card

import (
	"image"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// face is a typeface at one size, with the letters that were drawn before.
type face struct {
	face    font.Face
	letters map[rune]*letter
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
	return &face{face: at, letters: map[rune]*letter{}, kerns: map[[2]rune]fixed.Int26_6{}}
}

// letter returns a letter, or nil where the face lacks it.
func (f *face) letter(r rune) *letter {
	l, known := f.letters[r]
	if known {
		return l
	}
	if box, mask, at, advance, ok := f.face.Glyph(fixed.Point26_6{}, r); ok {
		l = &letter{box: box, advance: advance, mask: make([]uint8, 0, box.Dx()*box.Dy())}
		for y := range box.Dy() {
			from := mask.(*image.Alpha).PixOffset(at.X, at.Y+y)
			l.mask = append(l.mask, mask.(*image.Alpha).Pix[from:from+box.Dx()]...)
		}
	}
	f.letters[r] = l
	return l
}

func (f *face) has(text string) bool {
	for _, r := range text {
		if r != ' ' && f.letter(r) == nil {
			return false
		}
	}
	return true
}

// kern is how far two letters move together.
func (f *face) kern(a, b rune) fixed.Int26_6 {
	k, known := f.kerns[[2]rune{a, b}]
	if !known {
		k = f.face.Kern(a, b)
		f.kerns[[2]rune{a, b}] = k
	}
	return k
}

// width is how many pixels a line takes.
func (f *face) width(text string) int {
	var x fixed.Int26_6
	before := rune(-1)
	for _, r := range text {
		if l := f.letter(r); l != nil {
			if before >= 0 {
				x += f.kern(before, r)
			}
			x += l.advance
			before = r
		}
	}
	return x.Round()
}

func (f *face) widest(lines []string) (most int) {
	for _, l := range lines {
		most = max(most, f.width(l))
	}
	return most
}

// fill puts as many words on each line as there is room for.
func (f *face) fill(words []string, width int) (lines []string) {
	for _, w := range words {
		if n := len(lines); n > 0 && f.width(lines[n-1]+" "+w) <= width {
			lines[n-1] += " " + w
		} else {
			lines = append(lines, w)
		}
	}
	return lines
}

// cut shortens a line that is too long.
func (f *face) cut(text string, width int) string {
	letters := []rune(strings.TrimSuffix(text, " …"))
	for f.width(text) > width && len(letters) > 0 {
		letters = letters[:len(letters)-1]
		text = strings.TrimRight(string(letters), " ") + " …"
	}
	return text
}
