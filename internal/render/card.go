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

// Card is the absolute address of its social card, or "".
func (p *Page) Card() string {
	if c := p.r.cardOf(p.card); c.Title != "" {
		return p.r.in.BaseURL + c.Path()
	}
	return ""
}
