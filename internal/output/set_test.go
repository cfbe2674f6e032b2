package output_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/output"
)

// setOf makes a set of files whose bytes are text.
func setOf(files map[string]string) *output.Set {
	var s output.Set
	for path, text := range files {
		s.Add(output.New(path, []byte(text)))
	}
	return &s
}

func TestSet(t *testing.T) {
	calls := map[string]int{}
	counted := func(path string) output.Data {
		return func(*bytes.Buffer) []byte { calls[path]++; return []byte(path) }
	}
	var s output.Set
	s.Add(output.Lazy("b", counted("b")))
	s.Add(output.Func("a", counted("a")))
	s.Add(output.New("c", []byte("c")))
	for range 2 {
		var order string
		for _, f := range s.All() {
			order += string(f.Bytes())
		}
		if order != "abc" {
			t.Errorf("files in the order %q, want abc", order)
		}
	}
	if d := cmp.Diff(map[string]int{"a": 2, "b": 1}, calls); d != "" {
		t.Errorf("times that bytes were made, -want +got:\n%s", d)
	}
	f, _ := s.Get("c")
	if got, want := string(f.Digest()), "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6"; got != want {
		t.Errorf("Digest = %s, want %s", got, want)
	}
}

func TestFolder(t *testing.T) {
	made := 0
	s := setOf(map[string]string{"a": "1", "f/b": "2"})
	s.AddFolder("f", func() *output.Set {
		made++
		return setOf(map[string]string{"f/b": "3", "f/c": "4"})
	})
	if f, ok := s.Get("f/b"); !ok || string(f.Bytes()) != "2" || made != 0 {
		t.Errorf("f/b is there: %v; made %d times", ok, made)
	}
	if f, ok := s.Get("f/c"); !ok || string(f.Bytes()) != "4" {
		t.Errorf("f/c is there: %v", ok)
	}
	all := ""
	for _, f := range s.All() {
		all += f.Path + string(f.Bytes()) + " "
	}
	if all != "a1 f/b2 f/c4 " || made != 1 {
		t.Errorf("all: %q, made %d times", all, made)
	}
}

func TestChanged(t *testing.T) {
	before := setOf(map[string]string{"same": "1", "equal": "2", "changed": "3", "also/changed": "3", "gone": "4", "gone/too": "5"})
	after := setOf(map[string]string{"equal": "2", "changed": "33", "also/changed": "33", "new": "6", "also/new": "7"})
	shared := output.Func("same", func(*bytes.Buffer) []byte { t.Error("bytes of a shared file were asked for"); return nil })
	before.Add(shared)
	after.Add(shared)
	all := func(string) bool { return true }
	if d := cmp.Diff([]string{"also/changed", "changed"}, output.Changed(before, after, all)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	of := func(path string) bool { return path != "changed" }
	if d := cmp.Diff([]string{"also/changed"}, output.Changed(before, after, of)); d != "" {
		t.Errorf("of some paths, -want +got:\n%s", d)
	}
	if got := output.Changed(after, after, all); got != nil {
		t.Errorf("a set differs from itself in %v", got)
	}
}
