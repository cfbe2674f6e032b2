package preview

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// What the script shows of a diagnostic.
type (
	problem struct {
		Severity string `json:"severity"`
		Code     string `json:"code"`
		Message  string `json:"message"`
		Hint     string `json:"hint"`
		Place    *place `json:"place"` // null for the site as a whole
		Related  []note `json:"related"`
	}
	note struct {
		Message string `json:"message"`
		Place   *place `json:"place"`
	}
	place struct {
		Name   string `json:"name"` // "file:line:column"
		Link   string `json:"link"` // opens it in the editor; "" without one
		Line   int    `json:"line"`
		Before string `json:"before"`
		Text   string `json:"text"`
		After  string `json:"after"`
	}
)

// report returns the list as the script wants it.
func (s *Server) report(list diag.List) []byte {
	problems := make([]problem, 0, len(list))
	for _, d := range list {
		p := problem{d.Severity.String(), d.Code, d.Message, d.Hint, s.place(d.Place), make([]note, 0, len(d.Related))}
		for _, n := range d.Related {
			p.Related = append(p.Related, note{n.Message, s.place(n.Place)})
		}
		problems = append(problems, p)
	}
	data, err := json.Marshal(problems)
	if err != nil {
		panic(fmt.Sprintf("preview: report: %v", err)) // strings and numbers never fail
	}
	return data
}

func (s *Server) place(at source.Place) *place {
	if at.File == nil {
		return nil
	}
	p, e := at.Position(), diag.ExcerptOf(at)
	name := fmt.Sprintf("%s:%d:%d", at.Path(), p.Line, p.Column)
	return &place{name, s.editorLink(at.Path(), p), e.Line, e.Before, e.Text, e.After}
}

func (s *Server) editorLink(path string, p source.Position) string {
	if s.Editor == "" || s.Root == "" {
		return ""
	}
	file := url.URL{Path: filepath.ToSlash(filepath.Join(s.Root, path))}
	return strings.NewReplacer(
		"{file}", strings.TrimPrefix(file.EscapedPath(), "/"),
		"{line}", strconv.Itoa(p.Line), "{column}", strconv.Itoa(p.Column),
	).Replace(s.Editor)
}

// editors are the addresses that open a file at a place.
var editors = map[string]string{
	"vscode":        "vscode://file/{file}:{line}:{column}",
	"code":          "vscode://file/{file}:{line}:{column}",
	"code-insiders": "vscode-insiders://file/{file}:{line}:{column}",
	"codium":        "vscodium://file/{file}:{line}:{column}",
	"cursor":        "cursor://file/{file}:{line}:{column}",
	"windsurf":      "windsurf://file/{file}:{line}:{column}",
	"zed":           "zed://file/{file}:{line}:{column}",
	"idea":          "idea://open?file=/{file}&line={line}&column={column}",
	"webstorm":      "webstorm://open?file=/{file}&line={line}&column={column}",
	"textmate":      "txmt://open?url=file:///{file}&line={line}&column={column}",
	"mate":          "txmt://open?url=file:///{file}&line={line}&column={column}",
	"bbedit":        "x-bbedit://open?url=file:///{file}&line={line}&column={column}",
	"none":          "",
}

// EditorURL returns the template for [Server.Editor] that name asks for: the name
// or path of an editor's command, as in $EDITOR, or a template, which holds
// "{file}". It reports whether it knows it.
func EditorURL(name string) (template string, known bool) {
	if strings.Contains(name, "{file}") {
		return name, true
	}
	command, _, _ := strings.Cut(name, " ")
	template, known = editors[strings.TrimSuffix(filepath.Base(command), ".exe")]
	return template, known
}
