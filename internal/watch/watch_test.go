package watch_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/google/go-cmp/cmp"

	"quandary/internal/watch"
)

// TestDebounce sends changes at given times and looks when it rings. Time is that
// of the bubble: nothing here waits.
func TestDebounce(t *testing.T) {
	ms := func(times ...int) (list []time.Duration) {
		for _, n := range times {
			list = append(list, time.Duration(n)*time.Millisecond)
		}
		return list
	}
	every := func(step time.Duration, times int) (list []time.Duration) {
		for n := range times {
			list = append(list, time.Duration(n)*step)
		}
		return list
	}
	for name, test := range map[string]struct{ changes, want []time.Duration }{
		"one":     {ms(0), ms(10)},
		"a burst": {ms(0, 9, 18), ms(28)},
		"at once": {ms(make([]int, 1000)...), ms(10)},
		"two":     {ms(0, 11), ms(10, 21)},
		"no end":  {every(7*time.Millisecond, 300), ms(1000, 2001, 2103)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				events, rings := make(chan fsnotify.Event), make(chan []string)
				ctx, stop := context.WithCancel(t.Context())
				go watch.Listen(ctx, events, rings)
				start := time.Now()
				go func() {
					for _, at := range test.changes {
						time.Sleep(at - time.Since(start))
						events <- fsnotify.Event{Op: fsnotify.Write, Name: "a.md"}
					}
					time.Sleep(time.Second)
					stop()
				}()
				var got []time.Duration
				for names := range rings {
					if d := cmp.Diff([]string{"a.md"}, names); d != "" {
						t.Errorf("names, -want +got:\n%s", d)
					}
					got = append(got, time.Since(start))
				}
				if d := cmp.Diff(test.want, got); d != "" {
					t.Errorf("-want +got:\n%s", d)
				}
			})
		})
	}
}

// TestOneRingWaits checks that changes while nobody listens become one ring.
func TestOneRingWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events, rings := make(chan fsnotify.Event), make(chan []string)
		ctx, stop := context.WithCancel(t.Context())
		go watch.Listen(ctx, events, rings)
		for range 4 {
			events <- fsnotify.Event{Op: fsnotify.Write, Name: "a.md"}
			time.Sleep(time.Second)
		}
		<-rings
		synctest.Wait()
		stop()
		if _, open := <-rings; open {
			t.Error("rang again")
		}
	})
}

// A site is a folder on the real disk with a watch on it.
type site struct {
	*testing.T
	dir   string
	rings <-chan []string
}

func watching(t *testing.T, files ...string) *site {
	t.Helper()
	s := &site{T: t, dir: realTemp(t)}
	for _, f := range files {
		s.write(f, "before")
	}
	s.watch()
	return s
}

// realTemp is a temporary folder by its real name.
func realTemp(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func (s *site) watch() {
	s.Helper()
	rings, err := watch.Watch(s.Context(), s.dir, 0, func(folder string) bool { return folder == "public" })
	if err != nil {
		s.Fatal(err)
	}
	s.rings = rings
}

func (s *site) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *site) mkdir(name string) { s.Helper(); s.must(os.MkdirAll(s.path(name), 0o755)) }

func (s *site) write(name, text string) {
	s.Helper()
	s.must(os.MkdirAll(filepath.Dir(s.path(name)), 0o755))
	s.must(os.WriteFile(s.path(name), []byte(text), 0o644))
}

func (s *site) rename(from, to string) { s.Helper(); s.must(os.Rename(s.path(from), s.path(to))) }
func (s *site) remove(name string)     { s.Helper(); s.must(os.RemoveAll(s.path(name))) }

func (s *site) link(to, name string) {
	s.Helper()
	if err := os.Symlink(to, s.path(name)); err != nil {
		s.Skip(err)
	}
}

// state is what the files hold that matter.
func (s *site) state() map[string]string {
	files := map[string]string{}
	_ = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(s.dir, path)
		if data, err := os.ReadFile(path); err == nil && !strings.HasPrefix(d.Name(), ".") {
			files[filepath.ToSlash(name)] = string(data)
		}
		return nil
	})
	return files
}

// hears makes a change and waits for a ring, which names the files that changed.
func (s *site) hears(change func()) {
	s.Helper()
	before := s.state()
	change()
	named := map[string]bool{}
	select {
	case names := <-s.rings:
		if s.all(named, names) {
			return
		}
	case <-time.After(20 * time.Second):
		s.Fatal("the bell does not ring")
	}
	after := s.state()
	for name, text := range after {
		if old, was := before[name]; (!was || old != text) && !named[name] {
			s.Errorf("%s changed, which no ring says", name)
		}
		delete(before, name)
	}
	for name := range before {
		if !named[name] && !slices.ContainsFunc(slices.Collect(maps.Keys(named)), func(folder string) bool { return strings.HasPrefix(name, folder+"/") }) {
			s.Errorf("%s is gone, which no ring says", name)
		}
	}
}

// all listens until nothing seems to be under way any more, adds what the rings name,
// and reports whether one says that anything may have changed. Where it takes too
// short a silence for the end, the test is less sharp, and passes all the same.
func (s *site) all(named map[string]bool, names []string) bool {
	anything := false
	for {
		anything = anything || names == nil
		for _, name := range names {
			named[name] = true
		}
		select {
		case names = <-s.rings:
		case <-time.After(100 * time.Millisecond):
			return anything
		}
	}
}

// silent checks that a change, the first to the site, rings no bell.
func (s *site) silent(change func()) {
	s.Helper()
	change()
	select {
	case <-s.rings:
		s.Error("the bell rings")
	case <-time.After(100 * time.Millisecond):
	}
}

func TestSaves(t *testing.T) {
	saves := map[string]func(s *site){
		"in place": func(s *site) { s.write("sub/a.md", "after") },
		"vim": func(s *site) {
			s.write("sub/4913", "")
			s.remove("sub/4913")
			s.rename("sub/a.md", "sub/a.md~")
			s.write("sub/a.md", "after")
			s.remove("sub/a.md~")
		},
		"over it": func(s *site) {
			s.write("sub/.a.md.tmp", "after")
			s.rename("sub/.a.md.tmp", "sub/a.md")
		},
		"JetBrains": func(s *site) {
			s.write("sub/a.md___jb_tmp___", "after")
			s.rename("sub/a.md", "sub/a.md___jb_old___")
			s.rename("sub/a.md___jb_tmp___", "sub/a.md")
			s.remove("sub/a.md___jb_old___")
		},
	}
	for name, save := range saves {
		t.Run(name, func(t *testing.T) {
			s := watching(t, "sub/a.md")
			for range 2 {
				s.hears(func() { save(s) })
			}
		})
	}
}

func TestWhatDoesNotMatter(t *testing.T) {
	s := watching(t, "a.md", "public/index.html", ".git/HEAD")
	s.silent(func() {
		s.write("public/index.html", "after")
		s.write("public/new/index.html", "after")
		s.write(".git/HEAD", "after")
		s.write(".git/index.lock", "after")
		s.write(".a.md.swp", "after")
		s.mkdir(".new/folder")
		s.must(os.Chmod(s.path("a.md"), 0o600))
	})
}

func TestFoldersComeAndGo(t *testing.T) {
	s := watching(t, "old/deep/a.md")
	writing := func(name string) func() {
		return func() { s.write(name, fmt.Sprint(time.Now())) }
	}
	s.hears(writing("new/deep/down/a.md"))
	s.hears(writing("new/deep/down/a.md"))
	s.hears(func() { s.rename("old", "moved") })
	s.hears(writing("moved/deep/a.md"))
	s.hears(func() { s.mkdir("old/deep") }) // the old name is a new folder now
	s.hears(writing("old/deep/b.md"))
	s.hears(writing("moved/deep/down/a.md"))

	outside := realTemp(t)
	s.hears(func() { s.must(os.Rename(s.path("moved"), filepath.Join(outside, "moved"))) })
	s.hears(func() { s.remove("new") })
	s.hears(func() { s.must(os.Rename(filepath.Join(outside, "moved"), s.path("new"))) })
	s.hears(writing("new/deep/a.md"))
	s.hears(func() { s.must(os.Rename(s.path("new/deep/down"), filepath.Join(outside, "down"))) }) // without folders in it
}

// TestCheckout changes thousands of files, as git does, and one of them again.
func TestCheckout(t *testing.T) {
	s := watching(t)
	s.hears(func() {
		for i := range 3000 {
			name := fmt.Sprintf("section-%d/page-%d.md", i%20, i)
			s.write(name+".new", strings.Repeat("x", i))
			s.rename(name+".new", name)
		}
	})
	for i := range 20 {
		s.hears(func() { s.write(fmt.Sprintf("section-%d/page-%d.md", i, i), "after") })
	}
}

func TestLinks(t *testing.T) {
	other := &site{T: t, dir: realTemp(t)}
	other.write("files/c.md", "before")
	s := &site{T: t, dir: realTemp(t)}
	s.write("content/d.md", "before")
	s.link(other.path("files/c.md"), "content/c.md")
	s.link("..", "content/cycle")
	s.link("/", "content/everything")
	s.link("content", "alias")
	s.link("nowhere", "content/dangling")
	s.link(s.dir, "itself")
	s.dir = s.path("itself")
	s.watch()
	s.hears(func() { other.write("files/c.new", "1"); other.rename("files/c.new", "files/c.md") })
	s.hears(func() { other.write("files/c.md", "2") })
	s.hears(func() { s.write("content/d.md", "1") })
	s.hears(func() { s.link(other.path("late.md"), "content/late.md") })

	// A folder beside what a link leads to is none of the site's.
	s.hears(func() { other.mkdir("files/new") })
	s.silent(func() { other.write("files/new/d.md", "1") })

	// One that goes and comes again, as with a checkout, is watched again.
	s.hears(func() { other.remove("files"); other.write("files/c.md", "3") })
	s.hears(func() { other.write("files/c.md", "4") })
}

func TestNoFolder(t *testing.T) {
	if _, err := watch.Watch(t.Context(), filepath.Join(t.TempDir(), "nowhere"), 0, nil); err == nil {
		t.Error("a folder that is not there is watched")
	}
}

func TestFullQueue(t *testing.T) {
	s := &site{T: t, dir: realTemp(t)}
	s.write("deep/down/a.md", "before")
	rings, forget, err := watch.WatchForgetful(t.Context(), s.dir)
	s.must(err)
	s.rings = rings
	s.hears(func() { forget(s.path("deep/down")) })
	s.hears(func() { s.write("deep/down/a.md", "after") })
}

func TestPoll(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		rings, err := watch.Watch(t.Context(), dir, time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		<-rings
		<-rings
		if took := time.Since(start).Round(time.Minute); took != 2*time.Minute {
			t.Errorf("rang twice in %s", took)
		}
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		if _, open := <-rings; open {
			t.Error("rang for a folder that is gone")
		}
	})
}

// TestEnd checks that a watch leaves nothing behind.
func TestEnd(t *testing.T) {
	for _, every := range []time.Duration{0, time.Hour} {
		ctx, stop := context.WithCancel(t.Context())
		rings, err := watch.Watch(ctx, t.TempDir(), every, func(string) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		stop()
		if _, open := <-rings; open {
			t.Error("the channel is not closed at the end")
		}
	}
}

// TestFolderGone takes away the folder itself, of which nothing more is heard.
func TestFolderGone(t *testing.T) {
	for name, take := range map[string]func(s *site){
		"deleted": func(s *site) { s.remove("") },
		"deleted while it is open": func(s *site) {
			open, err := os.Open(s.dir)
			s.must(err)
			s.Cleanup(func() { open.Close() })
			s.remove("")
		},
		"moved": func(s *site) { s.must(os.Rename(s.dir, filepath.Join(realTemp(t), "elsewhere"))) },
	} {
		t.Run(name, func(t *testing.T) {
			s := watching(t, "sub/a.md")
			take(s)
			for range s.rings { // until it is closed
			}
		})
	}
}
