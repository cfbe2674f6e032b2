package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"

	"quandary/internal/diag"
	"quandary/internal/site"
)

// starter is a small site with a kind, a relation and a decision.
//
//go:embed starter.txtar
var starter []byte

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
			return a.newPage(dir, args[0], args[1])
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
	for _, f := range txtar.Parse(starter).Files {
		if err := create(filepath.Join(dir, filepath.FromSlash(f.Name)), f.Data); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.out, "made a site in %s; look at it with: quandary serve %s\n", dir, dir)
	return nil
}

// create writes a file that must not be there yet.
func create(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already", name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// newPage writes a page of a kind, with every field and relation to fill in.
func (a *app) newPage(dir, kind, title string) error {
	o, res, err := built(dir, settings{})
	if err != nil {
		return err
	}
	defer o.folder.Close()
	k := res.Site.KindNamed(kind)
	if k == nil {
		return noKind(kind, res.Site)
	}
	name := o.folder.Content + path.Join(path.Dir(k.Section.Name), site.Slug(title)+".md")
	if err := create(filepath.Join(o.folder.Path, filepath.FromSlash(name)), page(k, title)); err != nil {
		return err
	}
	fmt.Fprintln(a.out, name)
	return nil
}

func noKind(kind string, s *site.Site) error {
	var names []string
	for _, k := range s.Kinds {
		names = append(names, k.Name)
	}
	if len(names) == 0 {
		return fmt.Errorf("this site declares no kinds; a section's index.md can, with `kind:`")
	}
	hint := diag.DidYouMean(kind, names)
	if hint == "" {
		hint = "the kinds are " + strings.Join(names, ", ")
	}
	return fmt.Errorf("this site has no kind %q; %s", kind, hint)
}

// page is the text of a new page of a kind.
func page(k *site.Kind, title string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\nsummary: \"\" # one sentence that lists and previews show\n", strconv.Quote(title))
	for _, f := range k.Fields {
		fmt.Fprintf(&b, "%s: %s%s\n", f.Name, fieldValue(k, f), note(f.Required, "required"))
	}
	for _, r := range k.Relations {
		fmt.Fprintf(&b, "%s: [] # pages of the kind %s%s\n", r.Name, r.To.Name, atLeast(r.Min))
	}
	b.WriteString("draft: true # take this line out to publish the page\n---\n\nWhat this page is for, in a sentence or two.\n")
	return []byte(b.String())
}

func note(show bool, text string) string {
	if show {
		return " # " + text
	}
	return ""
}

func atLeast(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", at least %d", n)
}

// fieldValue is a value of the field's type: for a unique whole number the next
// one that is free.
func fieldValue(k *site.Kind, f site.FieldType) string {
	switch {
	case f.Many:
		return "[]"
	case f.Type == "integer" && f.Unique:
		return strconv.Itoa(nextFree(k, f.Name))
	case len(f.Of) > 0:
		return f.Of[0]
	}
	return map[string]string{"integer": "0", "number": "0", "boolean": "false", "date": "2000-01-01", "url": "https://example.org/"}[f.Type] + map[bool]string{true: `""`}[f.Type == "text"]
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
