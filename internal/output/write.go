package output

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Report is what Write did and what it left alone. Its paths are sorted.
type Report struct {
	Written   []string
	Removed   []string
	Kept      []string // files of ours that somebody changed by hand: left as they are
	Unchanged int

	// Collisions are groups of paths that are one file where letter case does
	// not count.
	Collisions [][]string
}

// ConflictError says which files stand where the site has to go and are not
// ours. Nothing was written.
type ConflictError struct {
	Dir   string
	Paths []string // relative to Dir, sorted
}

// Error names the first few files.
func (e *ConflictError) Error() string {
	const most = 5
	names, more := e.Paths, ""
	if len(names) > most {
		names, more = names[:most], fmt.Sprintf(" and %d more", len(names)-most)
	}
	return fmt.Sprintf("%s has files that Quandary did not write and would replace: %s%s", e.Dir, strings.Join(names, ", "), more)
}

// Write makes the folder dir hold the set, beside whatever else is in it.
//
// It writes only what changed. Each file appears whole or not at all, assets
// before the pages that use them, and files of ours that the set no longer has
// go last. A manifest in dir says which files are ours; whatever is not listed
// there stays, and stops Write with a [ConflictError] before it begins when it is
// in the way. When Write is interrupted, by an error or a crash, every file is an
// old or a new one, and the next Write finishes the job. Nothing is flushed to
// the disk itself: after a power cut, delete dir.
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
	if conflict, ok := errors.AsType[*ConflictError](err); ok {
		conflict.Dir = dir
		return report, conflict
	}
	if err != nil {
		return report, fmt.Errorf("write %s: %w", dir, err)
	}
	return report, nil
}

// A folder is what we need of [os.Root], which never follows a link out of the
// folder it was opened for.
type folder interface {
	FS() fs.FS
	Lstat(name string) (fs.FileInfo, error)
	MkdirAll(name string, perm fs.FileMode) error
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
	ReadFile(name string) ([]byte, error)
	Remove(name string) error
	RemoveAll(name string) error
	Rename(oldname, newname string) error
	WriteFile(name string, data []byte, perm fs.FileMode) error
}

// A writer is one call of Write.
type writer struct {
	root      folder
	manifest  manifest
	blank     bool // the folder was empty
	targets   []target
	leftovers []leftover
	gone      []string // what the manifest lists and is neither there nor wanted

	begin   func() error // opens the journal, once
	journal *os.File     // the manifest, to which what is about to happen is added
	mkdir   sync.Map     // folder → func() error, which makes it once
	temps   atomic.Int64 // temporary files made
}

func write(root folder, set *Set) (Report, error) {
	w := &writer{root: root}
	w.begin = sync.OnceValue(w.open)
	if err := w.read(); err != nil {
		return Report{}, err
	}
	if err := w.plan(set); err != nil {
		return Report{}, err
	}
	if err := w.conflict(); err != nil {
		return Report{}, err
	}
	err := w.work()
	if w.journal != nil {
		err = errors.Join(err, w.journal.Close())
	}
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		return Report{}, err
	}
	report := w.report()
	report.Collisions = set.Collisions()
	return report, nil
}

// read reads the manifest, and clears what a crash left on its way.
func (w *writer) read() (err error) {
	entries, err := fs.ReadDir(w.root.FS(), ".")
	if err != nil {
		return err
	}
	w.blank = len(entries) == 0
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == tempFolder }) {
		if err := w.root.RemoveAll(tempFolder); err != nil {
			return err
		}
	}
	w.manifest, err = readManifest(w.root)
	return err
}

func (w *writer) conflict() error {
	var paths []string
	for _, t := range w.targets {
		paths = append(paths, t.conflict...)
	}
	if paths == nil {
		return nil
	}
	slices.Sort(paths)
	return &ConflictError{Paths: slices.Compact(paths)}
}

// work changes the folder: what is in the way goes, the targets come, phase by
// phase, and what is no longer wanted goes.
func (w *writer) work() error {
	if err := w.removeLeftovers(true); err != nil {
		return err
	}
	var phases [6][]*target
	for i := range w.targets {
		n := phase(&w.targets[i])
		phases[n] = append(phases[n], &w.targets[i])
	}
	for _, part := range phases {
		if err := parallel(len(part), func(i int) error { return w.put(part[i]) }); err != nil {
			return err
		}
	}
	for _, name := range w.gone {
		w.removeEmpty(path.Dir(name)) // a crash can leave a folder without its file
	}
	return w.removeLeftovers(false)
}

// phase orders targets so that what a reader meets is there: assets and data,
// then pages, then what lists pages; of each, the new ones first, to which the
// others may already refer.
func phase(t *target) int {
	n := 0
	switch path.Ext(t.Path) {
	case ".html":
		n = 2
	case ".xml":
		n = 4
	}
	if t.owned {
		n++
	}
	return n
}

// put brings one target to its place, unless it is there already.
func (w *writer) put(t *target) error {
	if t.fate == foreign {
		return nil
	}
	data := t.Bytes()
	t.now = version{t.digestOf(data), int64(len(data))}
	if t.info != nil {
		now, ours, err := w.onDisk(t.Path, t.info, w.manifest.files[t.Path])
		if err != nil {
			return err
		}
		if now.digest == t.now.digest {
			return nil
		}
		if !ours {
			t.fate = kept
			return nil
		}
	}
	t.fate = written
	return w.replace(t, data)
}

// onDisk returns what the file at name holds, and whether that is one of the
// versions we gave it. It reads the file only when its size and time leave room
// for doubt.
func (w *writer) onDisk(name string, info fs.FileInfo, versions []version) (now version, ours bool, err error) {
	if !info.Mode().IsRegular() {
		return version{}, false, nil
	}
	if len(versions) == 1 && versions[0].size == info.Size() && info.ModTime().Before(w.manifest.written) {
		return versions[0], true, nil
	}
	data, err := w.root.ReadFile(name)
	if err != nil {
		return version{}, false, err
	}
	now = versionOf(data)
	return now, slices.ContainsFunc(versions, func(v version) bool { return v.digest == now.digest }), nil
}

// replace puts data in t's place in one step. The journal hears of it first, so
// that the file is known as ours from the moment it is there.
func (w *writer) replace(t *target, data []byte) error {
	if err := w.begin(); err != nil {
		return err
	}
	temp := tempFolder + "/" + strconv.FormatInt(w.temps.Add(1), 10)
	if err := w.root.WriteFile(temp, data, 0o644); err != nil {
		return err
	}
	if _, err := w.journal.WriteString(formatLine(t.Path, t.now)); err != nil {
		return err
	}
	for _, dir := range t.folders {
		if err := w.root.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := w.makeFolder(path.Dir(t.Path)); err != nil {
		return err
	}
	return w.root.Rename(temp, t.Path)
}

// open makes the folder for temporary files, and opens the manifest as a journal
// after what is known.
func (w *writer) open() (err error) {
	if err := w.root.MkdirAll(tempFolder, 0o755); err != nil {
		return err
	}
	if !w.manifest.finished {
		if err := w.saveManifest(w.manifest); err != nil {
			return err
		}
	}
	w.journal, err = w.root.OpenFile(manifestPath, os.O_APPEND|os.O_WRONLY, 0)
	return err
}

func (w *writer) makeFolder(dir string) error {
	if dir == "." {
		return nil
	}
	once, _ := w.mkdir.LoadOrStore(dir, sync.OnceValue(func() error { return w.root.MkdirAll(dir, 0o755) }))
	return once.(func() error)()
}

// removeLeftovers removes those that are in the way, or else the others, and
// the folders that are empty after that.
func (w *writer) removeLeftovers(early bool) error {
	for _, l := range w.leftovers {
		if l.edited || l.early != early {
			continue
		}
		if err := w.begin(); err != nil {
			return err
		}
		if err := w.root.Remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		w.removeEmpty(path.Dir(l.path))
	}
	return nil
}

// removeEmpty removes dir and the folders above it as far as they are empty. A
// link to a folder is somebody else's, whatever it leads to.
func (w *writer) removeEmpty(dir string) {
	for ; dir != "."; dir = path.Dir(dir) {
		info, err := w.root.Lstat(dir)
		if err == nil && (!info.IsDir() || w.root.Remove(dir) != nil) {
			return
		}
	}
}

// finish replaces the journal by a clean manifest, if anything happened now or
// before a crash.
func (w *writer) finish() error {
	settled := w.manifest.finished || len(w.manifest.files) == 0
	if w.journal == nil && w.gone == nil && settled {
		return nil
	}
	if err := w.root.MkdirAll(tempFolder, 0o755); err != nil {
		return err
	}
	after := manifest{files: make(map[string][]version, len(w.targets)), finished: true}
	for _, t := range w.targets {
		switch t.fate {
		case unchanged, written:
			after.files[t.Path] = []version{t.now}
		case kept:
			after.files[t.Path] = doubtful(w.manifest.files[t.Path])
		}
	}
	for _, l := range w.leftovers {
		if l.edited {
			after.files[l.path] = doubtful(w.manifest.files[l.path])
		}
	}
	if err := w.saveManifest(after); err != nil {
		return err
	}
	return w.root.RemoveAll(tempFolder)
}

func (w *writer) saveManifest(m manifest) error {
	const temp = tempFolder + "/manifest"
	if err := w.root.WriteFile(temp, m.encode(), 0o644); err != nil {
		return err
	}
	return w.root.Rename(temp, manifestPath)
}

func (w *writer) report() Report {
	var r Report
	for _, t := range w.targets {
		switch t.fate {
		case written:
			r.Written = append(r.Written, t.Path)
		case kept:
			r.Kept = append(r.Kept, t.Path)
		default:
			r.Unchanged++
		}
	}
	for _, l := range w.leftovers {
		if l.edited {
			r.Kept = append(r.Kept, l.path)
		} else {
			r.Removed = append(r.Removed, l.path)
		}
	}
	slices.Sort(r.Kept)
	return r
}

// parallel calls do for 0 up to n on all cores, and begins no more after an error.
func parallel(n int, do func(i int) error) error {
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error { return do(i) })
	}
	return g.Wait()
}
