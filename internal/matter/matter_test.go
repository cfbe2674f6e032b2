package matter_test

import (
	"fmt"
	"strings"
	"testing"

	"quandary/internal/matter"
	"quandary/internal/source"
)

func dump(b *strings.Builder, n *matter.Node, indent string) {
	p := n.Place.Position()
	fmt.Fprintf(b, "%s%d:%d %s %q [%s]\n", indent, p.Line, p.Column, n.Kind, n.Text, n.Place.Text())
	for _, i := range n.Items {
		dump(b, i, indent+"  ")
	}
	for _, f := range n.Fields {
		fmt.Fprintf(b, "%s  %s:\n", indent, f.Key.Place.Text())
		dump(b, f.Value, indent+"    ")
	}
}

func TestProbe(t *testing.T) {
	for _, src := range []string{
		"---\ntitle: \"Zürich: a\" # c\nwhen:\n  - {impact: [yes, no, 1, 1.0, true, ~], 'team': \"a\\\"b\"}\n  - impact: direct\nempty:\nlit: |\n  a\n  b\nn: 0x10\n---\nbody\n",
		"\uFEFF---\r\ntitle: X\r\nlist: [a, b]\r\n---\r\nbody\r\n",
		"---\ntitle: Bleed: what now\n---\n",
		"---\na: &x [1]\nb: *x\nc: *y\n---\n",
		"---\na: 1\na: 2\n---\n",
		"---\ntitle: \"abc\n---\n",
		"---\n\tx: 1\n---\n",
		"---\n- a\n---\n",
		"---\nJust prose here\n---\n",
		"---\ntitle: x\n",
	} {
		var b strings.Builder
		f := source.NewFile("a.md", []byte(src))
		root, body, diags := matter.Parse(f)
		if root != nil {
			dump(&b, root, "")
		}
		for _, d := range diags {
			p := d.Place.Position()
			fmt.Fprintf(&b, "!! %d:%d %s: %s (%s)\n", p.Line, p.Column, d.Code, d.Message, d.Hint)
		}
		t.Logf("%q\nbody %q\n%s", src, src[body:], b.String())
	}
}
