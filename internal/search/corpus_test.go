package search

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// corpus reads a folder of Markdown as documents, crudely: enough to weigh
// words as the real pipeline does, without importing it.
func corpus(tb testing.TB, dir string) []Document {
	tb.Helper()
	var docs []Document
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".md" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		docs = append(docs, parse(filepath.ToSlash(rel), string(data)))
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return docs
}

var (
	frontMatter  = regexp.MustCompile(`(?s)\A---\n(.*?)\n---\n`)
	titleField   = regexp.MustCompile(`(?m)^title:\s*"?(.*?)"?\s*$`)
	summaryField = regexp.MustCompile(`(?m)^summary:\s*"?(.*?)"?\s*$`)
	aliasField   = regexp.MustCompile(`(?m)^aliases:\s*\[(.*)\]\s*$`)
	fence        = regexp.MustCompile("^\\s*(```|~~~)")
	heading      = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*\s*$`)
	comment      = regexp.MustCompile(`(?s)<!--.*?-->`)
	tag          = regexp.MustCompile(`</?[a-zA-Z][^>]*>`)
	image        = regexp.MustCompile(`!\[([^\]]*)\]\([^)]*\)`)
	mdLink       = regexp.MustCompile(`\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])?`)
	target       = regexp.MustCompile(`^\[[^\]]+\]:.*$`)
	marks        = strings.NewReplacer("**", "", "*", "", "`", "", "__", "", "|", " ", "~~", "", "\\", "")
	rule         = regexp.MustCompile(`^[\s|:\-]+$`)
)

func parse(rel, text string) Document {
	doc := Document{URL: address(rel)}
	if m := frontMatter.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		if t := titleField.FindStringSubmatch(m[1]); t != nil {
			doc.Title = t[1]
		}
		if t := summaryField.FindStringSubmatch(m[1]); t != nil {
			doc.Summary = t[1]
		}
		if t := aliasField.FindStringSubmatch(m[1]); t != nil {
			doc.Aliases = strings.Split(t[1], ", ")
		}
	}
	text = comment.ReplaceAllString(strings.ReplaceAll(text, "\r", ""), "")
	seen := map[string]int{}
	section := Section{}
	var body strings.Builder
	end := func() {
		section.Text = body.String()
		body.Reset()
		if section.Heading != "" || strings.TrimSpace(section.Text) != "" {
			doc.Sections = append(doc.Sections, section)
		}
	}
	fenced := false
	for l := range strings.SplitSeq(text, "\n") {
		if fence.MatchString(l) {
			fenced = !fenced
			continue
		}
		if fenced {
			body.WriteString(l + "\n")
			continue
		}
		if m := heading.FindStringSubmatch(l); m != nil {
			words := plain(m[2])
			if len(m[1]) == 1 && doc.Title == "" {
				doc.Title = words
				continue
			}
			end()
			id := slug(words)
			if seen[id]++; seen[id] > 1 {
				id += "-" + string(rune('0'+seen[id]%10))
			}
			section = Section{ID: id, Heading: words}
			continue
		}
		if rule.MatchString(l) || target.MatchString(l) {
			l = ""
		}
		body.WriteString(plain(l))
		if strings.TrimSpace(l) == "" || strings.HasPrefix(strings.TrimSpace(l), "-") {
			body.WriteByte('\n')
		} else {
			body.WriteByte(' ')
		}
	}
	end()
	if doc.Title == "" {
		doc.Title = strings.TrimSuffix(path.Base(rel), ".md")
	}
	return doc
}

func plain(l string) string {
	l = image.ReplaceAllString(l, "$1")
	l = mdLink.ReplaceAllString(l, "$1")
	return marks.Replace(tag.ReplaceAllString(l, ""))
}

func address(rel string) string {
	rel = strings.TrimSuffix(rel, ".md")
	dir, base := path.Split(rel)
	if strings.EqualFold(base, "index") || strings.EqualFold(base, "readme") {
		return dir
	}
	return strings.ToLower(rel) + "/"
}
