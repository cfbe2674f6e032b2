package watch

import (
	"context"

	"github.com/fsnotify/fsnotify"
)

// Debounce lets tests ring the bell without a file.
var Debounce = debounce

// WatchForgetful is Watch with a system that loses track of a folder when told
// to, and then says that its queue was full.
func WatchForgetful(ctx context.Context, dir string) (rings <-chan []string, forget func(folder string), err error) {
	t := &tree{roots: []string{dir}, linked: make(map[string]bool)}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, nil, err
	}
	if err := t.watchRoots(w); err != nil {
		return nil, nil, err
	}
	changes, out := make(chan string), make(chan []string)
	go t.notify(ctx, w, changes)
	go debounce(changes, defaultSettle, out)
	forget = func(folder string) {
		_ = w.Remove(folder)
		w.Errors <- fsnotify.ErrEventOverflow
	}
	return out, forget, nil
}
