package watch

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// A notifier asks the system for events. The system watches single folders, so
// it keeps track of those that come and go.
type notifier struct {
	tree    *tree
	watcher *fsnotify.Watcher
	folders map[string]string // watched as part of the tree, by real name → the name we came by

	// Some names matter in folders that do not: a root in the folder above it,
	// and the file that a link in the tree leads to.
	names map[string]bool

	// linked is set once a link was followed: what lies behind it has another name
	// in the tree, so events no longer tell the paths that changed.
	linked bool
}

func newNotifier(t *tree) (*notifier, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	n := &notifier{tree: t, watcher: w, folders: make(map[string]string), names: make(map[string]bool)}
	if err := n.addRoots(); err != nil {
		w.Close()
		return nil, err
	}
	return n, nil
}

func (n *notifier) run(ctx context.Context, events chan<- event) {
	defer close(events)
	defer n.watcher.Close()
	for {
		var e event
		relevant := true
		select {
		case <-ctx.Done():
			return
		case got, open := <-n.watcher.Events:
			if !open {
				return
			}
			e, relevant = n.translate(got)
		case <-n.watcher.Errors: // events were lost, of new folders perhaps
			n.rescan()
		}
		if !relevant {
			continue
		}
		select {
		case events <- e:
		case <-ctx.Done():
			return
		}
	}
}

// translate says what an event of the system means for the tree, and keeps the
// watched folders up to date.
func (n *notifier) translate(got fsnotify.Event) (e event, relevant bool) {
	path := got.Name
	named := n.names[path]
	_, own := n.folders[path]
	_, inside := n.folders[filepath.Dir(path)]
	if got.Op == fsnotify.Chmod || !named && !own && (!inside || n.tree.ignored(path)) {
		return event{}, false
	}
	if got.Has(fsnotify.Remove | fsnotify.Rename) {
		return n.event(path, named || n.drop(path), true), true
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		if got.Has(fsnotify.Create) {
			_ = n.add(path) // a folder that is gone again, or one too many to watch
		}
		return event{}, true
	}
	return n.event(path, named, false), true
}

// event names the path unless more than that can have changed.
func (n *notifier) event(path string, more, gone bool) event {
	if more || n.linked {
		path = ""
	}
	return event{path: path, gone: gone}
}

// addRoots watches the roots, and the folders above them, where a root can go
// and come back.
func (n *notifier) addRoots() error {
	for _, root := range n.tree.roots {
		n.names[root] = true
		above := n.watcher.Add(filepath.Dir(root))
		if _, err := os.Stat(root); err != nil && above != nil {
			return fmt.Errorf("watch %s: %w", root, above)
		}
		if err := n.add(root); err != nil {
			return err
		}
	}
	return nil
}

// add watches path and the folders below it. Each folder is watched before it is
// read, so that what comes into it meanwhile is seen one way or the other.
func (n *notifier) add(path string) (err error) {
	if n.tree.ignored(path) && !n.names[path] {
		return nil
	}
	if info, statErr := os.Lstat(path); statErr == nil && info.Mode()&fs.ModeSymlink != 0 && !n.names[path] && !n.tree.follows(path) {
		return nil
	}
	n.tree.walk(path, func(path string, info fs.FileInfo) {
		if failed := n.addOne(path, info); err == nil {
			err = failed
		}
	})
	return err
}

func (n *notifier) addOne(path string, info fs.FileInfo) error {
	own, err := os.Lstat(path)
	if err != nil {
		return nil // gone already
	}
	link := own.Mode()&fs.ModeSymlink != 0
	n.linked = n.linked || link
	if !link && !info.IsDir() {
		return nil
	}
	real := path
	if n.linked {
		if real, err = filepath.EvalSymlinks(path); err != nil {
			return nil
		}
	}
	if info.IsDir() {
		n.folders[real] = path
		return n.watch(real)
	}
	n.names[real] = true
	return n.watch(filepath.Dir(real))
}

// watch watches one folder, which may be gone by now.
func (n *notifier) watch(dir string) error {
	err := n.watcher.Add(dir)
	if _, gone := os.Stat(dir); err == nil || gone != nil {
		return nil
	}
	return fmt.Errorf("watch %s: %w", dir, err)
}

// drop lets go of the folders at and below path, and reports whether there are
// any.
func (n *notifier) drop(path string) (found bool) {
	for real, dir := range n.folders {
		if within(path, dir) || within(path, real) {
			_ = n.watcher.Remove(real) // the system may have let go itself
			delete(n.folders, real)
			found = true
		}
	}
	return found
}

// rescan makes the watched folders those that are there.
func (n *notifier) rescan() {
	for real, dir := range n.folders {
		if _, err := os.Stat(dir); err != nil {
			n.drop(real)
		}
	}
	_ = n.addRoots()
}
