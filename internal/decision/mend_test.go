package decision_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"quandary/internal/decision"
	"quandary/internal/diag"
)

// files writes the table as front matter, one rule a line.
func (t ruleTable) files() map[string]string {
	var b strings.Builder
	b.WriteString("---\ndecision:\n  lands-on: goal\n  brings-up: [aside]\n  questions:\n")
	for q, n := range t.answers {
		fmt.Fprintf(&b, "    - id: %s\n      ask: \"?\"\n      answers:\n", qid(q))
		for a := range n {
			fmt.Fprintf(&b, "        - {id: %s, label: x}\n", aid(a))
		}
	}
	for i, v := range t.voids {
		if i == 0 {
			b.WriteString("  impossible:\n")
		}
		fmt.Fprintf(&b, "    - because: x\n      when:\n")
		for _, alt := range v {
			fmt.Fprintf(&b, "        - %s\n", ruleText(alt))
		}
	}
	files := map[string]string{
		"decide.md":       b.String() + "---\n",
		"goals/index.md":  "---\nkind: {name: goal}\n---\n",
		"asides/index.md": "---\nkind: {name: aside}\n---\n",
	}
	for i, alts := range slices.Concat(t.landing, t.mention) {
		folder, text := "goals", "---\n"
		if i >= len(t.landing) {
			folder = "asides"
		}
		if alts != nil {
			text += "when:\n"
		}
		for _, alt := range alts {
			text += "  - " + ruleText(alt) + "\n"
		}
		files[fmt.Sprintf("%s/p%02d.md", folder, i)] = text + "---\n"
	}
	return files
}

func ruleText(alt map[int][]int) string {
	var terms []string
	for q := range 64 {
		if answers, ok := alt[q]; ok {
			var names []string
			for _, a := range answers {
				names = append(names, aid(a))
			}
			terms = append(terms, qid(q)+": ["+strings.Join(names, ", ")+"]")
		}
	}
	return "{" + strings.Join(terms, ", ") + "}"
}

func compileFiles(files map[string]string) (*decision.Verdict, diag.List) {
	pages, kinds, _ := readSite(files)
	verdicts, diags := decision.Compile(pages, kinds)
	return verdicts[0], diags
}

var (
	editIn   = regexp.MustCompile("^in (\\S+), (?:add to `when`: |write )?(.*?)(?:(?: instead of |delete )(.*?))?( \\(this mends no other fault of the decision\\))?$")
	editLine = regexp.MustCompile(` on line (\d+)`)
	ruleIn   = regexp.MustCompile(`\{[^}]*\}`)
)

// mend applies the edit that a hint suggests to the text of the files; nil
// where it suggests none. whole reports whether it is said to leave nothing to mend.
func mend(files map[string]string, hint string) (mended map[string]string, whole bool) {
	m := editIn.FindStringSubmatch(hint)
	if m == nil {
		return nil, false
	}
	name := m[1]
	lines := strings.Split(strings.TrimSuffix(files[name], "---\n"), "\n")
	lines = lines[:len(lines)-1]
	for _, at := range slices.Backward(editLine.FindAllStringSubmatch(m[3], -1)) {
		line, _ := strconv.Atoi(at[1])
		lines = slices.Delete(lines, line-1, line)
	}
	if !slices.Contains(lines, "when:") {
		lines = append(lines, "when:")
	}
	for _, rule := range ruleIn.FindAllString(m[2], -1) {
		lines = append(lines, "  - "+rule)
	}
	mended = map[string]string{}
	for k, v := range files {
		mended[k] = v
	}
	mended[name] = strings.Join(lines, "\n") + "\n---\n"
	return mended, m[4] == ""
}

// mutants returns the table with one rule deleted, or widened by an answer or
// by a question.
func (t ruleTable) mutants(r *rand.Rand) (mutants []ruleTable) {
	for p, alts := range t.landing {
		for i, alt := range alts {
			mutants = append(mutants, without(t, p, i))
			for q, answers := range alt {
				wider := map[int][]int{}
				for k, v := range alt {
					wider[k] = v
				}
				if more := r.IntN(t.answers[q]); r.IntN(2) == 0 || slices.Contains(answers, more) {
					delete(wider, q)
				} else {
					wider[q] = append(slices.Clone(answers), more)
				}
				m := without(t, p, i)
				m.landing[p] = append(m.landing[p], wider)
				mutants = append(mutants, m)
			}
		}
	}
	return mutants
}

// TestMutantsAreReportedAndMended breaks clean tables in one rule, and applies
// what the messages suggest.
func TestMutantsAreReportedAndMended(t *testing.T) {
	tables := 400
	if testing.Short() {
		tables = 60
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	faulty, suggested := 0, 0
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for seed := w; seed < tables && !t.Failed(); seed += workers {
				r := rand.New(rand.NewPCG(uint64(seed), 7))
				table := ruleTable{landing: make([][]map[int][]int, 2+r.IntN(3))}
				for range 2 + r.IntN(3) {
					table.answers = append(table.answers, 2+r.IntN(3))
				}
				for i, box := range splitBoxes(r, table.answers, 3+r.IntN(6)) {
					p := i % len(table.landing)
					table.landing[p] = append(table.landing[p], box)
				}
				for _, m := range table.mutants(r) {
					f, s := checkMutant(t, m)
					mu.Lock()
					faulty, suggested = faulty+f, suggested+s
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d faults, %d with an edit that mends all", faulty, suggested)
	if suggested < faulty*8/10 {
		t.Errorf("of %d faults, only %d came with an edit", faulty, suggested)
	}
}

func checkMutant(t *testing.T, m ruleTable) (faulty, suggested int) {
	files := m.files()
	v, diags := compileFiles(files)
	o := newOracle(m)
	o.first = 3
	if err := o.check(v); err != nil {
		t.Errorf("%v: %v", m, err)
	}
	codes := map[string]bool{}
	for _, d := range diags {
		codes[d.Code] = true
	}
	if codes["decision/gap"] != (v.Gap.Cells.Sign() > 0) || codes["decision/overlap"] != (v.Overlap.Cells.Sign() > 0) || codes["decision/unreachable"] != (len(v.Unreachable) > 0) {
		t.Errorf("%v: not all is reported: %v", m, codes)
	}
	return checkHints(t, files, v, diags)
}

// checkHints applies every edit that is suggested, each on its own.
func checkHints(t *testing.T, files map[string]string, v *decision.Verdict, diags diag.List) (faulty, suggested int) {
	for _, d := range diags {
		if d.Code != "decision/gap" && d.Code != "decision/overlap" {
			continue
		}
		faulty++
		mended, whole := mend(files, d.Hint)
		if mended == nil {
			continue
		}
		after, left := compileFiles(mended)
		if whole {
			suggested++
			if left.Errors() > 0 || after.Faulty {
				t.Errorf("%v\n%s: %s\nleaves %v", files, d.Message, d.Hint, left)
			}
		}
		if after.Gap.Cells.Cmp(v.Gap.Cells) > 0 || after.Overlap.Cells.Cmp(v.Overlap.Cells) > 0 || len(after.Unreachable) > len(v.Unreachable) {
			t.Errorf("%v\n%s: %s\nmakes it worse: %v", files, d.Message, d.Hint, left)
		}
	}
	return faulty, suggested
}

// TestSuggestionsKeepTheirWord applies what is suggested for tables with any
// number of faults, with impossible combinations and pages brought up.
func TestSuggestionsKeepTheirWord(t *testing.T) {
	tables := 3000
	if testing.Short() {
		tables = 300
	}
	faulty, suggested := 0, 0
	for seed := range tables {
		files := randomTable(rand.New(rand.NewPCG(uint64(seed), 11))).files()
		v, diags := compileFiles(files)
		f, s := checkHints(t, files, v, diags)
		faulty, suggested = faulty+f, suggested+s
	}
	t.Logf("%d faults, %d with an edit that mends all", faulty, suggested)
}
