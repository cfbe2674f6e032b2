package decision

import (
	_ "embed"
	"encoding/json"
	"io"
	"math/big"
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
	Pages []string        `json:"pages,omitempty"`
	When  json.RawMessage `json:"when"`
	Cells string          `json:"cells"`
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
	out := struct {
		Decisions []jsonVerdict `json:"decisions"`
	}{[]jsonVerdict{}}
	for i, v := range verdicts {
		out.Decisions = append(out.Decisions, toJSON(pages, v, trees[i]))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func toJSON(pages []Page, v *Verdict, t *Tree) jsonVerdict {
	path := func(page int) string { return pages[page].File.Path }
	j := jsonVerdict{
		Page:        path(v.Page),
		Cells:       decimal(v.Cells),
		Gap:         toJSONShare(v, v.Gap, path),
		Overlap:     toJSONShare(v, v.Overlap, path),
		Unreachable: each(v.Unreachable, path),
		Redundant:   each(v.Redundant, func(r Redundant) jsonRedundant { return jsonRedundant{path(r.Page), r.Number} }),
		Irrelevant:  each(v.Irrelevant, func(q int) string { return v.Questions[q].ID }),
	}
	if t != nil && t.Average != nil {
		average, _ := t.Average.Float64()
		j.Tree = &jsonTree{t.Worst, average, t.Nodes, t.Leaves, t.Optimal}
	}
	return j
}

func toJSONShare(v *Verdict, s *Share, path func(int) string) *jsonShare {
	if s == nil {
		return nil
	}
	regions := []jsonRegion{}
	for _, r := range s.Regions {
		regions = append(regions, jsonRegion{each(r.Pages, path), v.when(r.Cube), r.Cells.String()})
	}
	return &jsonShare{s.Cells.String(), regions}
}

// when writes a box as an object of lists of answers: its questions in the
// order of the decision, without those that any answer will do for.
func (d *Decision) when(box Cube) json.RawMessage {
	return json.RawMessage("{" + d.terms(box, func(q int) string {
		key, _ := json.Marshal(d.Questions[q].ID)
		value, _ := json.Marshal(d.ids(q, box[q]))
		return string(key) + ":" + string(value)
	}) + "}")
}

func decimal(n *big.Int) *string {
	if n == nil {
		return nil
	}
	s := n.String()
	return &s
}

// each turns every item into another; nil stays nil.
func each[T, U any](items []T, turn func(T) U) []U {
	if items == nil {
		return nil
	}
	out := make([]U, len(items))
	for i, item := range items {
		out[i] = turn(item)
	}
	return out
}
