package main

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/fix"
	"quandary/internal/ledger"
	"quandary/internal/output"
)

func (a *app) build() *cobra.Command {
	var set settings
	var force bool
	cmd := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Write the site to a folder, if nothing is wrong with it",
		Long: "Build writes the site of the folder DIR to DIR/public. It writes only files that changed,\n" +
			"removes only files that it wrote, and writes nothing at all when the site has errors.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runBuild(folder(args), set, force) },
	}
	addSettings(cmd, &set)
	cmd.Flags().StringVarP(&set.out, "out", "o", "", "the `folder` to write to (default DIR/public)")
	cmd.Flags().BoolVar(&force, "force", false, "write the site even where it has errors")
	return cmd
}

func (a *app) runBuild(dir string, set settings, force bool) error {
	start := time.Now()
	o, res, err := built(dir, set)
	if err != nil {
		return err
	}
	defer o.folder.Close()
	if len(res.Diags) > 0 {
		if err := a.print(a.errs, res.Diags, res.Pages()); err != nil {
			return err
		}
	}
	if res.Diags.Errors() > 0 && (!force || !res.Drawn) {
		fmt.Fprintln(a.errs, "nothing was written")
		return errFound
	}
	report, err := output.Write(set.outPath(o.folder.Path), res.Set)
	if err != nil {
		return err
	}
	for _, kept := range report.Kept {
		fmt.Fprintf(a.errs, "kept %s, which somebody changed by hand\n", kept)
	}
	fmt.Fprintf(a.out, "%d pages in %s: %d files written, %d unchanged, %d removed\n", res.Pages(),
		time.Since(start).Round(time.Millisecond), len(report.Written), report.Unchanged, len(report.Removed))
	if res.Diags.Errors() > 0 {
		return errFound
	}
	if !set.drafts {
		a.keepLedger(o, res)
	}
	return nil
}

// keepLedger adds what was published to the ledger of addresses. A bare folder
// of Markdown has one only where somebody put it there. Where it cannot be
// written, as in a checkout that is read only, the site is published all the same.
func (a *app) keepLedger(o *opened, res *build.Result) {
	name := o.folder.Content + ledger.Name
	before, err := o.folder.File(name)
	if o.folder.Content == "" && err != nil {
		return
	}
	next := res.NextLedger()
	if bytes.Equal(before, next) {
		return
	}
	root, err := os.OpenRoot(o.folder.Path)
	if err == nil {
		defer root.Close()
		err = fix.Replace(root, name, next, 0o644)
	}
	if err != nil {
		fmt.Fprintf(a.errs, "the addresses were not noted in %s: %v\n", name, err)
	}
}
