package link

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/site"
)

// relations resolves the typed relations that the page declares.
func (v *visit) relations() (out []Relation) {
	p := v.page
	if p.Kind == nil {
		return nil
	}
	for i := range p.Kind.Relations {
		t := &p.Kind.Relations[i]
		node := p.Matter.Get(t.Name)
		count := 0
		for _, n := range (matter.Shape{Diags: v.diags}).Texts(node, t.Name) {
			count++
			other := v.related(t, n)
			if other == nil {
				continue
			}
			if slices.ContainsFunc(out, func(o Relation) bool { return o.Type == t && o.Other == other }) {
				v.diags.Add("relation/duplicate", n.Place, fmt.Sprintf("%s names %q twice", t.Name, n.Text)).Hint = "take one of them out"
				continue
			}
			out = append(out, Relation{Type: t, Other: other})
		}
		v.checkCount(t, node, count)
	}
	return out
}

// related resolves one name in a relation: among the pages of the kind it
// leads to first, since that is what the writer means.
func (v *visit) related(t *site.RelationType, n *matter.Node) *site.Page {
	m := v.named(v.page, n.Text)
	var right meaning
	for _, p := range append([]*site.Page{m.page}, m.more...) {
		switch {
		case p == nil || p.Kind != t.To:
		case right.page == nil:
			right.page = p
		default:
			right.more = append(right.more, p)
		}
	}
	switch {
	case right.more != nil:
		reportAmbiguous("relation/ambiguous", n.Text, right, n.Place, v.diags)
		return nil
	case right.page != nil:
		return right.page
	case m.page != nil:
		d := v.diags.Add("relation/kind", n.Place, fmt.Sprintf("%s leads to a page of the kind %s, and %q is %s", t.Name, t.To.Name, n.Text, describeKind(m.page)))
		d.Hint = relationHint(n.Text, t.To)
		d.Related = []diag.Note{{Place: t.Place, Message: "the relation is declared here"}}
	default:
		d := v.diags.Add("relation/unknown", n.Place, fmt.Sprintf("there is no %s called %q", t.To.Name, n.Text))
		d.Hint = relationHint(n.Text, t.To)
	}
	return nil
}

func describeKind(p *site.Page) string {
	if p.Kind == nil {
		return "of no kind"
	}
	return "of the kind " + p.Kind.Name
}

// relationHint names the nearest page of a kind, or all when they are few.
func relationHint(name string, k *site.Kind) string {
	var candidates []string
	for _, p := range k.Pages {
		candidates = append(candidates, strings.TrimSuffix(path.Base(p.Name), ".md"))
	}
	if near := diag.DidYouMean(name, candidates); near != "" || len(candidates) > 12 {
		return near
	}
	if len(candidates) == 0 {
		return "there is no page of that kind yet"
	}
	return "the pages of that kind are " + strings.Join(candidates, ", ")
}

// checkCount holds a relation to the number of pages its kind asks for.
func (v *visit) checkCount(t *site.RelationType, node *matter.Node, count int) {
	at := v.page.Place()
	if node != nil {
		at = node.Place
	}
	switch {
	case count < t.Min:
		v.diags.Add("relation/count", at, fmt.Sprintf("%s wants at least %d, and here are %d", t.Name, t.Min, count)).
			Hint = fmt.Sprintf("add `%s: [...]` with the names of pages of the kind %s", t.Name, t.To.Name)
	case t.Max > 0 && count > t.Max:
		v.diags.Add("relation/count", at, fmt.Sprintf("%s wants at most %d, and here are %d", t.Name, t.Max, count)).Hint = "take some of them out"
	}
}
