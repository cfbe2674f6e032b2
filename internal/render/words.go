package render

import (
	"fmt"
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
	Language  string // BCP 47
	Direction string // "ltr" or "rtl", from the key "direction"
	tag       language.Tag
	phrases   map[string]phrase
	fallback  *Words // asked for what this language lacks
}

// phrase is one phrase in each of its plural forms; one without forms has
// only plural.Other.
type phrase map[plural.Form]string

var forms = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two,
	"few": plural.Few, "many": plural.Many, "other": plural.Other,
}

// ReadWords reads one language's file, named after its language. What it lacks
// is said in the words of fallback, which may be nil.
func ReadWords(f *source.File, fallback *Words) (*Words, diag.List) {
	root, diags := matter.ParseYAML(f)
	name := f.Path[strings.LastIndexByte(f.Path, '/')+1:]
	w := &Words{Language: strings.TrimSuffix(name, ".yaml"), Direction: "ltr", phrases: map[string]phrase{}, fallback: fallback}
	tag, err := language.Parse(w.Language)
	if err != nil {
		diags.Add("words/language", f.Place(0, 0), fmt.Sprintf("%q is not a language tag", w.Language)).Hint = `name the file after its language, as in "pt-BR.yaml"`
	}
	w.tag = tag
	if root == nil {
		return w, diags
	}
	shape := matter.Shape{Diags: &diags}
	for _, field := range root.Fields {
		w.phrases[field.Key.Text] = readPhrase(shape, field)
	}
	if w.phrases["direction"][plural.Other] == "rtl" {
		w.Direction = "rtl"
	}
	return w, diags
}

func readPhrase(shape matter.Shape, field matter.Field) phrase {
	if field.Value.Kind != matter.Map {
		text, _ := shape.Text(field.Value, field.Key.Text)
		return phrase{plural.Other: text}
	}
	p := phrase{}
	shape.Keys(field.Value, "a plural", "zero", "one", "two", "few", "many", "other")
	for _, f := range field.Value.Fields {
		text, _ := shape.Text(f.Value, f.Key.Text)
		p[forms[f.Key.Text]] = text
	}
	return p
}

// Has reports whether the words, or those they fall back to, know key.
func (w *Words) Has(key string) bool {
	return w != nil && (w.phrases[key] != nil || w.fallback.Has(key))
}

// Say returns the phrase for key with {0}, {1}, ... replaced by args; a whole
// number as first argument picks the plural form. An unknown key is returned
// as it is, in brackets; layouts are checked for those before they are used.
func (w *Words) Say(key string, args ...any) string {
	p := w.phrases[key]
	if p == nil {
		if w.fallback != nil {
			return w.fallback.Say(key, args...)
		}
		return "[" + key + "]"
	}
	text := p[plural.Other]
	if len(args) > 0 {
		if n, ok := args[0].(int); ok {
			form := plural.Cardinal.MatchPlural(w.tag, n, 0, 0, 0, 0)
			if t, ok := p[form]; ok {
				text = t
			}
		}
	}
	for i, a := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return text
}

// SayOr returns the phrase for a key that comes from a page, "callout-note";
// where there are no words for it, what follows the first hyphen, capitalised.
func (w *Words) SayOr(key string) string {
	if w.Has(key) {
		return w.Say(key)
	}
	_, rest, _ := strings.Cut(key, "-")
	return upperFirst(rest)
}
