package watch

import (
	"context"

	"github.com/fsnotify/fsnotify"
)

// Event and Debounce let tests ring the bell without a file.
type Event = event

// NewEvent returns the event of one change.
func NewEvent(path string, gone bool) Event { return Event{path, gone} }

var Debounce = debounce

// WatchForgetful is Watch with a system that loses track of a folder when told
// to, and then says that its queue was full.
func WatchForgetful(ctx context.Context, dir string) (rings <-chan []string, forget func(folder string), err error) {
	t, err := newTree([]string{dir}, nil)
	if err != nil {
		return nil, nil, err
	}
	n, err := newNotifier(t)
	if err != nil {
		return nil, nil, err
	}
	events, out := make(chan event), make(chan []string)
	go n.run(ctx, events)
	go debounce(events, defaultSettle, out)
	forget = func(folder string) {
		_ = n.watcher.Remove(folder)
		n.watcher.Errors <- fsnotify.ErrEventOverflow
	}
	return out, forget, nil
}
