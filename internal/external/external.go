// Package external owns the test of links that lead out of a site: which are
// gone, which have moved, and which cannot be reached.
//
// It stands beside the pipeline and is the only package that talks to the
// network, when somebody asks for it. It is a good guest: one request at a time
// to a host with a pause between, no body fetched, and what was found is
// remembered. It asks no address of a private network, so that a page cannot make
// the machine that checks it look around in its own house.
package external

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

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
	Pause     time.Duration     // between two requests to a host; 0 is half a second
	// Known is what is known of addresses, to be kept from one check to the next.
	// Check adds to it, and forgets what is too old. nil is nothing.
	Known map[string]Finding
}

// Check tests every link once, however often it stands in the site, and reports
// what is wrong at each place. It stops early, with what it has, when ctx ends.
func (c *Checker) Check(ctx context.Context, links []Link) (diags diag.List) {
	if c.Known == nil {
		c.Known = map[string]Finding{}
	}
	maps.DeleteFunc(c.Known, func(_ string, f Finding) bool { return time.Since(f.When) >= believed[f.Code] })
	byHost := map[string][]string{}
	for _, l := range links {
		address, host := addressOf(l.URL)
		if _, known := c.Known[address]; host != "" && !known && !slices.Contains(byHost[host], address) {
			byHost[host] = append(byHost[host], address)
		}
	}
	c.ask(ctx, byHost)
	for _, l := range links {
		address, _ := addressOf(l.URL)
		if f := c.Known[address]; f.Code == "link/gone" {
			diags.Add(f.Code, l.Place, f.Message).Hint = f.Hint
		} else if f.Code != "" {
			diags.Warn(f.Code, l.Place, f.Message).Hint = f.Hint
		}
	}
	return diags.Sort()
}

// reserved are the names set aside for examples, tests and the machine at hand
// (RFC 2606 and 6761), and those without a dot.
var reserved = regexp.MustCompile(
	`(?i)^[^.:]*$|(^|\.)(example(\.com|\.net|\.org)?|test|invalid|localhost|local|internal)\.?$`)

// addressOf returns what to ask for a link, without its fragment, and of which host:
// "" for other schemes, and for hosts that exist in examples only.
func addressOf(link string) (address, host string) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || reserved.MatchString(u.Hostname()) {
		return "", ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), u.Host
}

// ask finds out about every address: hosts beside each other, the addresses of
// one host in turn.
func (c *Checker) ask(ctx context.Context, byHost map[string][]string) {
	var hosts errgroup.Group
	hosts.SetLimit(8)
	var mu sync.Mutex
	client := c.client()
	for _, addresses := range byHost {
		hosts.Go(func() error {
			turn := rate.NewLimiter(rate.Every(client.RetryWaitMin), 1)
			for _, address := range addresses {
				_ = turn.Wait(ctx) // where that ends early, so does what comes
				f := c.find(ctx, client, address)
				f.When = time.Now().UTC().Truncate(time.Second)
				mu.Lock()
				if ctx.Err() == nil {
					c.Known[address] = f
				}
				mu.Unlock()
			}
			return nil
		})
	}
	_ = hosts.Wait()
}

// client asks for the head of an address, and again for all of it where that
// fails: not every host knows what to do with the first.
func (c *Checker) client() *retryablehttp.Client {
	dial := (&net.Dialer{Control: allowed}).DialContext
	network := &http.Transport{DialContext: dial, Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	next := cmp.Or[http.RoundTripper](c.Transport, network)
	return &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: next, Timeout: 20 * time.Second},
		RetryMax:     3,
		RetryWaitMin: cmp.Or(c.Pause, time.Second/2),
		RetryWaitMax: 30 * time.Second,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		CheckRetry: func(ctx context.Context, res *http.Response, err error) (bool, error) {
			if err != nil {
				again, fault := retryablehttp.DefaultRetryPolicy(ctx, res, err)
				return again && !errors.Is(err, errPrivate), fault
			}
			fails := res.StatusCode >= 500 || res.StatusCode >= 400 && res.Request.Method == http.MethodHead
			return fails && !slices.Contains(refusals, res.StatusCode), ctx.Err()
		},
		PrepareRetry: func(r *http.Request) error {
			r.Method = http.MethodGet
			return nil
		},
		Backoff: func(least, most time.Duration, attempt int, res *http.Response) time.Duration {
			return min(most, retryablehttp.DefaultBackoff(least, most, attempt, res)) // a host may ask for hours
		},
	}
}

var errPrivate = errors.New("it is on a private network")

// allowed refuses a connection to an address that is not public: networks at
// home are none of a page's business.
func allowed(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if ip := at.Addr().Unmap(); err == nil && (!ip.IsGlobalUnicast() || ip.IsPrivate()) {
		return errPrivate
	}
	return err
}

// find finds out about one address.
func (c *Checker) find(ctx context.Context, client *retryablehttp.Client, address string) Finding {
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return unreached(address, err.Error())
	}
	req.Header.Set("User-Agent", cmp.Or(c.Agent, "Quandary")+" (link check)")
	res, err := client.Do(req)
	if err != nil {
		return unreached(address, reason(err))
	}
	res.Body.Close() // its head is enough
	switch to := arrived(res); {
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		message := fmt.Sprintf("there is nothing any more at %s (%d)", address, res.StatusCode)
		return Finding{Code: "link/gone", Message: message, Hint: "link to what took its place, or take the link out"}
	case slices.Contains(refusals, res.StatusCode):
	case res.StatusCode >= 300:
		return unreached(address, "it answers "+res.Status)
	case strings.TrimSuffix(to, "/") != strings.TrimSuffix(address, "/"): // no reader gains from a slash
		hint := fmt.Sprintf("it leads to %s now: look whether that is still what you mean", to)
		return Finding{Code: "link/moved", Message: address + " has moved for good", Hint: hint}
	}
	return Finding{}
}

func unreached(address, reason string) Finding {
	message := fmt.Sprintf("%s cannot be reached: %s", address, reason)
	return Finding{Code: "link/unreachable", Message: message, Hint: "look whether it works in a browser"}
}

// refusals say that we, rather than readers, are not welcome: then nothing is
// known of what is behind them. 999 is what one large network answers to every
// program.
var refusals = []int{401, 403, 405, 406, 407, 429, 451, 999}

// arrived is the address that was asked for or, as far as every redirect on the
// way says that it is for good, where they lead.
func arrived(res *http.Response) (to string) {
	req := res.Request
	for ; req.Response != nil; req = req.Response.Request {
		to = cmp.Or(to, req.URL.String())
		if s := req.Response.StatusCode; s != http.StatusMovedPermanently && s != http.StatusPermanentRedirect {
			to = ""
		}
	}
	return cmp.Or(to, req.URL.String())
}

// reason is what is at the bottom of a network's error.
func reason(err error) string {
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return "it does not answer in time"
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}

// Finding is what is known of one address: what is wrong with it, if anything.
type Finding struct {
	Code    string    `json:"code,omitempty"`
	Message string    `json:"message,omitempty"`
	Hint    string    `json:"hint,omitempty"`
	When    time.Time `json:"asked"`
}

// believed is how long a finding is.
var believed = map[string]time.Duration{
	"": 168 * time.Hour, "link/moved": 168 * time.Hour, "link/gone": 24 * time.Hour, "link/unreachable": 10 * time.Minute,
}
