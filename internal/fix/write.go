package fix

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// ErrChanged says that a file is no longer as it was read, so that nothing was
// written to it.
var ErrChanged = errors.New("somebody changed it meanwhile")

// Write writes changed files in the folder that root is open for. Each is
// replaced whole or not at all, and keeps its permissions. It stops at the first
// that fails.
func Write(root *os.Root, changes []Change) error {
	for _, c := range changes {
		if err := write(root, c); err != nil {
			return fmt.Errorf("write %s: %w", c.File.Path, err)
		}
	}
	return nil
}

func write(root *os.Root, c Change) error {
	name := c.File.Path
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a file of this folder but leads to one: mend that by hand")
	}
	if now, err := root.ReadFile(name); err != nil || !bytes.Equal(now, c.File.Data) {
		return cmp.Or(err, ErrChanged)
	}
	return Replace(root, name, c.Data, info.Mode().Perm())
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
