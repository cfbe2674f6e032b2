package external

import (
	"fmt"
	"net/url"
	"strings"

	"quandary/internal/diag"
)

// report turns what was found into diagnostics, one for every place of a link.
func report(byURL map[string][]Link, found map[string]Finding) (diags diag.List) {
	for address, links := range byURL {
		f := found[address]
		for _, l := range links {
			switch f.State {
			case Gone:
				diags.Add("link/gone", l.Place, fmt.Sprintf("there is nothing any more at %s (%d)", address, f.Status)).
					Hint = "link to what took its place, or take the link out"
			case Moved:
				reportMoved(l, address, f.To, &diags)
			case Unreachable:
				diags.Warn("link/unreachable", l.Place, fmt.Sprintf("%s cannot be reached: %s", address, f.Reason)).
					Hint = "look whether it works in a browser"
			}
		}
	}
	return diags.Sort()
}

// reportMoved warns of an address that has moved for good. The mend is certain
// only where the new address is plainly for the same thing.
func reportMoved(l Link, from, to string, diags *diag.List) {
	if sameForReaders(from, to) {
		return
	}
	d := diags.Warn("link/moved", l.Place, fmt.Sprintf("%s has moved for good", from))
	if !sameThing(from, to) {
		d.Hint = fmt.Sprintf("it leads to %s now: look whether that is still what you mean", to)
		return
	}
	if _, fragment, ok := strings.Cut(l.URL, "#"); ok {
		to += "#" + fragment
	}
	d.Hint = fmt.Sprintf("write %q", to)
	if l.Place.Text() == l.URL {
		d.Fix = []diag.Edit{{Place: l.Place, Text: strings.NewReplacer("(", "%28", ")", "%29", " ", "%20").Replace(to)}}
	}
}

// sameForReaders reports whether two addresses differ in nothing but a last
// slash or how they are encoded: no reader gains from writing the other.
func sameForReaders(from, to string) bool {
	a, errA := url.Parse(from)
	b, errB := url.Parse(to)
	return errA == nil && errB == nil && a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) &&
		strings.TrimSuffix(a.Path, "/") == strings.TrimSuffix(b.Path, "/") && a.RawQuery == b.RawQuery
}

// sameThing reports whether a redirect leads from one address of a thing to
// another, and not to a front page, or to where one has to sign in first.
func sameThing(from, to string) bool {
	a, errA := url.Parse(from)
	b, errB := url.Parse(to)
	if errA != nil || errB != nil || b.RawQuery != a.RawQuery {
		return false
	}
	deep := func(u *url.URL) int { return strings.Count(strings.Trim(u.Path, "/"), "/") }
	if strings.Trim(b.Path, "/") == "" && strings.Trim(a.Path, "/") != "" || deep(b)+1 < deep(a) {
		return false
	}
	lower := strings.ToLower(b.Path)
	for _, word := range []string{"login", "signin", "sign-in", "sign_in", "auth", "consent", "error", "404", "notfound", "not-found", "unsupported"} {
		if strings.Contains(lower, word) {
			return false
		}
	}
	return true
}
