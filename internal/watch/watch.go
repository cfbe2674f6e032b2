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

const (
	settle   = 10 * time.Millisecond // how long nothing must happen before the bell rings
	patience = 2 * time.Second       // how long changes may go on before it rings regardless
)

// Watch rings whenever something below dir may have changed, until ctx is done;
// then it closes the channel. Hidden files and changes of permissions do not
// matter, nor does a folder, with all that is in it, that skip says so of: it gets
// slash-separated paths relative to dir. A link to a file is followed, one to a
// folder is not. When every is not 0, Watch rings that often regardless and asks
// the system for no events, which network mounts do not send.
func Watch(ctx context.Context, dir string, every time.Duration, skip func(folder string) bool) (<-chan struct{}, error) {
	changes, rings := make(chan struct{}), make(chan struct{})
	if every > 0 {
		go poll(ctx, every, changes)
	} else {
		t, err := newTree(dir, skip)
		if err != nil {
			return nil, fmt.Errorf("watch %s: %w", dir, err)
		}
		go t.notify(ctx, changes)
	}
	go debounce(changes, rings)
	return rings, nil
}

// poll says again and again that there may have been a change.
func poll(ctx context.Context, every time.Duration, changes chan<- struct{}) {
	defer close(changes)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
			changes <- struct{}{}
		}
	}
}

// debounce turns changes into rings, until there will be no more.
func debounce(changes <-chan struct{}, rings chan<- struct{}) {
	defer close(rings)
	var (
		began time.Time       // when the first change came that no ring has told of
		bell  chan<- struct{} // rings, while it is quiet and there is something to say
		quiet = time.NewTimer(0)
	)
	quiet.Stop()
	for {
		select {
		case _, open := <-changes:
			if !open {
				return
			}
			if began.IsZero() {
				began = time.Now()
			}
			bell = nil
			quiet.Reset(max(0, min(settle, patience-time.Since(began))))
		case <-quiet.C:
			bell = rings
		case bell <- struct{}{}:
			bell, began = nil, time.Time{}
		}
	}
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

// notify sends what the system says, and keeps the watched folders those that are
// there.
func (t *tree) notify(ctx context.Context, changes chan<- struct{}) {
	defer close(changes)
	defer t.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-t.Events:
			if e.Op == fsnotify.Chmod || hidden(e.Name) {
				continue
			}
			t.follow(e)
		case <-t.Errors: // events were lost, of new folders perhaps
			_ = t.add(t.dir) // there may be one too many to watch
		}
		select {
		case <-ctx.Done():
			return
		case changes <- struct{}{}:
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
