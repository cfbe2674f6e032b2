package main

import (
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
	var format string
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Say everything that is wrong with the site",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.runCheck(folder(args), set, format) },
	}
	addSettings(cmd, &set)
	cmd.Flags().StringVarP(&format, "format", "f", "text", "text, json, github or sarif")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json", "github", "sarif"}, cobra.ShellCompDirectiveNoFileComp))
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

func (a *app) runCheck(dir string, set settings, format string) error {
	write, ok := map[string]func(w io.Writer, list diag.List, pages int) error{
		"text":   a.print,
		"json":   diag.WriteJSON,
		"github": func(w io.Writer, list diag.List, _ int) error { return diag.WriteGitHub(w, list, inRepository(dir)) },
		"sarif":  func(w io.Writer, list diag.List, _ int) error { return diag.WriteSARIF(w, list, version(), inRepository(dir)) },
	}[format]
	if !ok {
		return fmt.Errorf("there is no format %q: choose text, json, github or sarif", format)
	}
	o, err := open(dir, set)
	if err != nil {
		return reading(dir, err)
	}
	defer o.folder.Close()
	res, err := o.make()
	if err != nil {
		return reading(dir, err)
	}
	if err := write(a.out, res.Diags, res.Pages()); err != nil {
		return fmt.Errorf("print what was found: %w", err)
	}
	if res.Diags.Errors() > 0 {
		return errFound
	}
	return nil
}
