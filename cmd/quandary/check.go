package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"quandary/internal/diag"
)

func (a *app) check() *cobra.Command {
	var set settings
	var with checking
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Say everything that is wrong with the site",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runCheck(cmd.Context(), folder(args), set, with)
		},
	}
	addSettings(cmd, &set)
	addFormat(cmd, &with.format, "text", "json", "github", "sarif")
	cmd.Flags().BoolVar(&with.fix, "fix", false, "make the mends that are certain, then say what is left")
	cmd.Flags().BoolVar(&with.diff, "diff", false, "show the mends that are certain as a diff; without --fix nothing is written")
	cmd.Flags().BoolVar(&with.external, "external", false, "test the links that lead out of the site as well")
	return cmd
}

// inRepository is the site's folder as programs that annotate a repository want
// it: from the folder they run in, or "" where it lies outside of that.
func inRepository(dir string) string {
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(here, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
		return ""
	}
	return filepath.ToSlash(rel)
}

// checking is what a check is to do.
type checking struct {
	format              string
	fix, diff, external bool
}

func (a *app) runCheck(ctx context.Context, dir string, set settings, with checking) error {
	write, ok := map[string]func(w io.Writer, list diag.List, pages int) error{
		"text":   a.print,
		"json":   diag.WriteJSON,
		"github": func(w io.Writer, list diag.List, _ int) error { return diag.WriteGitHub(w, list, inRepository(dir)) },
		"sarif": func(w io.Writer, list diag.List, _ int) error {
			return diag.WriteSARIF(w, list, version(), inRepository(dir))
		},
	}[with.format]
	if !ok {
		return fmt.Errorf("there is no format %q: choose text, json, github or sarif", with.format)
	}
	o, err := open(dir, set)
	if err != nil {
		return reading(dir, err)
	}
	defer o.folder.Close()
	res, err := a.found(ctx, o, with)
	if err != nil {
		return reading(dir, err)
	}
	if with.diff && !with.fix {
		return a.showMends(res)
	}
	if err := write(a.out, res.Diags, res.Pages()); err != nil {
		return fmt.Errorf("print what was found: %w", err)
	}
	if res.Diags.Errors() > 0 {
		return errFound
	}
	return nil
}
