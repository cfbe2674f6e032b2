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
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
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
	// no Editor places are not links.
	Root, Editor string

	// Follow makes the open page go to the page that was edited.
	Follow bool

	// Plain serves the site as a host of files would, without our script.
	Plain bool

	now     atomic.Pointer[state]
	readers atomic.Int32 // open event streams
}

// A state is what is served between two calls of Publish.
type state struct {
	set    *output.Set   // empty before there is one
	good   bool          // a set without errors was published
	report func() []byte // the diagnostics as JSON, for the script
	edited []Edited      // the pages that the last edit was made to
	over   chan struct{} // closed when there is another state
	hints  string        // what the site's _headers asks of a host
	number int           // from 1; 0 before anything was published

	// changed are the files that pages show and that are not what they were when the
	// server started, by the number of the state in which they changed last.
	changed func() map[string]int
}

// Edited is a page that an edit was made to, which a reader of another page is
// offered, or follows.
type Edited struct {
	Address string `json:"address"` // from the root of the site
	Title   string `json:"title"`
}

const scriptPath, eventsPath = "/-/quandary/reload.js", "/-/quandary/events"

//go:embed reload.js
var script []byte

// Publish shows another state of the site. When list has errors they lie over
// the last good set, which stays. A site that was never good is shown as it is,
// with its errors beside it, so that it can be read and mended. set is nil where
// it could not be drawn.
func (s *Server) Publish(set *output.Set, list diag.List, edited []Edited) {
	before, isGood := s.state(), set != nil && list.Errors() == 0
	st := &state{set: set, good: before.good || isGood, edited: edited, over: make(chan struct{}), number: before.number + 1}
	isStale := set == nil || before.good && !isGood
	if isStale {
		st.set, st.edited = before.set, nil
	}
	st.report = sync.OnceValue(func() []byte { return s.report(list, isStale) })
	st.changed = sync.OnceValue(func() map[string]int {
		all := maps.Clone(before.changed())
		isShown := func(name string) bool { return shownKind.MatchString(kindOf(name)) }
		for _, name := range output.Changed(before.set, st.set, isShown) {
			all[name] = st.number
		}
		return all
	})
	if f, ok := st.set.Get("_headers"); ok {
		st.hints = string(f.Bytes())
	}
	s.now.Store(st)
	close(before.over)
	st.changed() // before is not needed any more
}

// shownKind is that of files that pages show.
var shownKind = regexp.MustCompile("^(text/css|text/javascript|image/|font/|video/)")

func (s *Server) state() *state {
	if s.now.Load() == nil {
		changed, report := func() map[string]int { return map[string]int{} }, func() []byte { return s.report(nil, false) }
		s.now.CompareAndSwap(nil, &state{set: &output.Set{}, changed: changed, report: report, over: make(chan struct{})})
	}
	return s.now.Load()
}

// ServeHTTP answers a request for a page, for our script or for its events.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	st := s.state()
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	st.hostHeaders(w.Header(), r.URL.Path)
	if !s.Plain { // what a writer has on the desk is not for the pages they browse
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		w.Header().Del("Access-Control-Allow-Origin")
	}
	switch {
	case !s.knows(r.Host):
		what := fmt.Sprintf("this preview does not answer for %q: open it as localhost, or start it with --host", r.Host)
		http.Error(w, what, http.StatusForbidden)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "a preview is for reading", http.StatusMethodNotAllowed)
	case r.URL.Path == eventsPath && !s.Plain:
		s.events(w, r)
	case r.URL.Path == scriptPath && !s.Plain:
		w.Header().Set("Content-Type", kindOf(scriptPath))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(script))
	default:
		st.at(r.URL.Path).serve(w, r, !s.Plain)
	}
}

// hostHeaders sets what the site's own _headers asks of a host: lines with a path,
// which may end in "*", and below each, indented, the headers for it.
func (st *state) hostHeaders(h http.Header, address string) {
	applies := false
	for line := range strings.Lines(st.hints) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if prefix, found := strings.CutSuffix(name, "*"); strings.HasPrefix(name, "/") {
			applies = address == name || found && strings.HasPrefix(address, prefix)
		} else if applies && name != "" {
			h.Set(name, value)
		}
	}
}

// knows reports whether a request's Host is ours. A page elsewhere can point its
// own name at this machine, and would then be let read everything.
func (s *Server) knows(host string) bool {
	host = (&url.URL{Host: host}).Hostname()
	isName := strings.EqualFold(host, "localhost") || host != "" && strings.EqualFold(host, s.Host)
	ip := net.ParseIP(host)
	return isName || ip != nil && (ip.IsLoopback() || net.ParseIP(s.Host).IsUnspecified())
}

// Listen listens at host and port, or at the next port that is free; port 0 is
// any.
func Listen(host string, port int) (net.Listener, error) {
	for next := port; ; next++ { // beyond the last there is another fault
		listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(next)))
		if !errors.Is(err, syscall.EADDRINUSE) {
			return listener, err
		}
	}
}

// Serve answers on listener until ctx is done.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // event streams end with it
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A page is the answer to one address.
type page struct {
	output.File
	status int
}

// version tells two answers apart.
func (p page) version() string { return fmt.Sprintf("%d-%.24s", p.status, p.Digest()) }

// at returns what a host of plain files would answer at an address's path.
func (st *state) at(address string) page {
	if name, ok := strings.CutPrefix(address, "/"); ok {
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if f, ok := st.set.Get(name); ok {
			return page{f, http.StatusOK}
		}
		if f, ok := st.set.Get(name + "/index.html"); ok {
			return page{f, http.StatusTemporaryRedirect}
		}
	}
	if f, ok := st.set.Get("404.html"); ok { // every site has one
		return page{f, http.StatusNotFound}
	}
	return page{output.New("index.html", notice), http.StatusServiceUnavailable}
}

// notice is shown where there is no site to show.
//
//go:embed notice.html
var notice []byte

// addressOf returns the address of an output path: "/a/" for "a/index.html".
func addressOf(name string) string {
	if path.Base(name) == "index.html" {
		name = strings.TrimSuffix(name, "index.html")
	}
	return (&url.URL{Path: "/" + name}).String()
}

// serve writes the answer, with our script in it if it is a page that stays live.
func (p page) serve(w http.ResponseWriter, r *http.Request, live bool) {
	if p.status == http.StatusTemporaryRedirect {
		to := url.URL{Path: "/" + path.Dir(p.Path) + "/", RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), p.status)
		return
	}
	data, tag := p.Bytes(), p.version()
	if live && path.Ext(p.Path) == ".html" {
		// Browsers take it into the body. It runs before scripts with defer, so that
		// it sees the page as it was served; it is told which version that is.
		data = fmt.Appendf(slices.Clip(data), `<script src="%s?%s"></script>`, scriptPath, tag)
		tag = "live-" + tag // which a browser keeps apart from what another run sent without
	}
	w.Header().Set("Content-Type", kindOf(p.Path))
	w.Header().Set("ETag", `"`+tag+`"`)
	if p.status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		return
	}
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // who is gone needs no answer
	}
}

// kinds are content types that the machine's own table may lack or have wrong.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml",
	".webmanifest": "application/manifest+json", ".woff2": "font/woff2", ".mp4": "video/mp4", ".webm": "video/webm",
}

func kindOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	return cmp.Or(kinds[ext], mime.TypeByExtension(ext), "application/octet-stream")
}
