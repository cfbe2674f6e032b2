package decision

import (
	_ "embed"
	"encoding/json"
	"io"
)

// Schema is the JSON Schema of what [WriteJSON] writes.
//
//go:embed schema.json
var Schema []byte

// object is one in JSON.
type object map[string]any

// WriteJSON writes the verdicts that [Compile] returned for pages, each with
// its tree: trees has one for each verdict, nil where it has none. What is not
// proven is null.
func WriteJSON(w io.Writer, pages []Page, verdicts []*Verdict, trees []*Tree) error {
	path := func(page int) string { return pages[page].File.Path }
	all := []object{}
	for i, v := range verdicts {
		o := object{
			"page": path(v.Page), "cells": nil, "gap": v.share(v.Gap, path), "overlap": v.share(v.Overlap, path), "tree": nil,
			"unreachable": each(v.Unreachable, path),
			"redundant":   each(v.Redundant, func(r Redundant) object { return object{"page": path(r.Page), "alternative": r.Number} }),
			"irrelevant":  each(v.Irrelevant, func(q int) string { return v.Questions[q].ID }),
		}
		if v.Cells != nil {
			o["cells"] = v.Cells.String()
		}
		if t := trees[i]; t != nil && t.Average != nil {
			average, _ := t.Average.Float64()
			o["tree"] = object{"worst": t.Worst, "average": average, "nodes": t.Nodes, "leaves": t.Leaves, "optimal": t.Optimal}
		}
		all = append(all, o)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(object{"decisions": all})
}

func (d *Decision) share(s *Share, path func(page int) string) any {
	if s == nil {
		return nil
	}
	regions := []object{}
	for _, r := range s.Regions {
		when := object{}
		for q, answers := range r.Cube {
			if answers != d.whole[q] {
				when[d.Questions[q].ID] = d.ids(q, answers)
			}
		}
		o := object{"when": when, "cells": r.Cells.String()}
		if r.Pages != nil {
			o["pages"] = each(r.Pages, path)
		}
		regions = append(regions, o)
	}
	return object{"cells": s.Cells.String(), "regions": regions}
}
