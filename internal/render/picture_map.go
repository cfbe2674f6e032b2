package render

import "html/template"

// mapPicture draws how the pages of the kinds hang together.
func (r *Renderer) mapPicture(v *View) template.HTML { return "" }
