package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// What we keep in an output folder beside the site. Names that begin with
// ownPrefix are ours, and no file of a site may have one.
const (
	ownPrefix    = ".quandary-"
	manifestPath = ownPrefix + "manifest" // which files are ours
	tempFolder   = ownPrefix + "tmp"      // files on their way to their place
	manifestHead = "quandary manifest 2\n"
)

// A manifest lists the files we wrote, by what they hold. While a file is being
// replaced, and after that was interrupted, it may hold one thing or the other.
// There are no times in it, so that the same site gives the same bytes.
type manifest map[string][]Digest

// readManifest reads the manifest of the folder, an empty one where there is
// none. It refuses one that it does not understand: a guess could cost somebody
// a file.
func (w *writer) readManifest() error {
	info, err := w.root.Lstat(manifestPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		w.settled = info.ModTime()
		w.saved, err = w.root.ReadFile(manifestPath)
	}
	if err != nil {
		return err
	}
	w.owned = make(manifest)
	lines, ok := strings.CutPrefix(string(w.saved), manifestHead)
	for line := range strings.Lines(lines) {
		digest, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		w.owned[name] = append(w.owned[name], Digest(digest))
		ok = ok && checkPath(name) == nil
	}
	if !ok {
		return fmt.Errorf("%s is damaged or of another version: delete the output folder to build it anew", manifestPath)
	}
	return nil
}

// writeManifest says what the files hold: those that are about to change, or
// have changed when it is done. Nothing is written if that was known.
func (w *writer) writeManifest(done bool) error {
	m := make(manifest, len(w.entries))
	for _, e := range w.entries {
		switch {
		case e.fate == written && !done:
			m[e.Path] = append(slices.Clip(e.owned), e.digest)
		case e.fate == written || e.fate == unchanged:
			m[e.Path] = []Digest{e.digest}
		case e.fate == kept || !done:
			m[e.Path] = e.owned
		}
	}
	if data := m.encode(); !bytes.Equal(data, w.saved) {
		w.saved = data
		return w.replace(manifestPath, data)
	}
	return nil
}

func (m manifest) encode() []byte {
	b := bytes.NewBufferString(manifestHead)
	for _, name := range slices.Sorted(maps.Keys(m)) {
		for _, d := range m[name] {
			fmt.Fprintf(b, "%s %s\n", d, name)
		}
	}
	return b.Bytes()
}

// checkPath refuses paths that lead out of the output folder, that not every
// machine can have, or that the manifest cannot hold.
func checkPath(name string) error {
	_, err := filepath.Localize(name)
	switch {
	case err != nil, name == ".", strings.ContainsFunc(name, unicode.IsControl), strings.Contains(name, `\`):
		return fmt.Errorf("%q is not a path that a file of a site can have", name)
	case strings.Contains("/"+name, "/"+ownPrefix):
		return fmt.Errorf("%q has a name in it that begins with %s, which is taken", name, ownPrefix)
	}
	return nil
}
