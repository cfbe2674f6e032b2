// Package fix owns changes to a writer's files: the mends that diagnostics
// carry, put together, shown as a diff and written.
//
// It stands beside the pipeline: it is handed what a check found and the files
// as they were read. It makes only the mends that are certain, and leaves every
// other byte of a file as it is: line endings, byte-order marks and all. It
// never decides what is wrong.
package fix

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Change is what mends make of one file.
type Change struct {
	File *source.File // as it was read
	Data []byte       // as it is to be
}

// Apply puts together the mends of a list. It returns the files that they
// change, sorted by path, and how many diagnostics that mends. A mend that
// overlaps one before it is left for another run, all of it.
func Apply(list diag.List) (changes []Change, mended int) {
	edits := map[*source.File][]diag.Edit{}
	for _, d := range list {
		if len(d.Fix) == 0 || slices.ContainsFunc(d.Fix, func(e diag.Edit) bool { return overlaps(edits[e.Place.File], e) }) {
			continue
		}
		mended++
		for _, e := range d.Fix {
			if !slices.Contains(edits[e.Place.File], e) {
				edits[e.Place.File] = append(edits[e.Place.File], e)
			}
		}
	}
	for file, list := range edits {
		changes = append(changes, Change{file, rewrite(file.Data, list)})
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.File.Path, b.File.Path) })
	return changes, mended
}

// overlaps reports whether an edit cannot be made beside those before it: they
// share text, or both put something at the same place. The same edit twice is
// one edit.
func overlaps(before []diag.Edit, e diag.Edit) bool {
	return slices.ContainsFunc(before, func(b diag.Edit) bool {
		p, q := b.Place.Span, e.Place.Span
		return b != e && (p.Start < q.End && q.Start < p.End || p.Start == q.Start || p.End == q.End)
	})
}

// rewrite makes the edits, which do not overlap.
func rewrite(data []byte, edits []diag.Edit) []byte {
	slices.SortFunc(edits, func(a, b diag.Edit) int { return a.Place.Compare(b.Place) })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(out, data[at:e.Place.Span.Start]...)
		out = append(out, e.Text...)
		at = e.Place.Span.End
	}
	return append(out, data[at:]...)
}

// Diff shows changes as a unified diff, which `git apply` and `patch -p1` read.
func Diff(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(udiff.Unified("a/"+c.File.Path, "b/"+c.File.Path, string(c.File.Data), string(c.Data)))
	}
	return b.String()
}

// Write writes changed files in the folder that root is open for. Each is
// replaced whole or not at all, and keeps its permissions. It stops at the first
// that fails, as one does that is no longer as it was read.
func Write(root *os.Root, changes []Change) error {
	for _, c := range changes {
		if err := write(root, c); err != nil {
			return fmt.Errorf("write %s: %w", c.File.Path, err)
		}
	}
	return nil
}

func write(root *os.Root, c Change) error {
	info, err := root.Lstat(c.File.Path)
	now, unread := root.ReadFile(c.File.Path)
	switch {
	case err != nil || unread != nil:
		return cmp.Or(err, unread)
	case !info.Mode().IsRegular():
		return errors.New("it is not a file of this folder but leads to one: mend that by hand")
	case !bytes.Equal(now, c.File.Data):
		return errors.New("somebody changed it meanwhile")
	}
	return Replace(root, c.File.Path, c.Data, info.Mode().Perm())
}

// Replace writes a file of the folder that root is open for, whole or not at
// all: what was there before stays until everything is written.
func Replace(root *os.Root, name string, data []byte, perm fs.FileMode) error {
	temp := path.Join(path.Dir(name), "."+path.Base(name)+".new")
	err := errors.Join(root.WriteFile(temp, data, perm), root.Chmod(temp, perm))
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}
