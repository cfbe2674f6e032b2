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
	"maps"
	"slices"
	"time"
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

	// patience is how long changes may go on before the bell rings regardless.
	patience = 2 * time.Second

	// goneFactor stretches the wait after a file went away: editors and git
	// remove a file a moment before they put the new one in its place.
	goneFactor = 5

	// mostPaths is how many paths a ring names before it says "many".
	mostPaths = 1000
)

// Watch rings whenever something below dirs changed, until ctx is done; then it
// closes the channel. A folder of dirs may come into being later, if the one
// above it is there. Links to folders are followed.
//
// A ring carries the absolute paths of the files that changed, sorted, as a hint
// where to look; an empty one means that anything may have.
func Watch(ctx context.Context, dirs []string, options Options) (<-chan []string, error) {
	t, err := newTree(dirs, options.Ignore)
	if err != nil {
		return nil, err
	}
	events := make(chan event)
	if options.Poll > 0 {
		go poll(ctx, t, t.stamps(), options.Poll, events)
	} else {
		n, err := newNotifier(t)
		if err != nil {
			return nil, err
		}
		go n.run(ctx, events)
	}
	rings := make(chan []string)
	go debounce(events, cmp.Or(options.Settle, defaultSettle), rings)
	return rings, nil
}

// An event is one change, or, without a path, one that can be anywhere.
type event struct {
	path string
	gone bool // what was at path is there no more
}

// debounce turns events into rings, until events is closed.
func debounce(events <-chan event, settle time.Duration, rings chan<- []string) {
	defer close(rings)
	var b burst
	quiet := time.NewTimer(0)
	quiet.Stop()
	for {
		var out chan<- []string
		if b.settled {
			out = rings
		}
		select {
		case e, open := <-events:
			if !open {
				return
			}
			quiet.Reset(b.add(e, settle))
		case <-quiet.C:
			b.settled = true
		case out <- b.hint():
			b = burst{}
		}
	}
}

// A burst is what happened since the last ring.
type burst struct {
	began   time.Time
	paths   map[string]bool
	many    bool // anything may have changed
	settled bool
}

// add takes note of e and returns how long to wait for more.
func (b *burst) add(e event, settle time.Duration) time.Duration {
	if b.paths == nil {
		b.began, b.paths = time.Now(), make(map[string]bool)
	}
	b.settled = false
	b.paths[e.path] = true
	b.many = b.many || e.path == "" || len(b.paths) > mostPaths
	if b.many {
		clear(b.paths)
	}
	if e.gone {
		settle *= goneFactor
	}
	return max(0, min(settle, patience-time.Since(b.began)))
}

func (b *burst) hint() []string {
	if b.many {
		return nil
	}
	return slices.Sorted(maps.Keys(b.paths))
}
