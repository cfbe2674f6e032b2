package external

import (
	"encoding/json"
	"time"
)

// Cache is what is known of addresses, to be kept from one check to the next.
type Cache map[string]Finding

// believed is how long a finding is.
var believed = map[State]time.Duration{Fine: 7 * 24 * time.Hour, Moved: 7 * 24 * time.Hour, Gone: 24 * time.Hour, Unreachable: 10 * time.Minute}

// ReadCache reads what [Cache.Bytes] wrote. What cannot be read is not known.
func ReadCache(data []byte) Cache {
	c := Cache{}
	if json.Unmarshal(data, &c) != nil || c == nil {
		return Cache{}
	}
	return c
}

// Bytes is the cache as text, without what is too old at the given time.
func (c Cache) Bytes(now time.Time) []byte {
	kept := Cache{}
	for address := range c {
		if f, ok := c.fresh(address, now); ok {
			kept[address] = f
		}
	}
	data, err := json.MarshalIndent(kept, "", " ")
	if err != nil {
		panic(err) // it is made of text and times
	}
	return append(data, '\n')
}

// fresh returns what is known of an address and still believed.
func (c Cache) fresh(address string, now time.Time) (Finding, bool) {
	f, ok := c[address]
	age := now.Sub(f.When)
	return f, ok && age >= 0 && age < believed[f.State]
}

func (c Cache) add(address string, f Finding) {
	if c != nil {
		c[address] = f
	}
}
