package render

import (
	"bytes"
	"fmt"
	"html/template"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"github.com/jba/templatecheck"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Layouts are a site's layouts, parsed and checked against [View].
type Layouts struct {
	set   *template.Template
	words map[string]*Words
}

// NewLayouts parses layouts and the interface's words. files are those under
// "layouts/", built-in ones first: a later file replaces an earlier one of the
// same path, and a block defined again replaces the earlier block. What is
// wrong is reported at its place; a fault leaves the layouts unusable.
func NewLayouts(files []*source.File) (*Layouts, diag.List) {
	l := &Layouts{set: template.New("layouts"), words: map[string]*Words{}}
	var diags diag.List
	l.readWords(files, &diags)
	byPath := map[string]*source.File{}
	for _, f := range files {
		if path.Ext(f.Path) == ".html" {
			byPath[f.Path] = f
			if _, err := l.set.New(f.Path).Parse(string(f.Data)); err != nil {
				report(&diags, err, byPath)
			}
		}
	}
	l.check(byPath, &diags)
	return l, diags
}

// readWords reads layouts/words/*.yaml, English first: the others fall back to it.
func (l *Layouts) readWords(files []*source.File, diags *diag.List) {
	slices.SortStableFunc(files, func(a, b *source.File) int { return rankWords(a) - rankWords(b) })
	for _, f := range files {
		if path.Dir(f.Path) == "layouts/words" && path.Ext(f.Path) == ".yaml" {
			w, faults := ReadWords(f, l.words["en"])
			if own := l.words[w.Language]; own != nil {
				w.fallback = own // a site's own file need not repeat the built-in words
			}
			l.words[w.Language] = w
			*diags = append(*diags, faults...)
		}
	}
}

func rankWords(f *source.File) int {
	if path.Base(f.Path) == "en.yaml" {
		return 0
	}
	return 1
}

// Words returns the words of a language, or of its base language, or English.
func (l *Layouts) Words(lang string) *Words {
	base, _, _ := strings.Cut(lang, "-")
	for _, tag := range []string{lang, base, "en"} {
		if w := l.words[tag]; w != nil {
			return w
		}
	}
	return &Words{Language: "en", Direction: "ltr"}
}

// Has reports whether there is a layout called name.
func (l *Layouts) Has(name string) bool { return l.set.Lookup(name) != nil }

// check type-checks every layout against the view, and the words it asks for.
func (l *Layouts) check(files map[string]*source.File, diags *diag.List) {
	if diags.Errors() > 0 {
		return
	}
	if l.set.Lookup("base") == nil {
		diags.Add("layout/missing", source.Place{}, `no layout defines "base", which draws every page`)
		return
	}
	for _, name := range []string{"base", "embed", "preview"} {
		if t := l.set.Lookup(name); t != nil {
			if err := templatecheck.CheckHTML(t, &View{}); err != nil {
				report(diags, err, files)
			}
		}
	}
	for _, t := range l.set.Templates() {
		if t.Tree != nil {
			l.checkWords(t.Tree, files, diags)
		}
	}
}

// checkWords reports every {{.Say "key"}} whose key has no words.
func (l *Layouts) checkWords(tree *parse.Tree, files map[string]*source.File, diags *diag.List) {
	f := files[tree.ParseName]
	if f == nil {
		return
	}
	for _, m := range saying.FindAllSubmatchIndex(f.Data, -1) {
		if key := string(f.Data[m[2]:m[3]]); !l.words["en"].Has(key) {
			diags.Add("layout/words", f.Place(m[2], m[3]), fmt.Sprintf("there are no words for %q", key)).
				Hint = "add them to layouts/words/en.yaml"
		}
	}
}

var saying = regexp.MustCompile(`\.Say\s+"([^"]*)"`)

// place finds "path:line:column: message" or "path:line: message" in what
// html/template and templatecheck say.
var place = regexp.MustCompile(`(layouts/[^:\s]+):(\d+)(?::(\d+))?:\s*(.*)`)

// report turns a template's error into a diagnostic at its place.
func report(diags *diag.List, err error, files map[string]*source.File) {
	for _, line := range strings.Split(err.Error(), "\n") {
		m := place.FindStringSubmatch(line)
		if m == nil || files[m[1]] == nil {
			diags.Add("layout/error", source.Place{}, strings.TrimSpace(line))
			continue
		}
		f := files[m[1]]
		number, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		at := f.Offset(number) + column
		message := m[4]
		if _, after, found := strings.Cut(message, ": executing "); found {
			message = after
		}
		diags.Add("layout/error", f.Place(at, at+1), message)
	}
}

// execute draws view with the layout called name.
func (l *Layouts) execute(name string, view *View) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(16 << 10)
	if err := l.set.ExecuteTemplate(&b, name, view); err != nil {
		return nil, fmt.Errorf("draw %s: %w", view.Page.Path, err)
	}
	return b.Bytes(), nil
}
