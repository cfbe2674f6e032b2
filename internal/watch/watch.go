// Package watch owns the doorbell: it says that something in a folder changed,
// once things have gone quiet.
//
// It stands before the pipeline, in `quandary serve`. It never says what changed
// and never reads a file: whoever hears the bell looks for himself, and may find
// nothing. However many changes come, at most one ring waits to be heard.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long nothing must happen before the bell rings.
const settle = 10 * time.Millisecond

// Watch rings whenever something below dir may have changed, until ctx is done;
// then it closes the channel. Hidden files and changes of permissions do not
// matter, nor does a folder, with all that is in it, that skip says so of: it gets
// slash-separated paths relative to dir. A link to a file is followed, one to a
// folder is not. When every is not 0, Watch rings that often regardless and asks
// the system for no events, which network mounts do not send.
func Watch(ctx context.Context, dir string, every time.Duration, skip func(folder string) bool) (<-chan struct{}, error) {
	rings := make(chan struct{})
	if every > 0 {
		go (&tree{Watcher: &fsnotify.Watcher{}}).listen(ctx, time.Tick(every), rings)
		return rings, nil
	}
	t, err := newTree(dir, skip)
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	context.AfterFunc(ctx, func() { t.Close() })
	go t.listen(ctx, nil, rings)
	return rings, nil
}

// A tree is the folder dir with all that matters below it.
type tree struct {
	*fsnotify.Watcher
	dir  string
	skip func(folder string) bool
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
	t := &tree{w, dir, skip}
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
			path = filepath.Dir(to)
		}
		if err := t.Add(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func (t *tree) skips(folder string) bool {
	name, err := filepath.Rel(t.dir, folder)
	return err != nil || name != "." && (hidden(name) || t.skip(filepath.ToSlash(name)))
}

func hidden(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") }

// listen turns what the system says into rings, and keeps the watched folders those
// that are there.
func (t *tree) listen(ctx context.Context, tick <-chan time.Time, rings chan<- struct{}) {
	defer close(rings)
	var bell chan<- struct{} // rings, while it is quiet and there is something to say
	quiet := time.NewTimer(0)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case bell <- struct{}{}:
			bell = nil
		case <-tick:
			bell = rings
		case <-quiet.C:
			bell = rings
		case e := <-t.Events:
			if e.Op != fsnotify.Chmod && !hidden(e.Name) {
				t.follow(e)
				bell = nil
				quiet.Reset(settle)
			}
		case <-t.Errors: // events were lost, of new folders perhaps
			_ = t.add(t.dir) // there may be one too many to watch
			bell = nil
			quiet.Reset(settle)
		}
	}
}

func (t *tree) follow(e fsnotify.Event) {
	if e.Has(fsnotify.Remove | fsnotify.Rename) {
		for _, dir := range t.WatchList() {
			if dir == e.Name || strings.HasPrefix(dir, e.Name+string(filepath.Separator)) {
				_ = t.Remove(dir) // it would go on telling of a folder that was moved away
			}
		}
	}
	if e.Has(fsnotify.Create) {
		_ = t.add(e.Name)
	}
}
