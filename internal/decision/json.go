package decision

import (
	_ "embed"
	"encoding/json"
	"io"
)

// Schema is the JSON Schema of what [Write] writes as JSON.
//
//go:embed schema.json
var Schema []byte

// object is one in JSON.
type object map[string]any

// writeJSON writes verdicts as JSON. What is not proven is null.
func writeJSON(w io.Writer, verdicts []*Verdict) error {
	all := []object{}
	for _, v := range verdicts {
		redundant := func(r Redundant) object { return object{"page": v.path(r.Page), "alternative": r.Number} }
		o := object{
			"page": v.path(v.Page), "cells": nil, "gap": v.share(v.Gap), "overlap": v.share(v.Overlap), "tree": nil,
			"unreachable": each(v.Unreachable, func(r Rule) string { return v.path(r.Page) }),
			"redundant":   each(v.Redundant, redundant),
			"irrelevant":  each(v.Irrelevant, func(q int) string { return v.Questions[q].ID }),
		}
		if v.Cells != nil {
			o["cells"] = v.Cells.String()
		}
		if t := v.Tree; t != nil && t.Average != nil {
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

func (d *Decision) share(s *Share) any {
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
			o["pages"] = each(r.Pages, d.path)
		}
		regions = append(regions, o)
	}
	return object{"cells": s.Cells.String(), "regions": regions}
}
