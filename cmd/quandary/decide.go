package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"quandary/internal/build"
	"quandary/internal/decision"
)

func (a *app) decide() *cobra.Command {
	var set settings
	var page string
	cmd := &cobra.Command{
		Use:   "decide [DIR]",
		Short: "Ask the questions of a decision in the terminal",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.runDecide(folder(args), set, page) },
	}
	addSettings(cmd, &set)
	cmd.Flags().StringVar(&page, "page", "", "the `page` that carries the decision, where the site has several")
	return cmd
}

func (a *app) runDecide(dir string, set settings, page string) error {
	o, res, err := built(dir, set)
	if err != nil {
		return err
	}
	defer o.folder.Close()
	tree, err := chooseDecision(res, page)
	if err != nil {
		return err
	}
	in, isFile := a.in.(*os.File)
	out, isTerminal := a.out.(*os.File)
	i := &interview{app: a, tree: tree, pages: res.Rules, lines: bufio.NewScanner(a.in)}
	if isFile && isTerminal && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd())) {
		i.terminal = in
	}
	return i.run()
}

// chooseDecision finds the tree to walk: the named page's, or the first.
func chooseDecision(res *build.Result, page string) (*decision.Tree, error) {
	var known []string
	for _, d := range res.Decisions {
		name := strings.TrimSuffix(res.Site.Pages[d.Page].Name, ".md")
		known = append(known, name)
		if page != "" && strings.TrimSuffix(page, ".md") != name {
			continue
		}
		if d.Tree == nil || d.Tree.Root == nil {
			return nil, fmt.Errorf("the decision of %s has errors; `quandary check` names them", name)
		}
		return d.Tree, nil
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("this site has no decision")
	}
	return nil, fmt.Errorf("no page %q carries a decision; these do: %s", page, strings.Join(known, ", "))
}

// interview asks the questions of one tree.
type interview struct {
	*app
	tree     *decision.Tree
	pages    []decision.Page
	lines    *bufio.Scanner
	terminal *os.File // nil where there is none: then answers are read as lines
}

func (i *interview) run() error {
	node := i.tree.Root
	for node.Question >= 0 {
		q := i.tree.Decision.Questions[node.Question]
		fmt.Fprintf(i.out, "\n%s\n", q.Ask)
		if q.Help != "" {
			fmt.Fprintf(i.out, "%s\n", q.Help)
		}
		offered := offer(node)
		answer, ok := i.ask(q, offered, node.Parent != nil)
		switch {
		case !ok:
			return nil
		case answer < 0:
			node = node.Parent
		default:
			node = node.Children[answer]
		}
	}
	fmt.Fprintln(i.out)
	return i.tree.WriteResult(i.out, node, i.pages)
}

// offer lists the answers that are possible at a node.
func offer(node *decision.Node) (offered []int) {
	for answer, child := range node.Children {
		if child != nil {
			offered = append(offered, answer)
		}
	}
	return offered
}

// ask asks one question. The answer is -1 to go back; ok is false at the end of
// the input.
func (i *interview) ask(q decision.Question, offered []int, canGoBack bool) (answer int, ok bool) {
	if i.terminal != nil {
		return i.pick(q, offered, canGoBack)
	}
	for n, a := range offered {
		fmt.Fprintf(i.out, "  %d  %s\n", n+1, q.Answers[a].Label)
	}
	for {
		fmt.Fprint(i.out, "> ")
		if !i.lines.Scan() {
			fmt.Fprintln(i.out)
			return 0, false
		}
		text := strings.TrimSpace(i.lines.Text())
		if canGoBack && (text == "b" || text == "back") {
			return -1, true
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(offered) {
			return offered[n-1], true
		}
		for _, a := range offered {
			if q.Answers[a].ID == text {
				return a, true
			}
		}
		fmt.Fprintf(i.out, "type a number from 1 to %d%s\n", len(offered), map[bool]string{true: ", or b to go back"}[canGoBack])
	}
}

// pick lets a person choose with the arrow keys or a number.
func (i *interview) pick(q decision.Question, offered []int, canGoBack bool) (answer int, ok bool) {
	state, err := term.MakeRaw(int(i.terminal.Fd()))
	if err != nil {
		return 0, false
	}
	defer func() { _ = term.Restore(int(i.terminal.Fd()), state) }()
	at := 0
	for first := true; ; first = false {
		if !first {
			fmt.Fprintf(i.out, "\x1b[%dA", len(offered))
		}
		for n, a := range offered {
			mark := "  "
			if n == at {
				mark = "\u203a "
			}
			fmt.Fprintf(i.out, "\r\x1b[K%s%d  %s\r\n", mark, n+1, q.Answers[a].Label)
		}
		key := make([]byte, 8)
		n, err := i.terminal.Read(key)
		if err != nil || n == 0 {
			return 0, false
		}
		switch k := string(key[:n]); {
		case k == "\x1b[A" || k == "k":
			at = (at + len(offered) - 1) % len(offered)
		case k == "\x1b[B" || k == "j":
			at = (at + 1) % len(offered)
		case k == "\r" || k == "\n" || k == "\x1b[C":
			return offered[at], true
		case canGoBack && (k == "\x1b[D" || k == "b" || k == "\x7f"):
			return -1, true
		case k == "\x03" || k == "\x04" || k == "q" || k == "\x1b":
			return 0, false
		case k >= "1" && k <= "9" && int(k[0]-'1') < len(offered):
			return offered[k[0]-'1'], true
		}
	}
}
