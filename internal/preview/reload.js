// The preview's script. It keeps the open page like the site: it compares the
// page as it was served with the page as it is now, and does to the document only
// what differs, so that whatever the reader and the page's own scripts did stays.
(() => {
  'use strict'
  const own = document.currentScript
  const opened = location.pathname
  let strayed = false // the page's scripts replaced what was served
  let version = own.src.split('?')[1] || ''

  // base is the page as served; live finds the node of the document that belongs
  // to a node of it. This script runs before others can have changed anything.
  const live = new WeakMap()
  const base = document.documentElement.cloneNode(true)
  pair(base, document.documentElement)
  for (const script of base.querySelectorAll('script')) if (live.get(script) === own) script.remove()

  function pair(node, real) {
    live.set(node, real)
    node.childNodes.forEach((child, i) => pair(child, real.childNodes[i]))
  }

  // ---- What changed

  async function update() {
    const answer = await fetch(location.href, { cache: 'no-cache' })
    if (!(answer.headers.get('Content-Type') || '').startsWith('text/html')) return location.reload()
    const text = await answer.text()
    const next = new DOMParser().parseFromString(text, 'text/html').documentElement
    for (const script of next.querySelectorAll('script[src]')) {
      if (script.getAttribute('src').startsWith('/-/quandary/')) script.remove()
    }
    for (const n of next.querySelectorAll('noscript')) n.textContent = n.innerHTML // as with scripts on
    strayed ||= scripts(base) !== scripts(next)
    if (!strayed) patch(base, next)
    if (strayed) return location.reload() // the browser keeps the place, if not all else
    document.dispatchEvent(new CustomEvent('quandary:update'))
  }

  // Scripts cannot be taken back, so another one means another page.
  const scripts = (root) => [...root.querySelectorAll('script')].map((s) => s.outerHTML).join('\n')

  function patch(old, next) {
    if (old.isEqualNode(next)) return
    const real = live.get(old)
    strayed ||= !real.isConnected
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.data = real.data = next.data
      return
    }
    for (const { name } of [...old.attributes]) {
      if (!next.hasAttribute(name)) [old, real].forEach((e) => e.removeAttribute(name))
    }
    for (const { name, value } of [...next.attributes]) {
      if (old.getAttribute(name) !== value) [old, real].forEach((e) => e.setAttribute(name, value))
    }
    patchChildren(old, next)
  }

  // patchChildren pairs what is equal at both ends, then, in between, what has one
  // key, what is equal, and what is of one kind, in order. The rest comes or goes.
  function patchChildren(old, next) {
    const before = [...old.childNodes]
    const after = [...next.childNodes]
    const keyed = (a, b) => keyOf(a) && keyOf(a) === keyOf(b)
    const equal = (a, b) => a.isEqualNode(b)
    const same = (a, b) => a && b && (equal(a, b) || keyed(a, b))
    const pairs = new Map()
    let start = 0
    while (same(before[start], after[start])) pairs.set(after[start], before[start++])
    while (before.length > start && after.length > start && same(before.at(-1), after.at(-1))) {
      pairs.set(after.pop(), before.pop())
    }
    const left = new Set(before.slice(start))
    for (const fits of [keyed, equal, alike]) {
      for (const n of after.slice(start)) {
        const o = !pairs.has(n) && [...left].find((o) => fits(o, n))
        if (o && left.delete(o)) pairs.set(n, o)
      }
    }
    let at = old.firstChild
    for (const n of next.childNodes) {
      while (left.has(at)) at = at.nextSibling
      const o = pairs.get(n)
      if (o && o === at) at = at.nextSibling
      else put(old, o || create(n), at)
      if (o) patch(o, n)
    }
    for (const o of left) remove(o)
  }

  const keyOf = (node) =>
    (node.id && `${node.localName}#${node.id}`) ||
    (node.localName === 'details' && `details ${node.firstElementChild?.textContent}`)
  const isStyle = (node) => node.localName === 'link' && node.relList.contains('stylesheet')
  const alike = (a, b) => a.nodeName === b.nodeName && !keyOf(a) && !isStyle(a) && !isStyle(b)

  function create(next) {
    const node = document.importNode(next, true)
    const real = node.cloneNode(true)
    pair(node, real)
    if (isStyle(real)) arrive(real)
    return node
  }

  function remove(node) {
    const real = live.get(node)
    node.remove()
    if (isStyle(real)) whenStyled(() => real.remove())
    else real.remove()
  }

  // put puts a node before another, and its real one beside the real one of a
  // neighbour: scripts may have put others among them.
  function put(parent, node, at) {
    parent.insertBefore(node, at)
    const [realParent, real] = [live.get(parent), live.get(node)]
    const settled = (n) => n && live.get(n).parentNode === realParent
    let after = at
    while (after && !settled(after)) after = after.nextSibling
    let before = node.previousSibling
    while (before && !settled(before)) before = before.previousSibling
    const place = after ? live.get(after) : before ? live.get(before).nextSibling : null
    if (realParent.moveBefore && real.isConnected) realParent.moveBefore(real, place)
    else realParent.insertBefore(real, place)
  }

  // ---- Styles: the old one stays until the new one is there.

  const arriving = new Set()
  let waiting = []

  function arrive(link) {
    arriving.add(link)
    const done = () => {
      arriving.delete(link)
      if (arriving.size) return
      waiting.forEach((then) => then())
      waiting = []
    }
    link.addEventListener('load', done, { once: true })
    link.addEventListener('error', done, { once: true })
  }

  const whenStyled = (then) => (arriving.size ? waiting.push(then) : then())

  function restyle(addresses) {
    for (const node of base.querySelectorAll('link')) {
      const old = live.get(node)
      const url = isStyle(node) && new URL(old.href)
      if (!url || !addresses.includes(url.pathname)) continue
      const link = old.cloneNode()
      url.searchParams.set('quandary', Date.now())
      link.href = url.pathname + url.search
      live.set(node, link)
      arrive(link)
      old.after(link)
      whenStyled(() => old.remove())
    }
  }

  // ---- What lies over the page, shut off from its styles.

  const host = document.createElement('div')
  host.id = 'quandary-preview'
  const shade = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483647; color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; color: CanvasText; }
    :focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
    [hidden] { display: none !important; }
    #errors { position: fixed; inset: 0; z-index: 1; overflow: auto; background: color-mix(in srgb, Canvas 94%, transparent); padding: 2rem 1rem; }
    #errors > * { max-width: 60rem; margin-inline: auto; }
    #corner { position: fixed; inset: auto 1rem 1rem auto; z-index: 2; max-width: min(40rem, calc(100vw - 2rem)); display: grid; gap: .5rem; justify-items: end; }
    #corner > * { background: Canvas; border: 1px solid GrayText; padding: .25rem .75rem; box-sizing: border-box; max-width: 100%; }
    #list { overflow: auto; max-height: 60vh; }
    h2 { font-size: 1.25rem; margin: 0 0 1rem; display: flex; justify-content: space-between; gap: 1rem; }
    article { border-top: 1px solid GrayText; padding: .75rem 0; }
    p { margin: 0 0 .25rem; overflow-wrap: anywhere; }
    a { color: LinkText; }
    button { font: 1rem system-ui, sans-serif; }
    pre { margin: .25rem 0; padding: .25rem .5rem; overflow-x: auto; tab-size: 4; font: .875rem/1.5 ui-monospace, monospace; background: color-mix(in srgb, CanvasText 7%, transparent); }
    .error { color: light-dark(#a40000, #ff9c94); }
    .warning { color: light-dark(#7a4a00, #f0c060); }
    mark { color: inherit; background: none; text-decoration: underline wavy; text-decoration-skip-ink: none; text-underline-offset: 3px; min-width: 1ch; display: inline-block; }
    @media print { :host { display: none; } }
  `)
  shade.adoptedStyleSheets = [sheet]

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children.filter((c) => c))
    return element
  }

  const title = make('span')
  const close = make('button', { type: 'button', onclick: () => (errors.hidden = true) }, 'Show the page')
  const faults = make('div')
  const errors = make('section', { id: 'errors', hidden: true, tabIndex: -1 }, make('h2', {}, title, close), faults)
  errors.setAttribute('role', 'alert')
  const count = make('summary')
  const list = make('div', { id: 'list' })
  const warnings = make('details', { id: 'warnings', hidden: true }, count, list)
  const others = make('p', { id: 'others', hidden: true })
  others.setAttribute('role', 'status')
  shade.append(errors, make('div', { id: 'corner' }, others, warnings))
  addEventListener('keydown', (e) => { if (e.key === 'Escape') errors.hidden = true })

  const counted = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`

  function show(problems) {
    const bad = problems.filter((p) => p.severity === 'error')
    const mild = problems.filter((p) => p.severity !== 'error')
    title.textContent = counted(bad.length, 'error') + (version.startsWith('503') ? '' : ' over the last good page')
    faults.replaceChildren(...bad.map(article))
    errors.hidden = !bad.length
    count.textContent = counted(mild.length, 'warning')
    list.replaceChildren(...mild.map(article))
    warnings.hidden = !mild.length
  }

  const article = (p) =>
    make('article', {},
      where(p.place),
      make('p', {}, make('strong', { className: p.severity }, `${p.severity}[${p.code}]`), ' ', p.message),
      excerpt(p.place),
      p.hint && make('p', {}, `Hint: ${p.hint}`),
      ...p.related.flatMap((n) => [make('p', {}, 'Note: ', n.message, ' ', n.place && link(n.place)), excerpt(n.place)]))

  const where = (place) => place && make('p', {}, link(place))
  const link = (place) => (place.link ? make('a', { href: place.link }, place.name) : make('span', {}, place.name))
  const excerpt = (place) =>
    place && make('pre', {}, `${place.line} | `, place.before, make('mark', {}, place.text || '\u200b'), place.after)

  function offer(pages) {
    if (pages[0].follow) return location.assign(pages[0].address)
    others.replaceChildren('Also changed: ', ...pages.flatMap((p, i) => [i ? ', ' : '', make('a', { href: p.address }, p.title)]))
    others.hidden = false
  }

  // ---- The wire. A hidden page lets go of it: browsers have few to one server.

  let wire
  function connect() {
    wire?.close()
    if (document.hidden) return
    wire = new EventSource(`/-/quandary/events?${new URLSearchParams({ page: decodeURIComponent(location.pathname), version })}`)
    const on = (name, then) => wire.addEventListener(name, (e) => {
      version = e.lastEventId
      return then(JSON.parse(e.data))
    })
    on('errors', show)
    on('update', () => (work = work.then(update).catch(() => location.reload())))
    on('style', restyle)
    on('reload', () => location.reload())
    on('other', offer)
  }
  let work = Promise.resolve() // one update after the other

  // When a script shows another page, that is the one to hear of.
  let shown = opened
  function moved() {
    if (location.pathname === shown) return
    shown = location.pathname
    strayed = true
    version = ''
    connect()
  }
  for (const name of ['pushState', 'replaceState']) {
    const change = history[name]
    history[name] = function (...parts) {
      change.apply(this, parts)
      moved()
    }
  }
  addEventListener('popstate', () => moved())

  document.addEventListener('visibilitychange', connect)
  addEventListener('pageshow', (e) => e.persisted && connect())
  addEventListener('pagehide', () => wire?.close())
  document.body.append(host)
  connect()
})()
