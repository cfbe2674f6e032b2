package source

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Folder is a site's folder. Reading goes through an [os.Root], so that
// nothing outside the folder is ever read, whatever links it holds.
type Folder struct {
	Path    string   // absolute
	Content string   // the prefix of content files: "content/", or "" for a bare folder of Markdown
	Ignore  []string // folders to leave alone, slash-separated and relative: the output

	root *os.Root
	seen map[string]*entry // what the last Read found
}

// entry is a file that was read, and what told that it need not be read again.
type entry struct {
	file    *File
	size    int64
	changed time.Time
	read    time.Time
}

// Tree is what a Read of a folder found. It is immutable.
type Tree struct {
	Files []*File  // Markdown, layouts and assets, sorted by path
	Other []string // paths of the other files of the content folder, sorted
}

// Open opens the folder at dir. It has content in "content/" where there is
// such a folder, and is a bare folder of Markdown otherwise.
func Open(dir string) (*Folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", dir, err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open site: %w", err)
	}
	f := &Folder{Path: abs, root: root, seen: map[string]*entry{}}
	if info, err := root.Stat("content"); err == nil && info.IsDir() {
		f.Content = "content/"
	}
	return f, nil
}

// Close releases the folder.
func (f *Folder) Close() error { return f.root.Close() }

// File returns the bytes of one file of the folder.
func (f *Folder) File(name string) ([]byte, error) { return f.root.ReadFile(name) }

// Read lists the folder and reads the files that take part in a build. A file
// whose size and time have not changed since an earlier Read is not read again.
// A Folder is read by one goroutine at a time.
func (f *Folder) Read() (*Tree, error) {
	paths, others, err := f.list()
	if err != nil {
		return nil, err
	}
	entries := make([]*entry, len(paths))
	faults := make([]error, len(paths))
	var wg sync.WaitGroup
	const workers = 4
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(paths); i += workers {
				entries[i], faults[i] = f.entry(paths[i])
			}
		})
	}
	wg.Wait()
	t := &Tree{Other: others, Files: make([]*File, 0, len(paths))}
	seen := make(map[string]*entry, len(paths))
	for i, e := range entries {
		switch {
		case faults[i] != nil && os.IsNotExist(faults[i]): // removed since it was listed
		case faults[i] != nil:
			return nil, fmt.Errorf("read %s: %w", paths[i], faults[i])
		default:
			seen[paths[i]] = e
			t.Files = append(t.Files, e.file)
		}
	}
	f.seen = seen
	return t, nil
}

// settled is how long after its last change a file's time can be trusted: two
// changes within one tick of a file system's clock look like one.
const settled = 2 * time.Second

// entry reads a file, or returns what is known of it when it did not change.
func (f *Folder) entry(name string) (*entry, error) {
	info, err := f.root.Stat(name)
	if err != nil {
		return nil, err
	}
	before := f.seen[name]
	if before != nil && before.size == info.Size() && before.changed.Equal(info.ModTime()) && before.read.Sub(before.changed) > settled {
		return before, nil
	}
	now := time.Now()
	data, err := f.root.ReadFile(name)
	if err != nil {
		return nil, err
	}
	e := &entry{size: info.Size(), changed: info.ModTime(), read: now}
	if before != nil && before.file.Digest() == NewFile(name, data).Digest() {
		e.file = before.file
	} else {
		e.file = NewFile(name, data)
	}
	return e, nil
}

// list walks the folder: the paths to read and the other files of the content
// folder, both sorted.
func (f *Folder) list() (paths, others []string, err error) {
	err = fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			return nil // a folder that cannot be listed is not part of the site
		}
		if d.IsDir() {
			if name != "." && f.skips(name) {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasPrefix(path.Base(name), ".") || !d.Type().IsRegular() && !f.leadsToFile(name) {
			return nil
		}
		switch {
		case f.takesPart(name):
			paths = append(paths, name)
		case strings.HasPrefix(name, f.Content):
			others = append(others, name)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list site: %w", err)
	}
	slices.Sort(paths)
	slices.Sort(others)
	return paths, others, nil
}

// leadsToFile reports whether a link leads to a regular file inside the folder.
func (f *Folder) leadsToFile(name string) bool {
	info, err := f.root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// skips reports whether a folder is none of the site's business.
func (f *Folder) skips(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || base == "node_modules" || slices.Contains(f.Ignore, name) {
		return true
	}
	top, _, _ := strings.Cut(name, "/")
	return f.Content != "" && top != "content" && top != "layouts" && top != "assets"
}

// takesPart reports whether a file is read for every build.
func (f *Folder) takesPart(name string) bool {
	if f.Content != "" && (strings.HasPrefix(name, "layouts/") || strings.HasPrefix(name, "assets/")) {
		return path.Ext(name) != ".go"
	}
	return strings.HasPrefix(name, f.Content) && path.Ext(name) == ".md"
}
