package diag

import (
	"embed"
	"encoding/json"
	"io"
	"net/url"
	"path"
	"strings"
	"text/template"

	"quandary/internal/source"
)

// An item is a diagnostic as the formats for programs show it.
type item struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	remark
	Hint    string   `json:"hint"`
	Related []remark `json:"related"`
}

// A remark is something that is said of a place; without a file it has "" and zeros.
type remark struct {
	File    string          `json:"file"`
	Line    int             `json:"line"`
	Column  int             `json:"column"`
	Message string          `json:"message"`
	End     source.Position `json:"-"`
}

// items prepares the list. dir is where the site lies in what paths count from.
func items(list List, dir string) []item {
	items := make([]item, 0, len(list))
	for _, d := range list {
		i := item{d.Code, d.Severity.String(), remarkOn(dir, d.Place, d.Message), d.Hint, []remark{}}
		for _, n := range d.Related {
			i.Related = append(i.Related, remarkOn(dir, n.Place, n.Message))
		}
		items = append(items, i)
	}
	return items
}

func remarkOn(dir string, p source.Place, message string) remark {
	file, from := p.Path(), p.Position()
	if file != "" {
		file = path.Join(dir, file)
	}
	return remark{file, from.Line, from.Column, message, p.End()}
}

// Text is the message with the hint.
func (i item) Text() string {
	if i.Hint == "" {
		return i.Message
	}
	return i.Message + "\nhint: " + i.Hint
}

// URI is the file as a relative reference.
func (r remark) URI() string { return (&url.URL{Path: r.File}).String() }

// WriteJSON prints the list and its counts as one JSON object. Every key is
// always there: a missing hint is "", no related places are [].
func WriteJSON(w io.Writer, list List, pages int) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Diagnostics []item `json:"diagnostics"`
		Errors      int    `json:"errors"`
		Warnings    int    `json:"warnings"`
		Pages       int    `json:"pages"`
	}{items(list, ""), list.Errors(), list.Warnings(), pages})
}

// WriteGitHub prints the list as workflow commands, which GitHub shows as
// annotations on a change; it refuses columns of text over several lines. dir is
// where the site lies in the repository, which paths count from, and "" its root.
func WriteGitHub(w io.Writer, list List, dir string) error {
	return formats.ExecuteTemplate(w, "github.tmpl", report{items(list, dir), ""})
}

// WriteSARIF prints the list as a SARIF 2.1.0 log. version is Quandary's own; for
// dir see [WriteGitHub].
func WriteSARIF(w io.Writer, list List, version, dir string) error {
	return formats.ExecuteTemplate(w, "sarif.tmpl", report{items(list, dir), version})
}

type report struct {
	Items   []item
	Version string
}

//go:embed *.tmpl
var templates embed.FS

// formats are what is printed of a report. Data and property escape what GitHub's
// runner undoes in a command's message and in its properties.
var formats = template.Must(template.New("").Funcs(template.FuncMap{
	"data":     strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace,
	"property": strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace,
	"json": func(s string) (string, error) {
		data, err := json.Marshal(s)
		return string(data), err
	},
}).ParseFS(templates, "*.tmpl"))
