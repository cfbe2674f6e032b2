// Package watch owns the doorbell: it says that something in some folders
// changed, once things have gone quiet.
//
// It stands before the pipeline, in `quandary serve`. It never says what a
// change means and never reads a file: whoever hears the bell looks for
// himself. However many changes come, at most one ring waits to be heard.
package watch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options tune a watch. The zero value suits a folder on a local disk.
type Options struct {
	// Settle is how long nothing must happen before the bell rings; 0 means 10 ms.
	Settle time.Duration

	// Poll, when it is not 0, is how often to look at every file instead of
	// asking the system for events, which network mounts do not send.
	Poll time.Duration

	// Ignore reports whether a file, or a folder with all that is in it, does not
	// matter, besides names with a dot in front and editors' own files, which
	// never do. It gets absolute paths; nil ignores no more.
	Ignore func(path string) bool
}

const (
	defaultSettle = 10 * time.Millisecond
	patience      = 2 * time.Second // how long changes may go on before the bell rings regardless
	mostPaths     = 1000            // how many paths a ring names before it says "anything"
)

// Watch rings whenever something below dirs changed, until ctx is done; then it
// closes the channel. A folder of dirs may come into being later, if the one
// above it is there. Links to folders are followed.
//
// A ring carries the absolute paths of the files that changed, sorted, as a hint
// where to look; an empty one means that anything may have.
func Watch(ctx context.Context, dirs []string, options Options) (<-chan []string, error) {
	t := &tree{ignore: options.Ignore, linked: make(map[string]bool)}
	for _, dir := range dirs {
		root, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		t.roots = append(t.roots, root)
	}
	changes := make(chan string)
	if options.Poll > 0 {
		go t.poll(ctx, t.stamps(), options.Poll, changes)
	} else {
		watcher, err := fsnotify.NewWatcher()
		if err != nil {
			return nil, fmt.Errorf("watch: %w", err)
		}
		if err := t.watchRoots(watcher); err != nil {
			watcher.Close()
			return nil, err
		}
		go t.notify(ctx, watcher, changes)
	}
	rings := make(chan []string)
	go debounce(changes, cmp.Or(options.Settle, defaultSettle), rings)
	return rings, nil
}

// debounce turns changes into rings, until there will be no more. A change is a
// path, or "" for one that can be anywhere.
func debounce(changes <-chan string, settle time.Duration, rings chan<- []string) {
	defer close(rings)
	var (
		began   time.Time
		changed = make(map[string]bool) // since the last ring
		hint    []string
		bell    chan<- []string // rings, while it is quiet and there is something to say
		quiet   = time.NewTimer(time.Hour)
	)
	for {
		select {
		case path, open := <-changes:
			if !open {
				return
			}
			if len(changed) == 0 {
				began = time.Now()
			}
			changed[path], bell = true, nil
			quiet.Reset(max(0, min(settle, patience-time.Since(began))))
		case <-quiet.C:
			if hint = nil; !changed[""] && len(changed) <= mostPaths {
				hint = slices.Sorted(maps.Keys(changed))
			}
			bell = rings
		case bell <- hint:
			bell = nil
			clear(changed)
		}
	}
}
