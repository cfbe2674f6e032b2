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

// jsonVerdict is a verdict as outside tools read it. What is not proven is null.
type jsonVerdict struct {
	Page        string          `json:"page"`
	Cells       *string         `json:"cells"`
	Gap         *jsonShare      `json:"gap"`
	Overlap     *jsonShare      `json:"overlap"`
	Unreachable []string        `json:"unreachable"`
	Redundant   []jsonRedundant `json:"redundant"`
	Irrelevant  []string        `json:"irrelevant"`
	Tree        *jsonTree       `json:"tree"`
}

type jsonShare struct {
	Cells   string       `json:"cells"`
	Regions []jsonRegion `json:"regions"`
}

type jsonRegion struct {
	Pages []string            `json:"pages,omitempty"`
	When  map[string][]string `json:"when"`
	Cells string              `json:"cells"`
}

type jsonRedundant struct {
	Page        string `json:"page"`
	Alternative int    `json:"alternative"`
}

type jsonTree struct {
	Worst   int     `json:"worst"`
	Average float64 `json:"average"`
	Nodes   int     `json:"nodes"`
	Leaves  int     `json:"leaves"`
	Optimal bool    `json:"optimal"`
}

// WriteJSON writes the verdicts that [Compile] returned for pages, each with
// its tree: trees has one for each verdict, nil where it has none.
func WriteJSON(w io.Writer, pages []Page, verdicts []*Verdict, trees []*Tree) error {
	out := map[string][]jsonVerdict{"decisions": {}}
	for i, v := range verdicts {
		out["decisions"] = append(out["decisions"], v.json(pages, trees[i]))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func (v *Verdict) json(pages []Page, t *Tree) jsonVerdict {
	path := func(page int) string { return pages[page].File.Path }
	j := jsonVerdict{
		Page:        path(v.Page),
		Gap:         v.Gap.json(v.Decision, path),
		Overlap:     v.Overlap.json(v.Decision, path),
		Unreachable: each(v.Unreachable, path),
		Redundant:   each(v.Redundant, func(r Redundant) jsonRedundant { return jsonRedundant{path(r.Page), r.Number} }),
		Irrelevant:  each(v.Irrelevant, func(q int) string { return v.Questions[q].ID }),
	}
	if v.Cells != nil {
		cells := v.Cells.String()
		j.Cells = &cells
	}
	if t != nil && t.Average != nil {
		average, _ := t.Average.Float64()
		j.Tree = &jsonTree{t.Worst, average, t.Nodes, t.Leaves, t.Optimal}
	}
	return j
}

func (s *Share) json(d *Decision, path func(int) string) *jsonShare {
	if s == nil {
		return nil
	}
	j := &jsonShare{s.Cells.String(), []jsonRegion{}}
	for _, r := range s.Regions {
		when := map[string][]string{}
		for q, answers := range r.Cube {
			if answers != d.whole[q] {
				when[d.Questions[q].ID] = d.ids(q, answers)
			}
		}
		j.Regions = append(j.Regions, jsonRegion{each(r.Pages, path), when, r.Cells.String()})
	}
	return j
}
