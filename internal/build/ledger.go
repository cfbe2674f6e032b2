package build

import (
	"bytes"
	"slices"

	"quandary/internal/diag"
	"quandary/internal/ledger"
	"quandary/internal/source"
)

// ledgerMemory remembers the ledger as it was read last.
type ledgerMemory struct {
	file  *source.File
	value *ledger.Ledger
	diags diag.List
}

// recall reads the ledger, if the site keeps one, and holds the site against
// it. In a preview, where headings come and go, what is gone is a warning.
func (b *Builder) recall(res *Result, tree *source.Tree, prefix string, read Read) diag.List {
	var file *source.File
	if slices.Contains(tree.Other, prefix+ledger.Name) {
		if data, err := read(prefix + ledger.Name); err == nil {
			file = source.NewFile(prefix+ledger.Name, data)
		}
	}
	m := &b.ledger
	if m.value == nil || (file == nil) != (m.file == nil) || file != nil && !bytes.Equal(file.Data, m.file.Data) {
		m.file = file
		m.value, m.diags = ledger.Read(file)
	}
	res.Ledger = m.value
	var gone diag.List
	res.withdrawn, gone = m.value.Check(res.Site, res.Graph)
	for i := range gone {
		if b.Options.Keep {
			gone[i].Severity = diag.Warning
		}
	}
	return append(slices.Clone(m.diags), gone...)
}

// NextLedger is the text of the ledger once this build is published.
func (r *Result) NextLedger() []byte { return r.Ledger.Update(r.Site, r.Graph) }
