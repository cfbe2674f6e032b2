package watch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/watch"
)

// A ring as a test of the debounce sees it: when, and what it names.
type ring struct {
	after time.Duration
	paths []string
}

// TestDebounce sends changes at given times and looks at the rings. Time is that
// of the bubble: nothing here waits.
func TestDebounce(t *testing.T) {
	const settle = 10 * time.Millisecond
	type change struct {
		at   time.Duration
		path string
	}
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	var endless []change
	for i := range 500 {
		endless = append(endless, change{at: ms(5 * i), path: "a"})
	}
	var many []change
	for i := range 1001 {
		many = append(many, change{path: fmt.Sprint(i)})
	}
	for name, test := range map[string]struct {
		changes []change
		want    []ring
	}{
		"one":          {[]change{{0, "a"}}, []ring{{ms(10), []string{"a"}}}},
		"a burst":      {[]change{{0, "b"}, {ms(9), "a"}, {ms(18), "b"}}, []ring{{ms(28), []string{"a", "b"}}}},
		"two":          {[]change{{0, "a"}, {ms(11), "b"}}, []ring{{ms(10), []string{"a"}}, {ms(21), []string{"b"}}}},
		"anything":     {[]change{{0, "a"}, {ms(1), ""}, {ms(2), "b"}}, []ring{{ms(12), nil}}},
		"without end":  {endless, []ring{{ms(2000), []string{"a"}}, {ms(2505), []string{"a"}}}},
		"too many":     {many, []ring{{ms(10), nil}}},
		"after a ring": {[]change{{0, ""}, {ms(20), "b"}}, []ring{{ms(10), nil}, {ms(30), []string{"b"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				events, rings := make(chan string), make(chan []string)
				go watch.Debounce(events, settle, rings)
				start := time.Now()
				go func() {
					for _, c := range test.changes {
						time.Sleep(c.at - time.Since(start))
						events <- c.path
					}
					time.Sleep(time.Second)
					close(events)
				}()
				var got []ring
				for paths := range rings {
					got = append(got, ring{time.Since(start), paths})
				}
				if d := cmp.Diff(test.want, got, cmp.AllowUnexported(ring{})); d != "" {
					t.Errorf("-want +got:\n%s", d)
				}
			})
		})
	}
}

// TestOneRingWaits checks that changes while nobody listens become one ring.
func TestOneRingWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events, rings := make(chan string), make(chan []string)
		go watch.Debounce(events, time.Millisecond, rings)
		for _, path := range []string{"a", "b", "a", "c"} {
			events <- path
			time.Sleep(time.Second)
		}
		if d := cmp.Diff([]string{"a", "b", "c"}, <-rings); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
		close(events)
		if paths, open := <-rings; open {
			t.Errorf("rang again, for %v", paths)
		}
	})
}

// A site is a folder on the real disk with a watch on it.
type site struct {
	*testing.T
	dir   string
	rings <-chan []string
}

func watching(t *testing.T, options watch.Options, files ...string) *site {
	t.Helper()
	s := &site{T: t, dir: realTemp(t)}
	for _, f := range files {
		s.write(f, "before")
	}
	s.watch(options, s.dir)
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

func (s *site) watch(options watch.Options, dirs ...string) {
	s.Helper()
	rings, err := watch.Watch(s.Context(), dirs, options)
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

// next waits for a ring and returns what it names, relative to the site.
func (s *site) next() []string {
	s.Helper()
	select {
	case paths := <-s.rings:
		var names []string
		for _, p := range paths {
			name, err := filepath.Rel(s.dir, p)
			s.must(err)
			names = append(names, filepath.ToSlash(name))
		}
		return names
	case <-time.After(20 * time.Second):
		s.Fatal("the bell does not ring")
		return nil
	}
}

// rings waits until the named file, or anything, is said to have changed. A slow
// machine may ring for parts of a change before.
func (s *site) ringsFor(name string) {
	s.Helper()
	for paths := s.next(); paths != nil && !slices.Contains(paths, name); {
		paths = s.next()
	}
}

// silent checks that what happened so far rings no bell: a change after it is
// heard alone.
func (s *site) silent() {
	s.Helper()
	s.write("marker.md", fmt.Sprint(time.Now()))
	if d := cmp.Diff([]string{"marker.md"}, s.next()); d != "" {
		s.Errorf("-want +got:\n%s", d)
	}
}

// settle listens until a marker is heard alone, so that nothing is under way.
func (s *site) settle() {
	s.Helper()
	for i := 0; ; i++ {
		s.write("marker.md", fmt.Sprint("settle", i, time.Now()))
		if slices.Equal(s.next(), []string{"marker.md"}) {
			return
		}
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
			s := watching(t, watch.Options{Settle: 30 * time.Millisecond}, "sub/a.md", "marker.md")
			for range 2 {
				save(s)
				if d := cmp.Diff([]string{"sub/a.md"}, s.next()); d != "" {
					t.Errorf("-want +got:\n%s", d)
				}
			}
			s.silent()
		})
	}
}

func TestWhatDoesNotMatter(t *testing.T) {
	ignore := func(path string) bool { return filepath.Base(path) == "public" }
	s := watching(t, watch.Options{Ignore: ignore}, "a.md", "public/index.html", ".git/HEAD", "marker.md")
	s.write("public/index.html", "after")
	s.write("public/new/index.html", "after")
	s.write(".git/HEAD", "after")
	s.write(".git/index.lock", "after")
	s.write(".a.md.swp", "after")
	s.write("#a.md#", "after")
	s.write("a.md~", "after")
	s.mkdir(".new/folder")
	s.must(os.Chmod(s.path("a.md"), 0o600))
	s.silent()
}

func TestFoldersComeAndGo(t *testing.T) {
	s := watching(t, watch.Options{}, "old/deep/a.md", "marker.md")
	heard := func(name string) {
		t.Helper()
		s.settle()
		s.write(name, "again")
		s.ringsFor(name)
	}
	s.write("new/deep/down/a.md", "new")
	s.next()
	heard("new/deep/down/a.md")

	s.rename("old", "moved")
	s.next()
	heard("moved/deep/a.md")

	s.mkdir("old/deep") // the old name is a new folder now
	s.next()
	heard("old/deep/b.md")

	outside := realTemp(t)
	s.must(os.Rename(s.path("moved"), filepath.Join(outside, "moved")))
	s.next()
	s.settle()
	s.must(os.WriteFile(filepath.Join(outside, "moved/deep/a.md"), []byte("not ours"), 0o644))
	s.silent()

	s.remove("new")
	s.next()
	s.settle()
	s.must(os.Rename(filepath.Join(outside, "moved"), s.path("new")))
	s.next()
	heard("new/deep/a.md")
}

// TestCheckout changes a thousand files, as git does. With the settling time of
// a slow machine, that is one ring.
func TestCheckout(t *testing.T) {
	s := watching(t, watch.Options{Settle: 300 * time.Millisecond}, "marker.md")
	for i := range 1000 {
		name := fmt.Sprintf("section-%d/page-%d.md", i%20, i)
		s.write(name+".new", strings.Repeat("x", i))
		s.rename(name+".new", name)
	}
	if paths := s.next(); paths != nil {
		t.Errorf("a ring after new folders names %d paths, which cannot be all", len(paths))
	}
	s.silent()
}

func TestLinks(t *testing.T) {
	outside := realTemp(t)
	other := &site{T: t, dir: outside}
	other.write("folder/deep/a.md", "before")
	other.write("folder/.git/b.md", "before")
	other.write("files/c.md", "before")
	s := &site{T: t, dir: realTemp(t)}
	s.write("content/d.md", "before")
	s.link(filepath.Join(outside, "folder"), "content/linked")
	s.link(filepath.Join(outside, "files/c.md"), "content/c.md")
	s.link("..", "content/cycle")
	s.link("/", "content/everything")
	s.link("content", "alias")
	s.link("nowhere", "content/dangling")
	s.watch(watch.Options{}, s.dir)

	rings := func(change func()) {
		t.Helper()
		change()
		s.next()
	}
	rings(func() { other.write("folder/deep/a.md", "1") })
	rings(func() { other.write("folder/deep/new/e.md", "1") })
	rings(func() { other.write("files/c.new", "1"); other.rename("files/c.new", "files/c.md") })
	rings(func() { other.write("files/c.md", "2") })
	rings(func() { s.write("content/d.md", "1") })
	rings(func() { s.link(filepath.Join(outside, "files"), "content/late") })
	rings(func() { other.write("files/f.md", "1") })
	rings(func() { s.remove("content/linked") })
}

func TestRootsComeAndGo(t *testing.T) {
	s := &site{T: t, dir: realTemp(t)}
	s.write("content/a.md", "before")
	s.watch(watch.Options{}, s.path("content"), s.path("layouts"))
	s.write("layouts/page.html", "new")
	s.next()
	s.rename("content", "aside")
	s.next()
	s.rename("aside", "content")
	s.next()
	s.write("content/a.md", "after")
	s.ringsFor("content/a.md")
	s.remove("layouts")
	s.next()
	s.mkdir("layouts/deep")
	s.next()
	s.write("layouts/deep/x.html", "after")
	s.ringsFor("layouts/deep/x.html")
}

func TestNoFolder(t *testing.T) {
	if _, err := watch.Watch(t.Context(), []string{filepath.Join(t.TempDir(), "not", "there")}, watch.Options{}); err == nil {
		t.Error("a folder that cannot be watched is watched")
	}
}

func TestFullQueue(t *testing.T) {
	s := &site{T: t, dir: realTemp(t)}
	s.write("deep/down/a.md", "before")
	rings, forget, err := watch.WatchForgetful(t.Context(), s.dir)
	s.must(err)
	s.rings = rings
	forget(s.path("deep/down"))
	if paths := s.next(); paths != nil {
		t.Errorf("events were lost, and the ring names %v", paths)
	}
	s.write("deep/down/a.md", "after")
	if d := cmp.Diff([]string{"deep/down/a.md"}, s.next()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestPoll looks at real files, on the bubble's clock.
func TestPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watching(t, watch.Options{Poll: time.Minute}, "a.md", "sub/b.md", ".git/HEAD", "marker.md")
		for name, change := range map[string]func(){
			"a.md":        func() { s.write("a.md", "longer than before") },
			"sub/b.md":    func() { s.remove("sub") },
			"new/deep.md": func() { s.write("new/deep.md", "new"); s.write(".git/HEAD", "longer than before") },
		} {
			change()
			paths := <-s.rings
			if len(paths) != 1 || paths[0] != s.path(name) {
				t.Errorf("rang for %v, want %s", paths, name)
			}
		}
	})
}

func TestEnd(t *testing.T) {
	s := watching(t, watch.Options{})
	var rings <-chan []string
	t.Run("inner", func(t *testing.T) {
		var err error
		rings, err = watch.Watch(t.Context(), []string{s.dir}, watch.Options{})
		s.must(err)
	})
	if _, open := <-rings; open {
		t.Error("the channel is not closed at the end")
	}
}
