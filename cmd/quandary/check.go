package main

import (
	"fmt"
	"io"

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

func (a *app) runCheck(dir string, set settings, format string) error {
	write, ok := map[string]func(w io.Writer, list diag.List, pages int) error{
		"text":   a.print,
		"json":   diag.WriteJSON,
		"github": func(w io.Writer, list diag.List, _ int) error { return diag.WriteGitHub(w, list, dir) },
		"sarif":  func(w io.Writer, list diag.List, _ int) error { return diag.WriteSARIF(w, list, version(), dir) },
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
