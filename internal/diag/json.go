package diag

import (
	"encoding/json"
	"io"

	"quandary/internal/source"
)

type jsonReport struct {
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
	Pages       int              `json:"pages"`
}

type jsonDiagnostic struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	jsonPlace
	Message string     `json:"message"`
	Hint    string     `json:"hint"`
	Related []jsonNote `json:"related"`
}

type jsonNote struct {
	jsonPlace
	Message string `json:"message"`
}

// jsonPlace has an empty file and zeros for the site as a whole.
type jsonPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// WriteJSON prints the list and its counts as one JSON object. Every key is
// always there: a missing hint is "", no related places are [].
func WriteJSON(w io.Writer, list List, pages int) error {
	report := jsonReport{
		Diagnostics: make([]jsonDiagnostic, 0, len(list)),
		Errors:      list.Errors(), Warnings: list.Warnings(), Pages: pages,
	}
	for _, d := range list {
		report.Diagnostics = append(report.Diagnostics, toJSON(d))
	}
	return writeJSON(w, report)
}

func toJSON(d Diagnostic) jsonDiagnostic {
	j := jsonDiagnostic{
		Code: d.Code, Severity: d.Severity.String(), jsonPlace: toJSONPlace(d.Place),
		Message: d.Message, Hint: d.Hint, Related: make([]jsonNote, 0, len(d.Related)),
	}
	for _, n := range d.Related {
		j.Related = append(j.Related, jsonNote{toJSONPlace(n.Place), n.Message})
	}
	return j
}

func toJSONPlace(at source.Place) jsonPlace {
	p := at.Position()
	return jsonPlace{at.Path(), p.Line, p.Column}
}

func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}
