package watch

import (
	"context"
	"io/fs"
	"time"
)

// A stamp tells two states of a file apart, short of reading it.
type stamp struct {
	size     int64
	modified int64 // in nanoseconds
	mode     fs.FileMode
}

// poll looks at the whole tree again and again, and sends what changed since it
// had the stamps before.
func poll(ctx context.Context, t *tree, before map[string]stamp, every time.Duration, events chan<- event) {
	defer close(events)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		after := t.stamps()
		for _, e := range changes(before, after) {
			select {
			case events <- e:
			case <-ctx.Done():
				return
			}
		}
		before = after
	}
}

func (t *tree) stamps() map[string]stamp {
	stamps := make(map[string]stamp)
	for _, root := range t.roots {
		t.walk(root, func(path string, info fs.FileInfo) {
			if !info.IsDir() {
				stamps[path] = stamp{info.Size(), info.ModTime().UnixNano(), info.Mode()}
			}
		})
	}
	return stamps
}

func changes(before, after map[string]stamp) []event {
	var events []event
	for path := range before {
		if _, there := after[path]; !there {
			events = append(events, event{path: path, gone: true})
		}
	}
	for path, s := range after {
		if before[path] != s {
			events = append(events, event{path: path})
		}
	}
	return events
}
