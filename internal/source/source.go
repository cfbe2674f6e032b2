// Package source owns the files of a site as they were read: their paths,
// bytes and digests, and the arithmetic between byte offsets and the lines and
// columns people count in.
//
// It is where the pipeline begins. Everything later refers to a place in a
// file by a [Place], and only printing turns one into a [Position]. A file
// never changes after it was made; reading a changed one makes a new File.
package source

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Digest identifies a file's bytes; equal digests mean equal bytes.
type Digest [sha256.Size]byte

// String returns the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Span is a half-open range of byte offsets in one file.
type Span struct{ Start, End int }

// Position is a place as people count: both numbers start at 1, and a column
// is one Unicode code point (a byte-order mark at the start counts as none).
type Position struct{ Line, Column int }

// File is one file of a site. The zero File is an empty file without a name.
type File struct {
	Path string // slash-separated and relative to the site's folder: "content/a.md"
	Data []byte // never modified

	digest func() Digest
	lines  func() []int // offsets at which lines start
}

// NewFile returns the file at path with the given bytes, which it keeps.
func NewFile(path string, data []byte) *File {
	f := &File{Path: path, Data: data}
	f.digest = sync.OnceValue(func() Digest { return sha256.Sum256(f.Data) })
	f.lines = sync.OnceValue(func() []int { return lineStarts(f.Data) })
	return f
}

// Digest returns the digest of the file's bytes.
func (f *File) Digest() Digest { return f.digest() }

// Place returns the place of the bytes from start up to end.
func (f *File) Place(start, end int) Place { return Place{File: f, Span: Span{start, end}} }

// Position returns where the byte at offset stands. Offsets outside the file
// count as its nearest end.
func (f *File) Position(offset int) Position {
	offset = max(0, min(offset, len(f.Data)))
	starts := f.lines()
	line, exact := slices.BinarySearch(starts, offset)
	if !exact {
		line--
	}
	head := f.Data[starts[line]:offset]
	if line == 0 {
		head = head[bomLength(head):]
	}
	return Position{Line: line + 1, Column: utf8.RuneCount(head) + 1}
}

// Line returns the text of the line with the given number, which counts from
// 1, without its ending or a byte-order mark; "" for a line that is not there.
func (f *File) Line(number int) string {
	starts := f.lines()
	if number < 1 || number > len(starts) {
		return ""
	}
	end := len(f.Data)
	if number < len(starts) {
		end = starts[number]
	}
	line := f.Data[starts[number-1]:end]
	if number == 1 {
		line = line[bomLength(line):]
	}
	return strings.TrimRight(string(line), "\r\n")
}

// bomLength returns the length of the byte-order mark that data begins with,
// and 0 where there is none.
func bomLength(data []byte) int {
	if len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		return 3
	}
	return 0
}

// lineStarts finds the lines of data. A line ends with "\n", "\r\n" or a lone
// "\r", as YAML and CommonMark have it.
func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' || c == '\r' && (i+1 == len(data) || data[i+1] != '\n') {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// Place is some text of a file: the bytes of Span in File. A Place without a
// File stands for the site as a whole.
type Place struct {
	File *File
	Span Span
}

// Path returns the file's path, or "" for the site as a whole.
func (p Place) Path() string {
	if p.File == nil {
		return ""
	}
	return p.File.Path
}

// Position returns where the place begins; the zero Position without a file.
func (p Place) Position() Position {
	if p.File == nil {
		return Position{}
	}
	return p.File.Position(p.Span.Start)
}

// End returns the position just after the place's last byte.
func (p Place) End() Position {
	if p.File == nil {
		return Position{}
	}
	return p.File.Position(p.Span.End)
}

// Text returns the bytes of the place as a string.
func (p Place) Text() string {
	if p.File == nil {
		return ""
	}
	return string(p.File.Data[p.Span.Start:p.Span.End])
}

// Compare orders places by path, then by where they begin and end.
func (p Place) Compare(q Place) int {
	if c := strings.Compare(p.Path(), q.Path()); c != 0 {
		return c
	}
	if c := p.Span.Start - q.Span.Start; c != 0 {
		return c
	}
	return p.Span.End - q.Span.End
}

// Offset returns the offset at which the line with the given number begins;
// lines outside the file count as its nearest end.
func (f *File) Offset(line int) int {
	starts := f.lines()
	switch {
	case line < 1:
		return 0
	case line > len(starts):
		return len(f.Data)
	}
	return starts[line-1]
}
