package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Report is what Write did and what it left alone. Its paths are sorted.
type Report struct {
	Written   []string
	Removed   []string
	Kept      []string // files of ours that somebody changed by hand: left as they are
	Unchanged int
}

// ConflictError says which files stand where the site has to go and are not
// ours. Nothing was written.
type ConflictError struct {
	Paths []string // relative to the output folder, sorted
}

// Error names the first few files.
func (e *ConflictError) Error() string {
	names, more := e.Paths, ""
	if n := len(names) - 5; n > 0 {
		names, more = names[:5], fmt.Sprintf(" and %d more", n)
	}
	return "would replace files that Quandary did not write: " + strings.Join(names, ", ") + more
}

// Write makes the folder dir hold the set, beside whatever else is in it.
//
// It writes only what changed. All of it is put ready beside the site first;
// then each file comes to its place in one step, assets before the pages that
// use them, and files of ours that the set no longer has go last. A manifest in
// dir says which files are ours; whatever is not listed there stays, and stops
// Write with a [ConflictError] before it begins when it is in the way. When
// Write is interrupted, by an error or a crash, every file is an old or a new
// one, and the next Write finishes the job. Nothing is flushed to the disk
// itself: after a power cut, delete dir.
func Write(dir string, set *Set) (Report, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Report{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, err
	}
	defer root.Close()
	report, err := write(root, set)
	if err != nil {
		err = fmt.Errorf("write %s: %w", dir, err)
	}
	return report, err
}

// A folder is what we need of [os.Root], which never follows a link out of the
// folder it was opened for.
type folder interface {
	FS() fs.FS
	Lstat(name string) (fs.FileInfo, error)
	MkdirAll(name string, perm fs.FileMode) error
	ReadFile(name string) ([]byte, error)
	Remove(name string) error
	RemoveAll(name string) error
	Rename(oldname, newname string) error
	WriteFile(name string, data []byte, perm fs.FileMode) error
}

// A writer is one call of Write.
type writer struct {
	root    folder
	saved   []byte    // the manifest as it is in the folder
	settled time.Time // when it was written
	owned   manifest  // what it said at first
	entries []entry   // in the order of their paths
}

func write(root folder, set *Set) (report Report, err error) {
	w := &writer{root: root}
	if err := w.sweep(); err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, w.sweep()) }()
	for _, step := range []func() error{
		w.readManifest,
		func() error { return w.list(set) },
		func() error { return parallel(len(w.entries), w.decide) },
		w.clear,
		func() error { return w.writeManifest(false) },
		func() error { return w.remove(true) },
		w.place,
		func() error { return w.remove(false) },
		func() error { return w.writeManifest(true) },
	} {
		if err := step(); err != nil {
			return Report{}, err
		}
	}
	return w.report(), nil
}

// sweep removes what waits beside the site: at the end, and after a crash.
func (w *writer) sweep() error {
	if _, err := w.root.Lstat(tempFolder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return w.root.RemoveAll(tempFolder)
}

// list lists the paths of the set and those of the manifest.
func (w *writer) list(set *Set) error {
	for f := range set.All() {
		if err := checkPath(f.Path); err != nil {
			return err
		}
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if _, both := set.Get(dir); both {
				return fmt.Errorf("%q would be both a file and the folder of %q", dir, f.Path)
			}
		}
		w.entries = append(w.entries, entry{File: f, wanted: true, owned: w.owned[f.Path]})
	}
	for name, owned := range w.owned {
		if _, wanted := set.Get(name); !wanted {
			w.entries = append(w.entries, entry{File: File{Path: name}, owned: owned})
		}
	}
	slices.SortFunc(w.entries, func(a, b entry) int { return strings.Compare(a.Path, b.Path) })
	return nil
}

// place brings files to their places, so that what a reader meets is there:
// assets and data, then pages, then what lists pages; of each, the new ones
// first, to which the others may already refer.
func (w *writer) place() error {
	var phases [6][]*entry
	for i, e := range w.entries {
		n := 2 * (1 + slices.Index([]string{".html", ".xml"}, path.Ext(e.Path)))
		if e.owned != nil {
			n++
		}
		if e.fate == written {
			phases[n] = append(phases[n], &w.entries[i])
		}
	}
	for _, part := range phases {
		if err := parallel(len(part), func(i int) error { return w.put(part[i]) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) put(e *entry) error {
	for _, dir := range slices.Backward(e.folders) {
		if err := w.root.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return w.inFolder(e.Path, func() error { return w.root.Rename(e.staged, e.Path) })
}

// replace puts data in a file in one step.
func (w *writer) replace(name string, data []byte) error {
	const temp = tempFolder + "/new"
	if err := w.stage(temp, data); err != nil {
		return err
	}
	return w.root.Rename(temp, name)
}

func (w *writer) stage(temp string, data []byte) error {
	return w.inFolder(temp, func() error { return w.root.WriteFile(temp, data, 0o644) })
}

// inFolder does what makes the file at name, and makes the folder for it first
// if it has to.
func (w *writer) inFolder(name string, do func() error) error {
	err := do()
	if errors.Is(err, fs.ErrNotExist) {
		if err = w.root.MkdirAll(path.Dir(name), 0o755); err == nil {
			err = do()
		}
	}
	return err
}

// remove removes what is no longer wanted, either what is in the way or the
// rest, and the folders that are empty after that. A link to a folder is
// somebody else's, whatever it leads to.
func (w *writer) remove(early bool) error {
	for _, e := range w.entries {
		if e.fate != removed || e.early != early {
			continue
		}
		if e.info != nil {
			if err := w.root.Remove(e.Path); err != nil {
				return err
			}
		}
		for dir := path.Dir(e.Path); dir != "."; dir = path.Dir(dir) {
			info, err := w.root.Lstat(dir)
			if err == nil && (!info.IsDir() || w.root.Remove(dir) != nil) {
				break
			}
		}
	}
	return nil
}

func (w *writer) report() (r Report) {
	for _, e := range w.entries {
		switch e.fate {
		case written:
			r.Written = append(r.Written, e.Path)
		case removed:
			r.Removed = append(r.Removed, e.Path)
		case kept:
			r.Kept = append(r.Kept, e.Path)
		case unchanged, foreign:
			r.Unchanged++
		}
	}
	return r
}

// parallel calls do for 0 up to n on all cores.
func parallel(n int, do func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error { return do(i) })
	}
	return g.Wait()
}
