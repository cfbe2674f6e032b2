// Package external owns the test of links that lead out of a site: which are
// gone, which have moved, and which cannot be reached.
//
// It stands beside the pipeline and is the only package that talks to the
// network, when somebody asks for it. It is a good guest: one request at a time
// to a host with a pause between, no body fetched, and what was found is
// remembered. It asks no address of a private network unless told to, so that a
// page cannot make the machine that checks it look around in its own house.
package external

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Link is one link that leads out of a site.
type Link struct {
	URL   string
	Place source.Place // of its destination
}

// Checker tests links. The zero Checker is ready for use.
type Checker struct {
	Agent     string            // what to call ourselves; "" is "Quandary"
	Transport http.RoundTripper // nil dials the network
	Private   bool              // ask hosts of private networks and of this machine too
	Hosts     int               // how many are asked at the same time; 0 is 8
	Pause     time.Duration     // between two requests to a host; 0 is half a second
	Timeout   time.Duration     // of one request; 0 is 20 seconds
	Retries   int               // how often to ask again after a failure; 0 is 2, below 0 is never
	Known     Cache             // what is known; Check adds to it. nil is nothing
}

// Check tests every link once, however often it stands in the site, and reports
// what is wrong at each place. It stops early, with what it has, when ctx ends.
func (c *Checker) Check(ctx context.Context, links []Link) diag.List {
	byURL := map[string][]Link{}
	for _, l := range links {
		if address, ok := c.asked(l.URL); ok {
			byURL[address] = append(byURL[address], l)
		}
	}
	found := c.ask(ctx, byURL)
	if offline(found) {
		var diags diag.List
		diags.Warn("link/unreachable", source.Place{}, "not one link out of the site could be tested, because no host could be reached").
			Hint = "check again when this machine has a connection"
		return diags
	}
	return report(byURL, found)
}

// asked returns the address to ask for a link, without its fragment, and
// whether to ask at all: not for other schemes, nor for hosts that exist in
// examples only.
func (c *Checker) asked(link string) (address string, ok bool) {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), c.Private || !reserved(u.Hostname())
}

// reserved reports whether a name is set aside for examples, tests and the
// machine at hand (RFC 2606 and 6761).
func reserved(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !strings.Contains(host, ".") && !strings.Contains(host, ":") {
		return true
	}
	for _, name := range []string{"example", "test", "invalid", "localhost", "local", "internal", "example.com", "example.net", "example.org"} {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}

// ask finds out about every address: hosts beside each other, the addresses of
// one host in turn.
func (c *Checker) ask(ctx context.Context, byURL map[string][]Link) map[string]Finding {
	byHost := map[string][]string{}
	found := map[string]Finding{}
	for address := range byURL {
		if f, ok := c.Known.fresh(address, time.Now()); ok {
			found[address] = f
			continue
		}
		u, _ := url.Parse(address)
		byHost[u.Host] = append(byHost[u.Host], address)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	room := make(chan struct{}, or(c.Hosts, 8))
	a := c.asker()
	for _, addresses := range byHost {
		wg.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			slices.Sort(addresses)
			for _, address := range addresses {
				f := a.find(ctx, address)
				if ctx.Err() != nil {
					return
				}
				mu.Lock()
				found[address] = f
				c.Known.add(address, f)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return found
}

// or is n, or otherwise where n is zero.
func or[N int | time.Duration](n, otherwise N) N {
	if n == 0 {
		return otherwise
	}
	return n
}

// offline reports whether several hosts were tried and none was reached.
func offline(found map[string]Finding) bool {
	hosts := map[string]bool{}
	for address, f := range found {
		if f.State != Unreachable || f.Status != 0 {
			return false
		}
		u, _ := url.Parse(address)
		hosts[u.Host] = true
	}
	return len(hosts) > 1
}
