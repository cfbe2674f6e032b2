// Package assets holds the built-in styles and scripts. site.css and icon.svg
// are not among them: they belong to the site in this repository.
package assets

import "embed"

// Files are the assets that every site starts from.
//
//go:embed main.css tokens.css base.css layout.css parts.css prose.css decision.css picture.css print.css mark.svg
//go:embed main.js early.js theme.js files.js ahead.js elsewhere.js contents.js copy.js peek.js search-loader.js decide.js embedded.js embed.js
//go:embed search.js search-engine.js search.css
var Files embed.FS
