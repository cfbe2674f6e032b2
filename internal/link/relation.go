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
	if v.page.Kind == nil {
		return nil
	}
	for i := range v.page.Kind.Relations {
		t := &v.page.Kind.Relations[i]
		node := v.page.Matter.Get(t.Name)
		names := (matter.Shape{Diags: &v.diags}).Texts(node, t.Name)
		for _, n := range names {
			r := Relation{Type: t, Other: v.related(t, n)}
			switch {
			case slices.Contains(out, r):
				v.diags.Add("relation/duplicate", n.Place, fmt.Sprintf("%s names %q twice", t.Name, n.Text)).Hint = "take one of them out"
			case r.Other != nil:
				out = append(out, r)
			}
		}
		at := v.page.Place()
		if node != nil {
			at = node.Place
		}
		if count := len(names); count < t.Min || t.Max > 0 && count > t.Max {
			want := strings.Replace(fmt.Sprintf("%d to %d", t.Min, t.Max), " to 0", " or more", 1)
			v.diags.Add("relation/count", at, fmt.Sprintf("%s wants %s, and here are %d", t.Name, want, count)).
				Hint = fmt.Sprintf("as in `%s: [...]` with the names of pages of the kind %s", t.Name, t.To.Name)
		}
	}
	return out
}

// related resolves one name in a relation: among the pages of the kind it leads
// to, since that is what the writer means.
func (v *visit) related(t *site.RelationType, n *matter.Node) *site.Page {
	all := v.named(v.page, n.Text)
	found := slices.DeleteFunc(slices.Clone(all), func(o thing) bool { return o.page == nil || o.page.Kind != t.To })
	switch {
	case len(found) == 1:
		return found[0].page
	case len(found) > 1:
		v.ambiguous("relation/ambiguous", n.Text, found, n.Place)
		return nil
	}
	var names []string
	for _, p := range t.To.Pages {
		names = append(names, strings.TrimSuffix(path.Base(p.Name), ".md"))
	}
	d := v.diags.Add("relation/unknown", n.Place, fmt.Sprintf("there is no %s called %q", t.To.Name, n.Text))
	if len(all) > 0 {
		d.Code, d.Message = "relation/kind", fmt.Sprintf("%s leads to a page of the kind %s, and %q is none", t.Name, t.To.Name, n.Text)
		d.Related = []diag.Note{{Place: t.Place, Message: "the relation is declared here"}}
	}
	d.Hint = diag.DidYouMean(n.Text, names)
	return nil
}
