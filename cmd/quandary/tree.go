package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/decision"
)

func (a *app) tree() *cobra.Command {
	var set settings
	var format string
	cmd := &cobra.Command{
		Use:   "tree [DIR]",
		Short: "Draw the decisions of the site, or describe them as data",
		Long: "Tree draws the tree of every decision: as text, Mermaid, DOT or DMN, or as JSON with what was proven.\n" +
			"The JSON is described by: quandary help tree-json",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runTree(folder(args), set, format) },
	}
	addSettings(cmd, &set)
	addFormat(cmd, &format, "text", "json", "mermaid", "dot", "dmn")
	return cmd
}

// treeJSON is the help topic with the JSON Schema of `tree --format json`.
func (a *app) treeJSON() *cobra.Command {
	return &cobra.Command{Use: "tree-json", Short: "The JSON Schema of `tree --format json`", Long: string(decision.Schema)}
}

// runTree draws the decisions that have a tree. JSON is printed for faulty ones
// and faulty sites as well; what is wrong goes to standard error.
func (a *app) runTree(dir string, set settings, format string) error {
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
	if err := drawTrees(a.out, res, format); err != nil {
		return err
	}
	if res.Diags.Errors() > 0 {
		return errFound
	}
	return nil
}

func drawTrees(out io.Writer, res *build.Result, format string) error {
	var verdicts []*decision.Verdict
	var trees []*decision.Tree
	for _, d := range res.Decisions {
		verdicts, trees = append(verdicts, d.Verdict), append(trees, d.Tree)
	}
	if format == "json" {
		return decision.WriteJSON(out, res.Rules, verdicts, trees)
	}
	draw := map[string]func(io.Writer, []decision.Page, []*decision.Tree) error{
		"text": decision.WriteText, "mermaid": decision.WriteMermaid, "dot": decision.WriteDOT, "dmn": decision.WriteDMN,
	}[format]
	if draw == nil {
		return fmt.Errorf("there is no format %q", format)
	}
	return draw(out, res.Rules, trees)
}

// addFormat gives a command the flag --format; the first choice is the default.
func addFormat(cmd *cobra.Command, format *string, choices ...string) {
	cmd.Flags().StringVarP(format, "format", "f", choices[0], strings.Join(choices, ", "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
}
