// Marks the section being read in the contents of the page.
export function contents() {
  const nav = document.getElementById('Contents')
  if (!nav) return
  const top = a => document.getElementById(decodeURIComponent(a.hash.slice(1)))?.getBoundingClientRect().top
  nav.addEventListener('click', e => e.target.closest('a') && nav.hidePopover?.())
  const mark = () => {
    const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2
    const links = [...nav.querySelectorAll('a')]
    const current = links.findLast(a => end || top(a) < innerHeight / 3)
    for (const a of links) a.ariaCurrent = a === current ? 'true' : null
  }
  addEventListener('scroll', mark)
  mark()
}
