package preview

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"quandary/internal/diag"
	"quandary/internal/source"
)

const (
	mostReaders = 128              // event streams open at once
	mostOffered = 3                // changed pages a reader is offered
	heartbeat   = 20 * time.Second // how often an idle stream shows that it lives
	writeLimit  = 10 * time.Second // how long a reader may take to accept what it is sent
)

// events keeps one open page up to date: as a stream of server-sent events, until
// the reader or the server goes. The query names the page and its version.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	defer s.readers.Add(-1)
	if s.readers.Add(1) > mostReaders {
		http.Error(w, "too many open pages", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return
	}
	query := r.URL.Query()
	address, _ := url.PathUnescape(query.Get("page")) // a page has no other
	version, number, _ := strings.Cut(cmp.Or(r.Header.Get("Last-Event-ID"), query.Get("version")), ".")
	c := &reader{out: w, follow: s.Follow, address: address, version: version}
	c.number, _ = strconv.Atoi(number) // 0 for a page that was just opened
	beat := time.Tick(heartbeat)
	c.send("retry: 1000\n\n")
	for c.err == nil {
		st := s.state()
		c.catchUp(st)
		select {
		case <-st.over:
		case <-beat:
			c.send(":\n\n")
		case <-r.Context().Done():
			return
		}
	}
}

// A reader is an open page at the other end of a stream.
type reader struct {
	out     http.ResponseWriter
	follow  bool   // it goes where an edit is
	address string // the path of the page's address
	version string // of the page as the reader has it
	number  int    // of the state that it knows; 0 for that of now
	seen    *state // nil at first
	err     error  // the first failure to send
}

// catchUp sends what is new to the reader: it compares states, so it does not
// matter how many there were since the last time.
func (c *reader) catchUp(st *state) {
	if st == c.seen || st.number == 0 && c.version != "" { // a server that just started has nothing better yet
		return
	}
	page, since := st.at(c.address), cmp.Or(c.number, st.number)
	stale := c.version != "" && c.version != page.version()
	c.version, c.number = page.version(), st.number
	edited, at := st.edited, addressOf(page.Path)
	// An edit of the open page will be seen, or of what it stands below, if it shows that.
	isSeen := func(e Edited) bool { return e.Address == at || stale && strings.HasPrefix(at, e.Address) }
	if slices.ContainsFunc(edited, isSeen) {
		edited = edited[:0]
	}
	// A page that was just opened shows all there is. Before the update, which may find
	// the page gone.
	if since < st.number && edited != nil && (len(edited) > 0 || !stale) {
		name := "other"
		if c.follow {
			name = "follow"
		}
		c.event(name, edited[:min(mostOffered, len(edited))])
	}
	if stale {
		c.event("update", nil)
	}
	// After the update, for a report of many faults takes longer.
	if c.seen == nil || !bytes.Equal(c.seen.report(), st.report()) {
		c.event("errors", json.RawMessage(st.report()))
	}
	c.assets(st, since, page)
	c.seen = st
}

// assets tells the reader of files that its page shows and that changed after a
// state.
func (c *reader) assets(st *state, since int, p page) {
	var styles []string
	for name, number := range st.changed() {
		if number > since && path.Ext(name) == ".css" {
			styles = append(styles, addressOf(name))
		} else if number > since && (path.Ext(name) == ".js" || bytes.Contains(p.Bytes(), []byte(html.EscapeString(path.Base(addressOf(name)))))) {
			c.event("reload", nil)
			return
		}
	}
	if slices.Sort(styles); styles != nil {
		c.event("style", styles)
	}
}

// event sends one event. Its id says what the reader then has: the browser gives it
// back when it connects again.
func (c *reader) event(name string, value any) {
	data, _ := json.Marshal(value) // values of ours never fail
	c.send(fmt.Sprintf("event: %s\nid: %s.%d\ndata: %s\n\n", name, c.version, c.number, data))
}

func (c *reader) send(text string) {
	if c.err != nil {
		return
	}
	control := http.NewResponseController(c.out)
	_ = control.SetWriteDeadline(time.Now().Add(writeLimit)) // where there are deadlines
	if _, c.err = io.WriteString(c.out, text); c.err == nil {
		c.err = control.Flush()
	}
}

// report returns the list as the script wants it; isStale says that what is shown is
// from before it.
func (s *Server) report(list diag.List, isStale bool) []byte {
	problems := make([]map[string]any, 0, len(list))
	for _, d := range list {
		related := make([]map[string]any, 0, len(d.Related))
		for _, n := range d.Related {
			related = append(related, s.note(n.Message, n.Place))
		}
		p := s.note(d.Message, d.Place)
		p["severity"], p["code"], p["hint"], p["related"] = d.Severity.String(), d.Code, d.Hint, related
		problems = append(problems, p)
	}
	data, _ := json.Marshal(map[string]any{"stale": isStale, "problems": problems})
	return data
}

// note is a message with its place, which is null for the site as a whole: its
// name, "file:line:column", the link that opens it in the editor, and the excerpt.
func (s *Server) note(message string, at source.Place) map[string]any {
	if at.File == nil {
		return map[string]any{"message": message, "place": nil}
	}
	from := at.Position()
	file := url.URL{Path: filepath.ToSlash(filepath.Join(s.Root, at.Path()))}
	// Some editors want the path in a query, where "&" and "+" would mean something.
	link := strings.NewReplacer("{file}", strings.NewReplacer("&", "%26", "+", "%2B").Replace(strings.TrimPrefix(file.EscapedPath(), "/")),
		"{line}", strconv.Itoa(from.Line), "{column}", strconv.Itoa(from.Column)).Replace(s.Editor)
	name := fmt.Sprintf("%s:%d:%d", at.Path(), from.Line, from.Column)
	before, text, after := diag.Excerpt(at)
	return map[string]any{"message": message, "place": map[string]any{
		"name": name, "link": link, "line": from.Line, "before": before, "text": text, "after": after,
	}}
}

// editors are the addresses that open a file at a place.
var editors = map[string]string{
	"code":   "vscode://file/{file}:{line}:{column}",
	"cursor": "cursor://file/{file}:{line}:{column}",
	"zed":    "zed://file/{file}:{line}:{column}",
	"idea":   "idea://open?file=/{file}&line={line}&column={column}",
	"none":   "",
}

// EditorURL returns the template for [Server.Editor] that name asks for: the name
// or path of an editor's command, as in $EDITOR, or a template, which holds
// "{file}". An editor that no link opens has that of VS Code.
func EditorURL(name string) string {
	if strings.Contains(name, "{file}") {
		return name
	}
	command, _, _ := strings.Cut(name, " ")
	if template, known := editors[strings.TrimSuffix(filepath.Base(command), ".exe")]; known {
		return template
	}
	return editors["code"]
}
