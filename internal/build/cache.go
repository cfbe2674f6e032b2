package build

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"quandary/internal/diag"
	"quandary/internal/ledger"
	"quandary/internal/output"
	"quandary/internal/source"
)

// Cache is what a build was made from and what it gave, to be kept on disk:
// where nothing has changed since, there is nothing to build. It holds digests
// and no pages, so that it can never be believed over the bytes.
type Cache struct {
	From  string            // the digest of the program, its options and the files of the tree
	Read  map[string]string // the digest of each other file that was read, by path; "" for none
	Site  string            // the digest of what was written
	Pages int
	Diags diag.List
}

// Cache describes a build whose site was written, to be marshalled as JSON. site
// is the digest of what was written, and ledger the ledger as it is now, nil for none.
func (r *Result) Cache(site string, ledger []byte) *Cache {
	read := maps.Clone(r.read)
	read[r.ledgerName] = digestOf(ledger)
	return &Cache{From: r.from(), Read: read, Site: site, Pages: r.Pages(), Diags: r.Diags}
}

// Recall returns the cache in data if building the tree would give the same
// once more, and nil if it may not.
func (b *Builder) Recall(data []byte, tree *source.Tree, prefix string, read Read) *Cache {
	var c Cache
	if json.Unmarshal(data, &c) != nil || c.From != b.from(tree, prefix) {
		return nil
	}
	files := map[string]*source.File{}
	for _, f := range slices.Concat(b.BuiltIn, tree.Files) {
		files[f.Path] = f
	}
	for name, digest := range c.Read {
		data, _ := read(name) // nil where it cannot be
		if digestOf(data) != digest {
			return nil
		}
		files[name] = source.NewFile(name, data)
	}
	for i := range c.Diags {
		d := &c.Diags[i]
		d.Place.File = files[d.Place.Path()]
		for j, note := range d.Related {
			d.Related[j].Place.File = files[note.Place.Path()]
		}
		for j, edit := range d.Fix {
			d.Fix[j].Place.File = files[edit.Place.Path()]
		}
	}
	return &c
}

// from is the digest of all that is known before a build. The ledger is not
// part of it, since a build adds to it.
func (b *Builder) from(tree *source.Tree, prefix string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q\n", fmt.Sprint(b.Options), prefix)
	for _, f := range slices.Concat(b.BuiltIn, tree.Files) {
		fmt.Fprintf(h, "%s %q\n", digestOf(f.Data), f.Path)
	}
	for _, name := range tree.Other {
		if name != prefix+ledger.Name {
			fmt.Fprintf(h, "%q\n", name)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// digestOf is the digest of a file's bytes, "" for no file.
func digestOf(data []byte) string {
	if data == nil {
		return ""
	}
	return string(output.DigestOf(data))
}
