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
	"encoding/hex"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Digest identifies a file's bytes; equal digests mean equal bytes.
type Digest [sha256.Size]byte

// String returns the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// File is one file of the finished site. Its bytes may be made on first use, so
// that a preview pays only for what is looked at. Copies of a File share them.
type File struct {
	Path string // slash-separated, relative to the output folder: "a/index.html"
	body *body
}

// A body is shared by the copies of a file, so that a file kept from one set to
// the next is known to be the same without a look at its bytes.
type body struct {
	bytes  func() []byte
	once   sync.Once
	digest Digest
}

// New returns a file with the given bytes, which the caller no longer changes.
func New(path string, data []byte) File {
	return Func(path, func() []byte { return data })
}

// Lazy returns a file whose bytes come from calling data, once, when first
// asked for. data must be pure and safe to call from any goroutine.
func Lazy(path string, data func() []byte) File {
	return Func(path, sync.OnceValue(data))
}

// Func returns a file whose bytes come from calling data whenever they are
// asked for and are held by nobody, so that a large site can be written without
// being in memory. data must be pure and safe to call from any goroutine.
func Func(path string, data func() []byte) File {
	return File{Path: path, body: &body{bytes: data}}
}

// Bytes returns the file's bytes, which the caller must not change.
func (f File) Bytes() []byte { return f.body.bytes() }

// Digest returns the digest of the file's bytes, which it computes once.
func (f File) Digest() Digest {
	f.body.once.Do(func() { f.body.digest = sha256.Sum256(f.Bytes()) })
	return f.body.digest
}

// digestOf returns the file's digest for one who has its bytes already.
func (f File) digestOf(data []byte) Digest {
	f.body.once.Do(func() { f.body.digest = sha256.Sum256(data) })
	return f.body.digest
}

// same reports whether f and g have the same bytes.
func (f File) same(g File) bool {
	return f.body == g.body || bytes.Equal(f.Bytes(), g.Bytes())
}

// Set is a finished site. The zero Set is empty. A Set that is being read must
// not be added to.
type Set struct{ files map[string]File }

// Add puts a file in the set, replacing one of the same path.
func (s *Set) Add(f File) {
	if s.files == nil {
		s.files = make(map[string]File)
	}
	s.files[f.Path] = f
}

// Get returns the file at path.
func (s *Set) Get(path string) (File, bool) {
	f, ok := s.files[path]
	return f, ok
}

// Len returns the number of files.
func (s *Set) Len() int { return len(s.files) }

// All yields the files in the order of their paths.
func (s *Set) All() iter.Seq[File] {
	return func(yield func(File) bool) {
		for _, path := range slices.Sorted(maps.Keys(s.files)) {
			if !yield(s.files[path]) {
				return
			}
		}
	}
}

// Collisions returns the groups of paths that differ in letter case only, and
// so are one file on many machines. They are sorted.
func (s *Set) Collisions() [][]string {
	byFold := make(map[string][]string, len(s.files))
	for path := range s.files {
		byFold[fold(path)] = append(byFold[fold(path)], path)
	}
	var groups [][]string
	for _, paths := range byFold {
		if len(paths) > 1 {
			groups = append(groups, slices.Sorted(slices.Values(paths)))
		}
	}
	slices.SortFunc(groups, slices.Compare)
	return groups
}

func fold(path string) string { return strings.ToLower(path) }

// Difference is how one set differs from another; its paths are sorted.
type Difference struct{ Added, Changed, Removed []string }

// Empty reports whether the sets are equal.
func (d Difference) Empty() bool { return len(d.Added)+len(d.Changed)+len(d.Removed) == 0 }

// Diff returns what has to happen to before for it to equal after. A file that
// both have from the same call of New, Lazy or Func costs nothing to compare;
// the bytes of others are asked for.
func Diff(before, after *Set) Difference {
	return DiffOf(before, after, func(string) bool { return true })
}

// DiffOf is Diff for the paths alone that keep holds for.
func DiffOf(before, after *Set, keep func(path string) bool) Difference {
	var d Difference
	for path, f := range after.files {
		if !keep(path) {
			continue
		}
		if g, there := before.files[path]; !there {
			d.Added = append(d.Added, path)
		} else if !f.same(g) {
			d.Changed = append(d.Changed, path)
		}
	}
	for path := range before.files {
		if _, there := after.files[path]; !there && keep(path) {
			d.Removed = append(d.Removed, path)
		}
	}
	slices.Sort(d.Added)
	slices.Sort(d.Changed)
	slices.Sort(d.Removed)
	return d
}
