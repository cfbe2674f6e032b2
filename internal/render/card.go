package render

import (
	"quandary/internal/card"
	"quandary/internal/site"
)

// SocialCard is the card of one page or more, and where it goes. Two that are
// equal are the same file.
type SocialCard struct {
	Path string // named after what stands on it
	card.Card
}

// Cards lists the social cards of the site: none without a base URL, for they
// are asked for by address.
func (r *Renderer) Cards() (list []SocialCard) {
	listed := map[string]bool{}
	for _, p := range r.published() {
		if c, ok := r.cardOf(p); ok && !listed[c.Path] {
			listed[c.Path] = true
			list = append(list, c)
		}
	}
	return list
}

// cardOf is the social card of a page. ok is false where it has none.
func (r *Renderer) cardOf(p *site.Page) (c SocialCard, ok bool) {
	if r.in.BaseURL == "" || r.in.Cards == nil || p.Virtual {
		return c, false
	}
	c.Title, c.Site = p.Title, r.in.Site.Settings.Name
	switch {
	case p.Kind != nil:
		c.Section = p.Kind.Label
	case p.Parent != nil && p.Parent.Parent != nil:
		c.Section = p.Parent.Title
	}
	c.Path = "cards/" + c.Name() + ".png"
	return c, r.in.Cards.Can(c.Card)
}

// cardAddress is the absolute address of a page's social card, or "".
func (r *Renderer) cardAddress(p *site.Page) string {
	if c, ok := r.cardOf(p); ok {
		return r.absolute(c.Path)
	}
	return ""
}
