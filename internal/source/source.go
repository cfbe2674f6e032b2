// Package source owns the files of a site as they were read: their paths and
// bytes, and the arithmetic between byte offsets and the lines and
// columns people count in.
//
// It is where the pipeline begins. Everything later refers to a place in a
// file by a [Place], and only printing turns one into a [Position]. A file
// never changes after it was made; reading a changed one makes a new File.
package source

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Span is a half-open range of byte offsets in one file.
type Span struct{ Start, End int }

// Position is a place as people count: both numbers start at 1, and a column
// is one Unicode code point (a byte-order mark at the start counts as none).
type Position struct{ Line, Column int }

// File is one file of a site, made by [NewFile].
type File struct {
	Path string // slash-separated and relative to the site's folder: "content/a.md"
	Data []byte `json:"-"` // never modified

	lines func() []int // offsets at which lines start
}

// NewFile returns the file at path with the given bytes, which it keeps.
func NewFile(path string, data []byte) *File {
	return &File{path, data, sync.OnceValue(func() []int { return lineStarts(data) })}
}

// Place returns the place of the bytes from start up to end.
func (f *File) Place(start, end int) Place { return Place{File: f, Span: Span{start, end}} }

// Position returns where the byte at offset stands. Offsets outside the file
// count as its nearest end. It is the zero Position where f is nil.
func (f *File) Position(offset int) Position {
	if f == nil {
		return Position{}
	}
	offset = max(0, min(offset, len(f.Data)))
	starts := f.lines()
	line, _ := slices.BinarySearch(starts, offset+1) // so many begin at offset or before
	head := f.Data[starts[line-1]:offset]
	if line == 1 {
		head = bytes.TrimPrefix(head, byteOrderMark)
	}
	return Position{Line: line, Column: utf8.RuneCount(head) + 1}
}

// Offset returns the offset at which the line with the given number begins;
// lines outside the file count as its nearest end.
func (f *File) Offset(line int) int {
	starts := f.lines()
	if line > len(starts) {
		return len(f.Data)
	}
	return starts[max(0, line-1)]
}

// Line returns the text of the line with the given number, which counts from
// 1, without its ending or a byte-order mark; "" for a line that is not there.
func (f *File) Line(number int) string {
	line := f.Data[f.Offset(number):f.Offset(number+1)]
	return string(bytes.TrimRight(bytes.TrimPrefix(line, byteOrderMark), "\r\n"))
}

var byteOrderMark = []byte("\ufeff")

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
// File stands for the site as a whole: it has no path, and zero Positions.
type Place struct {
	File *File
	Span Span
}

// Path returns the file's path.
func (p Place) Path() string {
	if p.File == nil {
		return ""
	}
	return p.File.Path
}

// Position returns where the place begins.
func (p Place) Position() Position { return p.File.Position(p.Span.Start) }

// End returns the position just after the place's last byte.
func (p Place) End() Position { return p.File.Position(p.Span.End) }

// Text returns the bytes of the place, which has a file, as a string.
func (p Place) Text() string { return string(p.File.Data[p.Span.Start:p.Span.End]) }

// Compare orders places by path, then by where they begin and end.
func (p Place) Compare(q Place) int {
	return cmp.Or(strings.Compare(p.Path(), q.Path()), p.Span.Start-q.Span.Start, p.Span.End-q.Span.End)
}
