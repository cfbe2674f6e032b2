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
	"image/png"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Width and Height are a card's size in pixels.
const (
	Width  = 1200
	Height = 630
)

// Card is what stands on a card. Two that are equal look the same.
type Card struct {
	Title   string
	Section string // above the title: a page's kind or section; may be ""
	Site    string // at the foot
}

// design is part of every card's name: it changes when the design does.
const design = "2"

// Name is a file's name for the card, without an ending: the same for cards that
// look the same, and another when one does not.
func (c Card) Name() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{design, c.Title, c.Section, c.Site}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// The colours are those of the default theme in a light room: the paper, and
// each ink in steps from it. They are more than sixteen, so that a pixel is a
// byte, which the encoder takes as it is.
const steps = 12

const (
	ink  = 1         // for what matters
	soft = 1 + steps // for the rest
	rule = 1 + 2*steps
)

var palette = func() color.Palette {
	paper := color.RGBA{0xfb, 0xfa, 0xf6, 0xff}
	colors := color.Palette{paper}
	for _, to := range []color.RGBA{{0x1f, 0x1d, 0x1a, 0xff}, {0x5d, 0x58, 0x4f, 0xff}} {
		for i := 1; i <= steps; i++ {
			mix := func(a, b uint8) uint8 { return uint8((int(a)*(steps-i) + int(b)*i) / steps) }
			colors = append(colors, color.RGBA{mix(paper.R, to.R), mix(paper.G, to.G), mix(paper.B, to.B), 0xff})
		}
	}
	return append(colors, color.RGBA{0xde, 0xda, 0xd0, 0xff})
}()

// margin is the space around what is written, in pixels.
const margin = 96

// sizes are what a title is set in: the largest that needs no more lines than
// are given for it.
var sizes = []struct{ pixels, lines, leading int }{{84, 2, 96}, {70, 3, 82}, {60, 4, 71}, {50, 5, 60}}

//go:embed fonts/SourceSerif4-SemiBold.ttf
var serif []byte

// Painter draws cards. It may be used by many goroutines; its zero value is
// ready.
type Painter struct{ desks sync.Pool }

// desk is what one card is drawn with, and kept for the next.
type desk struct {
	titles []font.Face // one for each of sizes
	small  font.Face
	*image.Paletted
}

func (p *Painter) take() *desk {
	if d, ok := p.desks.Get().(*desk); ok {
		return d
	}
	d := &desk{small: newFace(goregular.TTF, 30), Paletted: image.NewPaletted(image.Rect(0, 0, Width, Height), palette)}
	for _, s := range sizes {
		d.titles = append(d.titles, newFace(serif, s.pixels))
	}
	return d
}

// newFace is a typeface at one size. It is built in, so that it has no faults.
func newFace(data []byte, pixels int) font.Face {
	f, err := opentype.Parse(data)
	if err != nil {
		panic(err)
	}
	face, _ := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(pixels), DPI: 72})
	return face
}

// Can reports whether the faces have every letter of the title: a card of empty
// boxes is worse than none.
func (p *Painter) Can(c Card) bool {
	d := p.take()
	defer p.desks.Put(d)
	for _, r := range c.Title {
		if _, has := d.titles[0].GlyphAdvance(r); !has {
			return false
		}
	}
	return true
}

// Draw returns the card as PNG. Letters that the faces lack are left out.
func (p *Painter) Draw(c Card) []byte {
	d := p.take()
	defer p.desks.Put(d)
	clear(d.Pix)
	y := margin + 24
	if c.Section != "" {
		d.write(d.small, c.Section, y, soft)
		y += 40
	}
	lines, size := d.set(c.Title)
	y += sizes[size].pixels * 7 / 8
	for _, l := range lines {
		d.write(d.titles[size], l, y, ink)
		y += sizes[size].leading
	}
	for x := margin; x < Width-margin; x++ {
		d.SetColorIndex(x, Height-132, rule)
		d.SetColorIndex(x, Height-131, rule)
	}
	d.write(d.small, c.Site, Height-74, ink)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	encoder.Encode(&out, d.Paletted) // to memory: it cannot fail
	return out.Bytes()
}

// set breaks a title into lines of about the same length, in the largest size
// that it fits in. What does not fit in any ends in an ellipsis.
func (d *desk) set(title string) (lines []string, size int) {
	words := strings.Fields(title)
	const room = Width - 2*margin
	for size = range sizes {
		if lines = fill(d.titles[size], words, room); len(lines) > sizes[size].lines {
			continue
		}
		for width := room - 48; width > room/2; width -= 48 {
			if even := fill(d.titles[size], words, width); len(even) == len(lines) {
				lines = even
			}
		}
		return lines, size
	}
	last := sizes[size].lines - 1
	return append(lines[:last], lines[last]+" …"), size
}

// fill puts as many words on each line as there is room for.
func fill(f font.Face, words []string, room int) (lines []string) {
	for _, w := range words {
		if n := len(lines); n > 0 && font.MeasureString(f, lines[n-1]+" "+w).Round() <= room {
			lines[n-1] += " " + w
		} else {
			lines = append(lines, w)
		}
	}
	return lines
}

// write draws a line of text in the steps of a colour.
func (d *desk) write(f font.Face, text string, y, from int) {
	dot, before := fixed.P(margin, y), rune(-1)
	for _, r := range text {
		if before >= 0 {
			dot.X += f.Kern(before, r)
		}
		box, mask, at, advance, ok := f.Glyph(dot, r)
		if !ok {
			continue
		}
		visible := box.Intersect(d.Rect)
		for y := visible.Min.Y; y < visible.Max.Y; y++ {
			for x := visible.Min.X; x < visible.Max.X; x++ {
				_, _, _, alpha := mask.At(x-box.Min.X+at.X, y-box.Min.Y+at.Y).RGBA()
				if step := (int(alpha)*steps + 0x7fff) / 0xffff; step > 0 {
					d.SetColorIndex(x, y, uint8(from+step-1))
				}
			}
		}
		dot.X += advance
		before = r
	}
}
