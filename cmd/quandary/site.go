package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"quandary/assets"
	"quandary/internal/build"
	"quandary/internal/diag"
	"quandary/internal/site"
	"quandary/internal/source"
	"quandary/layouts"
)

// settings are the flags that every command which reads a site has.
type settings struct {
	baseURL string
	drafts  bool
	out     string
	keep    bool
}

// opened is a site's folder and the builder for it.
type opened struct {
	folder  *source.Folder
	builder *build.Builder
}

// open opens the folder of a site.
func open(dir string, set settings) (*opened, error) {
	folder, err := source.Open(dir)
	if err != nil {
		return nil, err
	}
	if rel, err := filepath.Rel(folder.Path, set.outPath(folder.Path)); err == nil {
		folder.Ignore = append(folder.Ignore, filepath.ToSlash(rel))
	}
	base := ""
	if set.baseURL != "" {
		if base, err = site.BaseURL(set.baseURL); err != nil {
			return nil, fmt.Errorf("--base-%w", err)
		}
	}
	return &opened{folder: folder, builder: &build.Builder{
		BuiltIn: builtIn(),
		Options: build.Options{Name: filepath.Base(folder.Path), BaseURL: base, Drafts: set.drafts, Keep: set.keep, Version: version()},
	}}, nil
}

// built opens and builds the site of a folder. The caller closes the folder.
func built(dir string, set settings) (*opened, *build.Result, error) {
	o, err := open(dir, set)
	if err != nil {
		return nil, nil, reading(dir, err)
	}
	res, err := o.make()
	if err != nil {
		o.folder.Close()
		return nil, nil, reading(dir, err)
	}
	return o, res, nil
}

// outPath is where the site is written: "public" in the site's folder, or what --out says.
func (s settings) outPath(dir string) string {
	if s.out != "" {
		abs, err := filepath.Abs(s.out)
		if err == nil {
			return abs
		}
	}
	return filepath.Join(dir, "public")
}

// make reads the folder and builds the site.
func (o *opened) make() (*build.Result, error) {
	tree, err := o.folder.Read()
	if err != nil {
		return nil, err
	}
	if len(tree.Files) == 0 {
		return nil, fmt.Errorf("there is no Markdown in %s", o.folder.Path)
	}
	return o.builder.Build(tree, o.folder.Content, o.folder.File), nil
}

// builtIn returns the layouts and assets that every site can lay its own over.
func builtIn() (files []*source.File) {
	for _, top := range []struct {
		name string
		fs   fs.FS
	}{{"layouts/", layouts.Files}, {"assets/", assets.Files}} {
		err := fs.WalkDir(top.fs, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(top.fs, name)
			files = append(files, source.NewFile(top.name+name, data))
			return err
		})
		if err != nil {
			panic(err) // the files are part of the program
		}
	}
	return files
}

// colored reports whether to colour what is written to w: a terminal, unless
// NO_COLOR is set.
func colored(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

// addSettings gives a command the flags that every reading of a site has.
func addSettings(cmd *cobra.Command, set *settings) {
	cmd.Flags().StringVar(&set.baseURL, "base-url", "", "the site's absolute `URL`, where a host needs one")
	cmd.Flags().BoolVar(&set.drafts, "drafts", false, "publish drafts as well")
}

// print writes diagnostics as text, with a line that counts them.
func (a *app) print(w io.Writer, list diag.List, pages int) error {
	if err := diag.WriteText(w, list, diag.Style{Color: colored(w)}); err != nil {
		return err
	}
	if len(list) > 0 {
		fmt.Fprintln(w)
	}
	_, err := fmt.Fprintln(w, diag.Summary(list, pages))
	return err
}

// reading adds the folder to an error about it, in plain words.
func reading(dir string, err error) error {
	if errors.Is(err, fs.ErrNotExist) && !strings.Contains(err.Error(), "Markdown") {
		return fmt.Errorf("there is no folder %s", dir)
	}
	return err
}
