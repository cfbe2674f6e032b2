// Marks the section being read in the contents of the page.
export function contents() {
  const nav = document.getElementById('contents')
  if (!nav) return
  const links = [...nav.querySelectorAll('a')]
  const parts = links.map(a => document.getElementById(decodeURIComponent(a.hash.slice(1))))
  nav.addEventListener('click', e => e.target.closest('a') && nav.hidePopover?.())
  const mark = () => {
    let current = parts.findLastIndex(p => p && p.getBoundingClientRect().top < innerHeight / 3)
    if (scrollY + innerHeight >= document.documentElement.scrollHeight - 2) current = links.length - 1
    links.forEach((a, i) => { a.ariaCurrent = i === current ? 'true' : null })
  }
  addEventListener('scroll', mark, { passive: true })
  mark()
}
