package output

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unicode"

	"quandary/internal/parallel"
)

// Report is what Write did. Its paths are sorted.
type Report struct {
	Written   []string
	Removed   []string
	Unchanged int
	Site      Digest // what all of it is now, as Intact has it
}

// Write makes the folder dir hold the set, beside whatever else is in it.
//
// It writes only what changed. All of it is put ready beside the site first;
// then each file comes to its place in one step, assets before the pages that
// use them, and files of ours that the set no longer has go last, or first where it
// has a folder in their place, or a file in that of their folder. A manifest in dir
// says which files are ours, and what they hold; whatever else is there stays, and
// stops Write before it begins when it is in the way. When Write is interrupted, by an
// error or a crash, every file is an old or a new one, and the next Write finishes the
// job. Nothing is flushed to the disk itself: after a power cut, delete dir. progress
// is told, from any goroutine, how many files are ready; nil is for nobody.
func Write(dir string, set *Set, progress func(done, all int)) (Report, error) {
	made := os.MkdirAll(dir, 0o755)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, cmp.Or(made, err)
	}
	defer root.Close()
	report, err := write(root, set, progress)
	if err != nil {
		err = fmt.Errorf("write %s: %w", dir, err)
	}
	return report, err
}

// Intact returns what identifies the site in dir, and how many files it has, if
// every one of them has the very bytes that Write gave it last; else "".
func Intact(dir string) (site Digest, files int) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", 0
	}
	defer root.Close()
	w := &writer{root: root}
	bad := w.readManifest()
	names := slices.Collect(maps.Keys(w.owned))
	changed := parallel.For(len(names), func(i int) error {
		data, err := root.ReadFile(names[i])
		if err == nil && !slices.Equal(w.owned[names[i]], []Digest{DigestOf(data)}) {
			err = errors.New("changed")
		}
		return err
	})
	if w.saved == nil || bad != nil || changed != nil {
		return "", 0
	}
	return DigestOf(w.saved), len(names)
}

// A folder is what we need of [os.Root], which never follows a link out of the
// folder it was opened for.
type folder interface {
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
	saved   []byte              // the manifest as it is in the folder
	owned   map[string][]Digest // what it says: the files that are ours, by what they may hold
	entries []entry             // the files of the set, sorted by path once all are ready
	fresh   []entry             // those of them that are not in place yet
	stale   []string            // files of ours that the set no longer has
	removed []string            // those of them that are gone

	progress func(done, all int) // may be nil
	ready    atomic.Int32
	folders  sync.Map // that are there, by path
}

// An entry is a file of the set.
type entry struct {
	File
	digest Digest
	here   Digest // of what stands in its place, "" for nothing
	staged string // where its bytes wait, "" where they are in place already
}

// What we keep in an output folder beside the site. Names that begin with
// ownPrefix are ours, and no file of a site may have one.
const (
	ownPrefix    = ".quandary-"
	ManifestPath = ownPrefix + "manifest" // says what is ours
	tempFolder   = ownPrefix + "tmp/"     // files on their way to their place
)

func write(root folder, set *Set, progress func(done, all int)) (report Report, err error) {
	w := &writer{root: root, progress: progress}
	defer func() { err = errors.Join(err, root.RemoveAll(tempFolder)) }()
	go set.promised() // whose names are not known before: they are made while the others are put ready
	for _, step := range []func() error{
		func() error { return root.RemoveAll(tempFolder) }, // left by a crash
		w.readManifest,
		func() error { return w.prepare(set, set.known()) },
		func() error { return w.prepare(set, set.promised()) },
		func() error { return w.compare(set) },
		func() error { return w.conflicts(false) },
		func() error { return w.makeWay(set) },
		func() error { return w.conflicts(true) },
		func() error { return w.writeManifest(false) },
		w.place,
		func() error { return w.remove(w.stale...) },
		func() error { return w.writeManifest(true) },
	} {
		if err := step(); err != nil {
			return Report{}, err
		}
	}
	for _, e := range w.fresh {
		report.Written = append(report.Written, e.Path)
	}
	report.Removed, report.Unchanged, report.Site = slices.Sorted(slices.Values(w.removed)), len(w.entries)-len(w.fresh), DigestOf(w.saved)
	return report, nil
}

// readManifest refuses a manifest that it does not understand: a guess could
// cost somebody a file.
func (w *writer) readManifest() (err error) {
	if w.saved, err = w.root.ReadFile(ManifestPath); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && json.Unmarshal(w.saved, &w.owned) != nil {
		err = fmt.Errorf("%s is damaged or of another version: delete the output folder to build it anew", ManifestPath)
	}
	return err
}

// prepare checks the paths of some files of the set, and puts them ready.
func (w *writer) prepare(set *Set, files []File) error {
	odd := func(r rune) bool { return r == '\\' || unicode.IsControl(r) }
	first := len(w.entries)
	for _, f := range files {
		if !fs.ValidPath(f.Path) || strings.ContainsFunc(f.Path, odd) || strings.Contains("/"+f.Path, "/"+ownPrefix) {
			return fmt.Errorf("%q is not a path that a file of a site can have", f.Path)
		}
		for _, dir := range above(f.Path) {
			if _, isFile := set.Get(dir); isFile {
				return fmt.Errorf("%q and %q cannot both be files of a site", dir, f.Path)
			}
		}
		w.entries = append(w.entries, entry{File: f})
	}
	return parallel.For(len(files), func(i int) error { return w.stage(first + i) })
}

// compare lists the files that are not in place yet, and those of ours that the set
// no longer has, but for those that were changed by hand.
func (w *writer) compare(set *Set) error {
	slices.SortFunc(w.entries, func(a, b entry) int { return byPath(a.File, b.File) })
	w.fresh = slices.DeleteFunc(slices.Clone(w.entries), func(e entry) bool { return e.staged == "" })
	for _, name := range slices.Sorted(maps.Keys(w.owned)) {
		if _, wanted := set.Get(name); wanted {
			continue
		}
		here, err := w.look(name)
		if err != nil {
			return err
		}
		if here == "" || slices.Contains(w.owned[name], here) {
			w.stale = append(w.stale, name)
		}
	}
	return nil
}

// noFile stands for what is no file, where a digest is expected.
const noFile Digest = "no file"

// look returns the digest of the file at name: "" for none.
func (w *writer) look(name string) (Digest, error) {
	info, err := w.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case errors.Is(err, syscall.ENOTDIR): // a file where the folder has to be
		return noFile, nil
	case err != nil || !info.Mode().IsRegular():
		return noFile, err
	}
	data, err := w.root.ReadFile(name)
	return DigestOf(data), err
}

// rooms hold bytes on their way to a file.
var rooms = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// stage finds out whether a file has to be written, and puts its bytes beside the
// site if so.
func (w *writer) stage(i int) (err error) {
	e := &w.entries[i]
	room := rooms.Get().(*bytes.Buffer)
	defer rooms.Put(room)
	room.Reset()
	data := e.in(room)
	e.digest = DigestOf(data)
	if n := w.ready.Add(1); w.progress != nil {
		w.progress(int(n), len(w.entries))
	}
	e.here, err = w.look(e.Path)
	if err != nil || e.here == e.digest && w.owned[e.Path] != nil {
		return err
	}
	e.staged = fmt.Sprintf("%s%d/%d", tempFolder, i%32, i) // in one folder, two cores get in each other's way
	return w.create(e.staged, data)
}

// makeWay removes stale files where the set has a folder now, and those in a folder
// where it has a file, for they cannot go last.
func (w *writer) makeWay(set *Set) (err error) {
	isFile := func(path string) bool { _, ok := set.Get(path); return ok }
	order := func(e entry, path string) int { return strings.Compare(e.Path, path) }
	w.stale = slices.DeleteFunc(w.stale, func(name string) bool {
		i, _ := slices.BinarySearchFunc(w.entries, name+"/", order)
		isFolder := i < len(w.entries) && strings.HasPrefix(w.entries[i].Path, name+"/")
		trades := isFolder || slices.ContainsFunc(above(name), isFile)
		if trades {
			err = cmp.Or(err, w.remove(name))
		}
		return trades
	})
	for i, e := range w.fresh {
		if err == nil && e.here == noFile {
			w.fresh[i].here, err = w.look(e.Path)
		}
	}
	return err
}

// conflicts fails if there are files in the way that are not as we wrote them. Of what
// is no file that is sure once makeWay was there.
func (w *writer) conflicts(sure bool) error {
	var names []string
	for _, e := range w.fresh {
		if e.here != "" && !slices.Contains(w.owned[e.Path], e.here) {
			names, sure = append(names, e.Path), sure || e.here != noFile
		}
	}
	if names == nil || !sure {
		return nil
	}
	return fmt.Errorf("these files are in the way, for they were changed by hand or are not Quandary's: %s; "+
		"move them away or delete them, or delete the output folder", strings.Join(names, ", "))
}

// writeManifest says what the files may hold while they change, or hold when that
// is done. There are no times in it, so that the same site gives the same bytes.
func (w *writer) writeManifest(done bool) error {
	m := map[string][]Digest{}
	if !done {
		maps.Copy(m, w.owned)
	}
	for _, e := range w.entries {
		if !slices.Contains(m[e.Path], e.digest) {
			m[e.Path] = append(slices.Clip(m[e.Path]), e.digest)
		}
	}
	data, _ := json.Marshal(m) // strings always encode
	if bytes.Equal(data, w.saved) {
		return nil
	}
	w.saved = data
	if err := w.create(tempFolder+"manifest", data); err != nil {
		return err
	}
	return w.root.Rename(tempFolder+"manifest", ManifestPath)
}

// place brings files to their places, so that what a reader meets is there:
// assets and data, then pages, then what lists pages.
func (w *writer) place() error {
	for phase := range 3 {
		if err := parallel.For(len(w.fresh), func(i int) error {
			e := w.fresh[i]
			if 1+slices.Index([]string{".html", ".xml"}, path.Ext(e.Path)) != phase {
				return nil
			}
			return w.inFolder(e.Path, func() error { return w.root.Rename(e.staged, e.Path) })
		}); err != nil {
			return err
		}
	}
	return nil
}

// remove removes files that are no longer wanted, and the folders that are empty after
// that. A link to a folder is somebody else's, whatever it leads to.
func (w *writer) remove(names ...string) error {
	w.removed = append(w.removed, names...)
	for _, name := range names {
		if err := w.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, dir := range above(name) {
			info, err := w.root.Lstat(dir)
			if err == nil && (!info.IsDir() || w.root.Remove(dir) != nil) {
				break
			}
		}
	}
	return nil
}

// above returns the folders that a file is in, the innermost first.
func above(name string) (folders []string) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		folders = append(folders, dir)
	}
	return folders
}

func (w *writer) create(name string, data []byte) error {
	return w.inFolder(name, func() error { return w.root.WriteFile(name, data, 0o644) })
}

// inFolder does what makes the file at name, and makes the folder for it first.
func (w *writer) inFolder(name string, do func() error) error {
	folder := path.Dir(name)
	if _, made := w.folders.Load(folder); !made {
		if err := w.root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		w.folders.Store(folder, true)
	}
	return do()
}
