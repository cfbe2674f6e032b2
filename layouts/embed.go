// Package layouts holds the built-in layouts. playbook.html is not among them:
// it belongs to the site in this repository.
package layouts

import "embed"

// Files are the layouts that every site starts from.
//
//go:embed 404.html base.html blocks.html embed.html home.html index.html map.html moved.html overview.html page.html
//go:embed preview.html print.html question.html result.html search.html section.html withdrawn.html words
//go:embed _headers _redirects feed.xml llms.txt print.css robots.txt sitemap.xml
var Files embed.FS
