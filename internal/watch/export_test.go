package watch

import (
	"context"

	"github.com/fsnotify/fsnotify"
)

// Listen rings for events that no file has to happen for.
func Listen(ctx context.Context, events chan fsnotify.Event, rings chan<- []string) {
	(&tree{Watcher: &fsnotify.Watcher{Events: events}, dir: "."}).listen(ctx, nil, rings)
}

// WatchForgetful is Watch with a system that loses track of a folder when told
// to, and then says that its queue was full.
func WatchForgetful(ctx context.Context, dir string) (rings <-chan []string, forget func(folder string), err error) {
	t, err := newTree(dir, func(string) bool { return false })
	if err != nil {
		return nil, nil, err
	}
	out := make(chan []string)
	go t.listen(ctx, nil, out)
	forget = func(folder string) {
		_ = t.Remove(folder)
		t.Errors <- fsnotify.ErrEventOverflow
	}
	return out, forget, nil
}
