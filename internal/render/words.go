package render

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Words are the interface's words in one language, as layouts/words/en.yaml
// has them: a key and its phrase, or a map from plural category ("one",
// "other", ...) to phrase.
type Words struct {
	Direction string // "ltr" or "rtl", from the key "direction"
	tag       language.Tag
	phrases   map[string]phrase
}

// phrase is one phrase in its plural forms, by [plural.Form]; one without forms
// has only plural.Other.
type phrase [6]string

// readWords reads one language's file, named after its language. What it lacks
// is said as in base.
func readWords(f *source.File, base *Words, diags *diag.List) *Words {
	root, faults := matter.ParseYAML(f)
	*diags = append(*diags, faults...)
	name := strings.TrimSuffix(path.Base(f.Path), ".yaml")
	tag, err := language.Parse(name)
	if err != nil {
		diags.Add("words/language", f.Place(0, 0), fmt.Sprintf("%q is not a language tag", name)).Hint = `name the file after its language, as in "pt-BR.yaml"`
	}
	w := &Words{"", tag, map[string]phrase{}}
	maps.Copy(w.phrases, base.phrases)
	if root != nil {
		for _, field := range root.Fields {
			w.phrases[field.Key.Text] = readPhrase(matter.Shape{Diags: diags}, field)
		}
	}
	w.Direction = cmp.Or(w.phrases["direction"][plural.Other], "ltr")
	return w
}

func readPhrase(shape matter.Shape, field matter.Field) (p phrase) {
	if field.Value.Kind != matter.Map {
		p[plural.Other], _ = shape.Text(field.Value, field.Key.Text)
		return p
	}
	shape.Read(field.Value, "a plural", matter.Into{
		"zero": &p[plural.Zero], "one": &p[plural.One], "two": &p[plural.Two],
		"few": &p[plural.Few], "many": &p[plural.Many], "other": &p[plural.Other],
	})
	return p
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

// SayOr returns the phrase for a key that comes from a page, "callout-note";
// where there are no words for it, what follows the first hyphen, capitalised.
func (w *Words) SayOr(key string) string {
	if _, known := w.phrases[key]; known {
		return w.Say(key)
	}
	_, rest, _ := strings.Cut(key, "-")
	return upperFirst(rest)
}
