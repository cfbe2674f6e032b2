// Fetches a page while its link is being pointed at, so that it is there by the time the link is pressed. A decision
// brings its own states.
const seen = new Set([location.pathname])

export function ahead() {
  if (location.protocol === 'file:') return
  addEventListener('pointerover', e => {
    const a = e.target.closest?.('a[href]')
    if (!a || a.origin !== location.origin || !a.pathname.endsWith('/') || a.closest('[data-states]') || seen.has(a.pathname)) return
    seen.add(a.pathname)
    fetch(a.href)
  })
}
