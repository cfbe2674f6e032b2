package main

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/diag"
	"quandary/internal/external"
	"quandary/internal/fix"
	"quandary/internal/source"
)

// checking is what a check is to do.
type checking struct {
	format              string
	fix, diff, external bool
}

func (a *app) check() *cobra.Command {
	var with checking
	cmd, _ := a.onSite("check", "Say everything that is wrong with the site",
		func(ctx context.Context, o *opened) error { return o.check(ctx, with) })
	addFormat(cmd, &with.format, diag.Formats...)
	cmd.Flags().BoolVar(&with.fix, "fix", false, "make the mends that are certain, then say what is left")
	cmd.Flags().BoolVar(&with.diff, "diff", false, "show the mends that are certain as a diff; without --fix nothing is written")
	cmd.Flags().BoolVar(&with.external, "external", false, "test the links that lead out of the site as well")
	return cmd
}

func (o *opened) check(ctx context.Context, with checking) error {
	res, err := o.mend(ctx, with)
	if err != nil {
		return err
	}
	if with.fix || !with.diff {
		err = o.print(o.out, with.format, res.Diags, res.Pages())
	}
	if err != nil {
		return fmt.Errorf("print what was found: %w", err)
	}
	return verdict(res.Diags)
}

// mostRounds is how often mends are made: one may bring up another.
const mostRounds = 20

// mend builds the site and tests what is to be tested. With --diff it shows the
// mends that are certain; with --fix it makes them, and builds the site again.
func (o *opened) mend(ctx context.Context, with checking) (*build.Result, error) {
	mended, files := 0, map[string]bool{}
	for round := 0; ; round++ {
		res, err := o.make()
		if err != nil {
			return nil, err
		}
		if with.external {
			res.Diags = append(res.Diags, o.testLinks(ctx, res)...).Sort()
		}
		changes, n := fix.Apply(res.Diags)
		if with.diff {
			fmt.Fprint(o.out, fix.Diff(changes))
		}
		switch {
		case with.fix && n > 0 && round < mostRounds:
			err = fix.Write(o.disk, changes)
		case with.fix:
			fmt.Fprintf(o.errs, "mended %s in %s\n", diag.Count(mended, "fault"), diag.Count(len(files), "file"))
			return res, nil
		case with.diff:
			fmt.Fprintf(o.errs, "%s can be mended for certain: run with --fix\n", diag.Count(n, "fault"))
			return res, nil
		default:
			return res, nil
		}
		if err != nil {
			return nil, err
		}
		mended += n
		for _, c := range changes {
			files[c.File.Path] = true
		}
	}
}

// testLinks asks for the links that lead out of the site, but for those whose
// answer is known. Where that cannot be kept, the next check takes longer.
func (o *opened) testLinks(ctx context.Context, res *build.Result) diag.List {
	name := path.Join(knownFolder, "links.json")
	before, _ := o.folder.File(name)
	checker := external.Checker{Agent: "Quandary/" + version(), Known: external.ReadCache(before)}
	list := checker.Check(ctx, linksOut(res))
	o.keep(name, checker.Known.Bytes(time.Now()))
	return list
}

func linksOut(res *build.Result) (list []external.Link) {
	for _, p := range res.Site.Pages {
		for _, t := range res.Graph.Targets[p.ID] {
			if t.External != "" {
				list = append(list, external.Link{URL: t.External, Place: source.Place{File: p.File, Span: t.Link.Span}})
			}
		}
	}
	return list
}
