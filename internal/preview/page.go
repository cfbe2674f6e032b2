package preview

import (
	"bytes"
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"quandary/internal/output"
)

// A page is the answer to one address.
type page struct {
	output.File
	status   int
	redirect string // where to go instead
}

// version tells two answers apart.
func (p page) version() string {
	if p.redirect != "" {
		return ""
	}
	return fmt.Sprintf("%d-%.24s", p.status, p.Digest())
}

// at returns what a host of plain files would answer at an address's path.
func (st *state) at(address string) page {
	if st.set == nil {
		waiting := document("Nothing to show yet", "The site will be here once it is built.")
		return page{File: waiting, status: http.StatusServiceUnavailable}
	}
	if name, ok := strings.CutPrefix(address, "/"); ok {
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if f, ok := st.set.Get(name); ok {
			return page{File: f, status: http.StatusOK}
		}
		if _, ok := st.set.Get(name + "/index.html"); ok {
			return page{redirect: (&url.URL{Path: address + "/"}).String()}
		}
	}
	f, ok := st.set.Get("404.html")
	if !ok {
		f = document("Not found", `There is no page at this address: go <a href="/">home</a>.`)
	}
	return page{File: f, status: http.StatusNotFound}
}

// serve writes the answer, with our script in it if it is a page that stays live.
func (p page) serve(w http.ResponseWriter, r *http.Request, live bool) {
	if p.redirect != "" {
		to := p.redirect
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
		return
	}
	data, kind := p.Bytes(), kindOf(p.Path)
	if live && kind == htmlKind {
		data = withScript(data, p.version())
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", `"`+p.version()+`"`)
	if p.status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		return
	}
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // who is gone needs no answer
	}
}

// withScript adds our script as the last thing in a page's body. It runs before
// those with defer, so that it sees the page as it was served; it is told which
// version that is.
func withScript(data []byte, version string) []byte {
	tag := fmt.Sprintf(`<script src="%s?%s"></script>`, scriptPath, version)
	at := bytes.LastIndex(data, []byte("</body>"))
	if at < 0 {
		at = len(data)
	}
	return bytes.Join([][]byte{data[:at], data[at:]}, []byte(tag))
}

const htmlKind = "text/html; charset=utf-8"

// kinds are the content types that a site needs. The machine's own table comes
// after it: it is wrong about scripts on some.
var kinds = map[string]string{
	".html": htmlKind, ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".webmanifest": "application/manifest+json",
	".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".xml": "application/xml",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".pdf": "application/pdf",
	".woff2": "font/woff2", ".woff": "font/woff", ".wasm": "application/wasm", ".mp4": "video/mp4", ".webm": "video/webm",
}

func kindOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	return cmp.Or(kinds[ext], mime.TypeByExtension(ext), "application/octet-stream")
}

func document(title, text string) output.File {
	return output.New("index.html", fmt.Appendf(nil, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>%s</title>
</head>
<body>
<h1>%[1]s</h1>
<p>%s</p>
</body>
</html>
`, title, text))
}
