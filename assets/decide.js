// Walks a decision without loading pages: it shows the very fragments that stand in <main> of each state's page,
// under the same addresses. The data is one file beside the decision's start, {"states": [{"path": "impact.direct/",
// "title": ..., "html": ...}]}, fetched when a reader first reaches for an answer. A state that is not in it is
// loaded as its page.
let main, base, data, enhance, shown

const load = () => data ??= fetch(base + 'states.json').then(r => r.json()).catch(() => ({ states: [] }))
const keyOf = url => url.pathname.slice(base.pathname.length)
// isState tells whether an address is a state: its parts have a dot in them.
function isState(url) {
  return url.origin === base.origin && url.pathname.startsWith(base.pathname) &&
    /^([^/]+\.[^/]+\/)*(change\/[^/]+\/)?$/.test(keyOf(url))
}
const tell = (type, detail) => document.dispatchEvent(new CustomEvent('quandary:' + type, { detail: { decision: base.href, ...detail } }))
function arrived() {
  const result = main.querySelector('[data-result]')
  if (result) tell('result', { page: result.dataset.result, name: result.dataset.name, title: main.querySelector('h1').textContent })
  else if (shown === '') tell('start')
}
// show swaps in a state, or throws where that is unknown. how says what becomes of the page's own address, which links
// in a state are relative to.
async function show(url, how) {
  const key = keyOf(url), { title, html } = (await load()).states.find(s => s.path === key)
  if (how) history[how](null, '', url)
  shown = key
  for (const a of document.querySelectorAll('.top a')) a.ariaCurrent = a.href === location.href ? 'page' : null
  main.innerHTML = html
  document.title = title
  enhance(main)
}
// go shows a state, whose address becomes the page's own unless it is already, and gives its heading the focus.
async function go(url) {
  try {
    const moves = url.href !== location.href
    await show(url, moves && 'pushState')
    if (moves) scrollTo(0, 0)
    arrived()
    const heading = main.querySelector('h1')
    heading.tabIndex = -1
    heading.focus({ preventScroll: parent === window }) // in an iframe, the page around it scrolls
  } catch { location.assign(url) }
}
// resolve follows ?question=answer pairs, in any order and any superset, as far as they lead.
async function resolve(given) {
  let stale = given.has('changed'), id
  while (given.has(id = main.querySelector('[data-question]')?.dataset.question)) {
    const a = [...main.querySelectorAll('.answers > li > a')].find(a => a.dataset.answer === given.get(id))
    if (!a) { stale = true; break }
    const url = new URL(a.href)
    try { await show(url, 'replaceState') } catch { return location.replace(url + '?' + given) }
  }
  history.replaceState(null, '', location.pathname + location.hash)
  if (!stale) return
  main.prepend(Object.assign(document.createElement('p'), { className: 'note changed', textContent: main.dataset.changed }))
}
// recover sends an old address of a state, whose page is gone, to the nearest.
function recover() {
  const a = [...document.querySelectorAll('a[data-decision]')].find(a => location.pathname.startsWith(a.pathname))
  const rest = a && location.pathname.slice(a.pathname.length), given = rest?.match(/[^/]+\.[^/]+/g)
  if (!given) return
  const query = given.map(part => part.replace('.', '=').replaceAll('+', '%2B') + '&').join('')
  location.replace(a.pathname + (rest.startsWith('embed/') ? 'embed/?' : '?') + query + 'changed')
}
// forget lets go of the data, which the preview may have changed.
export const forget = () => { data = null }
// decide takes over the links between states, and enhances what it swaps in.
export function decide(into, enhancing) {
  main = into
  enhance = enhancing
  if (location.protocol === 'file:') return
  recover()
  if (!main?.dataset.states) return
  base = new URL(main.dataset.states + '/..', location)
  shown = keyOf(location)
  // What stays while the address changes must not be relative to it.
  for (const a of document.querySelectorAll(':is(.top, .foot) a, link[rel="icon"]')) a.href = a.href
  for (const type of ['pointerover', 'focusin']) main.addEventListener(type, e => e.target.closest('a[data-answer]') && load())
  main.addEventListener('click', e => {
    const a = e.target.closest('a[href]')
    if (!a || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return
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
  resolve(new URLSearchParams(location.search)).then(arrived)
}
