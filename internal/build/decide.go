package build

import (
	"slices"

	"quandary/internal/decision"
	"quandary/internal/diag"
	"quandary/internal/site"
)

// decisionMemory remembers the decisions of the last build, which are made from
// the front matter of few pages.
type decisionMemory struct {
	known bool
	rules []ruleKey
	kinds []string
	value []*decision.Verdict
	diags diag.List
}

// ruleKey is one page's part in the decisions. Its nodes stay the same for as
// long as its file does.
type ruleKey struct {
	index int
	page  decision.Page
}

// decide proves the decisions of the site and plans their trees.
func (b *Builder) decide(res *Result) diag.List {
	pages := make([]decision.Page, len(res.Site.Pages))
	var rules []ruleKey
	for i, p := range res.Site.Pages {
		pages[i] = decisionPage(p)
		if pages[i].When != nil || pages[i].Decision != nil || pages[i].Kind != "" {
			rules = append(rules, ruleKey{i, pages[i]})
		}
	}
	kinds := make([]string, len(res.Site.Kinds))
	for i, k := range res.Site.Kinds {
		kinds[i] = k.Name
	}
	m := &b.decided
	if m.known && slices.Equal(m.rules, rules) && slices.Equal(m.kinds, kinds) {
		res.Decisions = m.value
		return m.diags
	}
	verdicts, diags := decision.Compile(pages, kinds)
	for _, v := range verdicts {
		if v.Faulty {
			continue
		}
		if v.Tree = decision.Plan(v.Decision); v.Tree.TooLarge != "" {
			diags.Add("decision/too-large", pages[v.Page].Decision.Place, "the tree of this decision cannot be drawn: "+v.Tree.TooLarge)
		}
	}
	*m = decisionMemory{true, rules, kinds, verdicts, diags}
	res.Decisions = verdicts
	return diags
}

func decisionPage(p *site.Page) decision.Page {
	page := decision.Page{File: p.File, Title: p.Title, Broken: p.Broken, When: p.Matter.Get("when"), Decision: p.Matter.Get("decision")}
	if p.Kind != nil {
		page.Kind = p.Kind.Name
	}
	return page
}
