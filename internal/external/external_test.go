package external_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/diag"
	"quandary/internal/external"
	"quandary/internal/source"
)

// links puts addresses into a file, one a line, and returns them as links.
func links(addresses ...string) (list []external.Link) {
	f := source.NewFile("a.md", []byte(strings.Join(addresses, "\n")))
	at := 0
	for _, a := range addresses {
		list = append(list, external.Link{URL: a, Place: f.Place(at, at+len(a))})
		at += len(a) + 1
	}
	return list
}

func describe(list diag.List, host string) (lines []string) {
	for _, d := range list {
		line := fmt.Sprintf("%d: %s %s: %s | %s", d.Place.Position().Line, d.Severity, d.Code, d.Message, d.Hint)
		for _, e := range d.Fix {
			line += fmt.Sprintf(" | fix %q", e.Text)
		}
		lines = append(lines, strings.ReplaceAll(line, host, "HOST"))
	}
	return lines
}

// site answers as hosts of all sorts do, and notes what it was asked.
type site struct {
	mu    sync.Mutex
	asked []string
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	times := 0
	for _, a := range s.asked {
		if a == r.Method+" "+r.URL.Path {
			times++
		}
	}
	s.mu.Unlock()
	redirect := func(to string, status int) { http.Redirect(w, r, to, status) }
	switch path := r.URL.Path; {
	case path == "/ok" || path == "/new" || path == "/" || path == "/login" || strings.HasPrefix(path, "/deep/"):
	case path == "/no-head" && r.Method == http.MethodHead:
		w.WriteHeader(http.StatusNotFound)
	case path == "/no-head":
	case path == "/gone":
		w.WriteHeader(http.StatusGone)
	case path == "/private":
		w.WriteHeader(http.StatusForbidden)
	case path == "/busy" && times < 2:
		w.WriteHeader(http.StatusServiceUnavailable)
	case path == "/busy":
	case path == "/down":
		w.WriteHeader(http.StatusBadGateway)
	case path == "/moved":
		redirect("/moved-again", http.StatusMovedPermanently)
	case path == "/moved-again":
		redirect("/new", http.StatusPermanentRedirect)
	case path == "/for-now":
		redirect("/new", http.StatusFound)
	case path == "/half":
		redirect("/half-way", http.StatusMovedPermanently)
	case path == "/half-way":
		redirect("/new", http.StatusFound)
	case path == "/slash":
		redirect("/slash/", http.StatusMovedPermanently)
	case path == "/slash/":
	case path == "/to-front":
		redirect("/", http.StatusMovedPermanently)
	case path == "/to-login":
		redirect("/login?next=/to-login", http.StatusMovedPermanently)
	case path == "/moved-to-nothing":
		redirect("/nothing", http.StatusMovedPermanently)
	case path == "/round":
		redirect("/round", http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

// at is where a checker finds the site that it is made for.
const at = "http://a.dev"

// checker returns a checker for which every host is the machine at address.
func checker(address string) *external.Checker {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	return &external.Checker{Transport: &http.Transport{DialContext: dial}, Pause: time.Millisecond}
}

func TestCheck(t *testing.T) {
	s := &site{}
	server := httptest.NewServer(s)
	defer server.Close()
	c := checker(server.Listener.Addr().String())
	list := links(at+"/ok", at+"/gone", at+"/nothing#part", at+"/nothing", at+"/private", at+"/no-head", at+"/busy", at+"/down",
		at+"/moved#part", at+"/for-now", at+"/half", at+"/slash", at+"/to-front", at+"/to-login", at+"/moved-to-nothing", at+"/round",
		"mailto:a@b.c", "https://")
	want := []string{
		`2: error link/gone: there is nothing any more at HOST/gone (410) | link to what took its place, or take the link out`,
		`3: error link/gone: there is nothing any more at HOST/nothing (404) | link to what took its place, or take the link out`,
		`4: error link/gone: there is nothing any more at HOST/nothing (404) | link to what took its place, or take the link out`,
		`8: warning link/unreachable: HOST/down cannot be reached: it answers 502 Bad Gateway | look whether it works in a browser`,
		`9: warning link/moved: HOST/moved has moved for good | it leads to HOST/new now: look whether that is still what you mean`,
		`11: warning link/moved: HOST/half has moved for good | it leads to HOST/half-way now: look whether that is still what you mean`,
		`13: warning link/moved: HOST/to-front has moved for good | it leads to HOST/ now: look whether that is still what you mean`,
		`14: warning link/moved: HOST/to-login has moved for good | it leads to HOST/login?next=/to-login now: look whether that is still what you mean`,
		`15: error link/gone: there is nothing any more at HOST/moved-to-nothing (404) | link to what took its place, or take the link out`,
		`16: warning link/unreachable: HOST/round cannot be reached: stopped after 10 redirects | look whether it works in a browser`,
	}
	if d := cmp.Diff(want, describe(c.Check(t.Context(), list), at)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if n := len(slices.DeleteFunc(slices.Clone(s.asked), func(a string) bool { return a != "HEAD /nothing" })); n != 2 { // and once after a redirect
		t.Errorf("asked for /nothing %d times", n)
	}

	s.asked = nil
	kept, err := json.Marshal(c.Known)
	if c.Known = nil; err != nil || json.Unmarshal(kept, &c.Known) != nil {
		t.Fatalf("%s: %v", kept, err)
	}
	if d := cmp.Diff(want, describe(c.Check(t.Context(), list), at)); d != "" {
		t.Errorf("remembered: -want +got:\n%s", d)
	}
	for _, a := range s.asked {
		t.Errorf("asked again: %s", a)
	}
}

func TestForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &slow{start: time.Now(), answer: func(*http.Request) (int, error) { return 404, nil }}
		c := &external.Checker{Transport: network}
		c.Check(t.Context(), links("https://a.dev/"))
		if c.Check(t.Context(), nil); len(c.Known) != 1 {
			t.Errorf("known at once: %v", c.Known)
		}
		time.Sleep(30 * 24 * time.Hour)
		if c.Check(t.Context(), nil); len(c.Known) != 0 {
			t.Errorf("still known after a month: %v", c.Known)
		}
	})
}

func TestNobodyAnswers(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	got := describe(checker(server.Listener.Addr().String()).Check(t.Context(), links(at+"/a")), at)
	want := []string{`1: warning link/unreachable: HOST/a cannot be reached: connection refused | look whether it works in a browser`}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestPrivate holds that a page cannot make us knock at doors of our own house,
// by an address or by a redirect.
func TestPrivate(t *testing.T) {
	s := &site{}
	server := httptest.NewServer(s)
	defer server.Close()
	c := &external.Checker{Pause: time.Millisecond}
	got := describe(c.Check(t.Context(), links(server.URL+"/ok", "http://localhost/x", "http://router/", "https://example.org/")), server.URL)
	want := []string{`1: warning link/unreachable: HOST/ok cannot be reached: it is on a private network | look whether it works in a browser`}
	if d := cmp.Diff(want, got); d != "" || len(s.asked) > 0 {
		t.Errorf("-want +got:\n%s%q", d, s.asked)
	}
}

// slow is a network on which every answer takes a second, or as long as it is told.
type slow struct {
	takes  time.Duration
	mu     sync.Mutex
	start  time.Time
	log    []string
	now    int // requests under way
	most   int
	answer func(*http.Request) (int, error)
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.now++
	s.most = max(s.most, s.now)
	s.log = append(s.log, fmt.Sprintf("%v %s %s", time.Since(s.start), r.Method, r.URL))
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.now--; s.mu.Unlock() }()
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(max(s.takes, time.Second)):
	}
	status, err := s.answer(r)
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("")), Header: http.Header{}, Request: r}, err
}

func TestOneHostIsAskedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &slow{start: time.Now(), answer: func(*http.Request) (int, error) { return 200, nil }}
		c := &external.Checker{Transport: network, Pause: 5 * time.Second}
		c.Check(t.Context(), links("https://a.dev/1", "https://a.dev/2", "https://a.dev/3"))
		want := []string{"0s HEAD https://a.dev/1", "5s HEAD https://a.dev/2", "10s HEAD https://a.dev/3"}
		if d := cmp.Diff(want, network.log); d != "" || network.most != 1 {
			t.Errorf("%d at once\n-want +got:\n%s", network.most, d)
		}
	})
}

func TestHostsAreAskedSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &slow{start: time.Now(), answer: func(*http.Request) (int, error) { return 200, nil }}
		c := &external.Checker{Transport: network}
		var all []string
		for i := range 24 {
			all = append(all, fmt.Sprintf("https://host-%d.dev/", i))
		}
		c.Check(t.Context(), links(all...))
		if took := time.Since(network.start); network.most != 8 || took != 3*time.Second {
			t.Errorf("%d at once, %v", network.most, took)
		}
	})
}

func TestFailuresAreTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		times := 0
		network := &slow{start: time.Now()}
		network.answer = func(r *http.Request) (int, error) {
			if times++; times < 4 {
				return 0, errors.New("connection reset")
			}
			return 200, nil
		}
		c := &external.Checker{Transport: network, Pause: time.Second}
		if got := c.Check(t.Context(), links("https://a.dev/")); len(got) > 0 {
			t.Errorf("%v", got)
		}
		// Each takes a second, and there are 1, 2 and 4 between.
		if took := time.Since(network.start); len(network.log) != 4 || took < 10*time.Second || took > 20*time.Second {
			t.Errorf("%v\n%s", took, strings.Join(network.log, "\n"))
		}
	})
}

func TestNoAnswerInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &slow{start: time.Now(), takes: time.Minute, answer: func(*http.Request) (int, error) { return 200, nil }}
		c := &external.Checker{Transport: network}
		got := describe(c.Check(t.Context(), links("https://a.dev/")), "https://a.dev")
		want := []string{`1: warning link/unreachable: HOST/ cannot be reached: it does not answer in time | look whether it works in a browser`}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	})
}

func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &slow{start: time.Now(), answer: func(*http.Request) (int, error) { return 404, nil }}
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		c := &external.Checker{Transport: network, Pause: time.Millisecond}
		got := c.Check(ctx, links("https://a.dev/1", "https://a.dev/2"))
		if len(got) != 1 || time.Since(network.start) > 3*time.Second {
			t.Errorf("%v after %v", got, time.Since(network.start))
		}
	})
}
