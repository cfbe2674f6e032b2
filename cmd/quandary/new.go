package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path"
	"text/template"

	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"

	"quandary/internal/diag"
	"quandary/internal/fix"
	"quandary/internal/site"
)

// starter is a small site with a kind, a relation and a decision.
//
//go:embed starter.txtar
var starter []byte

// pageText is a page of a kind, with every field and relation to fill in.
//
//go:embed page.md.tmpl
var pageText string

func newCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     `new site DIR | new KIND "Title"`,
		Short:   "Make a starter site, or a page with its kind's fields filled in",
		Example: "  quandary new site handbook\n  quandary new argument \"We have no time for this\"",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 || args[1] == "" {
				return errors.New(`say what to make: "new site DIR", or "new KIND" and a title`)
			} else if args[0] == "site" {
				return newSite(args[1])
			}
			o := &opened{}
			o.builder.Options.Drafts = true // their numbers are taken as well
			return o.open(dir, func() error { return o.newPage(args[0], args[1]) })
		},
	}
	cmd.Flags().StringVarP(&dir, "dir", "C", ".", "the site's `folder`")
	return cmd
}

// newSite writes the starter site to a folder that is empty or not there yet.
func newSite(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty", dir)
	}
	files, _ := txtar.FS(txtar.Parse(starter)) // ours has no faults
	err := os.CopyFS(dir, files)
	if err == nil {
		fmt.Printf("made a site in %s; look at it with: quandary serve %s\n", dir, dir)
	}
	return err
}

// newPage writes a page of a kind beside its section's.
func (o *opened) newPage(name, title string) error {
	res, err := o.make()
	if err != nil {
		return err
	}
	var kind *site.Kind
	names := []string{"site"}
	for _, k := range res.Site.Kinds {
		names = append(names, k.Name)
		if k.Name == name {
			kind = k
		}
	}
	if kind == nil {
		return fmt.Errorf("this site has no kind %q; %s", name, diag.OneOf("the kinds", name, names))
	}
	file := o.folder.Content + path.Join(path.Dir(kind.Section.Name), site.Slug(title)+".md")
	if _, err := o.folder.Root.Lstat(file); err == nil {
		return fmt.Errorf("%s is there already", file)
	}
	var text bytes.Buffer
	data := map[string]any{"Kind": kind, "Title": title, "Next": len(kind.Pages) + 1} // a number most likely free
	if err := template.Must(template.New("page").Parse(pageText)).Execute(&text, data); err != nil {
		return err
	}
	fmt.Println(file)
	return fix.Replace(o.folder.Root, file, text.Bytes(), 0o644)
}
