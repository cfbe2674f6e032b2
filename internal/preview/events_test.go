package preview_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/diag"
	"quandary/internal/preview"
	"quandary/internal/source"
)

// A stream is the browser's end of an event stream, on the bubble's clock.
type stream struct {
	mu     sync.Mutex
	header http.Header
	text   strings.Builder
	read   int
	id     string // of the last event
}

func (s *stream) Header() http.Header { return s.header }
func (s *stream) WriteHeader(int)     {}
func (s *stream) Flush()              {}

func (s *stream) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(data)
}

// next returns what came since the last time, once all is quiet: each event as
// "name data", heartbeats as ":".
func (s *stream) next() []string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var events []string
	for block := range strings.SplitSeq(s.text.String()[s.read:], "\n\n") {
		var name, data string
		for line := range strings.SplitSeq(block, "\n") {
			field, value, _ := strings.Cut(line, ": ")
			switch field {
			case "event":
				name = value
			case "data":
				data = value
			case "id":
				s.id = value
			case ":":
				name = ":"
			}
		}
		if name != "" {
			events = append(events, strings.TrimSpace(name+" "+strings.TrimSuffix(data, "null")))
		}
	}
	s.read = s.text.Len()
	return events
}

// listen opens a stream for a page, as version of it, until the test ends.
func listen(t *testing.T, s *preview.Server, page, version string) *stream {
	t.Helper()
	out := &stream{header: http.Header{}}
	target := "http://localhost/-/quandary/events?" + url.Values{"page": {page}, "version": {version}}.Encode()
	go s.ServeHTTP(out, httptest.NewRequestWithContext(t.Context(), "GET", target, nil))
	return out
}

func version(t *testing.T, s *preview.Server, page string) string {
	t.Helper()
	return strings.TrimPrefix(strings.Trim(get(t, s, "GET", page).Header.Get("ETag"), `"`), "live-")
}

func want(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: events, -want +got:\n%s", when, d)
	}
}

// nothing is the event that says that nothing is wrong with what is shown.
const nothing = `errors {"problems":[],"stale":false}`

func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := func(changes ...string) map[string]string {
			files := map[string]string{
				"index.html": body("home"), "a/index.html": body("a &amp; b"), "404.html": body("404"), "p.html": `<img src="/p%20%C3%A4&amp;.png"><p>p</p>`,
				"main.css": "1", "other.css": "1", "main.js": "1", "p ä&.png": "1", "search.json": "1",
			}
			for i := 0; i < len(changes); i += 2 {
				files[changes[i]] = changes[i+1]
			}
			return files
		}
		s := &preview.Server{}
		s.Publish(setOf(site()), nil, nil)
		home, a, p := listen(t, s, "/", version(t, s, "/")), listen(t, s, "/a/", version(t, s, "/a/")), listen(t, s, "/p.html", "")
		lost := listen(t, s, "/lost/", version(t, s, "/lost/"))
		all := func(when string, wants ...[]string) {
			t.Helper()
			for i, c := range []*stream{home, a, p, lost} {
				want(t, fmt.Sprint(when, ", reader ", i), c.next(), wants[i]...)
			}
		}
		none := []string(nil)
		hello := []string{nothing}
		all("at first", hello, hello, hello, hello)

		s.Publish(setOf(site()), nil, nil)
		all("the same bytes", none, none, none, none)

		s.Publish(setOf(site("a/index.html", body("a &amp; c"))), nil, []preview.Edited{{Address: "/a/", Title: "a & c"}})
		offer := []string{`other [{"address":"/a/","title":"a \u0026 c"}]`}
		all("one page", offer, []string{"update"}, offer, offer)

		s.Publish(setOf(site("a/index.html", body("a &amp; c"), "main.css", "2")), nil, nil)
		style := []string{`style ["/main.css"]`}
		all("a style", style, style, style, style)

		s.Publish(setOf(site("p ä&.png", "2", "a/index.html", body("a &amp; c"), "main.css", "2")), nil, nil)
		all("a picture", none, none, []string{"reload"}, none)

		s.Publish(setOf(site("main.js", "2", "p ä&.png", "2", "a/index.html", body("a &amp; c"), "main.css", "2")), nil, nil)
		reload := []string{"reload"}
		all("a script", reload, reload, reload, reload)

		s.Publish(setOf(site("search.json", "2", "main.js", "2", "p ä&.png", "2", "a/index.html", body("a &amp; c"), "main.css", "2")), nil, nil)
		all("data", none, none, none, none)

		var warned diag.List
		warned.Warn("a/b", source.Place{}, "careful")
		s.Publish(setOf(site("main.js", "2", "p ä&.png", "2", "lost/index.html", body("found"))), warned, []preview.Edited{{Address: "/lost/", Title: "found"}})
		warning := `errors {"problems":[{"code":"a/b","hint":"","message":"careful","place":null,"related":[],"severity":"warning"}],"stale":false}`
		found := `other [{"address":"/lost/","title":"found"}]`
		restyled := `style ["/main.css"]`
		all("a page comes, a page and a style go back", []string{found, warning, restyled}, []string{found, "update", warning, restyled},
			[]string{found, warning, restyled}, []string{"update", warning, restyled})

		s.Publish(nil, broken(), []preview.Edited{{Address: "/"}})
		fault := home.next()
		if len(fault) != 1 || !strings.HasPrefix(fault[0], `errors {"problems":[{"code":"link/broken"`) || !strings.HasSuffix(fault[0], `"stale":true}`) {
			t.Errorf("errors: %q", fault)
		}
		a.next()
		p.next()
		lost.next()

		s.Publish(setOf(site("main.js", "2", "p ä&.png", "2")), nil, nil)
		all("mended", hello, hello, hello, []string{"update", nothing})

		time.Sleep(50 * time.Second)
		all("idle", []string{":", ":"}, []string{":", ":"}, []string{":", ":"}, []string{":", ":"})
	})
}

// TestComeBack connects with what a reader missed.
func TestComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &preview.Server{Follow: true}
		waiting := listen(t, s, "/", version(t, s, "/"))
		want(t, "waiting", waiting.next())
		s.Publish(setOf(map[string]string{"index.html": body("1"), "b/index.html": body("1")}), nil, []preview.Edited{{Address: "/b/", Title: "1"}})
		want(t, "the first set", waiting.next(), "update", nothing)
		old := version(t, s, "/")
		s.Publish(setOf(map[string]string{"index.html": body("2"), "b/index.html": body("2")}), nil, []preview.Edited{{Address: "/b/", Title: "2"}})
		want(t, "to follow", waiting.next(), `follow [{"address":"/b/","title":"2"}]`, "update")
		want(t, "stale", listen(t, s, "/", old).next(), "update", nothing)
		want(t, "up to date", listen(t, s, "/", version(t, s, "/")).next(), nothing)
		want(t, "shown by a script", listen(t, s, "/b/", "").next(), nothing)

		s.Publish(setOf(map[string]string{"index.html": body("2")}), nil, []preview.Edited{})
		want(t, "a page is gone", waiting.next(), "follow []")

		deeper := map[string]string{"index.html": body("2"), "b/index.html": body("3"), "b/x.y/index.html": body("3")}
		s.Publish(setOf(deeper), nil, nil)
		left, state := waiting.id, listen(t, s, "/b/x.y/", version(t, s, "/b/x.y/"))
		state.next()
		deeper["b/x.y/index.html"] = body("4")
		s.Publish(setOf(deeper), nil, []preview.Edited{{Address: "/b/", Title: "3"}})
		want(t, "a state of what was edited", state.next(), "update")
		want(t, "back after an edit", listen(t, s, "/", left).next(), `follow [{"address":"/b/","title":"3"}]`, nothing)
	})
}

// TestPictureMeanwhile changes a picture while nobody is connected, as when a
// window is hidden by that of a drawing program.
func TestPictureMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &preview.Server{}
		publish := func(picture, other string) {
			s.Publish(setOf(map[string]string{"index.html": `<img src="/p.png">`, "b/index.html": body("b"), "p.png": picture, "o.png": other}), nil, nil)
		}
		publish("1", "1")
		home, b := listen(t, s, "/", version(t, s, "/")), listen(t, s, "/b/", version(t, s, "/b/"))
		home.next()
		b.next()
		publish("2", "1")
		publish("2", "2")
		want(t, "connected", home.next(), "reload")
		publish("2", "3")
		back := listen(t, s, "/", home.id)
		want(t, "another changed", back.next(), nothing)
		publish("3", "3")
		publish("3", "4")
		want(t, "it changed", listen(t, s, "/", home.id).next(), nothing, "reload")
		want(t, "another page", listen(t, s, "/b/", b.id).next(), nothing)
		want(t, "opened since", listen(t, s, "/", version(t, s, "/")).next(), nothing)
	})
}

// TestBurst publishes a thousand times while a reader is slow: it gets the last.
func TestBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &preview.Server{}
		s.Publish(setOf(map[string]string{"index.html": body("0")}), nil, nil)
		reader := listen(t, s, "/", version(t, s, "/"))
		reader.next()
		reader.mu.Lock() // it cannot be sent anything
		for i := range 1000 {
			s.Publish(setOf(map[string]string{"index.html": body(fmt.Sprint(i + 1))}), nil, nil)
		}
		reader.mu.Unlock()
		got := reader.next()
		if len(got) < 1 || len(got) > 2 {
			t.Errorf("%d events", len(got))
		}
		want(t, "after that", listen(t, s, "/", version(t, s, "/")).next(), nothing)
	})
}

func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &preview.Server{Root: "/home/me/my site", Editor: "vscode://file/{file}:{line}:{column}"}
		s.Publish(nil, broken(), nil)
		got := listen(t, s, "/", "").next()
		var report struct{ Problems []map[string]any }
		if len(got) != 1 || json.Unmarshal([]byte(strings.TrimPrefix(got[0], "errors ")), &report) != nil {
			t.Fatalf("events %q", got)
		}
		wanted := []map[string]any{{
			"severity": "error", "code": "link/broken", "message": "no page <b>", "hint": "write & mend",
			"place": map[string]any{
				"name": "content/a b.md:1:5", "link": "vscode://file/home/me/my%20site/content/a%20b.md:1:5", "line": 1.,
				"before": "see ", "text": "<script>", "after": "alert(1)</script> there",
			},
			"related": []any{map[string]any{"message": "somewhere", "place": nil}},
		}}
		if d := cmp.Diff(wanted, report.Problems); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	})
}

func TestTooManyReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &preview.Server{}
		for range 128 {
			listen(t, s, "/", "")
		}
		synctest.Wait()
		if got := get(t, s, "GET", "/-/quandary/events"); got.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("one too many: %d", got.StatusCode)
		}
		if got := get(t, s, "GET", "/"); got.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text(t, got), "once it is built") {
			t.Error("pages are not served any more")
		}
	})
}

// TestServe runs a real server with a stream open, and ends it.
func TestServe(t *testing.T) {
	listener, err := preview.Listen("127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &preview.Server{}
	s.Publish(setOf(handbook), nil, nil)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	answer, err := client.Get("http://" + listener.Addr().String() + "/-/quandary/events?page=/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() && lines.Text() != "event: errors" {
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve = %v", err)
	}
	for lines.Scan() {
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
}

func TestListenTakesTheNextPort(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	port := other.Listener.Addr().(*net.TCPAddr).Port
	listener, err := preview.Listen("127.0.0.1", port)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if own := listener.Addr().(*net.TCPAddr).Port; own <= port {
		t.Errorf("listens at %d, want one after %d", own, port)
	}
	if _, err := preview.Listen("256.0.0.1", port); err == nil {
		t.Error("listens where there is nothing")
	}
	if _, err := preview.Listen("127.0.0.1", 1<<16); err == nil {
		t.Error("listens at a port that cannot be")
	}
}
