package build_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"quandary/internal/browsertest"
	"quandary/internal/build"
)

// prune takes what writers say in their own words out of a page: the trees
// hold what layouts and scripts make of it, and do not stand in the way of
// writing.
const prune = `document.querySelectorAll('.prose > :is(p, ul, ol, blockquote, .callout), .margin q').forEach(e => e.remove()), ''`

// TestAccessibilityTree compares what a screen reader is told of the key pages
// with testdata/tree/pages.txtar, a page in each of its files.
func TestAccessibilityTree(t *testing.T) {
	const file = "testdata/tree/pages.txtar"
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	for i, want := range archive.Files {
		p.open(want.Name)
		p.until(`document.readyState === 'complete' && !document.querySelector('#search:empty, #search select[hidden]')`)
		p.text(prune)
		got := p.tree()
		if d := cmp.Diff(string(want.Data), got); d != "" && !*update {
			t.Errorf("%s (-want +got):\n%s", want.Name, d)
		}
		archive.Files[i].Data = []byte(got)
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// tree is the accessibility tree of the page, a line for each node.
func (p *tab) tree() string {
	p.Helper()
	full, err := chromedp.Run(p.ctx, func(ctx context.Context, t *chromedp.Target) (accessibility.GetFullAXTreeResult, error) {
		return cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	})
	if err != nil {
		p.Fatal(err)
	}
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	for _, node := range full.Nodes {
		nodes[node.NodeID] = node
	}
	var b strings.Builder
	outline(&b, nodes, full.Nodes[0], 0, "")
	return b.String()
}

// states are the properties, besides a heading's level, that a screen reader speaks of.
var states = []accessibility.PropertyName{
	accessibility.PropertyNameExpanded, accessibility.PropertyNamePressed,
	accessibility.PropertyNameSelected, accessibility.PropertyNameChecked, accessibility.PropertyNameDisabled,
	accessibility.PropertyNameRequired, accessibility.PropertyNameHasPopup, accessibility.PropertyNameModal,
	accessibility.PropertyNameLive, accessibility.PropertyNameKeyshortcuts, accessibility.PropertyNameAutocomplete,
}

// outline writes a node and those below it. Boxes without a meaning and the
// text that is already its parent's name are passed over.
func outline(b *strings.Builder, nodes map[accessibility.NodeID]*accessibility.Node, n *accessibility.Node, depth int, above string) {
	role, name := value(n.Role), value(n.Name)
	switch {
	case n.Ignored || slices.Contains([]string{"generic", "none", "LineBreak", "ListMarker"}, role):
	case role == "InlineTextBox" || role == "StaticText" && strings.Contains(above, strings.TrimSpace(name)):
		return
	case role == "StaticText":
		fmt.Fprintf(b, "%s%q\n", strings.Repeat("  ", depth), strings.TrimSpace(name))
		return
	default:
		b.WriteString(strings.Repeat("  ", depth) + role)
		if name != "" {
			fmt.Fprintf(b, " %q", name)
		}
		for _, property := range n.Properties {
			spoken := slices.Contains(states, property.Name) || role == "heading" && property.Name == accessibility.PropertyNameLevel
			if text := value(property.Value); spoken && text != "false" {
				fmt.Fprintf(b, " %s=%s", property.Name, text)
			}
		}
		if text := value(n.Description); text != "" {
			fmt.Fprintf(b, " (%s)", text)
		}
		b.WriteString("\n")
		depth, above = depth+1, name
	}
	for _, id := range n.ChildIDs {
		outline(b, nodes, nodes[id], depth, above)
	}
}

// value is the text of a value, "" for none.
func value(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var content any
	if err := json.Unmarshal(v.Value, &content); err != nil || content == nil {
		return ""
	}
	return fmt.Sprint(content)
}
