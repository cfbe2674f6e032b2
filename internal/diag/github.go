package diag

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"

	"quandary/internal/source"
)

// WriteGitHub prints the list as workflow commands, which GitHub shows as
// annotations on a change. dir is where the site lies in the repository, as
// annotations count paths from there; "" is the repository's root.
func WriteGitHub(w io.Writer, list List, dir string) error {
	out := bufio.NewWriter(w)
	for _, d := range list {
		fmt.Fprintf(out, "::%s %stitle=%s::%s\n", d.Severity, githubPlace(d.Place, dir), escapeProperty.Replace(d.Code), escapeData.Replace(githubMessage(d, dir)))
	}
	return out.Flush()
}

// githubPlace names columns only for text on one line: GitHub refuses an
// annotation over several lines that has columns.
func githubPlace(at source.Place, dir string) string {
	if at.File == nil {
		return ""
	}
	from, to := at.Position(), at.End()
	s := fmt.Sprintf("file=%s,line=%d,endLine=%d,", escapeProperty.Replace(path.Join(dir, at.Path())), from.Line, to.Line)
	if from.Line == to.Line {
		s += fmt.Sprintf("col=%d,endColumn=%d,", from.Column, to.Column)
	}
	return s
}

func githubMessage(d Diagnostic, dir string) string {
	message := d.Message
	if d.Hint != "" {
		message += "\nhint: " + d.Hint
	}
	for _, n := range d.Related {
		message += "\n"
		if n.Place.File != nil {
			message += path.Join(dir, location(n.Place)) + ": "
		}
		message += "note: " + n.Message
	}
	return message
}

// What the runner undoes in a command's message and in its properties.
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
