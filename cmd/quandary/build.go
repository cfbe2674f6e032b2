package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/fix"
	"quandary/internal/ledger"
	"quandary/internal/output"
)

func (a *app) build() *cobra.Command {
	var force bool
	cmd, o := a.onSite("build", "Write the site to a folder, if nothing is wrong with it",
		func(_ context.Context, o *opened) error { return o.build(force) })
	cmd.Long = "Build writes the site of the folder DIR to DIR/public. It writes only files that changed,\n" +
		"removes only files that it wrote, and writes nothing at all when the site has errors."
	cmd.Flags().StringVarP(&o.target, "out", "o", "", "the `folder` to write to (default DIR/public)")
	cmd.Flags().BoolVar(&force, "force", false, "write the site even where it has errors")
	return cmd
}

func (o *opened) build(force bool) error {
	start := time.Now()
	res, err := o.make()
	if err == nil {
		err = o.tell(res)
	}
	if err != nil {
		return err
	}
	if res.Diags.Errors() > 0 && (!force || !res.Drawn) {
		fmt.Fprintln(o.errs, "nothing was written")
		return errFound
	}
	report, err := output.Write(o.target, res.Set)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%d pages in %s: %d files written, %d unchanged, %d removed\n", res.Pages(),
		time.Since(start).Round(time.Millisecond), len(report.Written), report.Unchanged, len(report.Removed))
	if res.Diags.Errors() == 0 && !o.builder.Options.Drafts {
		o.keepLedger(res)
	}
	return verdict(res)
}

// keepLedger adds what was published to the ledger of addresses. A bare folder
// of Markdown has one only where somebody put it there. Where it cannot be
// written, as in a checkout that is read only, the site is published all the same.
func (o *opened) keepLedger(res *build.Result) {
	name := o.folder.Content + ledger.Name
	before, err := o.folder.File(name)
	next := res.NextLedger()
	if o.folder.Content == "" && err != nil || bytes.Equal(before, next) {
		return
	}
	if err := fix.Replace(o.disk, name, next, 0o644); err != nil {
		fmt.Fprintf(o.errs, "the addresses were not noted in %s: %v\n", name, err)
	}
}
