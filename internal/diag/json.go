package diag

import (
	"encoding/json"
	"io"

	"quandary/internal/source"
)

// What WriteJSON prints. A place without a file has "" and zeros.
type (
	jsonReport struct {
		Diagnostics []jsonDiagnostic `json:"diagnostics"`
		Errors      int              `json:"errors"`
		Warnings    int              `json:"warnings"`
		Pages       int              `json:"pages"`
	}
	jsonDiagnostic struct {
		Code     string `json:"code"`
		Severity string `json:"severity"`
		jsonNote
		Hint    string     `json:"hint"`
		Related []jsonNote `json:"related"`
	}
	jsonNote struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Column  int    `json:"column"`
		Message string `json:"message"`
	}
)

// WriteJSON prints the list and its counts as one JSON object. Every key is
// always there: a missing hint is "", no related places are [].
func WriteJSON(w io.Writer, list List, pages int) error {
	report := jsonReport{[]jsonDiagnostic{}, list.Errors(), list.Warnings(), pages}
	for _, d := range list {
		j := jsonDiagnostic{d.Code, d.Severity.String(), toJSON(d.Place, d.Message), d.Hint, []jsonNote{}}
		for _, n := range d.Related {
			j.Related = append(j.Related, toJSON(n.Place, n.Message))
		}
		report.Diagnostics = append(report.Diagnostics, j)
	}
	return writeJSON(w, report)
}

func toJSON(at source.Place, message string) jsonNote {
	p := at.Position()
	return jsonNote{at.Path(), p.Line, p.Column, message}
}

func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}
