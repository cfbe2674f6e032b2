// Package output owns the finished site: bytes at addresses, as a set that can
// be compared with another set and written to disk safely.
//
// It stands at the end of the pipeline and knows nothing of how the bytes came
// to be. Writing is the only thing it does to the world, and it never deletes a
// file that it did not write.
package output

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Digest identifies a file's bytes, in hexadecimal; equal digests mean equal bytes.
type Digest string

// DigestOf returns the digest of bytes.
func DigestOf(data []byte) Digest { return Digest(fmt.Sprintf("%x", sha256.Sum256(data))) }

// File is one file of the finished site. Its bytes may be made on first use, so
// that a preview pays only for what is looked at. Copies of a File share them.
type File struct {
	Path string // slash-separated, relative to the output folder: "a/index.html"
	body *body
}

// A body is shared by the copies of a file, so that a file kept from one set to
// the next is known to be the same without a look at its bytes.
type body struct {
	data       Data
	keep       bool
	made, told sync.Once
	bytes      []byte // once made, if they are kept
	digest     Digest // once told
}

// New returns a file with the given bytes, which the caller no longer changes.
func New(path string, data []byte) File {
	return Func(path, func(*bytes.Buffer) []byte { return data })
}

// Data makes the bytes of a file. It may make them in room, an empty buffer, and
// must be pure and safe to call from any goroutine.
type Data = func(room *bytes.Buffer) []byte

// Lazy returns a file whose bytes come from calling data, once, when first
// asked for.
func Lazy(path string, data Data) File { return File{path, &body{data: data, keep: true}} }

// Func returns a file whose bytes come from calling data whenever they are
// asked for and are held by nobody, so that a large site can be written without
// being in memory.
func Func(path string, data Data) File { return File{path, &body{data: data}} }

// From returns the file with the digest that it has, whose bytes come from calling
// data from now on, as they do for Func.
func (f File) From(data Data) File {
	from := Func(f.Path, data)
	from.body.told.Do(func() { from.body.digest = f.Digest() })
	return from
}

// Bytes returns the file's bytes, which the caller must not change.
func (f File) Bytes() []byte { return f.in(new(bytes.Buffer)) }

// in returns the file's bytes, which may be in room.
func (f File) in(room *bytes.Buffer) []byte {
	b := f.body
	if !b.keep {
		return b.data(room)
	}
	b.made.Do(func() { b.bytes = bytes.Clone(b.data(room)) })
	return b.bytes
}

// Digest returns the digest of the file's bytes, which it computes once.
func (f File) Digest() Digest {
	f.body.told.Do(func() { f.body.digest = DigestOf(f.Bytes()) })
	return f.body.digest
}

// Set is a finished site. The zero Set is empty. A Set that is being read must
// not be added to.
type Set struct {
	files  map[string]File
	folder string // see AddFolder
	inside func() *Set
}

// Add puts a file in the set. It reports whether there was none of the same path,
// whose place it takes otherwise.
func (s *Set) Add(f File) bool {
	if s.files == nil {
		s.files = make(map[string]File)
	}
	before := len(s.files)
	s.files[f.Path] = f
	return len(s.files) > before
}

// AddFolder promises files in a folder whose very names are not known before they
// are made, by one call when the first is asked for. A Set has one such folder,
// beside other files in it.
func (s *Set) AddFolder(folder string, files func() *Set) {
	s.folder, s.inside = folder+"/", sync.OnceValue(files)
}

// Get returns the file at path.
func (s *Set) Get(path string) (File, bool) {
	f, ok := s.files[path]
	if !ok && s.inside != nil && strings.HasPrefix(path, s.folder) {
		f, ok = s.inside().files[path]
	}
	return f, ok
}

// All returns the files in the order of their paths.
func (s *Set) All() []File {
	return slices.SortedFunc(slices.Values(slices.Concat(s.known(), s.promised())), byPath)
}

func byPath(a, b File) int { return strings.Compare(a.Path, b.Path) }

// known returns the files that Add put into the set, in the order of their paths.
func (s *Set) known() []File { return slices.SortedFunc(maps.Values(s.files), byPath) }

// promised returns the others.
func (s *Set) promised() []File {
	if s.inside == nil {
		return nil
	}
	return slices.DeleteFunc(s.inside().known(), func(f File) bool { return s.files[f.Path].body != nil })
}

// Changed returns the paths, sorted, that keep holds for and that both sets have
// with other bytes. A file that both have from the same call of New, Lazy or
// Func costs nothing to compare; others have the digests that they had when first
// asked. Those that AddFolder promised do not count.
func Changed(before, after *Set, keep func(path string) bool) []string {
	var changed []string
	for path, f := range after.files {
		g, there := before.files[path]
		if there && f.body != g.body && keep(path) && f.Digest() != g.Digest() {
			changed = append(changed, path)
		}
	}
	slices.Sort(changed)
	return changed
}
