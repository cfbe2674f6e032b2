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
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"quandary/internal/parallel"
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
func (p Place) Path() string { return cmp.Or(p.File, &File{}).Path }

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

// Folder is a site's folder. It is read through an [os.Root], so that nothing
// outside it ever is, whatever links it holds, and by one goroutine at a time.
type Folder struct {
	Path    string   // absolute
	Content string   // the prefix of content files: "content/", or "" for a bare folder of Markdown
	Ignore  []string // folders to leave alone, slash-separated and relative: the output
	Marker  string   // a file that a folder has which is to be left alone: an earlier output

	// Root is the way into the folder, for what else is read there, and for writing.
	Root  *os.Root
	last  *Tree
	stale bool // something could not be read since
}

// Tree is what a Read of a folder found. It is immutable.
type Tree struct {
	Files []*File  // Markdown, layouts and assets, sorted by path
	Other []string // paths of the other files of the content folder, sorted

	entries map[string]entry
}

// An entry is a file of the folder as it was when it was read.
type entry struct {
	file  *File // nil for one of the others, which are not read
	stamp Stamp
	read  time.Time
}

// A Stamp tells two states of a file apart, short of reading it.
type Stamp struct{ size, changed, told int64 }

// Stamp returns that of one of the other files.
func (t *Tree) Stamp(name string) Stamp { return t.entries[name].stamp }

// Open opens the folder at dir. It has content in "content/" where there is
// such a folder, and is a bare folder of Markdown otherwise.
func Open(dir string) (*Folder, error) {
	abs, _ := filepath.Abs(dir) // "" cannot be opened
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open site: %w", err)
	}
	f := &Folder{Path: abs, Root: root, last: &Tree{}}
	if info, err := root.Stat("content"); err == nil && info.IsDir() {
		f.Content = "content/"
	}
	return f, nil
}

// Read lists the folder and reads the files that take part in a build. What did
// not change since the last Read is the same File.
func (f *Folder) Read() (*Tree, error) {
	var names []string
	var files []fs.DirEntry
	err := fs.WalkDir(f.Root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case name == ".":
			return err
		case errors.Is(err, fs.ErrNotExist): // it was removed meanwhile
		case err != nil:
			return err
		case d.IsDir() && f.Skips(name):
			return fs.SkipDir
		case !d.IsDir():
			names, files = append(names, name), append(files, d)
		}
		return nil
	})
	return f.look(map[string]entry{}, names, files, 0, err)
}

// Reread looks again at single files, in folders that Skips does not skip, or folders
// that are gone, and takes it that nothing else has changed since the last Read; nil
// stands for any file.
func (f *Folder) Reread(names []string) (*Tree, error) {
	if names == nil || f.stale {
		return f.Read()
	}
	entries := maps.Clone(f.last.entries)
	var there []string
	var files []fs.DirEntry
	for _, name := range names {
		delete(entries, name)
		if info, err := f.Root.Lstat(name); err == nil {
			there, files = append(there, name), append(files, fs.FileInfoToDirEntry(info))
		} else { // a folder, perhaps, that was moved away
			maps.DeleteFunc(entries, func(known string, _ entry) bool { return strings.HasPrefix(known, name+"/") })
		}
	}
	return f.look(entries, there, files, time.Now().UnixNano(), nil)
}

// look returns the tree of the entries that are known and of the files called names,
// which it looks at, unless these could not be listed. told is when somebody said that
// these changed, or 0.
func (f *Folder) look(known map[string]entry, names []string, files []fs.DirEntry, told int64, err error) (*Tree, error) {
	found := make([]entry, len(names))
	err = cmp.Or(err, parallel.For(len(names), func(i int) (err error) {
		found[i], err = f.entry(names[i], files[i], told)
		return err
	}))
	if f.stale = err != nil; f.stale {
		return nil, fmt.Errorf("read site: %w", err)
	}
	for i, e := range found {
		if !e.read.IsZero() {
			known[names[i]] = e
		}
	}
	f.last = &Tree{entries: known}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if file := known[name].file; file != nil {
			f.last.Files = append(f.last.Files, file)
		} else {
			f.last.Other = append(f.last.Other, name)
		}
	}
	return f.last, nil
}

// Skips reports whether a folder, with all that is in it, is none of the site's
// business: hidden, the output, or beside the folders a site has.
func (f *Folder) Skips(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || base == "node_modules" || slices.Contains(f.Ignore, name) {
		return true
	}
	top, _, _ := strings.Cut(name, "/")
	if f.Content != "" && !slices.Contains([]string{"content", "layouts", "assets"}, top) {
		return true
	}
	_, err := f.Root.Lstat(path.Join(name, f.Marker))
	return f.Marker != "" && err == nil
}

// reads reports whether a file is read for every build.
func (f *Folder) reads(name string) bool {
	if f.Content != "" && !strings.HasPrefix(name, f.Content) {
		return strings.Contains(name, "/") && path.Ext(name) != ".go"
	}
	return path.Ext(name) == ".md"
}

// settled is how long after its last change a file's time can be trusted: two
// changes within one tick of a file system's clock look like one.
const settled = 2 * time.Second

// entry looks at a file, and reads it unless it did not change. One that is not the
// site's or was removed meanwhile is nothing, as is a link that leads to no file of
// the folder. One that is told to have changed has another stamp in any case: its time
// may be that of a file that it was copied from.
func (f *Folder) entry(name string, d fs.DirEntry, told int64) (entry, error) {
	if path.Base(name)[0] == '.' || !f.reads(name) && !strings.HasPrefix(name, f.Content) {
		return entry{}, nil
	}
	info, err := d.Info()
	if d.Type()&fs.ModeSymlink != 0 {
		info, err = f.Root.Stat(name)
	}
	if err != nil || !info.Mode().IsRegular() {
		return entry{}, nil
	}
	old := f.last.entries[name]
	e := entry{stamp: Stamp{info.Size(), info.ModTime().UnixNano(), max(old.stamp.told, told)}, read: time.Now()}
	if old.stamp == e.stamp && old.read.Sub(info.ModTime()) > settled {
		return old, nil
	}
	if !f.reads(name) {
		return e, nil
	}
	data, err := f.Root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return entry{}, nil
	}
	if e.file = old.file; e.file == nil || !bytes.Equal(data, e.file.Data) {
		e.file = NewFile(name, data)
	}
	return e, err
}

// Changed returns the paths, sorted, of the files that are new, gone or not what
// they were before, which is an earlier Tree of the same Folder.
func (t *Tree) Changed(before *Tree) (paths []string) {
	for _, entries := range []map[string]entry{t.entries, before.entries} {
		for name := range entries {
			old, now := before.entries[name], t.entries[name]
			if now.file != old.file || now.file == nil && now.stamp != old.stamp {
				paths = append(paths, name)
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}
