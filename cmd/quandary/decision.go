package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"quandary/internal/build"
	"quandary/internal/decision"
	"quandary/internal/diag"
)

func treeCommand() *cobra.Command {
	var format string
	cmd, _ := onSite("tree", "Draw the decisions, or describe them as data", func(o *opened) error {
		res, err := o.make()
		if err != nil {
			return err
		}
		return cmp.Or(decision.Write(os.Stdout, format, res.Decisions), o.tell(res.Diags, res.Pages()))
	})
	cmd.Long = "Tree draws the tree of every decision: as text, Mermaid, DOT or DMN, or as JSON with what was proven.\n" +
		"The JSON is described by: quandary help tree-json"
	addFormat(cmd, &format, decision.Formats...)
	return cmd
}

func decideCommand() *cobra.Command {
	var page string
	cmd, _ := onSite("decide", "Ask the questions of a decision in the terminal",
		func(o *opened) error { return o.decide(page) })
	cmd.Flags().StringVar(&page, "page", "", "the `page` that carries the decision, where the site has several")
	return cmd
}

func (o *opened) decide(page string) error {
	res, err := o.make()
	if err != nil {
		return err
	}
	tree, err := chooseDecision(res, strings.TrimSuffix(strings.TrimPrefix(page, o.folder.Content), ".md"))
	if err != nil {
		return err
	}
	i := &interview{bufio.NewScanner(os.Stdin), isTerminal(os.Stdin) && isTerminal(os.Stdout)}
	node := tree.Root
	for node.Question >= 0 {
		q := tree.Decision.Questions[node.Question]
		fmt.Printf("\n%s\n", strings.TrimSpace(q.Ask+"\n"+q.Help))
		if node = i.ask(node, q.Answers); node == nil {
			return nil
		}
	}
	fmt.Println()
	return tree.WriteResult(os.Stdout, node)
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
	return nil, fmt.Errorf("no page %q carries a decision; these do: %s", page, cmp.Or(strings.Join(known, ", "), "none"))
}

// An interview asks the questions of one tree.
type interview struct {
	lines *bufio.Scanner
	keys  bool // whether keys are read, on a terminal; else lines are
}

// ask lets a person choose among the answers that are possible at a node, with a
// number, an answer's id or the arrow keys, or go back. It returns where that leads,
// and nil when they leave.
func (i *interview) ask(node *decision.Node, answers []decision.Answer) *decision.Node {
	offered := node.Kids()
	answer := func(kid *decision.Node) decision.Answer { return answers[kid.Path[len(node.Path)].Answer] }
	width, _, _ := term.GetSize(int(os.Stdout.Fd()))
	for at := 0; ; {
		rows := 0
		for n, kid := range offered {
			mark := map[bool]string{true: "\u203a"}[i.keys && n == at]
			option := fmt.Sprintf("%1s %d  %s", mark, n+1, answer(kid).Label)
			fmt.Println(option)
			rows += 1 + (diag.Columns(option)-1)/cmp.Or(width, 80)
		}
		said := i.hear()
		for n, kid := range offered {
			if said == answer(kid).ID || said == strconv.Itoa(n+1) {
				return kid
			}
		}
		switch said {
		case up, "k":
			at = (at + len(offered) - 1) % len(offered)
		case down, "j":
			at = (at + 1) % len(offered)
		case "\r", "\n", right:
			return offered[at]
		case left, "\x7f", "b", "back":
			if node.Parent != nil {
				return node.Parent
			}
		case "\x03", "\x04", "\x1b", "q":
			return nil
		}
		if i.keys {
			fmt.Printf("\x1b[%dA", rows) // the options are drawn over themselves
		}
	}
}

// What a terminal sends for the arrow keys.
const up, down, right, left = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"

// hear returns the next key or line, and "q" when there will be none.
func (i *interview) hear() string {
	if !i.keys {
		fmt.Print("> ")
		if i.lines.Scan() {
			return strings.TrimSpace(i.lines.Text())
		}
		fmt.Println()
		return "q"
	}
	state, err := term.MakeRaw(int(os.Stdin.Fd()))
	if err != nil {
		return "q"
	}
	defer func() { _ = term.Restore(int(os.Stdin.Fd()), state) }()
	key := make([]byte, 8)
	n, _ := os.Stdin.Read(key)
	return cmp.Or(string(key[:n]), "q")
}
