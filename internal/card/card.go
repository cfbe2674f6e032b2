// Package card owns social cards: the picture that other sites show beside a
// link to a page, with its title set in the design of the site.
//
// It is a leaf: a card goes in, a PNG comes out, the same bytes every time. It
// knows nothing of pages, reads no file but the faces built into it, and does
// not decide which pages have a card.
package card

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Width and Height are a card's size in pixels.
const Width, Height = 1200, 630

// Card is what stands on a card. Two that are equal look the same.
type Card struct {
	Title   string
	Section string // above the title: a page's kind or section; may be ""
	Site    string // at the foot
}

// design is part of every card's path: it changes when the design does.
const design = "3"

// Path is where the card goes, from the site's root: the same for cards that look
// the same, and another when one does not.
func (c Card) Path() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{design, c.Title, c.Section, c.Site}, "\x00")))
	return "cards/" + hex.EncodeToString(sum[:8]) + ".png"
}

//go:embed fonts/SourceSerif4-SemiBold.ttf
var serifTTF []byte

// The faces are built in, so that they have no faults.
var (
	serif, _ = opentype.Parse(serifTTF)
	sans, _  = opentype.Parse(goregular.TTF)
)

// Can reports whether there is a face with every letter of the title: a card of
// empty boxes is worse than none.
func (c Card) Can() bool {
	var buffer sfnt.Buffer
	return !strings.ContainsFunc(c.Title, func(r rune) bool {
		glyph, _ := serif.GlyphIndex(&buffer, r)
		return glyph == 0
	})
}

// palette runs from paper to ink, as in the default theme in a light room. A card
// is drawn in shades of gray, each of which stands for one of these: few enough
// for a small file, and more than sixteen, which makes the encoder faster.
var palette = func() (colors color.Palette) {
	mix := func(paper, ink, i int) uint8 { return uint8((paper*(31-i) + ink*i) / 31) }
	for i := range 32 {
		colors = append(colors, color.RGBA{mix(0xfb, 0x1f, i), mix(0xfa, 0x1d, i), mix(0xf6, 0x1a, i), 0xff})
	}
	return colors
}()

// The shades: of what matters, of the rest, and of a rule between them.
var ink, soft, rule = image.White, image.NewUniform(color.Gray{184}), image.NewUniform(color.Gray{34})

// margin is the space around everything, and depth what the lines of a title may
// take, in pixels.
const margin, depth = 96, 250

// Draw returns the card as PNG. Its title is set as large as there is room for.
func (c Card) Draw() []byte {
	size, lines := 84, fill(c.Title, 84)
	for ; len(lines)*size*8/7 > depth && size > 20; size -= 8 {
		lines = fill(c.Title, size-8)
	}
	gray := image.NewRGBA(image.Rect(0, 0, Width, Height))
	write := func(f *opentype.Font, size int, shade image.Image, text string, y int) {
		(&font.Drawer{Dst: gray, Src: shade, Face: face(f, size), Dot: fixed.P(margin, y)}).DrawString(text)
	}
	write(sans, 30, soft, c.Section, margin+24)
	for i, line := range lines {
		write(serif, size, ink, line, margin+64+size*7/8+i*size*8/7)
	}
	draw.Draw(gray, image.Rect(margin, Height-132, Width-margin, Height-130), rule, image.Point{}, draw.Src)
	write(sans, 30, ink, c.Site, Height-74)
	picture := image.NewPaletted(gray.Rect, palette)
	for i := range picture.Pix {
		picture.Pix[i] = gray.Pix[4*i] >> 3
	}
	var out bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, picture) // to memory: it cannot fail
	return out.Bytes()
}

func face(f *opentype.Font, size int) font.Face {
	face, _ := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(size), DPI: 72})
	return face
}

// fill is the lines of a title.
func fill(title string, size int) []string {
	f := face(serif, size)
	fits := func(line string, room int) bool { return font.MeasureString(f, line).Round() <= room }
	return Wrap(strings.Fields(title), Width-2*margin, 48, fits)
}

// Wrap puts words on lines that have room for them, as few and as even as it can:
// it takes steps towards less room.
func Wrap(words []string, room, step int, fits func(line string, room int) bool) (lines []string) {
	for _, word := range words {
		if last := len(lines) - 1; last >= 0 && fits(lines[last]+" "+word, room) {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	if len(lines) > 1 && room > 10*step {
		if even := Wrap(words, room-step, step, fits); len(even) == len(lines) {
			return even
		}
	}
	return lines
}
