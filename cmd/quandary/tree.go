package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/decision"
)

func (a *app) tree() *cobra.Command {
	var format string
	cmd, _ := a.onSite("tree", "Draw the decisions of the site, or describe them as data",
		func(_ context.Context, o *opened) error { return o.tree(format) })
	cmd.Long = "Tree draws the tree of every decision: as text, Mermaid, DOT or DMN, or as JSON with what was proven.\n" +
		"The JSON is described by: quandary help tree-json"
	addFormat(cmd, &format, "text", "json", "mermaid", "dot", "dmn")
	return cmd
}

// tree draws the decisions that have a tree. JSON is printed for faulty ones and
// faulty sites as well; what is wrong goes to standard error.
func (o *opened) tree(format string) error {
	res, err := o.make()
	if err == nil {
		err = o.tell(res)
	}
	if err != nil {
		return err
	}
	if err := drawTrees(o.out, res, format); err != nil {
		return err
	}
	return verdict(res)
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
	}
	return draw[format](out, res.Rules, trees)
}
