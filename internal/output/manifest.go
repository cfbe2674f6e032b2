package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What we keep in an output folder beside the site. Names that begin with
// ownPrefix are ours, and no file of a site may have one.
const (
	ownPrefix    = ".quandary-"
	manifestPath = ownPrefix + "manifest" // which files are ours
	tempFolder   = ownPrefix + "tmp"      // files on their way to their place
	manifestHead = "quandary manifest 1\n"
	manifestEnd  = "end\n"
)

// A version is what a file of ours holds, or may hold: while a file is being
// replaced, and after that was interrupted, it has an old one and a new one.
type version struct {
	digest Digest
	size   int64 // -1 when the file was last seen with other bytes, so that none fits
}

func versionOf(data []byte) version { return version{sha256.Sum256(data), int64(len(data))} }

// A manifest lists the files we wrote. It holds no times, so that the same site
// gives the same bytes; its own time stands in for theirs. While we write, it
// grows by a line for each file that is about to change, after its end.
type manifest struct {
	files    map[string][]version
	finished bool      // there is one, and nothing came after its end
	written  time.Time // a file of ours last changed before this is as we left it
}

// readManifest returns the manifest of an output folder, an empty one where
// there is none. It refuses one that it does not understand: a guess could cost
// somebody a file.
func readManifest(root folder) (manifest, error) {
	m := manifest{files: make(map[string][]version)}
	data, err := root.ReadFile(manifestPath)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	info, err := root.Lstat(manifestPath)
	if err != nil {
		return m, err
	}
	if m.finished = bytes.HasSuffix(data, []byte("\n"+manifestEnd)); m.finished {
		m.written = info.ModTime()
	}
	return m, m.parse(data)
}

// parse adds what the lines of data list. A last line without its end was cut
// off by a crash, before the file that it announces was touched.
func (m manifest) parse(data []byte) error {
	lines, ok := bytes.CutPrefix(data, []byte(manifestHead))
	if !ok {
		return fmt.Errorf("%s is damaged or of another version: delete the output folder to build it anew", manifestPath)
	}
	number := 1
	for line := range bytes.Lines(lines) {
		number++
		if line[len(line)-1] != '\n' || string(line) == manifestEnd {
			continue
		}
		path, v, err := parseLine(string(line[:len(line)-1]))
		if err != nil {
			return fmt.Errorf("%s:%d is damaged: delete the output folder to build it anew", manifestPath, number)
		}
		m.add(path, v)
	}
	return nil
}

func parseLine(line string) (path string, v version, err error) {
	digest, rest, _ := strings.Cut(line, " ")
	size, path, _ := strings.Cut(rest, " ")
	n, err1 := hex.Decode(v.digest[:], []byte(digest[:min(len(digest), 2*len(v.digest))]))
	v.size, err = strconv.ParseInt(size, 10, 64)
	if err1 != nil || n != len(v.digest) || checkPath(path) != nil {
		err = errors.Join(err, errors.New("not a manifest line"))
	}
	return path, v, err
}

func formatLine(path string, v version) string {
	return fmt.Sprintf("%s %d %s\n", v.digest, v.size, path)
}

// add records that the file at path may hold v.
func (m manifest) add(path string, v version) {
	if !slices.Contains(m.files[path], v) {
		m.files[path] = append(m.files[path], v)
	}
}

// encode returns the manifest's bytes, with its end when it is finished.
func (m manifest) encode() []byte {
	var b bytes.Buffer
	b.WriteString(manifestHead)
	for _, path := range slices.Sorted(maps.Keys(m.files)) {
		for _, v := range m.files[path] {
			b.WriteString(formatLine(path, v))
		}
	}
	if m.finished {
		b.WriteString(manifestEnd)
	}
	return b.Bytes()
}

// doubtful returns versions without the sizes by which a file could be taken
// for one of them unread.
func doubtful(versions []version) []version {
	versions = slices.Clone(versions)
	for i := range versions {
		versions[i].size = -1
	}
	return versions
}
