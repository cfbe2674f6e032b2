// Opened from a folder, an address does not stand for the page in it.
export function files() {
  if (location.protocol !== 'file:') return
  addEventListener('click', e => {
    const a = e.target.closest?.('a[href]')
    if (a?.protocol === 'file:' && a.pathname.endsWith('/')) a.pathname += 'index.html'
  }, true)
}
