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
	data  []byte
	value *ledger.Ledger
	diags diag.List
}

// recall reads the ledger, if the site keeps one, and holds the site against
// it. In a preview, where headings come and go, what is gone is a warning.
func (b *Builder) recall(res *Result, read Read) diag.List {
	m := &b.ledger
	data, err := read(res.ledgerName)
	if err != nil {
		data = nil
	}
	if m.value == nil || !bytes.Equal(m.data, data) {
		m.data = data
		m.value, m.diags = ledger.Read(source.NewFile(res.ledgerName, data))
	}
	res.Ledger = m.value
	var gone diag.List
	res.kept, gone = m.value.Check(res.Site, res.Graph)
	for i := range gone {
		if b.Options.Keep {
			gone[i].Severity = diag.Warning
		}
	}
	return append(slices.Clone(m.diags), gone...)
}

// NextLedger is the text of the ledger once this build is published.
func (r *Result) NextLedger() []byte { return r.Ledger.Update(r.Site, r.Graph, r.states) }
