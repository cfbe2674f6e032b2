package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path"
	"strconv"
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

func (a *app) create() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   `new site DIR | new KIND "Title"`,
		Short: "Make a starter site, or a page with its kind's fields filled in",
		Example: "  quandary new site handbook\n" +
			"  quandary new argument \"We have no time for this\"",
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			if args[0] == "site" {
				return a.newSite(args[1])
			}
			o := &opened{app: a}
			return o.open(dir, func() error { return o.newPage(args[0], args[1]) })
		},
	}
	cmd.Flags().StringVarP(&dir, "dir", "C", ".", "the site's `folder`")
	return cmd
}

// newSite writes the starter site to a folder that is empty or not there yet.
func (a *app) newSite(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty", dir)
	}
	files, err := txtar.FS(txtar.Parse(starter))
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err == nil {
		fmt.Fprintf(a.out, "made a site in %s; look at it with: quandary serve %s\n", dir, dir)
	}
	return err
}

// newPage writes a page of a kind beside its section's.
func (o *opened) newPage(kind, title string) error {
	res, err := o.make()
	if err != nil {
		return err
	}
	k := res.Site.KindNamed(kind)
	if k == nil {
		return noKind(kind, res.Site.Kinds)
	}
	name := o.folder.Content + path.Join(path.Dir(k.Section.Name), site.Slug(title)+".md")
	if _, err := o.disk.Lstat(name); err == nil {
		return fmt.Errorf("%s is there already", name)
	}
	var text bytes.Buffer
	blank := func(f site.FieldType) string { return blank(k, f) }
	form := template.Must(template.New("").Funcs(template.FuncMap{"blank": blank}).Parse(pageText))
	if err := form.Execute(&text, struct {
		*site.Kind
		Title string
	}{k, title}); err != nil {
		return err
	}
	fmt.Fprintln(o.out, name)
	return fix.Replace(o.disk, name, text.Bytes(), 0o644)
}

func noKind(kind string, kinds []*site.Kind) error {
	if len(kinds) == 0 {
		return fmt.Errorf("this site declares no kinds; a section's index.md can, with `kind:`")
	}
	var names []string
	for _, k := range kinds {
		names = append(names, k.Name)
	}
	return fmt.Errorf("this site has no kind %q; %s", kind, diag.OneOf("the kinds", kind, names))
}

// blank is a value of the field's type to begin with: for a unique whole number
// the next one that is free.
func blank(k *site.Kind, f site.FieldType) string {
	switch {
	case f.Many:
		return "[]"
	case f.Type == "integer" && f.Unique:
		return strconv.Itoa(nextFree(k, f.Name))
	case len(f.Of) > 0:
		return f.Of[0]
	}
	return map[string]string{
		"text": `""`, "integer": "0", "number": "0", "boolean": "false", "date": "2000-01-01", "url": "https://example.org/",
	}[f.Type]
}

func nextFree(k *site.Kind, field string) int {
	next := 1
	for _, p := range k.Pages {
		for _, f := range p.Fields {
			if f.Type.Name == field {
				next = max(next, f.Integer+1)
			}
		}
	}
	return next
}
