package preview

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"quandary/internal/output"
)

const (
	// mostReaders is how many event streams may be open at once.
	mostReaders = 128

	// heartbeat is how often an idle stream shows that it lives; writeLimit is
	// how long a reader may take to accept what it is sent.
	heartbeat  = 20 * time.Second
	writeLimit = 10 * time.Second

	// mostOffered is how many changed pages a reader is offered.
	mostOffered = 3
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
	c := &reader{
		out: w, control: http.NewResponseController(w), follow: s.Follow,
		address: query.Get("page"), version: cmp.Or(r.Header.Get("Last-Event-ID"), query.Get("version")),
	}
	_ = c.control.SetReadDeadline(time.Time{}) // the server's is for requests that end
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	c.send("retry: 1000\n\n")
	for c.err == nil {
		st, changed := s.look()
		c.catchUp(st)
		select {
		case <-changed:
		case <-beat.C:
			c.send(":\n\n")
		case <-r.Context().Done():
			return
		}
	}
}

// A reader is an open page at the other end of a stream.
type reader struct {
	out     http.ResponseWriter
	control *http.ResponseController
	follow  bool
	address string // the path of the page's address
	version string // of the page as the reader has it
	seen    *state // nil at first
	err     error  // the first failure to send
}

// catchUp sends what is new to the reader: it compares states, so it does not
// matter how many there were since the last time.
func (c *reader) catchUp(st *state) {
	before := c.seen
	if st == before {
		return
	}
	c.seen = st
	page := st.at(c.address)
	stale := c.version != "" && c.version != page.version
	c.version = page.version
	if before == nil || !bytes.Equal(before.report, st.report) {
		c.event("errors", json.RawMessage(st.report))
	}
	if stale {
		c.event("update", nil)
	}
	if before != nil && before.set != nil {
		c.assets(output.DiffOf(before.set, st.set, isAsset).Changed, page)
		c.offer(st)
	}
}

// assets tells the reader of changed files that its page shows.
func (c *reader) assets(changed []string, p page) {
	var styles []string
	for _, name := range changed {
		switch {
		case path.Ext(name) == ".css":
			styles = append(styles, addressOf(name))
		case path.Ext(name) == ".js", bytes.Contains(p.data, []byte(path.Base(name))):
			c.event("reload", nil)
			return
		}
	}
	if styles != nil {
		c.event("style", styles)
	}
}

func isAsset(name string) bool {
	kind := kindOf(name)
	return strings.HasPrefix(kind, "text/css") || strings.HasPrefix(kind, "text/javascript") ||
		strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "font/") || strings.HasPrefix(kind, "video/")
}

// An offer is a link to another page that was edited.
type offer struct {
	Address string `json:"address"`
	Title   string `json:"title"`
	Follow  bool   `json:"follow"`
}

func (c *reader) offer(st *state) {
	var offers []offer
	for _, name := range st.changed {
		f, ok := st.set.Get(name)
		if !ok || path.Ext(name) != ".html" {
			continue
		}
		if address := addressOf(name); address == (&url.URL{Path: c.address}).String() {
			return // the reader has just seen it change
		} else if len(offers) < mostOffered {
			offers = append(offers, offer{address, cmp.Or(titleOf(f.Bytes()), address), c.follow})
		}
	}
	if offers != nil {
		c.event("other", offers)
	}
}

// addressOf returns the address of an output path: "/a/" for "a/index.html".
func addressOf(name string) string {
	if dir, ok := strings.CutSuffix(name, "index.html"); ok && (dir == "" || strings.HasSuffix(dir, "/")) {
		name = dir
	}
	return (&url.URL{Path: "/" + name}).String()
}

func titleOf(page []byte) string {
	_, rest, _ := bytes.Cut(page, []byte("<title>"))
	title, _, found := bytes.Cut(rest, []byte("</title>"))
	if !found {
		return ""
	}
	return html.UnescapeString(string(title))
}

// event sends one event. Its id is the version that the reader then has: the
// browser gives it back when it connects again.
func (c *reader) event(name string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("preview: event %s: %v", name, err)) // ours, and never fails
	}
	c.send(fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", name, c.version, data))
}

func (c *reader) send(text string) {
	if c.err != nil {
		return
	}
	_ = c.control.SetWriteDeadline(time.Now().Add(writeLimit)) // where there are deadlines
	if _, c.err = c.out.Write([]byte(text)); c.err == nil {
		c.err = c.control.Flush()
	}
}
