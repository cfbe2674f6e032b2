// The preview's script. It keeps the open page like the site: it compares the page as it was served with the page as
// it is now, and does to the document only what differs, so that whatever the reader and the page's own scripts did
// stays.
(() => {
  let strayed = false // the page's scripts replaced what was served
  let version = document.currentScript.src.split('?')[1]
  // base is the page as served; live finds the node of the document that belongs to a node of it. This script runs
  // before others can have changed anything.
  const live = new WeakMap(), served = new WeakSet()
  const base = document.documentElement.cloneNode(true)
  pair(base, document.documentElement)
  const withoutOurs = (root) => root.querySelector('script[src^="/-/quandary/"]').remove()
  withoutOurs(base)
  function pair(node, real) {
    live.set(node, real)
    served.add(real)
    node.childNodes.forEach((child, i) => pair(child, real.childNodes[i]))
  }

  // ---- What changed
  async function update() {
    const answer = await fetch(location.href, { cache: 'no-cache' })
    if (!(answer.headers.get('Content-Type') || '').startsWith('text/html')) return location.reload()
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html').documentElement
    withoutOurs(next)
    for (const n of next.querySelectorAll('noscript')) n.textContent = n.innerHTML // as with scripts on
    strayed ||= scripts(base) !== scripts(next)
    strayed || patch(base, next)
    if (strayed) return reload()
    offered = []
    document.dispatchEvent(new CustomEvent('quandary:update'))
  }
  // reload loads the page anew. The browser keeps the place, if not all else; what is offered comes along.
  let offered = []
  function reload() {
    try { sessionStorage.setItem('quandary-offered', JSON.stringify(offered)) } catch {} // storage can be forbidden
    location.reload()
  }
  // Scripts cannot be taken back, so another one means another page.
  const scripts = (root) => [...root.querySelectorAll('script')].map((s) => s.outerHTML).join('\n')
  function patch(old, next) {
    if (old.isEqualNode(next)) return
    const real = live.get(old)
    strayed ||= !real.isConnected
    if (old.nodeType !== Node.ELEMENT_NODE) return void (old.data = real.data = next.data)
    for (const name of new Set([...old.getAttributeNames(), ...next.getAttributeNames()])) {
      const value = next.getAttribute(name)
      const isEarly = real === document.documentElement && (value === null || name === 'class') // by a script in the head
      if (value === old.getAttribute(name) || isEarly) continue
      for (const e of [old, real]) value === null ? e.removeAttribute(name) : e.setAttribute(name, value)
    }
    patchChildren(old, next)
  }
  // patchChildren pairs what is equal at both ends, then, in between, what has one key, what is equal, and what is of
  // one kind, in order. The rest comes or goes.
  function patchChildren(old, next) {
    const before = [...old.childNodes], after = [...next.childNodes], pairs = new Map()
    const keyed = (a, b) => keyOf(a) && keyOf(a) === keyOf(b)
    const equal = (a, b) => a.isEqualNode(b)
    const same = (a, b) => a && b && (equal(a, b) || keyed(a, b))
    let start = 0
    while (same(before[start], after[start])) pairs.set(after[start], before[start++])
    while (before.length > start && after.length > start && same(before.at(-1), after.at(-1))) pairs.set(after.pop(), before.pop())
    const left = new Set(before.slice(start))
    for (const fits of [keyed, equal, alike, folds]) {
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
  const folds = (a, b) => a.localName === 'details' && b.localName === 'details' // whose summary changed
  function create(next) {
    const node = document.importNode(next, true), real = node.cloneNode(true)
    pair(node, real)
    if (isStyle(real)) arrive(real)
    return node
  }
  function remove(node) {
    const real = live.get(node), around = real.parentNode
    node.remove()
    isStyle(real) ? styled.then(() => real.remove()) : real.remove()
    if (around && !served.has(around) && ![...around.childNodes].some((n) => served.has(n))) around.remove() // a script put it around
  }
  // put puts a node before another, and its real one beside the real one of a neighbour, or what holds that: scripts may
  // have put others among them and around them.
  function put(parent, node, at) {
    parent.insertBefore(node, at)
    const realParent = live.get(parent)
    const holder = (n) => {
      let r = live.get(n)
      while (r && r.parentNode !== realParent) r = r.parentNode
      return r
    }
    const real = holder(node) || live.get(node) // with what a script put around it
    let after = at, before = node.previousSibling
    while (after && !holder(after)) after = after.nextSibling
    while (before && !holder(before)) before = before.previousSibling
    const place = after ? holder(after) : before ? holder(before).nextSibling : null
    realParent[realParent.moveBefore && real.isConnected ? 'moveBefore' : 'insertBefore'](real, place)
  }

  // ---- Styles: the old one stays until the new one is there.
  let styled = Promise.resolve()
  function arrive(link) {
    styled = Promise.all([styled, new Promise((then) => { link.onload = then; link.onerror = () => setTimeout(then, 1000) })])
  }
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
      styled.then(() => old.remove())
    }
  }

  // ---- What lies over the page, shut off from its styles.
  const host = Object.assign(document.createElement('div'), { id: 'quandary-preview', popover: 'manual' })
  const shade = host.attachShadow({ mode: 'open' })
  shade.adoptedStyleSheets = [new CSSStyleSheet()]
  shade.adoptedStyleSheets[0].replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483647; color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; color: CanvasText; }
    #errors { position: fixed; inset: 0; overflow: auto; background: color-mix(in srgb, Canvas 94%, transparent); padding: 2rem max(1rem, 50vw - 30rem); }
    #corner { position: fixed; inset: auto 1rem 1rem auto; max-width: min(40rem, calc(100vw - 2rem)); }
    #corner > * { background: Canvas; border: 1px solid GrayText; padding: .25rem .75rem; margin: .5rem 0 0 auto; width: fit-content; max-width: 100%; box-sizing: border-box; }
    #list { overflow: auto; max-height: 60vh; }
    h2 { font-size: 1.25rem; margin: 0 0 1rem; display: flex; justify-content: space-between; gap: 1rem; }
    article { border-top: 1px solid GrayText; padding: .75rem 0; content-visibility: auto; }
    p { margin: 0 0 .25rem; overflow-wrap: anywhere; }
    pre { margin: .25rem 0; padding: .25rem .5rem; overflow-x: auto; tab-size: 4; font: .875rem/1.5 ui-monospace, monospace; background: color-mix(in srgb, CanvasText 7%, transparent); }
    .error { color: light-dark(#a40000, #ff9c94); } .warning { color: light-dark(#7a4a00, #f0c060); }
    mark { color: inherit; background: none; text-decoration: underline wavy; text-underline-offset: 3px; min-width: 1ch; display: inline-block; }
    @media print { :host { display: none; } }
  `)
  shade.innerHTML = `
    <section id="errors" role="alert" hidden><h2><span class="count"></span><button type="button">Show the page</button></h2><div></div></section>
    <div id="corner"><p id="others" role="status" hidden></p>
      <details id="beside" hidden><summary class="count"></summary><div id="list"></div></details></div>`
  const [errors, others, beside] = ['errors', 'others', 'beside'].map((id) => shade.getElementById(id))
  let told
  const dismiss = () => errors.hidden || show({ ...told, stale: false }) // into the corner
  shade.querySelector('button').onclick = dismiss
  addEventListener('keydown', (e) => e.key === 'Escape' && !document.querySelector('dialog:modal') && dismiss())
  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children.filter((c) => c))
    return element
  }
  // show lays errors over a page that is from before them. Whatever else is wrong stands beside it.
  function show(report) {
    const { stale, problems } = (told = report)
    const isOver = (p) => stale && p.severity === 'error'
    list(errors, problems.filter(isOver), version.startsWith('503') ? '' : ' over the last good page')
    list(beside, problems.filter((p) => !isOver(p)), '')
    host.hidePopover()
    if (problems.length) host.showPopover() // above a dialog that was opened before
  }
  function list(box, problems, where) {
    const { error = [], warning = [] } = Object.groupBy(problems, (p) => p.severity)
    const counts = [[error.length, 'error'], [warning.length, 'warning']].filter(([n]) => n)
    box.querySelector('.count').textContent = counts.map(([n, noun]) => `${n} ${noun}${n === 1 ? '' : 's'}`).join(', ') + where
    box.lastElementChild.replaceChildren(...problems.map(article))
    box.hidden = !problems.length
  }
  const article = (p) =>
    make('article', {},
      p.place && make('p', {}, link(p.place)),
      make('p', {}, make('strong', { className: p.severity }, `${p.severity}[${p.code}]`), ' ', p.message),
      excerpt(p.place),
      p.hint && make('p', {}, `Hint: ${p.hint}`),
      ...p.related.flatMap((n) => [make('p', {}, 'Note: ', n.message, ' ', n.place && link(n.place)), excerpt(n.place)]))
  const link = (place) => (place.link ? make('a', { href: place.link }, place.name) : make('span', {}, place.name))
  const excerpt = (place) => place && make('pre', {}, `${place.line} | `, place.before, make('mark', {}, place.text || '\u200b'), place.after)
  function follow(pages) {
    if (!pages.length) return offer(pages)
    work = new Promise(() => {}) // nothing matters here any more
    location.assign(pages[0].address)
  }
  function offer(pages) {
    offered = pages
    others.replaceChildren('Also changed: ', ...pages.flatMap((p, i) => [i ? ', ' : '', make('a', { href: p.address }, p.title)]))
    others.hidden = !pages.length // of pages that are gone there is nothing to offer
    document.dispatchEvent(new CustomEvent('quandary:update'))
  }

  // ---- The wire. A hidden page lets go of it: browsers have few to one server.
  let wire
  function connect() {
    wire?.close()
    if (document.hidden) return
    wire = new EventSource(`/-/quandary/events?${new URLSearchParams({ page: location.pathname, version })}`)
    const on = (name, then) => wire.addEventListener(name, (e) => { version = e.lastEventId; then(JSON.parse(e.data)) })
    on('errors', show)
    on('update', () => (work = work.then(update).catch(reload)))
    on('style', restyle)
    on('reload', reload)
    on('other', offer)
    on('follow', follow)
  }
  let work = Promise.resolve() // one update after the other
  // When a script shows another page, that is the one to hear of.
  let shown = location.pathname
  window.navigation?.addEventListener('currententrychange', () => {
    if (location.pathname === shown) return
    shown = location.pathname
    strayed = true
    version = ''
    connect()
  })
  document.addEventListener('visibilitychange', connect)
  addEventListener('pageshow', (e) => e.persisted && connect())
  addEventListener('pagehide', () => { wire?.close(); work = Promise.resolve() })
  document.body.append(host)
  try {
    offer(JSON.parse(sessionStorage.getItem('quandary-offered') || '[]'))
    sessionStorage.removeItem('quandary-offered')
  } catch {}
  connect()
})()
