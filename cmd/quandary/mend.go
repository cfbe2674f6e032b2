package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"

	"quandary/internal/build"
	"quandary/internal/external"
	"quandary/internal/fix"
	"quandary/internal/link"
	"quandary/internal/source"
)

// mostRounds is how often mends are made: one may bring up another.
const mostRounds = 20

// found builds the site and tests what is to be tested. With --fix it makes the
// mends that are certain first.
func (a *app) found(ctx context.Context, o *opened, with checking) (*build.Result, error) {
	var outside *external.Checker
	if with.external {
		outside = &external.Checker{Agent: "Quandary/" + version(), Known: o.readKnown()}
	}
	mended, files := 0, map[string]bool{}
	for round := 0; ; round++ {
		res, err := o.make()
		if err != nil {
			return nil, err
		}
		if outside != nil {
			res.Diags = append(res.Diags, outside.Check(ctx, linksOut(res))...).Sort()
			o.writeKnown(outside.Known)
		}
		changes, n := fix.Apply(res.Diags)
		if !with.fix || n == 0 || round == mostRounds {
			if with.fix {
				fmt.Fprintf(a.errs, "mended %s in %s\n", count(mended, "fault"), count(len(files), "file"))
			}
			return res, nil
		}
		if with.diff {
			fmt.Fprint(a.out, fix.Diff(changes))
		}
		if err := o.write(changes); err != nil {
			return nil, err
		}
		mended += n
		for _, c := range changes {
			files[c.File.Path] = true
		}
	}
}

// showMends prints the mends that are certain, and nothing else, so that the
// output can be applied.
func (a *app) showMends(res *build.Result) error {
	changes, n := fix.Apply(res.Diags)
	fmt.Fprint(a.out, fix.Diff(changes))
	fmt.Fprintf(a.errs, "%s can be mended for certain: run with --fix\n", count(n, "fault"))
	if res.Diags.Errors() > 0 {
		return errFound
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// write writes changed files of the site.
func (o *opened) write(changes []fix.Change) error {
	root, err := os.OpenRoot(o.folder.Path)
	if err != nil {
		return err
	}
	defer root.Close()
	return fix.Write(root, changes)
}

// linksOut lists the links that lead out of the site.
func linksOut(res *build.Result) (list []external.Link) {
	add := func(t link.Target, at source.Place) {
		if t.External != "" {
			list = append(list, external.Link{URL: t.External, Place: at})
		}
	}
	for _, p := range res.Site.Pages {
		for i, t := range res.Graph.Targets[p.ID] {
			add(t, source.Place{File: p.File, Span: p.Doc.Links[i].Span})
		}
		i := 0
		for l := range link.FieldLinks(p) {
			add(res.Graph.Fields[p.ID][i], source.Place{File: p.File, Span: l.Span})
			i++
		}
	}
	return list
}

// knownFile remembers what was found of links out of the site. Its folder can
// be deleted at any time.
const knownFile = ".quandary/links.json"

func (o *opened) readKnown() external.Cache {
	data, err := o.folder.File(knownFile)
	if err != nil {
		return external.Cache{}
	}
	return external.ReadCache(data)
}

// writeKnown keeps what is known for the next check. Where that fails, the next
// check takes longer, and nothing else is lost.
func (o *opened) writeKnown(known external.Cache) {
	root, err := os.OpenRoot(o.folder.Path)
	if err != nil {
		return
	}
	defer root.Close()
	if err := root.Mkdir(path.Dir(knownFile), 0o755); err == nil {
		_ = root.WriteFile(path.Join(path.Dir(knownFile), ".gitignore"), []byte("*\n"), 0o644)
	} else if !errors.Is(err, fs.ErrExist) {
		return
	}
	_ = fix.Replace(root, knownFile, known.Bytes(time.Now()), 0o644)
}
