package render_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// everything is a site in which no part of a layout stays empty.
func everything(language string) map[string]string {
	site := kinds(7, 4, 3)
	for name, text := range leaves() {
		site[name] = text
	}
	site["content/index.md"] = "---\ntitle: Home\nsummary: All there is.\nsite:\n  language: " + language +
		"\n  url: https://example.org/\n  owner: Platform\n  edit: https://example.org/edit/{path}\n  menu: [decide, index, map, search, print]\n---\n\nHello.\n"
	site["content/symptoms/index.md"] += "\n## A\n\n### B\n\nSee [[cause-1#b|it]], [[decide]] and [[thing-1]].\n"
	site["content/causes/index.md"] = strings.Replace(site["content/causes/index.md"], "  relations:",
		"  order: rank\n  fields: {rank: {type: integer}, note: {type: text}}\n  relations:", 1)
	site["content/causes/cause-1.md"] = strings.Replace(site["content/causes/cause-1.md"], "---\n\n",
		"rank: 1\nnote: See [[cause-2]].\nowner: Ada\nupdated: 2026-01-02\naliases: [/old/]\nmoved: {c: \"#b\"}\n---\n\n# Cause 1\n\n## B\n\n![[cause-2]]\n\n## D\n\n", 1)
	site["content/things/thing-2.md"] += "\n[[home]] and [[cause-1]].\n"
	site["content/addresses.txt"] = "/gone/ withdrawn 2026-01-02: nobody read it\n"
	return site
}

// playbook is the site of this repository.
func playbook(t *testing.T) map[string]string {
	site := map[string]string{"layouts/words/en.yaml": "skip: Jump\n"}
	for _, pattern := range []string{"content/*.md", "content/*/*.md", "layouts/playbook.html", "assets/site.css"} {
		names, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			site[strings.TrimPrefix(filepath.ToSlash(name), "../../")] = string(data)
		}
	}
	return site
}

var inline = regexp.MustCompile(`(?i)<style|<script>|\s(style|on[a-z]+)=|ZgotmplZ|\[[a-z]+(-[a-z]+)*\]|could not be drawn`)

var code = regexp.MustCompile(`(?s)<code.*?</code>`)

func TestEveryPageIsWhole(t *testing.T) {
	sites := map[string]map[string]string{
		"english": everything("en"), "hebrew": everything("he"), "playbook": playbook(t), "empty": {"README.md": ""},
		"long": {"README.md": fmt.Sprintf("---\ntitle: %s\nsummary: %s\n---\n", strings.Repeat("Title ", 200), strings.Repeat("It says much. ", 200))},
	}
	for name, files := range sites {
		site := buildSite(t, files)
		pages := map[string]string{}
		for path, text := range site {
			if strings.HasSuffix(path, ".html") {
				pages[path] = text
			} else if strings.HasPrefix(path, "previews/") {
				previews := map[string]string{}
				if err := json.Unmarshal([]byte(text), &previews); err != nil {
					t.Errorf("%s %s: %v", name, path, err)
				}
				for of, preview := range previews {
					pages["preview of "+of] = preview
				}
			}
		}
		for path, text := range pages {
			if m := inline.FindString(code.ReplaceAllString(text, "")); m != "" {
				t.Errorf("%s %s: has %q", name, path, m)
			}
			headings := 1
			if of, isPreview := strings.CutPrefix(path, "preview of "); isPreview {
				headings = 0
				if pages[of+"index.html"] == "" || len(text) > 1500 {
					t.Errorf("%s: the preview of %q has %d bytes", name, of, len(text))
				}
			}
			if n := strings.Count(text, "<h1"); n != headings {
				t.Errorf("%s %s: %d main headings", name, path, n)
			}
			if open := unclosed(text); open != "" {
				t.Errorf("%s %s: %s", name, path, open)
			}
		}
		if name == "playbook" && !strings.Contains(site["index.html"], ">Jump<") {
			t.Errorf("%s: its own words do not show", name)
		}
		for _, path := range []string{"old/index.html", "gone/index.html", "decide/overview/index.html", "decide/embed/index.html", "causes/cause-1/index.html"} {
			if site[path] == "" && (name == "english" || name == "hebrew") {
				t.Errorf("%s: no %s", name, path)
			}
		}
	}
}

// void are the elements without an end tag.
var void = []string{"meta", "link", "img", "br", "hr", "base", "input", "path", "circle"}

// unclosed names the first tag that does not match.
func unclosed(text string) string {
	var stack []string
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if len(stack) > 0 {
				return "never closed: " + strings.Join(stack, " ")
			}
			return ""
		case html.StartTagToken:
			name, _ := z.TagName()
			if !slices.Contains(void, string(name)) {
				stack = append(stack, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(stack) == 0 || stack[len(stack)-1] != string(name) {
				return "</" + string(name) + "> closes " + strings.Join(stack, " ")
			}
			stack = stack[:len(stack)-1]
		}
	}
}
