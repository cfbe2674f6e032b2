package output

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
)

// An entry is a path of the folder that the set has, or the manifest, or both.
type entry struct {
	File
	wanted bool     // by the set
	owned  []Digest // what we may have written there
	digest Digest   // of the bytes that are wanted
	staged string   // where they wait

	info    fs.FileInfo // of what stands there, nil for nothing or a folder
	here    Digest      // of what stands there, if it is a regular file
	inWay   []string    // files that have to go before this one can come
	folders []string    // folders in its place, outermost first

	fate  fate
	early bool // removed before others come, being in their way
}

// A fate is what becomes of a file.
type fate uint8

const (
	written   fate = iota
	unchanged      // it has the bytes already
	kept           // ours, but changed by hand
	foreign        // somebody else's, with the very same bytes
	removed        // ours, and no longer wanted
)

// decide finds out what is to become of an entry, and puts its bytes beside the
// site if they have to be written.
func (w *writer) decide(i int) error {
	e := &w.entries[i]
	var data []byte
	if e.wanted {
		data = e.Bytes()
		e.digest = digestOf(data)
	}
	if err := w.see(e, len(data)); err != nil {
		return err
	}
	ours := e.info == nil || slices.Contains(e.owned, e.here)
	switch {
	case e.wanted && e.owned != nil && e.here == e.digest:
		e.fate = unchanged
	case e.owned != nil && !ours:
		e.fate = kept
	case !e.wanted:
		e.fate = removed
	default:
		if !ours {
			e.inWay = []string{e.Path}
		}
		e.staged = tempFolder + "/" + strconv.Itoa(i)
		return w.stage(e.staged, data)
	}
	return nil
}

// see looks at what stands in an entry's place. It reads a file only if its
// size, or its time beside the manifest's, leaves room for doubt.
func (w *writer) see(e *entry, size int) (err error) {
	e.info, err = w.root.Lstat(e.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		if above := w.fileAbove(e.Path); above != "" {
			e.inWay, err = []string{above}, nil
		}
		return err
	case e.info.IsDir():
		e.info = nil
		return fs.WalkDir(w.root.FS(), e.Path, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				e.folders = append(e.folders, name)
			} else {
				e.inWay = append(e.inWay, name)
			}
			return err
		})
	case !e.info.Mode().IsRegular():
		return nil
	case slices.Equal(e.owned, []Digest{e.digest}) && e.info.Size() == int64(size) && e.info.ModTime().Before(w.settled):
		e.here = e.digest
		return nil
	}
	data, err := w.root.ReadFile(e.Path)
	e.here = digestOf(data)
	return err
}

// fileAbove returns what stands where a folder above name must be.
func (w *writer) fileAbove(name string) string {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := w.root.Lstat(dir); err == nil && !info.IsDir() {
			return dir
		}
	}
	return ""
}

// clear decides about files in the way: our own go early. Those of others are a
// conflict, unless they are what we would write.
func (w *writer) clear() error {
	var conflicts []string
	for i := range w.entries {
		e := &w.entries[i]
		for _, name := range e.inWay {
			if e.fate != written {
				break
			} else if old := w.leftover(name); old != nil {
				old.early = true
			} else if e.here == e.digest {
				e.fate = foreign
			} else {
				conflicts = append(conflicts, name)
			}
		}
	}
	if conflicts == nil {
		return nil
	}
	slices.Sort(conflicts)
	return &ConflictError{Paths: slices.Compact(conflicts)}
}

// leftover returns the file of ours at a path that is to be removed. It compares
// files, not names: where letter case does not count, the name can be another.
func (w *writer) leftover(name string) *entry {
	info, err := w.root.Lstat(name)
	for i, e := range w.entries {
		if err == nil && e.fate == removed && e.info != nil && os.SameFile(info, e.info) {
			return &w.entries[i]
		}
	}
	return nil
}
