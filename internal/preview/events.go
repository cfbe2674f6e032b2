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
	"regexp"
	"strings"
	"time"

	"quandary/internal/output"
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
	c := &reader{
		out: w, control: http.NewResponseController(w), follow: s.Follow,
		address: query.Get("page"), version: cmp.Or(r.Header.Get("Last-Event-ID"), query.Get("version")),
	}
	_ = c.control.SetReadDeadline(time.Time{}) // the server's is for requests that end
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	c.send("retry: 1000\n\n")
	for c.err == nil {
		st := s.state()
		c.catchUp(st)
		select {
		case <-st.over:
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
	stale := c.version != "" && c.version != page.version()
	c.version = page.version()
	if before == nil || !bytes.Equal(before.report, st.report) {
		c.event("errors", json.RawMessage(st.report))
	}
	if stale {
		c.event("update", nil)
	}
	if before != nil && before.set != nil {
		c.assets(output.Changed(before.set, st.set, isAsset), page)
		c.offer(st)
	}
}

var assetKind = regexp.MustCompile("^(text/css|text/javascript|image/|font/|video/)")

func isAsset(name string) bool { return assetKind.MatchString(kindOf(name)) }

// assets tells the reader of changed files that its page shows.
func (c *reader) assets(changed []string, p page) {
	var styles []string
	for _, name := range changed {
		switch {
		case path.Ext(name) == ".css":
			styles = append(styles, addressOf(name))
		case path.Ext(name) == ".js", bytes.Contains(p.Bytes(), []byte(path.Base(name))):
			c.event("reload", nil)
			return
		}
	}
	if styles != nil {
		c.event("style", styles)
	}
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
		address := addressOf(name)
		if address == (&url.URL{Path: c.address}).String() {
			return // the reader has just seen it change
		}
		if f, ok := st.set.Get(name); ok && len(offers) < mostOffered {
			offers = append(offers, offer{address, cmp.Or(titleOf(f.Bytes()), address), c.follow})
		}
	}
	if offers != nil {
		c.event("other", offers)
	}
}

// addressOf returns the address of an output path: "/a/" for "a/index.html".
func addressOf(name string) string {
	if path.Base(name) == "index.html" {
		name = strings.TrimSuffix(name, "index.html")
	}
	return (&url.URL{Path: "/" + name}).String()
}

var titleTag = regexp.MustCompile("<title>([^<]*)</title>")

func titleOf(page []byte) string {
	if m := titleTag.FindSubmatch(page); m != nil {
		return html.UnescapeString(string(m[1]))
	}
	return ""
}

// event sends one event. Its id is the version that the reader then has: the
// browser gives it back when it connects again.
func (c *reader) event(name string, value any) {
	c.send(fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", name, c.version, toJSON(value)))
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
