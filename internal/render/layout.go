package render

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"
	text "text/template"

	"github.com/jba/templatecheck"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Layouts are a site's layouts, parsed and checked against [View].
type Layouts struct {
	pages *template.Template
	files map[string]*text.Template // those that are files of the site, by name
	words map[string]*Words
}

// NewLayouts parses layouts and the interface's words. files are those under
// "layouts/", built-in ones first: a block defined again replaces the earlier
// block. A text, a style sheet, an XML file or one whose name begins with "_" is drawn as the
// file of the site with its name. What is wrong is reported at its place; a
// fault leaves the layouts unusable.
func NewLayouts(files []*source.File) (*Layouts, diag.List) {
	l := &Layouts{template.New("layouts"), map[string]*text.Template{}, map[string]*Words{}}
	texts := text.New("layouts").Funcs(text.FuncMap{"path": escapePath})
	var diags diag.List
	byPath := map[string]*source.File{}
	for _, f := range files {
		byPath[f.Path] = f
		name := strings.TrimPrefix(f.Path, "layouts/")
		var err error
		switch ext := path.Ext(name); {
		case ext == ".html":
			_, err = l.pages.New(f.Path).Parse(string(f.Data))
		case path.Dir(name) == "words" && ext == ".yaml":
			lang := strings.TrimSuffix(path.Base(name), ext)
			l.words[lang] = readWords(f, lang, l.Words(lang), &diags)
		case ext == ".txt" || ext == ".xml" || ext == ".css" || strings.HasPrefix(name, "_"):
			l.files[name], err = texts.New(f.Path).Parse(string(f.Data))
		}
		report(&diags, err, byPath)
	}
	if diags.Errors() == 0 {
		l.check(byPath, &diags)
	}
	return l, diags
}

// Words returns the words of a language, or of its base language, or English.
func (l *Layouts) Words(lang string) *Words {
	base, _, _ := strings.Cut(lang, "-")
	return cmp.Or(l.words[lang], l.words[base], l.words["en"], &Words{})
}

var saying = regexp.MustCompile(`\.Say\s+"([^"]*)"`)

// check type-checks every layout against the view, and the words it asks for.
func (l *Layouts) check(files map[string]*source.File, diags *diag.List) {
	for name, needed := range map[string]bool{ // a site's own base may do without what [View.Frame] draws
		"base": true, "moved": true, "preview": true,
		"document": false, "head-same": false, "header": false, "footer": false,
	} {
		if t := l.pages.Lookup(name); t != nil {
			report(diags, templatecheck.CheckHTML(t, &View{}), files)
		} else if needed {
			diags.Add("layout/missing", source.Place{}, fmt.Sprintf("no layout defines %q", name))
		}
	}
	for _, file := range l.files {
		report(diags, templatecheck.CheckText(file, &View{}), files)
	}
	for _, f := range files {
		for _, m := range saying.FindAllSubmatchIndex(f.Data, -1) {
			key := string(f.Data[m[2]:m[3]])
			if _, known := l.Words("en").phrases[key]; !known {
				diags.Add("layout/words", f.Place(m[2], m[3]), fmt.Sprintf("there are no words for %q", key)).
					Hint = "add them to layouts/words/en.yaml"
			}
		}
	}
}

// place finds "path:line:column: message" or "path:line: message" in what
// the template packages and templatecheck say.
var place = regexp.MustCompile(`(layouts/[^:\s]+):(\d+)(?::(\d+))?:\s*(?:.*: executing )?(.*)`)

// report turns the error of a template, if there is one, into diagnostics at
// their places.
func report(diags *diag.List, err error, files map[string]*source.File) {
	if err == nil {
		return
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		at, message := source.Place{}, strings.TrimSpace(line)
		if m := place.FindStringSubmatch(line); m != nil && files[m[1]] != nil {
			number, _ := strconv.Atoi(m[2])
			column, _ := strconv.Atoi(m[3])
			start := files[m[1]].Offset(number) + column
			at, message = files[m[1]].Place(start, start+1), m[4]
		}
		diags.Add("layout/error", at, message)
	}
}

// draw draws view with the layout or file called name, in room. What fails although
// it was checked before is our mistake, and the page says so.
func (l *Layouts) draw(room *bytes.Buffer, name string, view *View) []byte {
	room.Reset()
	execute := l.pages.ExecuteTemplate
	if file := l.files[name]; file != nil {
		execute, name = file.ExecuteTemplate, file.Name()
	}
	if err := execute(room, name, view); err != nil {
		return []byte("<!doctype html><title>This page could not be drawn</title><p>" + htmlEscape(err.Error()))
	}
	return room.Bytes()
}

// Words are the interface's words in one language, as layouts/words/en.yaml
// has them: a key and its phrase, or a map from plural category ("one",
// "other", ...) to phrase.
type Words struct {
	tag     language.Tag
	phrases map[string]phrase
}

// phrase is one phrase in its plural forms, by [plural.Form]; one without forms
// has only plural.Other.
type phrase [6]string

// readWords reads one file of the words of lang. What it lacks is said as in base.
func readWords(f *source.File, lang string, base *Words, diags *diag.List) *Words {
	root, faults := matter.ParseYAML(f)
	*diags = append(*diags, faults...)
	tag, err := language.Parse(lang)
	if err != nil {
		diags.Add("words/language", f.Place(0, 0), fmt.Sprintf("%q is not a language tag", lang)).Hint = `name the file after its language, as in "pt-BR.yaml"`
	}
	w, shape := &Words{tag, map[string]phrase{}}, matter.Shape{Diags: diags}
	maps.Copy(w.phrases, base.phrases)
	for _, field := range cmp.Or(root, &matter.Node{}).Fields {
		var p phrase
		if field.Value.Kind == matter.Map {
			shape.Read(field.Value, "a plural", matter.Into{
				"zero": &p[plural.Zero], "one": &p[plural.One], "two": &p[plural.Two],
				"few": &p[plural.Few], "many": &p[plural.Many], "other": &p[plural.Other],
			})
		} else if shape.Is("text", field.Value, field.Key.Text) {
			p[plural.Other] = field.Value.Text
		}
		w.phrases[field.Key.Text] = p
	}
	return w
}

// Say returns the phrase for key with {0}, {1}, ... replaced by args; a whole
// number as first argument picks the plural form. An unknown key is returned
// as it is, in brackets; layouts are checked for those before they are used.
func (w *Words) Say(key string, args ...any) string {
	p, known := w.phrases[key]
	if !known {
		return "[" + key + "]"
	}
	text := p[plural.Other]
	for i, a := range args {
		if n, ok := a.(int); ok && i == 0 {
			text = cmp.Or(p[plural.Cardinal.MatchPlural(w.tag, n, 0, 0, 0, 0)], text)
		}
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return text
}
