package build_test

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"quandary/internal/build"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// oracle is a decision of the playbook read from its files by this test alone,
// and answered by trying every combination.
type oracle struct {
	ids    []string
	ask    map[string]string            // by question id
	label  map[string]map[string]string // by question and answer id
	cells  []map[string]string          // every combination of answers
	lands  map[string][]cube            // by page
	brings map[string][]cube
}

// cube is one entry of `when`: for each question it names, the answers.
type cube map[string][]string

func (c cube) holds(cell map[string]string) bool {
	for q, answers := range c {
		if !slices.Contains(answers, cell[q]) {
			return false
		}
	}
	return true
}

func anyHolds(cubes []cube, cell map[string]string) bool {
	return slices.ContainsFunc(cubes, func(c cube) bool { return c.holds(cell) })
}

// readOracle reads content/NAME.md, and the rules of the pages of its kinds.
func readOracle(t *testing.T, name string, lands string, brings ...string) *oracle {
	t.Helper()
	o := &oracle{ask: map[string]string{}, label: map[string]map[string]string{}, lands: map[string][]cube{}, brings: map[string][]cube{}}
	o.cells = []map[string]string{{}}
	for _, q := range frontMatter(t, filepath.Join(playbook, "content", name)).Get("decision").Get("questions").Items {
		id := q.Get("id").Text
		o.ids, o.ask[id], o.label[id] = append(o.ids, id), q.Get("ask").Text, map[string]string{}
		var more []map[string]string
		for _, a := range q.Get("answers").Items {
			o.label[id][a.Get("id").Text] = a.Get("label").Text
			for _, c := range o.cells {
				cell := maps.Clone(c)
				cell[id] = a.Get("id").Text
				more = append(more, cell)
			}
		}
		o.cells = more
	}
	o.rules(t, lands, o.lands)
	for _, folder := range brings {
		o.rules(t, folder, o.brings)
	}
	return o
}

func frontMatter(t *testing.T, file string) *matter.Node {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	root, _, diags := matter.Parse(source.NewFile(file, data))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return root
}

// rules reads the rules of a folder's pages that ask only this decision's questions.
func (o *oracle) rules(t *testing.T, folder string, into map[string][]cube) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(playbook, "content", folder, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		when := frontMatter(t, file).Get("when")
		if when == nil {
			continue
		}
		entries := when.Items
		if when.Kind == matter.Map {
			entries = []*matter.Node{when}
		}
		page := folder + "/" + strings.TrimSuffix(filepath.Base(file), ".md") + "/"
		for _, e := range entries {
			c := cube{}
			for _, f := range e.Fields {
				if _, ours := o.ask[f.Key.Text]; !ours {
					c = nil
					break
				}
				c[f.Key.Text] = append(c[f.Key.Text], f.Value.Text)
				for _, item := range f.Value.Items {
					c[f.Key.Text] = append(c[f.Key.Text], item.Text)
				}
			}
			if c != nil {
				into[page] = append(into[page], c)
			}
		}
	}
}

// among returns the combinations that agree with what was given.
func (o *oracle) among(given map[string]string) (cells []map[string]string) {
	for _, cell := range o.cells {
		if (cube{}).with(given).holds(cell) {
			cells = append(cells, cell)
		}
	}
	return cells
}

func (c cube) with(given map[string]string) cube {
	for q, a := range given {
		c[q] = []string{a}
	}
	return c
}

// landings are the pages that cells land on.
func (o *oracle) landings(cells []map[string]string) []string {
	found := map[string]bool{}
	for _, cell := range cells {
		for page, cubes := range o.lands {
			if anyHolds(cubes, cell) {
				found[page] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// element is a part of a page as it was emitted.
type element struct{ *html.Node }

func parsePage(t *testing.T, text string) element {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return element{root}
}

func (e element) attr(key string) string {
	for _, a := range e.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// all returns the elements below e with a tag and, unless it is "", a class.
func (e element) all(tag, class string) (found []element) {
	if e.Node == nil {
		return nil
	}
	for n := range e.Descendants() {
		el := element{n}
		if n.Type == html.ElementNode && n.Data == tag && (class == "" || slices.Contains(strings.Fields(el.attr("class")), class)) {
			found = append(found, el)
		}
	}
	return found
}

func (e element) one(tag, class string) element {
	if list := e.all(tag, class); len(list) > 0 {
		return list[0]
	}
	return element{}
}

func (e element) text() string {
	var b strings.Builder
	for n := range e.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// pairs reads a list of questions and answers back into ids.
func (o *oracle) pairs(t *testing.T, list element) map[string]string {
	t.Helper()
	found := map[string]string{}
	if list.Node == nil {
		return found
	}
	asks, labels := list.all("dt", ""), list.all("dd", "")
	for i := range asks {
		q, a := o.find(asks[i].text(), labels[i*len(labels)/len(asks)].text())
		if q == "" || a == "" {
			t.Fatalf("no question %q with answer %q", asks[i].text(), labels[i].text())
		}
		found[q] = a
	}
	return found
}

func (o *oracle) find(ask, label string) (question, answer string) {
	for q, text := range o.ask {
		if text != ask {
			continue
		}
		for a, l := range o.label[q] {
			if l == label {
				return q, a
			}
		}
	}
	return "", ""
}

// TestEveryStatementIsTrue walks the emitted pages of both decisions, and holds
// everything they say against trying every combination.
func TestEveryStatementIsTrue(t *testing.T) {
	files := bytesOf(openFolder(t, playbook, build.Options{}).build(t))
	for start, o := range map[string]*oracle{
		"decide/":   readOracle(t, "decide.md", "quadrants", "arguments", "causes"),
		"friction/": readOracle(t, "friction.md", "causes", "arguments"),
	} {
		results := 0
		for name, text := range files {
			rest, ours := strings.CutPrefix(path.Dir(name)+"/", start)
			if !ours || path.Base(name) != "index.html" || strings.Contains(rest, "change/") || strings.Contains(rest, "embed/") || strings.Contains(rest, "overview/") {
				continue
			}
			given := map[string]string{}
			for _, part := range strings.FieldsFunc(rest, func(r rune) bool { return r == '/' }) {
				q, a, _ := strings.Cut(part, ".")
				given[q] = a
			}
			page := parsePage(t, text)
			s := state{t, o, files, name, page, given, o.among(given)}
			if page.one("article", "result").Node != nil {
				results++
				s.checkResult()
			} else {
				s.checkQuestion()
			}
		}
		if results < 4 {
			t.Errorf("%s has %d results", start, results)
		}
	}
}

// state is one emitted page of a decision.
type state struct {
	*testing.T
	o     *oracle
	files map[string]string
	name  string
	page  element
	given map[string]string
	cells []map[string]string
}

func (s state) checkResult() {
	landing := s.page.one("article", "result").attr("data-result")
	if got := s.o.landings(s.cells); len(got) != 1 || got[0] != landing {
		s.Errorf("%s shows %s, and its answers lead to %v", s.name, landing, got)
	}
	lists := s.page.one("section", "why").all("dl", "")
	why := map[string]string{}
	if len(lists) > 0 {
		why = s.o.pairs(s.T, lists[0])
	}
	if got := s.o.landings(s.o.among(why)); len(got) != 1 || got[0] != landing {
		s.Errorf("%s says why with %v, which leads to %v", s.name, why, got)
	}
	eachSubset(s.given, func(some map[string]string) {
		if len(some) < len(why) && len(s.o.landings(s.o.among(some))) == 1 {
			s.Errorf("%s says why with %v, and %v is enough", s.name, why, some)
		}
	})
	rest := maps.Clone(s.given)
	maps.DeleteFunc(rest, func(q, _ string) bool { return why[q] != "" })
	if quiet := s.o.pairs(s.T, s.page.one("dl", "quiet")); !maps.Equal(rest, quiet) {
		s.Errorf("%s says that %v did not matter, and it was %v", s.name, quiet, rest)
	}
	if yours := s.o.pairs(s.T, s.page.one("section", "yours").one("dl", "")); !maps.Equal(yours, s.given) {
		s.Errorf("%s says that your answers were %v", s.name, yours)
	}
	s.checkChanges(landing)
	s.checkMentions()
}

func eachSubset(given map[string]string, visit func(map[string]string)) {
	keys := slices.Sorted(maps.Keys(given))
	for mask := range 1 << len(keys) {
		some := map[string]string{}
		for i, k := range keys {
			if mask>>i&1 == 1 {
				some[k] = given[k]
			}
		}
		visit(some)
	}
}

// checkChanges holds what would change the result to the fewest differing answers.
func (s state) checkChanges(landing string) {
	named := map[string]bool{landing: true}
	for _, li := range s.page.one("section", "changes").all("li", "") {
		link := li.one("a", "")
		target := path.Join(path.Dir(s.name), link.attr("href"), "index.html")
		other := parsePage(s.T, s.files[target]).one("article", "result").attr("data-result")
		lists := li.all("dl", "")
		changed := s.o.pairs(s.T, lists[0])
		then := maps.Clone(s.given)
		maps.Copy(then, changed)
		if len(lists) > 1 {
			maps.Copy(then, s.o.pairs(s.T, lists[1]))
		}
		if got := s.o.landings(s.o.among(then)); other == "" || len(got) != 1 || got[0] != other {
			s.Errorf("%s: %v leads to %v, and the link to %q", s.name, then, got, other)
		}
		fewest := len(s.o.ids)
		for _, cell := range s.o.cells {
			differ := 0
			for q, a := range s.given {
				if cell[q] != a {
					differ++
				}
			}
			if anyHolds(s.o.lands[other], cell) {
				fewest = min(fewest, differ)
			}
		}
		if len(changed) != fewest {
			s.Errorf("%s: %s takes %d other answers, and it says %v", s.name, other, fewest, changed)
		}
		named[other] = true
	}
	for page := range s.o.lands {
		if !named[page] {
			s.Errorf("%s does not say what would lead to %s", s.name, page)
		}
	}
}

// checkMentions holds the pages brought up, for sure and perhaps, to all
// combinations that are left.
func (s state) checkMentions() {
	sure, perhaps := map[string]bool{}, map[string][]cube{}
	for _, li := range s.page.one("aside", "margin").all("li", "") {
		page := strings.TrimPrefix(path.Join("/", path.Dir(s.name), li.one("a", "").attr("href")), "/") + "/"
		condition := cube{}
		for _, q := range li.all("q", "") {
			for id, ask := range s.o.ask {
				if label, ok := strings.CutPrefix(q.text(), ask+" "); ok {
					for answer, text := range s.o.label[id] {
						if slices.Contains(strings.Split(label, " / "), text) {
							condition[id] = append(condition[id], answer)
						}
					}
				}
			}
		}
		if len(condition) == 0 {
			sure[page] = true
		} else {
			perhaps[page] = append(perhaps[page], condition)
		}
	}
	for page, cubes := range s.o.brings {
		always := !slices.ContainsFunc(s.cells, func(c map[string]string) bool { return !anyHolds(cubes, c) })
		if always != sure[page] {
			s.Errorf("%s: %s is brought up for sure: %v, and it should be %v", s.name, page, sure[page], always)
		}
		for _, cell := range s.cells {
			if want := anyHolds(cubes, cell); !always && want != anyHolds(perhaps[page], cell) {
				s.Errorf("%s: %s for %v: %v, and it says %v", s.name, page, cell, want, perhaps[page])
				break
			}
		}
	}
}

// checkQuestion holds what is still possible to all combinations that are left.
func (s state) checkQuestion() {
	question := s.page.one("article", "ask").attr("data-question")
	var shown []string
	for _, li := range s.page.one("ul", "possible").all("li", "") {
		if li.attr("data-name") == "" {
			continue
		}
		page := strings.TrimPrefix(path.Join("/", path.Dir(s.name), li.one("a", "").attr("href")), "/") + "/"
		shown = append(shown, page)
		leads := map[string]bool{}
		for _, a := range li.all("a", "") {
			if answer := a.attr("data-answer"); answer != "" {
				leads[answer] = true
			}
		}
		for answer := range s.o.label[question] {
			then := maps.Clone(s.given)
			then[question] = answer
			if want := slices.Contains(s.o.landings(s.o.among(then)), page); want != leads[answer] {
				s.Errorf("%s: %s = %s leads to %s: %v, and it says %v", s.name, question, answer, page, want, leads[answer])
			}
		}
	}
	slices.Sort(shown)
	if want := s.o.landings(s.cells); !slices.Equal(shown, want) {
		s.Errorf("%s shows %v as possible, and it is %v", s.name, shown, want)
	}
}
