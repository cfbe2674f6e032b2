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
		Hint     string `json:"hint"`
		Related  []note `json:"related"`
		note
	}
	note struct {
		Message string `json:"message"`
		Place   *place `json:"place"` // null for the site as a whole
	}
	place struct {
		Name string `json:"name"` // "file:line:column"
		Link string `json:"link"` // opens it in the editor; "" without one
		diag.Excerpt
	}
)

// report returns the list as the script wants it.
func (s *Server) report(list diag.List) []byte {
	problems := make([]problem, 0, len(list))
	for _, d := range list {
		p := problem{d.Severity.String(), d.Code, d.Hint, make([]note, 0, len(d.Related)), note{d.Message, s.place(d.Place)}}
		for _, n := range d.Related {
			p.Related = append(p.Related, note{n.Message, s.place(n.Place)})
		}
		problems = append(problems, p)
	}
	return toJSON(problems)
}

func toJSON(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("preview: %v", err)) // values of ours never fail
	}
	return data
}

func (s *Server) place(at source.Place) *place {
	if at.File == nil {
		return nil
	}
	p := at.Position()
	name := fmt.Sprintf("%s:%d:%d", at.Path(), p.Line, p.Column)
	return &place{name, s.editorLink(at.Path(), p), diag.ExcerptOf(at)}
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

const (
	asPath  = "/{file}:{line}:{column}"
	asQuery = "/{file}&line={line}&column={column}"
)

// editors are the addresses that open a file at a place.
var editors = map[string]string{
	"code": "vscode://file" + asPath, "vscode": "vscode://file" + asPath, "code-insiders": "vscode-insiders://file" + asPath,
	"codium": "vscodium://file" + asPath, "cursor": "cursor://file" + asPath, "windsurf": "windsurf://file" + asPath,
	"zed": "zed://file" + asPath, "idea": "idea://open?file=" + asQuery, "webstorm": "webstorm://open?file=" + asQuery,
	"mate": "txmt://open?url=file://" + asQuery, "bbedit": "x-bbedit://open?url=file://" + asQuery, "none": "",
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
