package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"

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
	res, n, err := o.mend(ctx, with)
	if err != nil {
		return err
	}
	report := o.out
	switch {
	case with.fix:
		fmt.Fprintf(o.errs, "mended %s\n", diag.Count(n, "fault"))
	case with.diff:
		fmt.Fprintf(o.errs, "%s can be mended for certain: run with --fix\n", diag.Count(n, "fault"))
		report = io.Discard
	}
	return o.print(report, with.format, res.Diags, res.Pages())
}

// mostRounds is how often mends are made: one may bring up another.
const mostRounds = 20

// mend builds the site and tests what is to be tested. With --diff it shows the
// mends that are certain; with --fix it makes them, and builds the site again. It
// returns how many mends there are, or were.
func (o *opened) mend(ctx context.Context, with checking) (res *build.Result, mends int, err error) {
	for range mostRounds {
		if res, err = o.make(); err != nil {
			return nil, 0, err
		}
		if with.external {
			res.Diags = append(res.Diags, o.testLinks(ctx, res)...).Sort()
		}
		changes, n := fix.Apply(res.Diags)
		if mends += n; with.diff {
			fmt.Fprint(o.out, fix.Diff(changes))
		}
		if !with.fix || n == 0 {
			break
		}
		if err := fix.Write(o.folder.Root, changes); err != nil {
			return nil, 0, err
		}
	}
	return res, mends, nil
}

// testLinks asks for the links that lead out of the site, but for those whose
// answer is known. Where that cannot be kept, the next check takes longer.
func (o *opened) testLinks(ctx context.Context, res *build.Result) diag.List {
	name := path.Join(knownFolder, "links.json")
	before, _ := o.folder.Root.ReadFile(name)
	var links []external.Link
	for _, p := range res.Site.Pages {
		for _, t := range res.Graph.Targets[p.ID] {
			if t.External != "" {
				links = append(links, external.Link{URL: t.External, Place: source.Place{File: p.File, Span: t.Link.Span}})
			}
		}
	}
	checker := external.Checker{Agent: "Quandary/" + version()}
	_ = json.Unmarshal(before, &checker.Known)
	list := checker.Check(ctx, links)
	o.keep(name, checker.Known)
	return list
}
