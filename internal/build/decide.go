package build

import (
	"slices"

	"quandary/internal/decision"
	"quandary/internal/diag"
	"quandary/internal/render"
	"quandary/internal/site"
)

// decisionMemory remembers the decisions of the last build, which are made from
// the front matter of few pages.
type decisionMemory struct {
	known bool
	rules []ruleKey
	kinds []string
	value []render.Decided
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
		res.Decisions, res.Rules = m.value, pages
		return m.diags
	}
	verdicts, diags := decision.Compile(pages, kinds)
	decided := make([]render.Decided, len(verdicts))
	for i, v := range verdicts {
		decided[i] = render.Decided{Verdict: v}
		if !v.Sound {
			continue
		}
		tree := decision.Plan(v.Decision)
		if tree.TooLarge != "" {
			page := pages[v.Page]
			diags.Add("decision/too-large", page.Decision.Place, "the tree of this decision cannot be drawn: "+tree.TooLarge)
		}
		decided[i].Tree = tree
	}
	*m = decisionMemory{true, rules, kinds, decided, diags}
	res.Decisions, res.Rules = decided, pages
	return diags
}

func decisionPage(p *site.Page) decision.Page {
	page := decision.Page{File: p.File, Title: p.Title, Broken: p.Broken, When: p.Matter.Get("when"), Decision: p.Matter.Get("decision")}
	if p.Kind != nil {
		page.Kind = p.Kind.Name
	}
	return page
}
