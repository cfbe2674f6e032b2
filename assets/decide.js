// Walks a decision without loading pages: it shows the very fragments that stand in <main> of each state's page,
// under the same addresses. The data is one file beside the decision's start, {"states": [{"path": "impact.direct/",
// "title": ..., "html": ...}]}, fetched when a reader first reaches for an answer. A state that is not in it is
// fetched as its page.
let main, base, data, enhance, shown

const load = () => data ??= fetch(main.dataset.file).then(r => r.json()).catch(() => ({ states: [] }))
const keyOf = url => url.pathname.slice(base.pathname.length)
// isState tells whether an address is a state: its parts have a dot in them.
function isState(url) {
  return url.origin === base.origin && url.pathname.startsWith(base.pathname) &&
    /^([^/]+\.[^/]+\/)*(change\/[^/]+\/)?$/.test(keyOf(url))
}
async function state(key) {
  const known = (await load()).states.find(s => s.path === key)
  if (known) return known
  const page = await fetch(new URL(key, base))
  if (!page.ok) throw page.status
  const doc = new DOMParser().parseFromString(await page.text(), 'text/html')
  return { title: doc.title, html: doc.getElementById('main').innerHTML }
}
const tell = (type, detail) => document.dispatchEvent(new CustomEvent('quandary:' + type, { detail: { decision: base.href, ...detail } }))
function arrived() {
  const result = main.querySelector('[data-result]')
  if (result) tell('result', { page: result.dataset.result, name: result.dataset.name, title: main.querySelector('h1').textContent })
  else if (shown === '') tell('start')
}
// show swaps in a state whose address is already the page's own.
function show(key, { title, html }) {
  shown = key
  for (const a of document.querySelectorAll('.top a')) a.ariaCurrent = a.href === location.href ? 'page' : null
  main.innerHTML = html
  document.title = title
  enhance(main)
  arrived()
}
function focus() {
  const heading = main.querySelector('h1')
  heading.tabIndex = -1
  heading.focus({ preventScroll: parent === window }) // in an iframe, the page around it scrolls
}
// go shows a state, whose address becomes the page's own unless it is already.
async function go(url) {
  try {
    const key = keyOf(url), next = await state(key), moves = url.href !== location.href
    if (moves) history.pushState(null, '', url)
    show(key, next)
    if (moves) scrollTo(0, 0)
    focus()
  } catch { location.assign(url) }
}
// resolve follows ?question=answer pairs, in any order and any superset, as far as they lead.
async function resolve(given) {
  let key = keyOf(location), next = await state(key), stale = given.has('changed')
  for (;;) {
    const page = document.createElement('template')
    page.innerHTML = next.html
    const id = page.content.querySelector('[data-question]')?.dataset.question
    if (!given.has(id)) break
    const link = [...page.content.querySelectorAll('.answers > li > [data-answer]')].find(a => a.dataset.answer === given.get(id))
    if (!link) { stale = true; break }
    key = keyOf(new URL(link.getAttribute('href'), new URL(key, base)))
    next = await state(key)
  }
  history.replaceState(null, '', new URL(key, base))
  show(key, next)
  if (stale) {
    const note = document.createElement('p')
    note.className = 'note changed'
    note.textContent = main.dataset.changed
    main.prepend(note)
  }
}
// recover sends an old address of a state, whose page is gone, to the nearest.
function recover() {
  const a = [...document.querySelectorAll('a[data-decision]')].find(a => location.pathname.startsWith(a.pathname))
  const rest = a ? location.pathname.slice(a.pathname.length) : '', parts = rest.split('/').filter(p => p.includes('.'))
  if (!parts.length) return
  const given = new URLSearchParams(parts.map(p => [p.slice(0, p.indexOf('.')), p.slice(p.indexOf('.') + 1)].map(decodeURIComponent)))
  given.set('changed', '')
  location.replace(a.pathname + (rest.startsWith('embed/') ? 'embed/?' : '?') + given)
}
// decide takes over the links between states, and enhances what it swaps in.
export function decide(into, enhancing) {
  main = into
  enhance = enhancing
  if (location.protocol === 'file:') return
  recover()
  if (!main?.dataset.states) return
  base = new URL('.', main.dataset.file = new URL(main.dataset.states, location).href)
  shown = keyOf(location)
  // What stays while the address changes must not be relative to it.
  for (const a of document.querySelectorAll(':is(.top, .foot) a, link[rel="icon"]')) a.setAttribute('href', a.href)
  for (const type of ['pointerover', 'focusin', 'touchstart']) {
    main.addEventListener(type, e => e.target.closest('a[data-answer]') && load(), { passive: true })
  }
  main.addEventListener('click', e => {
    const a = e.target.closest('a[href]')
    if (!a || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return
    const url = new URL(a.href)
    if (url.hash || !isState(url)) return
    e.preventDefault()
    if (a.dataset.answer) tell('answer', { question: main.querySelector('[data-question]').dataset.question, answer: a.dataset.answer })
    go(url)
  })
  addEventListener('popstate', () => {
    const url = new URL(location)
    if (keyOf(url) !== shown && isState(url)) go(url)
  })
  if (location.search) resolve(new URLSearchParams(location.search)).catch(() => {})
  else arrived()
}
