package external

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// State is what became of an address.
type State string

// The states. An address is Fine too when its host answers and will not let a
// program in: a reader may well be let in.
const (
	Fine        State = "fine"
	Gone        State = "gone"
	Moved       State = "moved"
	Unreachable State = "unreachable"
)

// Finding is what is known of one address.
type Finding struct {
	State  State     `json:"state"`
	Status int       `json:"status,omitempty"` // of the last answer; 0 where there was none
	To     string    `json:"to,omitempty"`     // where it moved
	Reason string    `json:"reason,omitempty"` // why it could not be reached
	When   time.Time `json:"when"`
}

// asker asks hosts.
type asker struct {
	client  http.Client
	agent   string
	pause   time.Duration
	timeout time.Duration
	retries int

	mu   sync.Mutex
	next map[string]time.Time // when a host may be asked again
}

func (c *Checker) asker() *asker {
	a := &asker{
		agent: c.Agent, pause: or(c.Pause, time.Second/2), timeout: or(c.Timeout, 20*time.Second),
		retries: max(0, or(c.Retries, 2)), next: map[string]time.Time{},
	}
	if a.agent == "" {
		a.agent = "Quandary"
	}
	a.client.Transport = c.Transport
	a.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if c.Transport == nil {
		dialer := net.Dialer{Timeout: a.timeout}
		if !c.Private {
			dialer.Control = publicOnly
		}
		a.client.Transport = &http.Transport{DialContext: dialer.DialContext, Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: a.timeout, ForceAttemptHTTP2: true}
	}
	return a
}

// errPrivate keeps us out of networks that are none of a public site's business.
var errPrivate = errors.New("it is on a private network")

// publicOnly refuses a connection to an address that is not public.
func publicOnly(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if ip := at.Addr().Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return errPrivate
	}
	return nil
}

// find finds out about one address, asking again after failures that may pass.
func (a *asker) find(ctx context.Context, address string) (f Finding) {
	for try := range a.retries + 1 {
		var wait time.Duration
		if f, wait = a.follow(ctx, address); f.State != Unreachable || try == a.retries || ctx.Err() != nil {
			break
		}
		sleep(ctx, max(wait, a.pause<<(try+1)))
	}
	f.When = time.Now().UTC().Truncate(time.Second)
	return f
}

// mostHops is how many redirects are followed, as in browsers.
const mostHops = 20

// follow asks for an address and whatever it redirects to. wait is how long the
// host wants to be left alone.
func (a *asker) follow(ctx context.Context, address string) (f Finding, wait time.Duration) {
	at, to := address, ""
	permanent := true // every redirect so far was
	for range mostHops {
		res, err := a.request(ctx, at)
		if err != nil {
			return Finding{State: Unreachable, Reason: reason(err)}, 0
		}
		next, isRedirect := location(res)
		if !isRedirect {
			return judge(res, to), retryAfter(res)
		}
		permanent = permanent && (res.StatusCode == http.StatusMovedPermanently || res.StatusCode == http.StatusPermanentRedirect)
		if at = next; permanent {
			to = next
		}
	}
	return Finding{State: Unreachable, Reason: "it redirects without end"}, 0
}

// location returns where an answer redirects to.
func location(res *http.Response) (string, bool) {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		next, err := res.Location()
		if err != nil || next.Scheme != "http" && next.Scheme != "https" {
			return "", false
		}
		next.Fragment, next.RawFragment = "", ""
		return next.String(), true
	}
	return "", false
}

// judge says what a final answer means. to is where the address has moved for
// good, or "".
func judge(res *http.Response, to string) Finding {
	f := Finding{State: Fine, Status: res.StatusCode, To: to}
	switch {
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		f.State, f.To = Gone, ""
	case refuses(res.StatusCode): // nothing is known of what is behind it
		f.To = ""
	case res.StatusCode >= 300:
		f.State, f.To, f.Reason = Unreachable, "", "it answers "+strings.TrimSpace(strconv.Itoa(res.StatusCode)+" "+http.StatusText(res.StatusCode))
	case to != "":
		f.State = Moved
	}
	return f
}

// refuses reports whether a status says that we, rather than readers, are not
// welcome. 999 is what one large network answers to every program.
func refuses(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotAcceptable,
		http.StatusProxyAuthRequired, http.StatusTooManyRequests, http.StatusUnavailableForLegalReasons, 999:
		return true
	}
	return false
}

// request asks for the head of an address, and for all of it where the host
// does not know what to do with that. It waits for the host's turn.
func (a *asker) request(ctx context.Context, address string) (res *http.Response, err error) {
	res, err = a.once(ctx, http.MethodHead, address)
	var dial *net.OpError
	if err == nil && (res.StatusCode < 400 || refuses(res.StatusCode)) || ctx.Err() != nil || errors.As(err, &dial) && dial.Op == "dial" {
		return res, err
	}
	return a.once(ctx, http.MethodGet, address)
}

func (a *asker) once(ctx context.Context, method, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if err := a.turn(ctx, u.Host); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", a.agent+" (link check)")
	req.Header.Set("Accept", "text/html,*/*;q=0.8")
	res, err := a.client.Do(req)
	if err != nil {
		return nil, err
	}
	return res, res.Body.Close() // its head is enough
}

// turn waits until a host may be asked again, and books the time after that. A
// redirect may lead to a host that another goroutine is asking.
func (a *asker) turn(ctx context.Context, host string) error {
	a.mu.Lock()
	now := time.Now()
	at := a.next[host]
	if at.Before(now) {
		at = now
	}
	a.next[host] = at.Add(a.pause)
	a.mu.Unlock()
	sleep(ctx, at.Sub(now))
	return ctx.Err()
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// longestWait is how long we wait at most because a host asks for it.
const longestWait = 30 * time.Second

func retryAfter(res *http.Response) time.Duration {
	seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, longestWait)
}

// reason is a network's error in plain words.
func reason(err error) string {
	var noHost *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate.Error()
	case errors.As(err, &noHost) && noHost.IsNotFound:
		return fmt.Sprintf("there is no host %q", noHost.Name)
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it does not answer in time"
	}
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	return err.Error()
}
