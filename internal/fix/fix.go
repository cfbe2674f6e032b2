// Package fix owns changes to a writer's files: the mends that diagnostics
// carry, put together, shown as a diff and written.
//
// It stands beside the pipeline: it is handed what a check found and the files
// as they were read. It makes only the mends that are certain, and leaves every
// other byte of a file as it is: line endings, byte-order marks and all. It
// never decides what is wrong.
package fix

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Change is what mends make of one file.
type Change struct {
	File *source.File // as it was read
	Data []byte       // as it is to be
}

// Apply puts together the mends of a list. It returns the files that they
// change, sorted by path, and how many diagnostics that mends. A mend that
// overlaps one before it is left for another run, all of it.
func Apply(list diag.List) (changes []Change, mended int) {
	edits := map[*source.File][]diag.Edit{}
	for _, d := range list {
		if len(d.Fix) == 0 || slices.ContainsFunc(d.Fix, func(e diag.Edit) bool { return overlaps(edits[e.Place.File], e) }) {
			continue
		}
		mended++
		for _, e := range d.Fix {
			if !slices.Contains(edits[e.Place.File], e) {
				edits[e.Place.File] = append(edits[e.Place.File], e)
			}
		}
	}
	for file, list := range edits {
		changes = append(changes, Change{file, rewrite(file.Data, list)})
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.File.Path, b.File.Path) })
	return changes, mended
}

// overlaps reports whether an edit cannot be made beside those before it: they
// share text, or both put something at the same place. The same edit twice is
// one edit.
func overlaps(before []diag.Edit, e diag.Edit) bool {
	return slices.ContainsFunc(before, func(b diag.Edit) bool {
		p, q := b.Place.Span, e.Place.Span
		return b != e && (p.Start < q.End && q.Start < p.End || p.Start == q.Start || p.End == q.End)
	})
}

// rewrite makes the edits, which do not overlap.
func rewrite(data []byte, edits []diag.Edit) []byte {
	slices.SortFunc(edits, func(a, b diag.Edit) int { return a.Place.Compare(b.Place) })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, data[at:e.Place.Span.Start]...), e.Text...)
		at = e.Place.Span.End
	}
	return append(out, data[at:]...)
}

// Diff shows changes as a unified diff, which `git apply` and `patch -p1` read.
func Diff(changes []Change) (diff string) {
	for _, c := range changes {
		diff += udiff.Unified("a/"+c.File.Path, "b/"+c.File.Path, string(c.File.Data), string(c.Data))
	}
	return diff
}

// Write writes changed files in the folder that root is open for. Each is
// replaced whole or not at all, and keeps its permissions. It stops at the first
// that fails, as one does that is no longer as it was read.
func Write(root *os.Root, changes []Change) error {
	for _, c := range changes {
		info, err := root.Lstat(c.File.Path)
		now, unread := root.ReadFile(c.File.Path)
		switch {
		case err != nil || unread != nil:
			err = cmp.Or(err, unread)
		case !info.Mode().IsRegular():
			err = errors.New("it is not a file of this folder but leads to one: mend that by hand")
		case !bytes.Equal(now, c.File.Data):
			err = errors.New("somebody changed it meanwhile")
		default:
			err = Replace(root, c.File.Path, c.Data, info.Mode().Perm())
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", c.File.Path, err)
		}
	}
	return nil
}

// Replace writes a file of the folder that root is open for, whole or not at
// all: what was there before stays until everything is written.
func Replace(root *os.Root, name string, data []byte, perm fs.FileMode) error {
	temp := path.Join(path.Dir(name), "."+path.Base(name)+".new")
	err := errors.Join(root.WriteFile(temp, data, perm), root.Chmod(temp, perm))
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}

// Front is the front matter of a file, to which keys are to be added.
type Front struct {
	File *source.File
	Root *matter.Node // nil where the file has none
	Body int          // the offset at which the body begins
}

// Add returns the edits that add entries to the list or map under a key of front
// matter, which may be new: values to a list, keys and their values to a map. It
// tries every way in which front matter is written, and returns the first after
// which it says what it said before and the entries, or nil where none does.
func (f Front) Add(key string, kind matter.Kind, entries [][]string) []diag.Edit {
	items := make([]string, len(entries))
	for i, e := range entries {
		items[i] = matter.Scalar(e[0])
		if kind == matter.Map {
			items[i] += ": " + matter.Scalar(e[1])
		}
	}
	for _, edits := range f.ways(key, kind, items) {
		if f.proves(key, kind, slices.Concat(entries...), edits) {
			return edits
		}
	}
	return nil
}

// ways are those to add items under a key, some of which fit no front matter.
func (f Front) ways(key string, kind matter.Kind, items []string) [][]diag.Edit {
	data, nl, opening, closing, dash := f.File.Data, "\n", "[", "]", "- "
	if kind == matter.Map {
		opening, closing, dash = "{", "}", ""
	}
	if bytes.Contains(data, []byte("\r\n")) {
		nl = "\r\n"
	}
	inside := strings.Join(items, ", ")
	field := f.Root.Field(key)
	if field.Key == nil {
		line, end := key+": "+opening+inside+closing+nl, bytes.LastIndex(data[:f.Body], []byte("\n---"))+1
		return [][]diag.Edit{{f.insert(end, line)}, {f.insert(f.Body, "---"+nl+line+"---"+nl+nl)}}
	}
	n, first, last := field.Value, field.Value, field.Value
	if len(n.Items) > 0 {
		last = n.Items[len(n.Items)-1]
	} else if len(n.Fields) > 0 {
		first, last = n.Fields[0].Key, n.Fields[len(n.Fields)-1].Value
	}
	at, colon := last.Place.Span.End, field.Key.Place.Span.End
	colon += bytes.IndexByte(data[colon:], ':') + 1
	line, _, _ := bytes.Cut(data[at:], []byte(nl))
	indent := strings.Repeat(" ", first.Place.Position().Column-1) + dash
	return [][]diag.Edit{
		// to an empty list or map in brackets, and to one with something in it
		{f.insert(at, inside)},
		{f.insert(at, ", "+inside)},
		// to no value
		{f.insert(colon, " "+opening+inside+closing)},
		// to one over lines
		{f.insert(at+len(line)+len(nl), indent+strings.Join(items, nl+indent)+nl)},
		// to one value
		{f.insert(n.Place.Span.Start, opening), f.insert(at, ", "+inside+closing)},
	}
}

// insert is the edit that puts text at an offset.
func (f Front) insert(at int, text string) diag.Edit {
	at = min(at, len(f.File.Data))
	return diag.Edit{Place: f.File.Place(at, at), Text: text}
}

// proves reports whether what edits make says values more, under key.
func (f Front) proves(key string, kind matter.Kind, values []string, edits []diag.Edit) bool {
	root, _, _ := matter.Parse(source.NewFile(f.File.Path, rewrite(f.File.Data, slices.Clone(edits))))
	before, after, more := f.Root.Get(key), root.Get(key), len(values)
	if before == nil {
		more++ // the key
	}
	wasText := before != nil && before.Kind == matter.Text && kind == matter.Map
	return after != nil && after.Kind == kind && !wasText &&
		slices.Equal(says(after), append(says(before), values...)) && len(says(root)) == len(says(f.Root))+more
}

// says lists the keys and values in a node.
func says(n *matter.Node) (texts []string) {
	if n == nil {
		return nil
	}
	if n.Kind == matter.Text {
		texts = append(texts, n.Text)
	}
	for _, item := range n.Items {
		texts = append(texts, says(item)...)
	}
	for _, field := range n.Fields {
		texts = append(append(texts, field.Key.Text), says(field.Value)...)
	}
	return texts
}
