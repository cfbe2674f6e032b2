// Package preview owns the local web server: the last good site at its addresses,
// kept up to date in the open page, with what is wrong laid over it.
//
// It stands at the end of the pipeline, in `quandary serve`, and is given
// finished sets. It serves the bytes that a build would write, and adds its
// script to pages on the way out; it never makes a page itself (but one, while
// there is no good site yet), never touches the disk, and never answers for a
// host name that is not its own.
package preview

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"quandary/internal/diag"
	"quandary/internal/output"
)

// Server is an [http.Handler] over the last good site. The zero Server answers
// on loopback names and says that there is nothing to show. Its fields are set
// before it is used; one goroutine publishes.
type Server struct {
	// Host is the address that was asked for besides loopback. For "0.0.0.0" and
	// "::" every address in numbers will do.
	Host string

	// Root is the site's folder as an absolute path, and Editor the address that
	// opens a file of it, with {file}, {line} and {column}; see [EditorURL]. With
	// either "" places are not links.
	Root, Editor string

	// Follow makes the open page go to the page that was edited.
	Follow bool

	// Policy is the Content-Security-Policy of pages; "" is one that allows the
	// site's own files alone.
	Policy string

	// Plain serves pages as a host of files would, without our script and policy.
	Plain bool

	mu      sync.Mutex
	now     *state
	readers atomic.Int32 // open event streams
}

// A state is what is served between two calls of Publish.
type state struct {
	set     *output.Set // nil before there is a good one
	report  []byte      // the diagnostics as JSON, for the script
	changed []string
	over    chan struct{} // closed when there is another state
}

const (
	ownPrefix  = "/-/quandary/"
	scriptPath = ownPrefix + "reload.js"
	eventsPath = ownPrefix + "events"

	strictPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; " +
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)

//go:embed reload.js
var script []byte

// Publish shows another state of the site. When list has errors they lie over
// the last good set, which stays, or over this one where there was none yet, so
// that a folder that was never clean can be read. set is nil where it could not
// be drawn. changed names the output paths of the pages that the last edit was
// made to; a reader of another page is offered them.
func (s *Server) Publish(set *output.Set, list diag.List, changed []string) {
	st := &state{set: set, report: s.report(list), changed: changed, over: make(chan struct{})}
	before := s.state()
	if set == nil || list.Errors() > 0 && before.set != nil {
		st.set, st.changed = before.set, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = st
	close(before.over)
}

func (s *Server) state() *state {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == nil {
		s.now = &state{report: s.report(nil), over: make(chan struct{})}
	}
	return s.now
}

// ServeHTTP answers a request for a page, for our script or for its events.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header())
	switch {
	case !s.knows(r.Host):
		http.Error(w, fmt.Sprintf("this preview does not answer for %q: open it as localhost, or start it with --host", r.Host), http.StatusForbidden)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "a preview is for reading", http.StatusMethodNotAllowed)
	case r.URL.Path == eventsPath && !s.Plain:
		s.events(w, r)
	case r.URL.Path == scriptPath && !s.Plain:
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(script))
	default:
		s.state().at(r.URL.Path).serve(w, r, !s.Plain)
	}
}

// secure sets the headers of every answer. There are none for other origins:
// what a writer has on the desk is not for the pages they browse. A host's
// pages are: others embed them.
func (s *Server) secure(h http.Header) {
	if !s.Plain {
		h.Set("Content-Security-Policy", cmp.Or(s.Policy, strictPolicy))
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	h.Set("Server", serverName)
}

// knows reports whether a request's Host is ours. A page elsewhere can point its
// own name at this machine, and would then be let read everything.
func (s *Server) knows(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip, own := net.ParseIP(host), net.ParseIP(s.Host)
	switch {
	case strings.EqualFold(host, "localhost"), host != "" && strings.EqualFold(host, s.Host):
		return true
	case ip == nil:
		return false
	}
	return ip.IsLoopback() || own != nil && (own.IsUnspecified() || own.Equal(ip))
}
