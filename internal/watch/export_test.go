package watch

import (
	"context"

	"github.com/fsnotify/fsnotify"
)

// Debounce lets tests ring the bell without a file.
var Debounce = debounce

// WatchForgetful is Watch with a system that loses track of a folder when told
// to, and then says that its queue was full.
func WatchForgetful(ctx context.Context, dir string) (rings <-chan struct{}, forget func(folder string), err error) {
	t, err := newTree(dir, func(string) bool { return false })
	if err != nil {
		return nil, nil, err
	}
	changes, out := make(chan struct{}), make(chan struct{})
	go t.notify(ctx, changes)
	go debounce(changes, out)
	forget = func(folder string) {
		_ = t.Remove(folder)
		t.Errors <- fsnotify.ErrEventOverflow
	}
	return out, forget, nil
}
