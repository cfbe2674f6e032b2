package render

import (
	"quandary/internal/card"
	"quandary/internal/site"
)

// Cards lists the social cards of the site: none without a base URL, for they
// are asked for by address.
func (r *Renderer) Cards() (list []card.Card) {
	listed := map[card.Card]bool{{}: true}
	for _, page := range r.site.Pages {
		if c := r.cardOf(page.Source); !listed[c] {
			listed[c] = true
			list = append(list, c)
		}
	}
	return list
}

// cardOf is the social card of a page; one without a title is none.
func (r *Renderer) cardOf(p *site.Page) card.Card {
	c := card.Card{Title: p.Title, Site: r.in.Site.Settings.Name}
	if p.Kind != nil {
		c.Section = p.Kind.Label
	} else if p.Parent != nil && p.Parent.Parent != nil {
		c.Section = p.Parent.Title
	}
	if r.in.BaseURL == "" || p.Virtual || !c.Can() {
		return card.Card{}
	}
	return c
}

// cardAddress is the absolute address of a page's social card, or "".
func (r *Renderer) cardAddress(p *site.Page) string {
	if c := r.cardOf(p); c.Title != "" {
		return r.in.BaseURL + c.Path()
	}
	return ""
}
