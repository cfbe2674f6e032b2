// Package watch owns the doorbell: it says that something in a folder changed,
// once things have gone quiet.
//
// It stands before the pipeline, in `quandary serve`. It says which files to look
// at, or that any may have changed, and never reads one: whoever hears the bell
// looks for himself, and may find nothing. However many changes come, at most one
// ring waits to be heard.
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

// settle is how long nothing must happen before the bell rings, unless changes have
// gone on for patience.
const settle, patience = 10 * time.Millisecond, time.Second

// many is how many files a ring names; more are named by nil.
const many = 100

// Watch rings whenever something below dir may have changed, until ctx is done or
// dir itself is moved or deleted; then it closes the channel. A ring names the files
// that may have changed since the last one, slash-separated and relative to dir, or a
// folder that is gone; nil stands for any. Hidden files and changes of permissions do
// not matter, nor does a folder, with all that is in it, that skip says so of: it gets
// slash-separated paths relative to dir. A link to a file is followed, one to a folder
// is not. When every is not 0, Watch rings that often regardless and asks the system
// for no events, which network mounts do not send.
func Watch(ctx context.Context, dir string, every time.Duration, skip func(folder string) bool) (<-chan []string, error) {
	rings := make(chan []string)
	if every > 0 {
		go (&tree{Watcher: &fsnotify.Watcher{}, dir: dir}).listen(ctx, time.Tick(every), rings)
		return rings, nil
	}
	t, err := newTree(dir, skip)
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w (with --poll 1s nothing needs to be watched)", dir, err)
	}
	context.AfterFunc(ctx, func() { t.Close() })
	go t.listen(ctx, nil, rings)
	return rings, nil
}

// A tree is the folder dir with all that matters below it.
type tree struct {
	*fsnotify.Watcher
	dir   string
	skip  func(folder string) bool
	links bool // there are links to files, whose changes bear other names
}

func newTree(dir string, skip func(folder string) bool) (*tree, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	t := &tree{Watcher: w, dir: dir, skip: skip}
	return t, t.add(dir)
}

// add watches path and the folders below it, for the system watches single ones.
// Each is watched before it is read, so that what comes into it meanwhile is seen
// one way or the other. What vanishes meanwhile is left out.
func (t *tree) add(path string) error {
	return filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir() && d.Type()&fs.ModeSymlink == 0:
			return nil
		case d.IsDir() && t.skips(path):
			return fs.SkipDir
		case !d.IsDir(): // editors replace what a link leads to, and a watch would go with it
			to, err := filepath.EvalSymlinks(path)
			if err != nil {
				return nil
			}
			path, t.links = filepath.Dir(to), true
		}
		if err := t.Add(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func (t *tree) skips(folder string) bool {
	name, _ := filepath.Rel(t.dir, folder)
	return !filepath.IsLocal(name) || name != "." && (hidden(name) || t.skip(filepath.ToSlash(name)))
}

func hidden(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") }

// listen turns what the system says into rings.
func (t *tree) listen(ctx context.Context, tick <-chan time.Time, rings chan<- []string) {
	defer close(rings)
	var bell chan<- []string                // rings, while it is quiet and there is something to say
	names, first := []string{}, time.Time{} // what it has to say, and when the first of that came
	var quiet <-chan time.Time              // tells when it is
	for {
		select {
		case <-ctx.Done():
			return
		case bell <- names:
			bell, names, first = nil, []string{}, time.Time{}
		case <-tick:
			names = nil
			quiet = time.After(0)
		case <-quiet:
			if _, err := os.Lstat(t.dir); errors.Is(err, fs.ErrNotExist) {
				return
			}
			if bell = rings; t.links {
				_ = t.add(t.dir) // what they lead to may have gone and come again
			}
		case e := <-t.Events:
			if e.Op != fsnotify.Chmod && !hidden(e.Name) {
				name := t.follow(e)
				if bell = nil; name == "" || len(names) == many {
					names = nil
				} else if names != nil && !slices.Contains(names, name) {
					names = append(names, name)
				}
				first = cmp.Or(first, time.Now())
				quiet = time.After(min(settle, time.Until(first.Add(patience))))
			}
		case <-t.Errors: // events were lost, of new folders perhaps
			_ = t.add(t.dir) // there may be one too many to watch
			bell, names = nil, nil
			quiet = time.After(settle)
		}
	}
}

// follow keeps the watched folders those that are there. It returns the name of the
// file that an event tells of, or "" if it tells of more.
func (t *tree) follow(e fsnotify.Event) string {
	name, _ := filepath.Rel(t.dir, e.Name)
	if e.Has(fsnotify.Remove | fsnotify.Rename) {
		for _, dir := range t.WatchList() {
			if dir == e.Name || strings.HasPrefix(dir, e.Name+string(filepath.Separator)) {
				_ = t.Remove(dir) // it would go on telling of a folder that was moved away
				name = ""
			}
		}
	}
	if e.Has(fsnotify.Create) {
		_ = t.add(e.Name)
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			name = ""
		}
	}
	if t.links || !filepath.IsLocal(name) {
		return ""
	}
	return filepath.ToSlash(name)
}
