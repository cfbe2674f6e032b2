package render

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"quandary/internal/diag"
	"quandary/internal/source"
	builtin "quandary/layouts"
)

func TestWordsOfEveryLanguageAreComplete(t *testing.T) {
	en := theWords(t, "words/en.yaml")
	names, err := fs.Glob(builtin.Files, "words/*.yaml")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		w := theWords(t, name)
		for key, phrase := range en.phrases {
			other, known := w.phrases[key]
			if !known {
				t.Errorf("%s lacks %s", path.Base(name), key)
			}
			for _, n := range []string{"{0}", "{1}", "{2}"} {
				if slices.ContainsFunc(phrase[:], contains(n)) && !slices.ContainsFunc(other[:], contains(n)) {
					t.Errorf("%s: %s lacks %s", path.Base(name), key, n)
				}
			}
		}
		for key := range w.phrases {
			if _, known := en.phrases[key]; !known {
				t.Errorf("%s: nothing says %s", path.Base(name), key)
			}
		}
	}
}

func theWords(t *testing.T, name string) *Words {
	t.Helper()
	data, err := fs.ReadFile(builtin.Files, name)
	if err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	w := readWords(source.NewFile("layouts/"+name, data), strings.TrimSuffix(path.Base(name), ".yaml"), &Words{}, &diags)
	for _, d := range diags {
		t.Errorf("%s: %s", d.Code, d.Message)
	}
	return w
}

func contains(part string) func(string) bool {
	return func(s string) bool { return strings.Contains(s, part) }
}
