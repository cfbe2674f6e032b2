package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A tree is what is watched: some folders with all that matters below them.
type tree struct {
	roots  []string          // absolute and clean
	real   []string          // the same with links resolved, as far as they exist
	ignore func(string) bool // never nil
	links  map[string]string // folders outside the roots → the link by which we came there
}

func newTree(dirs []string, ignore func(string) bool) (*tree, error) {
	t := &tree{ignore: ignore, links: make(map[string]string)}
	if ignore == nil {
		t.ignore = func(string) bool { return false }
	}
	for _, dir := range dirs {
		root, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		t.roots = append(t.roots, root)
		if real, err := filepath.EvalSymlinks(root); err == nil {
			root = real
		}
		t.real = append(t.real, root)
	}
	return t, nil
}

// walk calls visit for dir and everything below it that matters. The info is of
// what a link leads to. What vanishes meanwhile is left out.
func (t *tree) walk(dir string, visit func(path string, info fs.FileInfo)) {
	info, err := os.Stat(dir)
	if err != nil {
		return
	}
	visit(dir, info)
	if !info.IsDir() {
		return
	}
	entries, _ := os.ReadDir(dir) // what could be read counts
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); t.enters(path, e) {
			t.walk(path, visit)
		}
	}
}

// enters reports whether an entry of a folder matters, and for a link to a
// folder whether following it leads to anything new.
func (t *tree) enters(path string, e fs.DirEntry) bool {
	return !t.ignored(path) && (e.Type()&fs.ModeSymlink == 0 || t.follows(path))
}

// follows reports whether to follow the link at path. A folder inside the tree
// is watched under its own name, and one that holds the tree would never end.
func (t *tree) follows(path string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	if info, err := os.Stat(real); err != nil || !info.IsDir() {
		return err == nil
	}
	for _, root := range t.real {
		if within(root, real) || within(real, root) {
			return false
		}
	}
	if first, seen := t.links[real]; seen && first != path {
		if _, err := os.Lstat(first); err == nil {
			return false
		}
	}
	t.links[real] = path
	return true
}

// within reports whether path is dir or below it.
func within(dir, path string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || rest[0] == filepath.Separator || strings.HasSuffix(dir, string(filepath.Separator)))
}

// ignored reports whether what is at path does not matter. Editors leave swap
// files, backups and half-written files beside the real one for a moment.
func (t *tree) ignored(path string) bool {
	name := filepath.Base(path)
	switch {
	case strings.HasPrefix(name, "."),
		strings.HasPrefix(name, "#"), strings.HasSuffix(name, "~"), // Emacs, backups
		name == "4913",                                                                   // Vim tries whether it may write
		strings.HasSuffix(name, "___jb_tmp___"), strings.HasSuffix(name, "___jb_old___"): // JetBrains
		return true
	}
	return t.ignore(path)
}
