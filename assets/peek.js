// Shows beside a link what it leads to: a page's preview, or a footnote. By pointing, by keyboard focus, and by a
// long press; Escape sends it away, and the pointer may move onto it (WCAG 1.4.13). Reading never needs it.
export const known = new Map() // number: promise of a file of fragments, by the path of their page
const data = document.documentElement.dataset, base = new URL(data.root, location).href
let box, link, timer, pressed

async function fragment(a) {
  if (a.matches('.footnote-ref')) return document.getElementById(decodeURIComponent(a.hash.slice(1)))?.innerHTML
  const path = decodeURI(a.href.split('#')[0].slice(base.length))
  let n = 0
  for (const c of path) n = (n * 31 + c.codePointAt()) % data.previews
  if (!known.has(n)) known.set(n, fetch(base + `previews/${n}.json`).then(r => r.json()).catch(() => ({})))
  return (await known.get(n))[path]
}
function previewed(a) {
  if (!a?.closest('.prose, .margin')) return false
  return a.matches('.footnote-ref') || location.protocol !== 'file:' && a.href.startsWith(base) && a.pathname.endsWith('/') && a.pathname !== location.pathname
}
async function show(a) {
  link = a
  const html = await fragment(a)
  if (!html || link !== a) return
  if (!box) {
    box = Object.assign(document.createElement('div'), { className: 'peek', id: 'peek', role: 'tooltip', popover: 'manual' })
    box.addEventListener('pointerenter', () => clearTimeout(timer))
    box.addEventListener('pointerleave', later)
    document.body.append(box)
  }
  box.innerHTML = html
  box.showPopover?.()
  a.setAttribute('aria-describedby', 'peek')
  const at = a.getBoundingClientRect(), below = at.bottom + 6 + box.offsetHeight < innerHeight
  box.style.top = Math.max(6, below ? at.bottom + 6 : at.top - 6 - box.offsetHeight) + 'px'
  box.style.left = Math.max(6, Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 6)) + 'px'
}
function hide() {
  clearTimeout(timer)
  link?.removeAttribute('aria-describedby')
  link = null
  box?.hidePopover()
}
// later hides what is shown or about to be, unless the pointer or the focus comes back.
function later() {
  clearTimeout(timer)
  timer = setTimeout(hide, 250)
}
function soon(a) {
  clearTimeout(timer)
  if (a !== link) timer = setTimeout(() => { hide(); show(a) }, 350)
}
export function peek() {
  const from = e => e.target.closest?.('a[href]')
  const on = (type, act, options) => addEventListener(type, e => { const a = from(e); if (previewed(a)) act(a, e) }, options)
  on('pointerover', (a, e) => e.pointerType !== 'touch' && soon(a))
  on('pointerout', (a, e) => e.pointerType !== 'touch' && later())
  on('focusin', a => a.matches(':focus-visible') && soon(a))
  on('focusout', later)
  on('touchstart', a => { pressed = false; timer = setTimeout(() => { pressed = true; show(a) }, 450) }, { passive: true })
  on('contextmenu', (a, e) => pressed && e.preventDefault())
  on('click', (a, e) => {
    if (pressed || a.matches('.footnote-ref')) e.preventDefault()
    if (!pressed && a.matches('.footnote-ref')) link === a ? hide() : show(a)
    pressed = false
  })
  addEventListener('touchmove', () => clearTimeout(timer), { passive: true })
  addEventListener('touchend', () => pressed || clearTimeout(timer))
  addEventListener('pointerdown', e => link && !link.contains(e.target) && !box?.contains(e.target) && hide())
  addEventListener('keydown', e => e.key === 'Escape' && hide())
  addEventListener('scroll', () => link && !link.matches(':hover, :focus') && hide())
}
