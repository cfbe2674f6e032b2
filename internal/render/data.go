package render

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"quandary/internal/decision"
)

// states is what the script needs to walk a decision without loading a page.
type states struct {
	States []stateEntry `json:"states"`
}

// stateEntry is one state: its address below the start, its title, and the
// very bytes that stand in <main> of its page.
type stateEntry struct {
	Path  string `json:"path"`
	Title string `json:"title"`
	HTML  string `json:"html"`

	alike string // fragments that share it are much alike
}

// mostFragments is how many bytes of fragments the one file holds before the
// script has to load the rest as pages. They compress to a twentieth.
const mostFragments = 256 << 10

// data is the file of states: those that are fewest answers away, then the
// pages on which answers are changed. Fragments that are much alike stand
// together, so that they compress well.
func (w *walk) data() []byte {
	var out states
	size := 0
	add := func(v *View) {
		e := stateEntry{Path: v.Page.Path[len(w.base):], Title: string(w.r.must("title", v)), HTML: string(w.r.must(v.Layout, v))}
		if v.Result != nil {
			e.alike = v.Result.Landing.Path
		} else {
			e.alike = v.Question.ID
		}
		out.States = append(out.States, e)
		size += len(e.HTML)
	}
	nodes := []*decision.Node{w.tree.Root}
	for i := 0; i < len(nodes) && size < mostFragments; i++ {
		n := nodes[i]
		if n.Parent == nil && !w.embed {
			add(w.r.view(w.page))
		} else {
			add(w.state(n))
		}
		for _, c := range n.Children {
			if c != nil {
				nodes = append(nodes, c)
			}
		}
	}
	for _, n := range nodes {
		for _, c := range w.changes(n) {
			if size < mostFragments {
				add(w.change(n, c))
			}
		}
	}
	slices.SortStableFunc(out.States, func(a, b stateEntry) int { return cmp.Compare(a.alike, b.alike) })
	return encodeStates(out)
}

func encodeStates(out states) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // a quarter of the size, and it is never read as HTML
	if err := enc.Encode(out); err != nil {
		panic(err) // strings always encode
	}
	return b.Bytes()
}
