// Package card owns social cards: the picture that other sites show beside a
// link to a page, with its title set in the design of the site.
//
// It is a leaf: a card goes in, a PNG comes out, the same bytes every time. It
// knows nothing of pages, reads no file but the faces built into it, and does
// not decide which pages have a card.
package card

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"image/color"
	"strings"
	"sync"

	"golang.org/x/image/font/gofont/goregular"
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

// The colours are those of the default theme in a light room.
var (
	paper = color.RGBA{0xfb, 0xfa, 0xf6, 0xff}
	ink   = color.RGBA{0x1f, 0x1d, 0x1a, 0xff}
	soft  = color.RGBA{0x5d, 0x58, 0x4f, 0xff}
	rule  = color.RGBA{0xde, 0xda, 0xd0, 0xff}
)

// A colour and its steps towards the paper: where the palette has them.
const (
	inkSteps  = 9
	softSteps = 5
	softFrom  = 1 + inkSteps
	ruleAt    = softFrom + softSteps
)

// Measures, in pixels.
const (
	margin    = 96
	titleWide = Width - 2*margin
	footLine  = Height - 132
	baseline  = Height - 74
)

// sizes are what a title is set in: the largest that needs no more lines than
// are given for it.
var sizes = []struct{ pixels, lines, leading int }{{84, 2, 96}, {70, 3, 82}, {60, 4, 71}, {50, 5, 60}}

//go:embed fonts/SourceSerif4-SemiBold.ttf
var serif []byte

// Painter draws cards. It may be used by many goroutines; its zero value is
// ready.
type Painter struct{ desks sync.Pool }

// Draw returns the card as PNG, or nil where the faces lack a letter of its
// title, for a card of empty boxes is worse than none.
func (p *Painter) Draw(c Card) []byte {
	d, _ := p.desks.Get().(*desk)
	if d == nil {
		d = newDesk()
	}
	defer p.desks.Put(d)
	if !d.title[0].has(c.Title) {
		return nil
	}
	return d.draw(c)
}

// desk is what one card is drawn with, and kept for the next.
type desk struct {
	title  []*face // one for each of sizes
	small  *face
	pixels []uint8 // a colour's place in the palette for each
	inked  [Height]bool
	packed []uint8 // some rows of them, as PNG has them
	body   bytes.Buffer
	squash *flate.Writer
	blank  [Height + 1][]byte
}

func newDesk() *desk {
	d := &desk{pixels: make([]uint8, Width*Height), packed: make([]uint8, 0, rowBytes*Height)}
	d.squash, _ = flate.NewWriter(nil, flate.BestSpeed)
	for _, s := range sizes {
		d.title = append(d.title, newFace(serif, float64(s.pixels)))
	}
	d.small = newFace(goregular.TTF, 30)
	return d
}

// palette has sixteen colours, so that a pixel takes half a byte.
func palette() []color.RGBA {
	p := []color.RGBA{paper}
	for i := 1; i <= inkSteps; i++ {
		p = append(p, mix(ink, i, inkSteps))
	}
	for i := 1; i <= softSteps; i++ {
		p = append(p, mix(soft, i, softSteps))
	}
	return append(p, rule)
}

func mix(c color.RGBA, part, of int) color.RGBA {
	step := func(from, to uint8) uint8 { return uint8((int(from)*(of-part) + int(to)*part) / of) }
	return color.RGBA{step(paper.R, c.R), step(paper.G, c.G), step(paper.B, c.B), 0xff}
}

func (d *desk) draw(c Card) []byte {
	d.wipe()
	y := margin + 24
	if c.Section != "" && d.small.has(c.Section) {
		d.write(d.small, d.small.cut(c.Section, titleWide), margin, y, softFrom-1, softSteps)
		y += 40
	}
	lines, at := d.set(c.Title)
	y += sizes[at].pixels * 7 / 8
	for _, l := range lines {
		d.write(d.title[at], l, margin-3, y, 0, inkSteps)
		y += sizes[at].leading
	}
	for y := footLine; y < footLine+2; y++ {
		for x := margin; x < Width-margin; x++ {
			d.row(y)[x] = ruleAt
		}
	}
	if d.small.has(c.Site) {
		d.write(d.small, d.small.cut(c.Site, titleWide), margin, baseline, 0, inkSteps)
	}
	return d.encode()
}

// row is a row to put ink on.
func (d *desk) row(y int) []uint8 {
	d.inked[y] = true
	return d.pixels[y*Width : (y+1)*Width]
}

// wipe takes all ink off again.
func (d *desk) wipe() {
	for y, inked := range d.inked {
		if inked {
			clear(d.row(y))
			d.inked[y] = false
		}
	}
}

// set breaks a title into lines of about the same length, in the largest size
// that it fits in. What does not fit in any ends in an ellipsis.
func (d *desk) set(title string) (lines []string, size int) {
	words := strings.Fields(title)
	for size = range sizes {
		f := d.title[size]
		lines = f.fill(words, titleWide)
		if len(lines) > sizes[size].lines || f.widest(lines) > titleWide {
			continue
		}
		for width := titleWide; width > titleWide/2; width -= 24 {
			even := f.fill(words, width)
			if len(even) > len(lines) || f.widest(even) > titleWide {
				break
			}
			lines = even
		}
		return lines, size
	}
	size = len(sizes) - 1
	lines = lines[:min(len(lines), sizes[size].lines)]
	last := &lines[len(lines)-1]
	*last = d.title[size].cut(*last+" …", titleWide)
	return lines, size
}

// write draws a line of text. The colour is the steps of the palette that come
// after from.
func (d *desk) write(f *face, text string, x, y, from, steps int) {
	pen := fixed.I(x)
	before := rune(-1)
	for _, r := range text {
		l := f.letter(r)
		if l == nil {
			continue
		}
		if before >= 0 {
			pen += f.kern(before, r)
		}
		d.stamp(l, pen.Round(), y, from, steps)
		pen += l.advance
		before = r
	}
}

func (d *desk) stamp(l *letter, x, y, from, steps int) {
	wide := l.box.Dx()
	for row := range l.box.Dy() {
		if top := y + l.box.Min.Y + row; top >= 0 && top < Height {
			line := d.row(top)
			for column, alpha := range l.mask[row*wide : (row+1)*wide] {
				at := x + l.box.Min.X + column
				if step := (int(alpha)*steps + 127) / 255; step > 0 && at >= 0 && at < Width {
					line[at] = max(line[at], uint8(from+step))
				}
			}
		}
	}
}
