// Package internal_test holds the code to the picture of it in README.md.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var row = regexp.MustCompile("(?m)^\\| (\\d) \\| `([a-z]+)` \\|")

// ranks reads the table of README.md.
func ranks(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]int{}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		rank, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		table[m[2]] = rank
	}
	if len(table) < 10 {
		t.Fatalf("found %d packages in the table of README.md", len(table))
	}
	return table
}

// imports lists what the Go files of each package import, tests aside.
func imports(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "node_modules" {
			return errOrSkip(err, d)
		}
		if d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		at := filepath.ToSlash(filepath.Dir(name))
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[at] = append(found[at], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func errOrSkip(err error, d fs.DirEntry) error {
	if err == nil && d.IsDir() {
		return filepath.SkipDir
	}
	return err
}

func TestImportsGoDown(t *testing.T) {
	table := ranks(t)
	delete(table, "browsertest")
	found := imports(t, ".")
	for pkg := range found {
		if _, known := table[pkg]; !known && pkg != "browsertest" {
			t.Errorf("package %s is not in the table of README.md", pkg)
		}
	}
	for pkg, rank := range table {
		if _, there := found[pkg]; !there {
			t.Errorf("the table of README.md has a package %s, and there is none", pkg)
		}
		for _, imported := range found[pkg] {
			name, ours := strings.CutPrefix(imported, "quandary/internal/")
			if ours && table[name] >= rank {
				t.Errorf("%s (rank %d) imports %s (rank %d)", pkg, rank, name, table[name])
			}
		}
	}
}

func TestEachLibraryHasOneOwner(t *testing.T) {
	owners := map[string][]string{}
	for pkg, list := range imports(t, "..") {
		for _, imported := range list {
			host, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(host, ".") || strings.HasPrefix(imported, "golang.org/x/") || pkg == "../internal/browsertest" {
				continue
			}
			module := strings.Join(strings.SplitN(imported, "/", 4)[:min(3, strings.Count(imported, "/")+1)], "/")
			if !slices.Contains(owners[module], pkg) {
				owners[module] = append(owners[module], pkg)
			}
		}
	}
	if len(owners) == 0 {
		t.Fatal("found no libraries")
	}
	for module, packages := range owners {
		if len(packages) > 1 {
			t.Errorf("%s is imported by %s", module, strings.Join(packages, ", "))
		}
	}
}
