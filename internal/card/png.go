package card

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
)

// rowBytes is one row as PNG has it: the number of its filter, none, and two
// pixels to a byte.
const rowBytes = 1 + Width/2

// encode writes the pixels as PNG. The standard encoder does the same and takes
// ten times as long, for it asks for every pixel by itself, and packs the empty
// rows, which are most of a card, over and over.
func (d *desk) encode() []byte {
	body := &d.body
	body.Reset()
	body.Write([]byte{0x78, 0x01}) // zlib's greeting
	sum := checksum{1, 0}
	for from := 0; from < Height; {
		to := from + 1
		for to < Height && d.inked[to] == d.inked[from] {
			to++
		}
		if d.inked[from] {
			band := d.pack(from, to)
			sum = sum.then(adler32.Checksum(band), len(band))
			d.squash.Reset(body)
			d.squash.Write(band) // to memory: it cannot fail
			d.squash.Flush()
		} else {
			n := (to - from) * rowBytes
			sum = sum.then(uint32(n%adlerPrime)<<16|1, n)
			body.Write(d.empty(to - from))
		}
		from = to
	}
	body.Write([]byte{3, 0}) // the last block, with nothing in it
	body.Write(binary.BigEndian.AppendUint32(nil, sum.b<<16|sum.a))

	head := binary.BigEndian.AppendUint32(nil, Width)
	head = binary.BigEndian.AppendUint32(head, Height)
	head = append(head, 4, 3, 0, 0, 0) // bits a pixel, with a palette, the usual ways
	var colors []byte
	for _, c := range palette() {
		colors = append(colors, c.R, c.G, c.B)
	}
	out := append(make([]byte, 0, body.Len()+128), "\x89PNG\r\n\x1a\n"...)
	out = chunk(out, "IHDR", head)
	out = chunk(out, "PLTE", colors)
	out = chunk(out, "IDAT", body.Bytes())
	return chunk(out, "IEND", nil)
}

// pack puts the pixels of some rows two to a byte.
func (d *desk) pack(from, to int) []byte {
	d.packed = d.packed[:0]
	for y := from; y < to; y++ {
		d.packed = append(d.packed, 0)
		row := d.pixels[y*Width : (y+1)*Width]
		for i := 0; i < Width; i += 2 {
			d.packed = append(d.packed, row[i]<<4|row[i+1])
		}
	}
	return d.packed
}

// empty is so many rows without ink, squashed.
func (d *desk) empty(rows int) []byte {
	if d.blank[rows] == nil {
		var out bytes.Buffer
		d.squash.Reset(&out)
		d.squash.Write(make([]byte, rows*rowBytes))
		d.squash.Flush()
		d.blank[rows] = out.Bytes()
	}
	return d.blank[rows]
}

const adlerPrime = 65521

// checksum is Adler-32, of which sums of parts make the sum of the whole.
type checksum struct{ a, b uint32 }

// then adds n bytes with a sum of their own.
func (s checksum) then(sum uint32, n int) checksum {
	a, b := sum&0xffff, sum>>16
	return checksum{(s.a + a + adlerPrime - 1) % adlerPrime, uint32((uint64(s.b) + uint64(b) + uint64(n)*uint64(s.a+adlerPrime-1)) % adlerPrime)}
}

func chunk(out []byte, name string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	from := len(out)
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
}
