package preview

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"quandary/internal/diag"
	"quandary/internal/output"
)

// A page is the answer to one address.
type page struct {
	data     []byte
	kind     string // its content type
	status   int
	version  string // tells two answers apart
	redirect string // where to go instead
}

// at returns what a host of plain files would answer at an address's path.
func (st *state) at(address string) page {
	if st.set == nil {
		return newPage(st.waiting, sum(st.waiting), htmlKind, http.StatusServiceUnavailable)
	}
	name := strings.TrimPrefix(address, "/")
	if !strings.HasPrefix(address, "/") || path.Clean("/"+name) != strings.TrimSuffix("/"+name, "/") && name != "" {
		return st.missing()
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if f, ok := st.set.Get(name); ok {
		return fileAt(f, http.StatusOK)
	}
	if _, ok := st.set.Get(name + "/index.html"); ok {
		to := url.URL{Path: address + "/"}
		return page{redirect: to.String()}
	}
	return st.missing()
}

func (st *state) missing() page {
	if f, ok := st.set.Get("404.html"); ok {
		return fileAt(f, http.StatusNotFound)
	}
	data := []byte(document("Not found", "<p>There is no page at this address.</p>\n<p><a href=\"/\">Home</a></p>"))
	return newPage(data, sum(data), htmlKind, http.StatusNotFound)
}

func fileAt(f output.File, status int) page {
	return newPage(f.Bytes(), f.Digest(), kindOf(f.Path), status)
}

func newPage(data []byte, digest output.Digest, kind string, status int) page {
	return page{data: data, kind: kind, status: status, version: strconv.Itoa(status) + "-" + hex.EncodeToString(digest[:12])}
}

func sum(data []byte) output.Digest { return sha256.Sum256(data) }

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
	data := p.data
	if live && p.kind == htmlKind {
		data = withScript(data, p.version)
	}
	w.Header().Set("Content-Type", p.kind)
	w.Header().Set("ETag", `"`+p.version+`"`)
	if p.status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
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

// waitingPage is what every address shows before there is a good site.
func waitingPage(list diag.List) []byte {
	if list.Errors() == 0 {
		return []byte(document("Building", "<p>The site is being built.</p>"))
	}
	var text strings.Builder
	_ = diag.WriteText(&text, list, diag.Style{}) // a Builder takes everything
	return []byte(document("The site has errors", "<p>The site will show here once these are mended.</p>\n<pre>"+html.EscapeString(text.String())+"</pre>"))
}

func document(title, body string) string {
	return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n" +
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>" + title + "</title>\n</head>\n<body>\n<h1>" + title + "</h1>\n" + body + "\n</body>\n</html>\n"
}
