package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

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
		err = o.tell(res.Diags, res.Pages())
	}
	if err == nil {
		err = drawTrees(o.out, res, format)
	}
	if err == nil {
		err = verdict(res.Diags)
	}
	return err
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
	return decision.Write(out, format, res.Rules, trees)
}

func (a *app) decide() *cobra.Command {
	var page string
	cmd, _ := a.onSite("decide", "Ask the questions of a decision in the terminal",
		func(_ context.Context, o *opened) error { return o.decide(page) })
	cmd.Flags().StringVar(&page, "page", "", "the `page` that carries the decision, where the site has several")
	return cmd
}

func (o *opened) decide(page string) error {
	res, err := o.make()
	if err != nil {
		return err
	}
	tree, err := chooseDecision(res, strings.TrimSuffix(page, ".md"))
	if err != nil {
		return err
	}
	i := &interview{app: o.app, lines: bufio.NewScanner(o.in)}
	in, isFile := o.in.(*os.File)
	out, isTerminal := o.out.(*os.File)
	if isFile && isTerminal && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd())) {
		i.keys = in
	}
	return i.walk(tree, res.Rules)
}

// chooseDecision finds the tree to walk: the named page's, or the first.
func chooseDecision(res *build.Result, page string) (*decision.Tree, error) {
	known := []string{}
	for _, d := range res.Decisions {
		name := strings.TrimSuffix(res.Site.Pages[d.Page].Name, ".md")
		if known = append(known, name); page != "" && page != name {
			continue
		}
		if d.Tree == nil || d.Tree.Root == nil {
			return nil, fmt.Errorf("the decision of %s has errors; `quandary check` names them", name)
		}
		return d.Tree, nil
	}
	return nil, fmt.Errorf("no page %q carries a decision; these do: %s", page, strings.Join(known, ", "))
}

// An interview asks the questions of one tree.
type interview struct {
	*app
	lines *bufio.Scanner
	keys  *os.File // a terminal; nil where there is none, and answers are read as lines
}

// An option is an answer that is possible, and where it leads.
type option struct {
	decision.Answer
	to *decision.Node
}

func (i *interview) walk(tree *decision.Tree, pages []decision.Page) error {
	node := tree.Root
	for node.Question >= 0 {
		q := tree.Decision.Questions[node.Question]
		fmt.Fprintf(i.out, "\n%s\n", q.Ask)
		if q.Help != "" {
			fmt.Fprintf(i.out, "%s\n", q.Help)
		}
		var offered []option
		for n, child := range node.Children {
			if child != nil {
				offered = append(offered, option{q.Answers[n], child})
			}
		}
		ask := i.read
		if i.keys != nil {
			ask = i.pick
		}
		if node = ask(offered, node.Parent); node == nil {
			return nil
		}
	}
	fmt.Fprintln(i.out)
	return tree.WriteResult(i.out, node, pages)
}

// read takes a line with a number, an answer's id, or "b" to go back, where back
// is not nil. It returns nil at the end of the input.
func (i *interview) read(offered []option, back *decision.Node) *decision.Node {
	for n, o := range offered {
		fmt.Fprintf(i.out, "  %d  %s\n", n+1, o.Label)
	}
	for {
		fmt.Fprint(i.out, "> ")
		if !i.lines.Scan() {
			fmt.Fprintln(i.out)
			return nil
		}
		text := strings.TrimSpace(i.lines.Text())
		if back != nil && (text == "b" || text == "back") {
			return back
		}
		for n, o := range offered {
			if text == o.ID || text == strconv.Itoa(n+1) {
				return o.to
			}
		}
		fmt.Fprintf(i.out, "type a number from 1 to %d, or b to go back\n", len(offered))
	}
}

// pick lets a person choose with the arrow keys or a number.
func (i *interview) pick(offered []option, back *decision.Node) *decision.Node {
	state, err := term.MakeRaw(int(i.keys.Fd()))
	if err != nil {
		return nil
	}
	defer func() { _ = term.Restore(int(i.keys.Fd()), state) }()
	for at := 0; ; fmt.Fprintf(i.out, "\x1b[%dA", len(offered)) {
		for n, o := range offered {
			mark := map[bool]string{true: "\u203a"}[n == at]
			fmt.Fprintf(i.out, "\r\x1b[K%1s %d  %s\r\n", mark, n+1, o.Label)
		}
		key := make([]byte, 8)
		n, _ := i.keys.Read(key)
		switch k := string(key[:n]); k {
		case "\x1b[A", "k":
			at = (at + len(offered) - 1) % len(offered)
		case "\x1b[B", "j":
			at = (at + 1) % len(offered)
		case "\r", "\n", "\x1b[C":
			return offered[at].to
		case "\x1b[D", "b", "\x7f":
			if back != nil {
				return back
			}
		case "\x03", "\x04", "q", "\x1b", "":
			return nil
		default:
			if n, err := strconv.Atoi(k); err == nil && n >= 1 && n <= len(offered) {
				return offered[n-1].to
			}
		}
	}
}
