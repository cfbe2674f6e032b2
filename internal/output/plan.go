package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// A target is a file of the set, with what is known of the file on disk.
type target struct {
	File
	owned    bool        // the manifest has it
	info     fs.FileInfo // the file on disk; nil where there is none, or it goes before this one comes
	conflict []string    // paths on disk that are in the way and not ours
	folders  []string    // empty folders in its place, innermost first; they go
	fate     fate
	now      version // what the file holds after fate
}

// A fate is what happens to a file.
type fate uint8

const (
	unchanged fate = iota
	written
	kept    // ours, but changed by hand
	foreign // somebody else's, with the very same bytes
)

// A leftover is a file of ours that the set no longer has.
type leftover struct {
	path   string
	info   fs.FileInfo
	edited bool // by hand: stays where it is
	early  bool // in the way of a target: goes before the targets come
}

// checkPath refuses paths that lead out of the output folder, that not every
// machine can have, or that the manifest cannot hold.
func checkPath(name string) error {
	if _, err := filepath.Localize(name); err != nil || name == "." {
		return fmt.Errorf("%q is not a path inside the output folder", name)
	}
	if strings.ContainsFunc(name, unicode.IsControl) || strings.Contains(name, `\`) {
		return fmt.Errorf("%q has a character that no file name should have", name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ownPrefix) {
			return fmt.Errorf("%q begins with %s, which is taken", name, ownPrefix)
		}
	}
	return nil
}

// plan fills in targets and leftovers. It changes nothing on disk.
func (w *writer) plan(set *Set) error {
	for f := range set.All() {
		if err := checkPath(f.Path); err != nil {
			return err
		}
		_, owned := w.manifest.files[f.Path]
		w.targets = append(w.targets, target{File: f, owned: owned})
	}
	if err := w.checkNesting(set); err != nil {
		return err
	}
	if err := w.findLeftovers(set); err != nil {
		return err
	}
	if w.blank {
		return nil
	}
	return parallel(len(w.targets), func(i int) error { return w.look(&w.targets[i]) })
}

// checkNesting refuses a set in which a file would have to be a folder too.
func (w *writer) checkNesting(set *Set) error {
	for _, t := range w.targets {
		for dir := path.Dir(t.Path); dir != "."; dir = path.Dir(dir) {
			if _, both := set.Get(dir); both {
				return fmt.Errorf("%q would be both a file and the folder of %q", dir, t.Path)
			}
		}
	}
	return nil
}

// findLeftovers lists the files of ours that the set no longer has, and which of
// them are in the way of a file that it has: a page where a folder must be, a
// page in a folder where a page must be, a name in another letter case.
func (w *writer) findLeftovers(set *Set) error {
	for name, versions := range w.manifest.files {
		if _, wanted := set.Get(name); wanted {
			continue
		}
		info, err := w.root.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) || err != nil && w.blocker(name) != "" || err == nil && info.IsDir() {
			w.gone = append(w.gone, name)
			continue
		}
		if err != nil {
			return err
		}
		_, ours, err := w.onDisk(name, info, versions)
		if err != nil {
			return err
		}
		w.leftovers = append(w.leftovers, leftover{path: name, info: info, edited: !ours})
	}
	slices.SortFunc(w.leftovers, func(a, b leftover) int { return strings.Compare(a.path, b.path) })
	w.markEarly(set)
	return nil
}

func (w *writer) markEarly(set *Set) {
	if len(w.leftovers) == 0 {
		return
	}
	folders, folded := make(map[string]bool), make(map[string]bool)
	for _, t := range w.targets {
		folded[fold(t.Path)] = true
		for dir := path.Dir(t.Path); dir != "." && !folders[dir]; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	for i, l := range w.leftovers {
		early := folders[l.path] || folded[fold(l.path)]
		for dir := path.Dir(l.path); dir != "."; dir = path.Dir(dir) {
			_, wanted := set.Get(dir)
			early = early || wanted
		}
		w.leftovers[i].early = early && !l.edited
	}
}

// clears returns the leftover at path if it goes before the targets come.
func (w *writer) clears(path string) *leftover {
	i, found := slices.BinarySearchFunc(w.leftovers, path, func(l leftover, path string) int { return strings.Compare(l.path, path) })
	if !found || !w.leftovers[i].early {
		return nil
	}
	return &w.leftovers[i]
}

// look finds out what is on disk where t goes, and whether t may go there.
func (w *writer) look(t *target) (err error) {
	t.info, err = w.root.Lstat(t.Path)
	switch {
	case err == nil && t.info.IsDir():
		t.info = nil
		err = w.lookInside(t)
	case err == nil && !t.owned:
		err = w.compareForeign(t)
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	case err != nil:
		above := w.blocker(t.Path)
		if above == "" {
			return err
		}
		if err = nil; w.clears(above) == nil {
			t.conflict = []string{above}
		}
	}
	return err
}

// compareForeign decides about a file that we did not write: it is in the way,
// unless it is what we would write.
func (w *writer) compareForeign(t *target) error {
	for _, l := range w.leftovers {
		if l.early && fold(l.path) == fold(t.Path) && os.SameFile(l.info, t.info) {
			t.info = nil // our own under its old name, where case does not count
			return nil
		}
	}
	if !t.info.Mode().IsRegular() {
		t.conflict = []string{t.Path}
		return nil
	}
	data, err := w.root.ReadFile(t.Path)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, t.Bytes()) {
		t.conflict = []string{t.Path}
	}
	t.fate = foreign
	return nil
}

// lookInside decides about a folder that is where t goes: files in it are in the
// way, unless they are about to go. Without any it is empty, and goes too.
func (w *writer) lookInside(t *target) error {
	return fs.WalkDir(w.root.FS(), t.Path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			t.folders = slices.Insert(t.folders, 0, name)
		case w.clears(name) == nil:
			t.conflict = append(t.conflict, name)
		}
		return nil
	})
}

// blocker returns what stands where a folder above name must be, and "" when
// nothing does.
func (w *writer) blocker(name string) string {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := w.root.Lstat(dir); err == nil && !info.IsDir() {
			return dir
		}
	}
	return ""
}
