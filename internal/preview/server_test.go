package preview_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/diag"
	"quandary/internal/output"
	"quandary/internal/preview"
	"quandary/internal/source"
)

func setOf(files map[string]string) *output.Set {
	var s output.Set
	for path, text := range files {
		s.Add(output.New(path, []byte(text)))
	}
	return &s
}

func body(text string) string {
	return "<!doctype html>\n<title>" + text + "</title>\n<body>\n<p>" + text + "</p>\n</body>\n</html>\n"
}

var handbook = map[string]string{
	"index.html":          body("home"),
	"a/index.html":        body("a"),
	"with space/Ü.html":   body("odd"),
	"plain.html":          "<p>no body",
	"404.html":            body("not here"),
	"assets/main.css":     "p{}",
	"assets/main.js":      "1",
	"data/index.json":     "{}",
	"pictures/a.svg":      "<svg/>",
	"fonts/a.woff2":       "font",
	".well-known/x":       "secret?",
	"a/file.unknown":      "?",
	"feed.xml":            "<feed/>",
	"film.mp4":            "0123456789",
	"empty/folder/b.html": body("b"),
	"_headers":            "/*\n  Content-Security-Policy: default-src 'none'\n\n/assets/*\n  Cache-Control: immutable\n",
}

func get(t *testing.T, s http.Handler, method, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, "http://localhost:4321/", nil)
	address, query, _ := strings.Cut(target, "?")
	r.URL.Path, r.URL.RawQuery = address, query
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAddresses(t *testing.T) {
	s := &preview.Server{}
	s.Publish(setOf(handbook), nil, nil)
	for target, want := range map[string]struct {
		status int
		kind   string
		text   string
	}{
		"/":                     {200, "text/html; charset=utf-8", "<p>home</p>"},
		"/index.html":           {200, "text/html; charset=utf-8", "<p>home</p>"},
		"/?q=1":                 {200, "text/html; charset=utf-8", "<p>home</p>"},
		"/a/":                   {200, "text/html; charset=utf-8", "<p>a</p>"},
		"/with space/Ü.html":    {200, "text/html; charset=utf-8", "<p>odd</p>"},
		"/plain.html":           {200, "text/html; charset=utf-8", "<p>no body<script"},
		"/assets/main.css":      {200, "text/css; charset=utf-8", "p{}"},
		"/assets/main.js":       {200, "text/javascript; charset=utf-8", "1"},
		"/data/index.json":      {200, "application/json", "{}"},
		"/pictures/a.svg":       {200, "image/svg+xml", "<svg/>"},
		"/fonts/a.woff2":        {200, "font/woff2", "font"},
		"/a/file.unknown":       {200, "application/octet-stream", "?"},
		"/feed.xml":             {200, "application/xml", "<feed/>"},
		"/.well-known/x":        {200, "application/octet-stream", "secret?"},
		"/404.html":             {200, "text/html; charset=utf-8", "<p>not here</p>"},
		"/nowhere":              {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/empty/":               {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/empty/folder/":        {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/a/../index.html":      {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/../../etc/passwd":     {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/a//":                  {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"//a/":                  {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"//evil.example/a/..":   {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/a/./":                 {404, "text/html; charset=utf-8", "<p>not here</p>"},
		`/a\..\index.html`:      {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/a/\x00":               {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"":                      {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/-/quandary/":          {404, "text/html; charset=utf-8", "<p>not here</p>"},
		"/-/quandary/reload.js": {200, "text/javascript; charset=utf-8", "EventSource"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := get(t, s, method, target)
			if got.StatusCode != want.status || got.Header.Get("Content-Type") != want.kind {
				t.Errorf("%s %q: %d %s, want %d %s", method, target, got.StatusCode, got.Header.Get("Content-Type"), want.status, want.kind)
			}
			switch got := text(t, got); {
			case method == http.MethodHead && got != "":
				t.Errorf("HEAD %q has a body", target)
			case method == http.MethodGet && !strings.Contains(got, want.text):
				t.Errorf("GET %q: %q, want %q in it", target, got, want.text)
			}
		}
	}
}

func TestFoldersRedirect(t *testing.T) {
	s := &preview.Server{}
	s.Publish(setOf(map[string]string{"a b/index.html": "x", "evil.example/index.html": "x", "404.html": "x"}), nil, nil)
	for target, want := range map[string]string{"/a b?q=1&r": "/a%20b/?q=1&r", "/evil.example": "/evil.example/"} {
		got := get(t, s, "GET", target)
		if got.StatusCode != http.StatusTemporaryRedirect || got.Header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", target, got.StatusCode, got.Header.Get("Location"), want)
		}
	}
	if got := get(t, s, "GET", "//evil.example"); got.StatusCode != http.StatusNotFound {
		t.Errorf("//evil.example: %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
}

// TestSameBytes holds what is served against what a build writes: only pages
// have more, and that is our script.
func TestSameBytes(t *testing.T) {
	s := &preview.Server{}
	set := setOf(handbook)
	s.Publish(set, nil, nil)
	for _, f := range set.All() {
		got := text(t, get(t, s, "GET", "/"+strings.TrimSuffix(f.Path, "index.html")))
		if from := strings.Index(got, `<script src="/-/quandary/reload.js?`); from >= 0 {
			const end = "</script>"
			to := from + strings.Index(got[from:], end) + len(end)
			got = got[:from] + got[to:]
		} else if strings.HasSuffix(f.Path, ".html") {
			t.Errorf("%s has no script", f.Path)
		}
		if d := cmp.Diff(string(f.Bytes()), got); d != "" {
			t.Errorf("%s: -written +served:\n%s", f.Path, d)
		}
	}
}

func TestPlain(t *testing.T) {
	s := &preview.Server{Plain: true}
	s.Publish(setOf(handbook), nil, nil)
	got := get(t, s, "GET", "/a/")
	if d := cmp.Diff(handbook["a/index.html"], text(t, got)); d != "" {
		t.Errorf("-written +served:\n%s", d)
	}
	if policy := got.Header.Get("Content-Security-Policy"); policy != "default-src 'none'" {
		t.Errorf("policy %q", policy)
	}
	for target, want := range map[string]string{"/assets/main.css": "immutable", "/a/": "no-cache"} {
		if got := get(t, s, "GET", target).Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", target, got, want)
		}
	}
	for _, target := range []string{"/-/quandary/events", "/-/quandary/reload.js"} {
		if got := get(t, s, "GET", target); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, got.StatusCode)
		}
	}
}

func TestCaching(t *testing.T) {
	s := &preview.Server{}
	s.Publish(setOf(handbook), nil, nil)
	first := get(t, s, "GET", "/a/")
	tag := first.Header.Get("ETag")
	if first.Header.Get("Cache-Control") != "no-cache" || tag == "" {
		t.Errorf("Cache-Control %q, ETag %q", first.Header.Get("Cache-Control"), tag)
	}
	if again := get(t, s, "GET", "/a/", "If-None-Match", tag); again.StatusCode != http.StatusNotModified {
		t.Errorf("the same page again: %d", again.StatusCode)
	}
	plain := &preview.Server{Plain: true}
	plain.Publish(setOf(handbook), nil, nil)
	if other := get(t, plain, "GET", "/a/", "If-None-Match", tag); other.StatusCode != http.StatusOK {
		t.Errorf("the same page without our script: %d", other.StatusCode)
	}
	s.Publish(setOf(map[string]string{"a/index.html": body("other")}), nil, nil)
	if again := get(t, s, "GET", "/a/", "If-None-Match", tag); again.StatusCode != http.StatusOK {
		t.Errorf("another page: %d", again.StatusCode)
	}
	s.Publish(setOf(handbook), nil, nil)
	part := get(t, s, "GET", "/film.mp4", "Range", "bytes=2-4")
	if got := text(t, part); part.StatusCode != http.StatusPartialContent || got != "234" {
		t.Errorf("a part: %d %q", part.StatusCode, got)
	}
}

func TestWhoMayAsk(t *testing.T) {
	for _, test := range []struct{ asked, host, want string }{
		{"", "localhost:4321", "yes"},
		{"", "LOCALHOST", "yes"},
		{"", "127.0.0.1:4321", "yes"},
		{"", "127.1.2.3", "yes"},
		{"", "[::1]:4321", "yes"},
		{"", "[::1]", "yes"},
		{"", "192.168.1.5:4321", "no"},
		{"", "evil.example:4321", "no"},
		{"", "localhost.evil.example", "no"},
		{"", "127.0.0.1.evil.example", "no"},
		{"", "", "no"},
		{"192.168.1.5", "192.168.1.5:4321", "yes"},
		{"192.168.1.5", "192.168.1.6:4321", "no"},
		{"mac.local", "mac.local:4321", "yes"},
		{"mac.local", "other.local:4321", "no"},
		{"0.0.0.0", "192.168.1.5:4321", "yes"},
		{"::", "[fe80::1]:4321", "yes"},
		{"0.0.0.0", "evil.example:4321", "no"},
	} {
		s := &preview.Server{Host: test.asked}
		s.Publish(setOf(handbook), nil, nil)
		for _, target := range []string{"/", "/-/quandary/reload.js", "/-/quandary/events"} {
			method := "HEAD"
			got := get(t, s, method, target, "Host", test.host)
			if allowed := got.StatusCode == http.StatusOK; allowed != (test.want == "yes") {
				t.Errorf("--host %q, Host %q, %s: %d, want %s", test.asked, test.host, target, got.StatusCode, test.want)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	s := &preview.Server{}
	s.Publish(setOf(handbook), nil, nil)
	for _, target := range []string{"/", "/nowhere", "/a", "/assets/main.css", "/-/quandary/reload.js"} {
		h := get(t, s, "GET", target, "Origin", "http://evil.example").Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
		if policy := h.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", target, policy)
		}
	}
	if got := get(t, s, "POST", "/"); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", got.StatusCode, got.Header.Get("Allow"))
	}
}

// broken is a list with one error, in a file whose text could do harm in a page.
func broken() diag.List {
	var l diag.List
	f := source.NewFile("content/a b.md", []byte("see <script>alert(1)</script> there\n"))
	d := l.Add("link/broken", f.Place(4, 12), "no page <b>")
	d.Hint = "write & mend"
	d.Related = []diag.Note{{Message: "somewhere"}}
	return l
}

func TestBeforeAndBroken(t *testing.T) {
	s := &preview.Server{}
	got := get(t, s, "GET", "/a/")
	if page := text(t, got); got.StatusCode != http.StatusServiceUnavailable || !strings.Contains(page, "once it is built") {
		t.Errorf("at first: %d %s", got.StatusCode, page)
	}
	s.Publish(nil, broken(), nil)
	page := text(t, get(t, s, "GET", "/a/"))
	if !strings.Contains(page, "once it is built") || !strings.Contains(page, "/-/quandary/reload.js") {
		t.Errorf("without a good set:\n%s", page)
	}
	s.Publish(setOf(map[string]string{"a/index.html": body("first")}), broken(), nil) // never good, and shown all the same
	s.Publish(setOf(map[string]string{"a/index.html": body("edited")}), broken(), nil)
	s.Publish(nil, broken(), nil)
	if page := text(t, get(t, s, "GET", "/a/")); !strings.Contains(page, "<p>edited</p>") {
		t.Errorf("a page that was never good is not the newest:\n%s", page)
	}
	s.Publish(setOf(handbook), nil, nil)
	s.Publish(setOf(map[string]string{"a/index.html": body("bad")}), broken(), nil)
	s.Publish(nil, nil, nil)
	if page := text(t, get(t, s, "GET", "/a/")); !strings.Contains(page, "<p>a</p>") {
		t.Errorf("the last good page is gone:\n%s", page)
	}
}

func TestEditorURL(t *testing.T) {
	for name, want := range map[string]string{
		"code --wait":             "vscode://file/{file}:{line}:{column}",
		"/usr/bin/zed":            "zed://file/{file}:{line}:{column}",
		"my://{file}#{line}":      "my://{file}#{line}",
		"none":                    "",
		"":                        "vscode://file/{file}:{line}:{column}",
		"vim":                     "vscode://file/{file}:{line}:{column}",
		"/opt/idea/bin/idea.exe ": "idea://open?file=/{file}&line={line}&column={column}",
	} {
		if got := preview.EditorURL(name); got != want {
			t.Errorf("EditorURL(%q) = %q, want %q", name, got, want)
		}
	}
}
