package render

import (
	"html/template"

	"quandary/internal/site"
)

// neighbourhood draws a page amid the pages that it is most closely tied to.
func (r *Renderer) neighbourhood(p *site.Page, v *View) template.HTML { return "" }
