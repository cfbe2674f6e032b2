package decision

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"quandary/internal/source"
)

// rule returns a box as an entry of `when`: {impact: none, team: [new, split]}.
func (d *Decision) rule(box Cube) string {
	var terms []string
	for q, a := range box {
		if a != d.whole[q] {
			terms = append(terms, scalar(d.Questions[q].ID)+": "+d.choices(q, a))
		}
	}
	return "{" + strings.Join(terms, ", ") + "}"
}

func (d *Decision) choices(q int, set Answers) string {
	var names []string
	for i, a := range d.Questions[q].Answers {
		if set.Has(i) {
			names = append(names, scalar(a.ID))
		}
	}
	if len(names) == 1 {
		return names[0]
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// entries returns boxes as entries of `when`, the last after "and".
func (d *Decision) entries(boxes []Cube) string {
	var s []string
	for _, b := range boxes {
		s = append(s, d.rule(b))
	}
	return and(s)
}

// reader returns a reader of a box, who has to be possible, by the answers to
// the questions that the box narrows: "impact = none, team = new".
func (d *Decision) reader(box, cell Cube) string {
	var terms []string
	for q, a := range box {
		if a != d.whole[q] {
			terms = append(terms, d.Questions[q].ID+" = "+d.Questions[q].Answers[cell[q].first()].ID)
		}
	}
	if len(terms) == 0 {
		return "any reader at all"
	}
	return strings.Join(terms, ", ")
}

var plain = regexp.MustCompile(`^[\pL\pN_][\pL\pN_./+ -]*$`)

// scalar writes an id so that YAML reads it back as written.
func scalar(id string) string {
	if id == "~" || plain.MatchString(id) && !strings.HasSuffix(id, " ") {
		return id
	}
	return strconv.Quote(id)
}

// and lists words: "a", "a and b", "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// some lists the first few of words, and says how many more there are.
func some(words []string, most int) string {
	if len(words) <= most {
		return and(words)
	}
	return strings.Join(words[:most], ", ") + " and " + strconv.Itoa(len(words)-most) + " more"
}

// line returns where a place is, as writers say it: "line 7".
func line(p source.Place) string { return "line " + strconv.Itoa(p.Position().Line) }

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// paths returns the paths of pages.
func (c *compiler) paths(pages []int) (paths []string) {
	for _, p := range slices.Sorted(slices.Values(pages)) {
		paths = append(paths, c.pages[p].File.Path)
	}
	return paths
}
