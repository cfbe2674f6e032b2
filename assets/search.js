// What a reader sees of search: a field and what it finds, in a dialog, or on the search page in the element #search,
// where ?q= is the query. It is fetched when somebody means to search and called with the address of the site's root.
// Its words stand on the root element: data-search-label, -close, -kind, -all, -found and -none ({0} is how many), ...
import { open as openIndex } from './search-engine.js'

const word = (name, n) => document.documentElement.dataset['search' + name].replace('{0}', n)

function element(tag, attributes, ...children) {
  const e = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value)
  e.append(...children)
  return e
}
let box
export const open = (root, typed) => (box ??= build(root, document.getElementById('search')))(typed)

const get = (url, options) => fetch(url, options).then(r => r.ok ? r.text() : Promise.reject(r))
async function texts(url) {
  const page = new DOMParser().parseFromString(await get(url), 'text/html')
  return [...page.querySelectorAll('main :is(h2,h3,h4,h5,h6,p,li:not(aside *),td,th,dt,dd,pre)')].map(e => e.textContent)
}
// build makes the field and its list, and returns what brings them up.
function build(root, place) {
  const field = element('input', {
    type: 'text', role: 'combobox', id: 'search-field', 'aria-label': word('Label'), placeholder: word('Label'), 'aria-controls': 'search-list',
    'aria-expanded': false, 'aria-autocomplete': 'list', autocomplete: 'off', spellcheck: false,
  })
  const kinds = element('select', { 'aria-label': word('Kind'), hidden: '' }, element('option', { value: '' }, word('All')))
  const list = element('div', { role: 'listbox', id: 'search-list', 'aria-label': word('Label'), hidden: '' })
  const status = element('p', { role: 'status', class: 'search-status' })
  const more = element('button', { hidden: '' }, word('More'))
  const bar = element('div', { class: 'search-bar' }, field, kinds)
  let index, manifest, renewing, turn = 0, limit = 8, active = -1, hurry = false, settled = true, answer
  const at = path => new URL(path, root)
  const failed = () => { status.textContent = word('Failed') }
  // renew opens the index, again if the site has changed since.
  const renew = () => renewing ??= reopen().catch(failed).finally(() => { renewing = null })
  async function reopen() {
    const now = await get(at('search/index.json'), { cache: 'no-cache' })
    if (now === manifest) return
    manifest = now
    index = openIndex(name => name === 'index.json' ? Promise.resolve(now) : get(at('search/' + name)), url => texts(at(url)))
    const all = await index.kinds(), chosen = kinds.value
    kinds.replaceChildren(kinds.firstChild, ...all.map(kind => element('option', {}, kind)))
    kinds.value = all.includes(chosen) ? chosen : ''
    kinds.hidden = all.length < 2
    if (field.value) ask(turn && 150) // what nobody typed came with the address
  }
  // ask answers what stands in the field: with what is at hand, with the best excerpt when the reader stops to look, and
  // then with more. What was asked since then is what the reader wants to know, and comes first.
  async function ask(rest = 150) {
    const now = ++turn, query = field.value
    settled = false
    if (place) history.replaceState(history.state, '', query ? '?' + new URLSearchParams({ q: query }) : location.pathname)
    if (!query.trim()) return show(null)
    if (!index) return // renew asks once it is there
    try {
      for (const [pause, reads, texts] of [[0, 0, 0], [rest, 3, 1], [250, 3, 2]]) {
        if (pause) await new Promise(done => setTimeout(done, pause))
        const found = now === turn && await index.search(query, { kind: kinds.value, limit, reads, texts })
        if (now !== turn) return
        if (found) show(found)
        if (found?.results.every(r => r.excerpt)) return hurry = false
      }
      complete(0)
    } catch { // a piece is gone, perhaps because the site has changed
      if (now === turn) renew().then(() => now === turn && (show(null), failed()))
    }
  }
  // anew asks for so many results, and makes one of them the active one.
  function anew(most, at) {
    limit = most
    active = at
    hurry = false
    ask()
  }
  function show(found) {
    answer = found
    settled = true
    list.replaceChildren(...(found?.results ?? []).map(option))
    list.hidden = !list.children.length
    more.hidden = !found || found.total <= list.children.length
    field.setAttribute('aria-expanded', !list.hidden)
    const said = found ? word(found.total ? 'Found' : 'None', found.total) : ''
    if (status.textContent !== said) status.textContent = said // once, or it is read out again
    go(active)
    if (hurry) list.firstChild?.click()
  }
  function option(result, i) {
    const where = result.heading.join('') ? result.heading : [result.trail.join(' › ')]
    const parts = Object.entries({ title: result.title, kind: [result.kind], where, excerpt: result.excerpt ?? [] }).filter(([, texts]) => texts.join(''))
    const a = element('a', { role: 'option', 'data-result': '', id: 'search-' + i, tabindex: -1, 'aria-selected': false, href: at(result.url) },
      ...parts.flatMap(([name, texts]) => [element('span', { class: 'search-' + name }, ...marked(texts)), ' ']))
    a.addEventListener('pointerenter', () => complete(i))
    return a
  }
  const marked = texts => texts.map((text, i) => i % 2 ? element('mark', {}, text) : text)
  // complete fetches what a result has to show once the reader turns to it.
  async function complete(i) {
    const from = answer, result = from?.results[i]
    if (!result || result.excerpt?.length > 1) return
    const whole = await from.complete(result).catch(() => result)
    if (from !== answer || whole.excerpt?.join() === result.excerpt?.join()) return
    from.results[i] = whole
    list.children[i].replaceWith(option(whole, i))
    if (active === i) go(i)
  }
  // go makes the option at i the active one; -1 is none.
  function go(i) {
    list.children[active]?.setAttribute('aria-selected', false)
    active = i < list.children.length ? i : -1
    const a = list.children[active]
    a?.setAttribute('aria-selected', true)
    a?.scrollIntoView({ block: 'nearest' })
    field.setAttribute('aria-activedescendant', a?.id ?? '')
    complete(active)
  }
  const further = () => { anew(limit + 8, limit); field.focus() }
  field.addEventListener('focus', renew) // a reader who comes back from another window finds what changed meanwhile
  document.addEventListener('quandary:update', renew) // by the preview
  addEventListener('online', ask)
  field.addEventListener('input', () => anew(8, -1))
  kinds.addEventListener('change', () => anew(8, -1))
  more.addEventListener('click', further)
  field.addEventListener('keydown', e => {
    const last = list.children.length - 1
    if (e.isComposing) return
    if (e.key === 'Enter' && !settled) hurry = true // it goes to the first result as soon as there is one
    else if (e.key === 'Enter') list.children[Math.max(active, 0)]?.click()
    else if (e.key === 'ArrowDown' && active === last && !more.hidden) further()
    else if (e.key === 'ArrowDown') go(active < last ? active + 1 : 0)
    else if (e.key === 'ArrowUp') go(active < 0 ? last : active - 1)
    else if (e.key === 'Escape' && place && field.value) { field.value = ''; ask() }
    else return
    e.preventDefault()
  })
  if (place) {
    place.append(bar, status, list, more)
    field.value = new URLSearchParams(location.search).get('q')
    return () => { renew(); field.focus() }
  }
  const close = element('button', { class: 'search-close', 'aria-label': word('Close') }, '×')
  const dialog = element('dialog', { class: 'search', 'aria-label': word('Label') }, bar, status, list, more)
  bar.append(close)
  document.body.append(dialog)
  dialog.addEventListener('click', e => { if (e.target === dialog || e.target.closest('a, .search-close')) dialog.close() })
  return typed => { renew(); dialog.showModal(); typed ? field.value = typed : field.select() }
}
