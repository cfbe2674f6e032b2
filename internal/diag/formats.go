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

// Report is a list to be printed.
type Report struct {
	List    List
	Pages   int    // how many the site has
	Version string // Quandary's own
	Dir     string // where the site lies in the repository, for formats that count paths from its root
	Color   bool   // whether text is for a terminal
}

// Formats are the names of those that [Report.Write] knows: text with excerpts,
// JSON in which every key is always there, annotations of a change on GitHub, and
// a SARIF 2.1.0 log.
var Formats = []string{"text", "json", "github", "sarif"}

// Write prints the report in a format.
func (r Report) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		return r.writeText(w)
	case "json":
		r.Dir = ""
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			Diagnostics []item `json:"diagnostics"`
			Errors      int    `json:"errors"`
			Warnings    int    `json:"warnings"`
			Pages       int    `json:"pages"`
		}{r.Items(), r.List.Errors(), r.List.Warnings(), r.Pages})
	}
	return formats.ExecuteTemplate(w, format+".tmpl", r)
}

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

// Items are the diagnostics, prepared.
func (r Report) Items() []item {
	items := make([]item, 0, len(r.List))
	for _, d := range r.List {
		i := item{d.Code, d.Severity.String(), r.remark(d.Place, d.Message), d.Hint, []remark{}}
		for _, n := range d.Related {
			i.Related = append(i.Related, r.remark(n.Place, n.Message))
		}
		items = append(items, i)
	}
	return items
}

func (r Report) remark(p source.Place, message string) remark {
	file, from := p.Path(), p.Position()
	if file != "" {
		file = path.Join(r.Dir, file)
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
