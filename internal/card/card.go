// Package card owns social cards: the picture that other sites show beside a
// link to a page, with its title set in the design of the site.
//
// It is a leaf: a card goes in, a PNG comes out, the same bytes every time. It
// knows nothing of pages, reads no file but the faces built into it, and does
// not decide which pages have a card.
package card

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
	"sync"

	"golang.org/x/image/font/gofont/goregular"
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
const design = "1"

// Name is a file's name for the card, without an ending: the same for cards that
// look the same, and another when one does not.
func (c Card) Name() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{design, c.Title, c.Section, c.Site}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// The colours are those of the default theme in a light room, each with its
// steps from the paper. Sixteen in all, so that a pixel takes half a byte.
const (
	inkSteps  = 9
	softSteps = 5
	softFrom  = inkSteps
	ruleAt    = inkSteps + softSteps + 1
)

var palette = func() (colors []byte) {
	paper := []int{0xfb, 0xfa, 0xf6}
	shades := func(r, g, b, steps int) {
		for i := 1; i <= steps; i++ {
			for c, to := range []int{r, g, b} {
				colors = append(colors, byte((paper[c]*(steps-i)+to*i)/steps))
			}
		}
	}
	shades(0xfb, 0xfa, 0xf6, 1)
	shades(0x1f, 0x1d, 0x1a, inkSteps)
	shades(0x5d, 0x58, 0x4f, softSteps)
	shades(0xde, 0xda, 0xd0, 1)
	return colors
}()

// rowBytes is one row: the number of its filter, none, and two pixels to a byte.
const rowBytes = 1 + Width/2

// margin is the space around what is written, in pixels.
const margin = 96

// sizes are what a title is set in: the largest that needs no more lines than
// are given for it.
var sizes = []struct{ pixels, lines, leading int }{{84, 2, 96}, {70, 3, 82}, {60, 4, 71}, {50, 5, 60}}

//go:embed fonts/SourceSerif4-SemiBold.ttf
var serif []byte

// Painter draws cards. It may be used by many goroutines; its zero value is
// ready.
type Painter struct {
	mu   sync.Mutex
	free []*desk
}

// Can reports whether the faces have every letter of the title: a card of empty
// boxes is worse than none.
func (p *Painter) Can(c Card) bool {
	d := p.take()
	defer p.put(d)
	return d.titles[0].has(c.Title)
}

// Draw returns the card as PNG. Letters that the faces lack are left out.
func (p *Painter) Draw(c Card) []byte {
	d := p.take()
	defer p.put(d)
	clear(d.pixels)
	y := margin + 24
	if c.Section != "" {
		d.write(d.small, c.Section, y, softFrom, softSteps)
		y += 40
	}
	lines, size := d.set(c.Title)
	y += sizes[size].pixels * 7 / 8
	for _, l := range lines {
		d.write(d.titles[size], l, y, 0, inkSteps)
		y += sizes[size].leading
	}
	for x := margin; x < Width-margin; x++ {
		d.ink(x, Height-132, ruleAt)
		d.ink(x, Height-131, ruleAt)
	}
	d.write(d.small, c.Site, Height-74, 0, inkSteps)
	return d.encode()
}

// desk is what one card is drawn with, and kept for the next.
type desk struct {
	titles []*face // one for each of sizes
	small  *face
	pixels []uint8 // the place in the palette of each, in rows as PNG has them
	squash *zlib.Writer
}

// take gives a desk to one goroutine. A sync.Pool would forget the letters
// drawn before, at every collection of garbage.
func (p *Painter) take() *desk {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		d := p.free[last]
		p.free = p.free[:last]
		return d
	}
	d := &desk{small: newFace(goregular.TTF, 30), pixels: make([]uint8, rowBytes*Height)}
	for _, s := range sizes {
		d.titles = append(d.titles, newFace(serif, float64(s.pixels)))
	}
	d.squash, _ = zlib.NewWriterLevel(nil, zlib.BestSpeed)
	return d
}

func (p *Painter) put(d *desk) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, d)
}

// set breaks a title into lines of about the same length, in the largest size
// that it fits in. What does not fit in any ends in an ellipsis.
func (d *desk) set(title string) (lines []string, size int) {
	words := strings.Fields(title)
	const room = Width - 2*margin
	for size = range sizes {
		if lines = d.titles[size].fill(words, room); len(lines) <= sizes[size].lines {
			for width := room; width > room/2; width -= 24 {
				if even := d.titles[size].fill(words, width); len(even) == len(lines) {
					lines = even
				}
			}
			return lines, size
		}
	}
	lines = lines[:sizes[size].lines]
	lines[len(lines)-1] += " …"
	return lines, size
}

// write draws a line of text. Its colour is the steps that follow from in the
// palette.
func (d *desk) write(f *face, text string, y, from, steps int) {
	f.walk(text, func(l *letter, at int) {
		x, wide := margin+at+l.box.Min.X, l.box.Dx()
		for i, alpha := range l.mask {
			across, down := x+i%wide, y+l.box.Min.Y+i/wide
			if step := (int(alpha)*steps + 127) / 255; step > 0 && across >= 0 && across < Width && down >= 0 && down < Height {
				d.ink(across, down, uint8(from+step))
			}
		}
	})
}

// ink colours a pixel, unless it is darker already.
func (d *desk) ink(x, y int, color uint8) {
	pair := &d.pixels[y*rowBytes+1+x/2]
	if x%2 == 0 {
		*pair = max(*pair>>4, color)<<4 | *pair&15
	} else {
		*pair = *pair&0xf0 | max(*pair&15, color)
	}
}

// encode writes the pixels as PNG. The standard encoder does the same and takes
// four times as long, for it asks for every pixel by itself.
func (d *desk) encode() []byte {
	var body bytes.Buffer
	d.squash.Reset(&body)
	d.squash.Write(d.pixels) // to memory: it cannot fail
	d.squash.Close()
	head := binary.BigEndian.AppendUint32(nil, Width)
	head = binary.BigEndian.AppendUint32(head, Height)
	head = append(head, 4, 3, 0, 0, 0) // bits a pixel, with a palette, the usual ways
	out := append(make([]byte, 0, body.Len()+128), "\x89PNG\r\n\x1a\n"...)
	for _, chunk := range []string{"IHDR" + string(head), "PLTE" + string(palette), "IDAT" + body.String(), "IEND"} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(chunk)-4))
		out = append(out, chunk...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(chunk)))
	}
	return out
}
