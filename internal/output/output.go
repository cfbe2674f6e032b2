// Package output owns the finished site: bytes at addresses, as a set that can
// be compared with another set and written to disk safely.
//
// It stands at the end of the pipeline and knows nothing of how the bytes came
// to be. Writing is the only thing it does to the world, and it never deletes a
// file that it did not write.
package output

import "sync"

// File is one file of the finished site. Its bytes may be made on first use, so
// that a preview pays only for what is looked at.
type File struct {
	Path  string // slash-separated, relative to the output folder: "a/index.html"
	bytes func() []byte
}

// New returns a file with the given bytes, which the caller no longer changes.
func New(path string, data []byte) File {
	return File{Path: path, bytes: func() []byte { return data }}
}

// Lazy returns a file whose bytes come from calling data, once, when first
// asked for. data must be pure and safe to call from any goroutine.
func Lazy(path string, data func() []byte) File {
	return File{Path: path, bytes: sync.OnceValue(data)}
}

// Bytes returns the file's bytes, which the caller must not change.
func (f File) Bytes() []byte { return f.bytes() }

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
