package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A tree is what is watched: some folders with all that matters below them.
type tree struct {
	roots  []string          // absolute and clean
	ignore func(string) bool // may be nil
	linked map[string]bool   // what links in the tree lead to
}

// walk calls visit for path and everything below it that matters. The info is of
// what a link leads to. What vanishes meanwhile is left out.
func (t *tree) walk(path string, seen map[string]bool, visit func(path string, info fs.FileInfo)) {
	info, err := os.Stat(path)
	if err != nil || !t.matters(path) || info.IsDir() && !t.enters(path, seen) {
		return
	}
	visit(path, info)
	entries, _ := os.ReadDir(path) // of a file there are none
	for _, e := range entries {
		t.walk(filepath.Join(path, e.Name()), seen, visit)
	}
}

// enters reports whether to go into a folder. Behind a link, what is in the tree
// is watched under its own name; what holds the tree, or was seen, has no end.
func (t *tree) enters(path string, seen map[string]bool) bool {
	if !isLink(path) || slices.Contains(t.roots, path) {
		return true
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil || seen[real] {
		return false
	}
	seen[real] = true
	return !slices.ContainsFunc(t.roots, func(root string) bool {
		if to, err := filepath.EvalSymlinks(root); err == nil {
			root = to
		}
		return within(root, real) || within(real, root)
	})
}

func isLink(path string) bool {
	_, err := os.Readlink(path)
	return err == nil
}

// within reports whether path is dir or below it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// matters reports whether a change of path does. Editors leave swap files,
// backups and half-written files beside the real one for a moment.
func (t *tree) matters(path string) bool {
	if slices.Contains(t.roots, path) || t.linked[path] || t.linked[filepath.Dir(path)] {
		return true
	}
	name := filepath.Base(path)
	switch {
	case !slices.ContainsFunc(t.roots, func(root string) bool { return within(root, path) }),
		strings.HasPrefix(name, "."),
		strings.HasPrefix(name, "#"), strings.HasSuffix(name, "~"), // Emacs, backups
		name == "4913",                                                                   // Vim tries whether it may write
		strings.HasSuffix(name, "___jb_tmp___"), strings.HasSuffix(name, "___jb_old___"): // JetBrains
		return false
	}
	return t.ignore == nil || !t.ignore(path)
}

// watchRoots watches the roots, and the folders above them, where a root can go
// and come back.
func (t *tree) watchRoots(w *fsnotify.Watcher) error {
	for _, root := range t.roots {
		err := w.Add(filepath.Dir(root))
		if _, missing := os.Stat(root); missing == nil {
			err = t.watch(w, root)
		}
		if err != nil {
			return fmt.Errorf("watch %s: %w", root, err)
		}
	}
	return nil
}

// watch watches path and the folders below it, for the system watches single
// ones. Each is watched before it is read, so that what comes into it meanwhile
// is seen one way or the other.
func (t *tree) watch(w *fsnotify.Watcher, path string) (failed error) {
	t.walk(path, make(map[string]bool), func(path string, info fs.FileInfo) {
		link := isLink(path)
		if link {
			to, _ := filepath.EvalSymlinks(path)
			t.linked[to] = true
			if !info.IsDir() {
				path = filepath.Dir(to) // editors replace files, and a watch would go with the old one
			}
		}
		if link || info.IsDir() {
			if err := w.Add(path); !errors.Is(err, fs.ErrNotExist) { // it may be gone again
				failed = cmp.Or(failed, err)
			}
		}
	})
	return failed
}

// notify sends what the system says that changed.
func (t *tree) notify(ctx context.Context, w *fsnotify.Watcher, changes chan<- string) {
	defer close(changes)
	defer w.Close()
	for {
		path, relevant := "", true
		select {
		case <-ctx.Done():
			return
		case e := <-w.Events:
			path, relevant = t.follow(w, e)
		case <-w.Errors: // events were lost, of new folders perhaps
			_ = t.watchRoots(w)
		}
		if relevant && !send(ctx, changes, path) {
			return
		}
	}
}

func send(ctx context.Context, changes chan<- string, path string) bool {
	select {
	case changes <- path:
		return true
	case <-ctx.Done():
		return false
	}
}

// follow says which path an event is about, "" where more than that can have
// changed, and keeps the watched folders those that are there.
func (t *tree) follow(w *fsnotify.Watcher, e fsnotify.Event) (path string, relevant bool) {
	if e.Op == fsnotify.Chmod || !t.matters(e.Name) {
		return "", false
	}
	if e.Has(fsnotify.Remove | fsnotify.Rename) {
		for _, dir := range w.WatchList() {
			if within(e.Name, dir) {
				_ = w.Remove(dir) // it would go on telling of a folder that was moved away
			}
		}
	}
	if info, err := os.Lstat(e.Name); err == nil && !info.Mode().IsRegular() {
		_ = t.watch(w, e.Name) // it may be gone again, or one too many to watch
		return "", true
	}
	if t.linked[e.Name] || t.linked[filepath.Dir(e.Name)] {
		return "", true
	}
	return e.Name, true
}

// A stamp tells two states of a file apart, short of reading it.
type stamp struct{ size, modified int64 }

func (t *tree) stamps() map[string]stamp {
	stamps := make(map[string]stamp)
	for _, root := range t.roots {
		t.walk(root, make(map[string]bool), func(path string, info fs.FileInfo) {
			if !info.IsDir() {
				stamps[path] = stamp{info.Size(), info.ModTime().UnixNano()}
			}
		})
	}
	return stamps
}

// poll looks at the whole tree again and again, and sends what changed since it
// had the stamps before.
func (t *tree) poll(ctx context.Context, before map[string]stamp, every time.Duration, changes chan<- string) {
	defer close(changes)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		after := t.stamps()
		for path, s := range before {
			if after[path] != s && !send(ctx, changes, path) {
				return
			}
		}
		for path := range after {
			if _, known := before[path]; !known && !send(ctx, changes, path) {
				return
			}
		}
		before = after
	}
}
