// Fetches the search only when a reader means to search: by the link in the header, by "/", or by Ctrl-K. Where it
// cannot be fetched, the link leads to its page.
export function search() {
  const root = document.documentElement.dataset
  if (!root.search || location.protocol === 'file:') return
  const [address, base] = [root.search, root.root].map(path => new URL(path, location).href)
  let typed // since it was meant to open: what is on its way misses no key
  const open = link => {
    typed = ''
    import(address).then(m => m.open(base, typed)).catch(() => link && location.assign(link.href))
  }
  addEventListener('click', e => {
    const a = e.target.closest?.('a[data-search]')
    if (!a || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return
    e.preventDefault()
    open(a)
  })
  addEventListener('keydown', e => {
    if (!e.key?.[1]) typed += e.key // an event without a key comes of filling in a form
    const slash = e.key === '/' && !e.ctrlKey && !e.metaKey && !e.target.closest('input, textarea, select, [contenteditable]')
    const k = /^k$/i.test(e.key) && (e.ctrlKey || e.metaKey) && !e.shiftKey
    if (e.altKey || !slash && !k) return
    e.preventDefault()
    open(document.querySelector('a[data-search]'))
  })
  if (document.getElementById('search')) open()
}
