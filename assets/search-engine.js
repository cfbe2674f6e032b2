// The pure half of search: pieces in, answers out. The format is described in internal/search/pieces.go; words,
// accents and fragments follow the rules of words.go and excerpt.go there, the weights come with the manifest.
const unspaced = '\\u30fc' + ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'].map(s => `\\p{sc=${s}}`).join('')
const letter = `[[\\p{L}\\p{N}\\p{M}]--[${unspaced}]]`
// A character followed by another, one alone, or a compound.
const words = new RegExp(`[${unspaced}](?=([${unspaced}]))|(?<![${unspaced}])[${unspaced}]|${letter}+(?:[_.\\-'’]${letter}+)*`, 'gv')
const joints = /[_.\-'’]|(?<=[^\p{Lu}\d_.'’-])(?=\p{Lu})|(?<=\p{Lu})(?=[A-Z][a-z]{2})/u
const accents = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640]/g
const twins = { ß: 'ss', ø: 'o', đ: 'd', ð: 'd', ł: 'l', æ: 'ae', œ: 'oe', ı: 'i', þ: 'th', ς: 'σ' }
const sections = 13 // that a posting can tell apart
// fold leaves the letters and digits of a text in lower case, without accents.
const fold = text => /^[a-z0-9]*$/.test(text) ? text : text.normalize('NFKD').replace(accents, '').toLowerCase().normalize('NFKC')
  .replace(/[ßøđðłæœıþς]/g, c => twins[c]).replace(/[^\p{L}\p{N}\p{M}]/gu, '')
// split gives the words of a text: where each stands, itself folded, and its parts if it has any.
export const split = text => [...text.matchAll(words)].map(({ 0: found, 1: next = '', index: at }) => {
  const clip = s => fold([...s].slice(0, 40).join(''))
  const parts = found.split(joints).map(clip).filter(Boolean)
  return { at, end: at + (found + next).length, whole: clip((found + next).replace(/['’_.-]/g, '')), parts: parts.length > 1 ? parts : [] }
}).filter(w => w.whole)
const or = (some, all) => some.length ? some : all
const inAll = word => [...word.parts, word.whole]
// near tells whether one slip leads from a to b: a letter too many, too few or wrong, or two swapped.
function near(a, b) {
  let i = 0, j = a.length, k = b.length
  while (i < j && i < k && a[i] === b[i]) i++
  while (j > i && k > i && a[j - 1] === b[k - 1]) j--, k--
  return j - i < 2 && k - i < 2 || j - i === 2 && k - i === 2 && a[i] === b[i + 1] && a[i + 1] === b[i]
}
const slug = s => s.toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replace(/ /g, '-')
const reverse = s => [...s].reverse().join('')
const lines = text => text.split('\n').filter(Boolean)
const unshare = (line, before) => before.slice(0, line.charCodeAt(0) - 33) + line.slice(1)
// postings reads a list of growing numbers, each with a character after it; a tilde before them is of no matter here.
function postings(list, each) {
  for (let i = list[0] === '~' ? 1 : 0, at = -1; i < list.length;) {
    let v = 0, scale = 1, c
    while ((c = list.charCodeAt(i++) - 33) > 63) { v += (c - 64) * scale; scale *= 26 }
    at += v + c * scale + 1
    each(at, list.charCodeAt(i++) - 33)
  }
}
// within finds the place in a list of keys and names of the piece a key falls in.
const within = (list, key) => list.findLastIndex((k, i) => i % 2 === 0 && k <= key)
// open opens an index. read(file) resolves to the text of a file of search/; page(url), for quoted phrases and the
// excerpts of a result that somebody turns to, to the texts that a page is made of.
export function open(read, page) {
  const pieces = new Map() // by name: a promise, and its value once it is there
  const pages = [] // {url, title, words of it, excerpts: a piece, block: which of it}
  const titles = new Map() // by address
  const tallied = new Map() // what words add to pages, kept while the reader types on
  const unread = { terms: [], titles: [], backwards: [] }
  let site // the manifest
  function load(name, parse, from = () => read(name + '.txt')) {
    if (!pieces.has(name)) pieces.set(name, from().then(text => (pieces.get(name).value = parse(text))))
    pieces.get(name).catch(() => pieces.delete(name))
    return pieces.get(name)
  }
  const manifest = () => load('index', text => {
    site = JSON.parse(text)
    if (site.list) list(0, site.list)
    return site
  }, () => read('index.json'))
  const textsOf = url => load(url, texts => texts, () => page(url)).catch(() => [])
  const telling = word => !site.common.includes(word)
  const kindOf = at => site.kinds[site.kindOf.charCodeAt(at) - 33]
  function list(at, text) {
    let url = '', excerpts, block
    for (const line of lines(text)) {
      if (line[0] === ' ') { excerpts = line.slice(1); block = 0; continue }
      const [shared, title] = line.split('\t')
      url = unshare(shared, url)
      titles.set(url, title)
      pages[at++] = { url, title, words: split(title).flatMap(inAll), excerpts, block: block++ }
    }
  }
  // listed waits until the titles and addresses of these pages are known.
  const listed = some => site.lists && Promise.all([...new Set(some.map(at => within(site.lists, at)))]
    .map(i => load(site.lists[i + 1], text => list(site.lists[i], text))))
  const excerptsOf = async ({ excerpts, block }) => (await load(excerpts, text => text.split('\n\n').map(lines)))[block]
  // pieceOf reads the piece that a key falls in, unless it is not at hand and no reads are left: then it gives an empty
  // one.
  function pieceOf(key, budget) {
    const name = site.terms[within(site.terms, key) + 1]
    budget.asked.add(name)
    return !pieces.has(name) && budget.left-- <= 0 ? unread : load(name, text => {
      const piece = { terms: [], titles: [], backwards: [] }
      let key = ''
      for (const line of lines(text)) {
        const [head, ways, list] = line.split('\t')
        key = unshare(head, key)
        if (key[0] === '~') piece.backwards.push(key.slice(1))
        else if (key.includes(' ')) piece.titles.push([key.split(' ')[1], list])
        else piece.terms.push({ stem: key, ways: ways.split(','), list })
      }
      return piece
    })
  }
  // formsOf lists the forms of a term. A way to one says how much to take off the stem, and what to add.
  const formsOf = term => term.forms ??= term.ways.map(way => term.stem.slice(0, term.stem.length - parseInt(way)) + way.replace(/^\d+/, ''))
  // match finds the terms that a word, or the beginning of one, means; failing that, those it could be another form
  // of.
  function match({ terms }, word, prefix) {
    const hits = [], others = []
    for (const term of terms) {
      const stem = term.stem
      let n = 0
      while (word[n] && stem[n] === word[n]) n++
      if (word[n] && stem[n + 3]) continue
      const way = stem.length - n + word.slice(n)
      const begun = formsOf(term).filter(f => prefix && f.startsWith(word)).map(f => f.length)
      if (term.ways.includes(way)) hits.push({ term, worth: 1 })
      else if (begun[0]) hits.push({ term, worth: site.weights.prefix * (word.length / Math.min(...begun)) ** 0.5 })
      else if (n > 2 && site.endings.some(e => prefix ? e.startsWith(way) : e === way)) others.push({ term, worth: site.weights.other, way: way.length + +way[0] })
    }
    const least = Math.min(...others.map(o => o.way))
    return or(hits, others.filter(o => o.way === least))
  }
  // slips finds the words one slip away. Where that lies near the start of the word it may lead to other pieces; titles
  // may know the word, or else pieces that are asked by its end.
  async function slips({ terms }, word, prefix, budget) {
    const forms = terms.flatMap(formsOf), whole = forms.filter(f => near(f, word))
    if (whole[0]) return whole
    const begun = forms.filter(f => prefix && [-1, 0, 1].some(d => near(f.slice(0, word.length + d), word)))
    if (begun[0]) return begun
    const back = reverse(word), meant = [...new Set(pages.flatMap(p => p.words.filter(w => near(w, word))))]
    for (let keep = back.length - 1; !meant.length && keep > back.length - 5; keep--) {
      meant.push(...(await pieceOf('~' + back.slice(0, keep), budget)).backwards.filter(w => near(w, back)).map(reverse))
    }
    return meant.slice(0, 2)
  }
  // tally is what a word adds to each page, and the section it points to there. That of a word for which reads were
  // short is not kept.
  function tally(word, prefix, budget) {
    const key = word + ' ' + prefix, made = tallied.get(key) ?? count(word, prefix, budget), forget = () => tallied.delete(key)
    if (tallied.size > 40) tallied.clear()
    tallied.set(key, made)
    made.then(t => t.short && forget(), forget)
    return made
  }
  async function count(word, prefix, budget) {
    const piece = await pieceOf(word, budget), scores = new Float32Array(site.pages), places = new Uint8Array(site.pages)
    let hits = match(piece, word, prefix), found = 0
    if (!hits[0]) hits = match(piece, word.replace(/(.*([^aeiou]))\2/, '$1'), prefix).filter(h => h.way) // "planning" is a form of "plan"
    if (hits.every(h => h.way) && piece !== unread && word[4] && !/\d/.test(word)) {
      const meant = await slips(piece, word, prefix, budget)
      for (const w of meant) hits.push(...match(await pieceOf(w, budget), w).map(h => ({ ...h, worth: site.weights.typo })))
    }
    for (const { term, worth } of hits) postings(term.list, (at, code) => {
      const times = 2 ** ((code / sections | 0) - 1.5), score = worth * times / (times + site.weights.saturation) // the middle of an octave
      if (!scores[at]) found++
      if (score > scores[at]) { scores[at] = score; places[at] = code % sections }
    })
    const short = !hits.length && budget.left < 0, common = short || hits.some(h => h.worth === 1 && h.term.list[0] === '~')
    const rarity = common ? site.weights.common : Math.log(1 + (site.pages - found + 0.5) / (found + 0.5))
    return { hits, common, short, minor: !word[2] || found > 4 + site.pages / 4, places, scores: scores.map(s => s * rarity) }
  }
  function understand(query) {
    const typing = !/[\s"”]$/.test(query), key = fold(query)
    const words = split(query).slice(0, 12).map((w, i, all) => ({ ...w, prefix: typing && i === all.length - 1 }))
    const phrases = (query.match(/["“”][^"“”]+["“”]/g) ?? []).filter(p => split(p).length > 1)
    const said = split(query).flatMap(inAll), few = words.filter(w => w.prefix || telling(w.whole))
    // "the" only counts beside a few letters, or if nothing else is found.
    return { words: few[1] || few[0]?.whole[3] ? few : words, all: words, phrases, key, title: (said.find(telling) ?? said.at(-1)) + ' ' + key }
  }
  // rank gives pages their standing: the exact title, then those with most words of the query, "how do I" aside, parts of
  // a compound for a little less than all of it, then by score.
  async function rank(asked, budget) {
    const titled = pieceOf(asked.title, budget)
    const words = await Promise.all(asked.words.map(async w => { // a compound known to the site is typed to its end
      const whole = await tally(w.whole, w.prefix, budget), begun = w.prefix && whole.hits.every(h => h.worth < 1)
      return { whole, parts: await Promise.all(w.parts.map((p, i) => tally(p, begun && !w.parts[i + 1], budget))) }
    }))
    const main = or(words.filter(w => !w.whole.minor), words)
    const tallies = words.flatMap(inAll), all = main.length
    const found = new Float32Array(site.pages), scores = new Float64Array(site.pages)
    for (let at = 0; at < site.pages; at++) {
      for (const word of words) {
        const { whole, parts } = word, told = whole.scores[at] || whole.common || !parts.length ? [whole] : parts
        for (const t of told) { scores[at] += t.scores[at]; found[at] += main.includes(word) && (t.common || t.scores[at] > 0) / told.length ** 1.03 }
      }
    }
    for (const [key, list] of asked.key ? (await titled).titles : []) {
      if (key.startsWith(asked.key)) postings(list, at => {
        scores[at] += site.weights.title * asked.key.length / key.length
        if (key === asked.key) found[at] = all + 1
      })
    }
    const order = []
    scores.forEach((s, at) => s && order.push(at))
    order.sort((a, b) => found[b] - found[a] || scores[b] - scores[a])
    const forms = new Set(or(tallies.filter(t => !t.common), tallies).flatMap( // "the" is not worth a mark
      t => t.hits.flatMap(h => formsOf(h.term))))
    const means = word => forms.has(word) || asked.words.some(w => w.prefix && word.startsWith(w.whole))
    return { words, all, order, found, scores, tallies, means, key: asked.key }
  }
  // lift looks at the titles of the first pages. One that is the query, give or take the forms of its words, their
  // order and a slip, comes first (but for an exact one). One of several words, all of which are in the query, counts as
  // if all of that were on its page: the rest says what the reader wants of it. Then it counts how much of the title
  // was asked for, and whether it says just that.
  function lift({ words, all, found, scores, means, key }, first) {
    const standing = first.map(at => {
      const title = split(pages[at].title).map(w => w.whole).filter(telling), held = title.filter(means).length
      const whole = held === title.length && (found[at] > 0.9 || held < words.length)
      return [at, found[at] > all ? 2 : whole && held === words.length && found[at] === all, whole && held > 1 ? all : found[at], scores[at] * (1 + site.weights.cover * (held / (title.length || 1) + fold(pages[at].title).includes(key)))]
    })
    return standing.sort((a, b) => b[1] - a[1] || b[2] - a[2] || b[3] - a[3]).map(s => s[0])
  }
  // quoted keeps the pages that have the phrases word for word, which only the pages themselves can tell: 16 of them at a
  // time, until there are some.
  async function quoted(order, phrases, more = 6) {
    const first = order.slice(0, 16), said = text => ` ${split(text).map(w => w.whole).join(' ')} `
    await listed(first)
    const texts = await Promise.all(first.map(at => textsOf(pages[at].url)))
    const found = first.filter((at, i) => phrases.every(p => [pages[at].title, ...texts[i]].some(t => said(t).includes(said(p)))))
    return found.length || !more ? found : quoted(order.slice(16), phrases, more - 1)
  }
  // mark cuts a text so that every second piece of it is a match.
  function mark(text, { means }) {
    const out = []
    let from = 0
    for (const word of split(text)) {
      const { at, end } = word
      if (!inAll(word).some(means)) continue
      if (at > from || !out.length) out.push(text.slice(from, at), text.slice(at, end))
      else out[out.length - 1] += text.slice(from, end)
      from = end
    }
    return [...out, text.slice(from)]
  }
  // clip keeps the stretch of a text about its first match.
  function clip(text, ranked) {
    const marked = mark(text, ranked), first = marked.length > 1 ? marked[0].length : 0
    const from = text.length < 180 || first < 100 ? 0 : text.indexOf(' ', first - 60) + 1
    const to = text.length - from < 180 ? text.length : text.lastIndexOf(' ', from + 165)
    const part = text.slice(from, to > from ? to : from + 165).replace(/^[… ]+|[… ]+$/g, '')
    return mark((from ? '… ' : '') + part + (to < text.length ? ' …' : ''), ranked)
  }
  // describe makes the result for a page; without its excerpts it has neither heading nor excerpt. Where those do not
  // show what was asked for, the page itself will, if the reader cares enough.
  async function describe(at, ranked, excerpts, care) {
    const { url, title } = pages[at], lines = excerpts && await excerptsOf(pages[at])
    const trail = url.split('/').slice(0, -1).map((_, i, path) => titles.get(path.slice(0, i).join('/') + '/')).filter(Boolean)
    const result = { page: at, url, title: mark(title, ranked), kind: kindOf(at), trail, heading: [''], excerpt: null }
    if (!lines) return result
    const marks = text => mark(text, ranked).length
    const all = lines.map((line, i) => {
      const [heading, id, text] = line.split('\t')
      let votes = 0
      for (const t of ranked.tallies) if (i && t.places[at] === Math.min(i, sections - 1)) votes += t.scores[at]
      return { heading, id: id || slug(heading), text, votes: votes && votes + marks(heading + ' ' + text) / 1e3 }
    })
    const best = all.reduce((a, b) => b.votes > a.votes ? b : a)
    if (best.heading) { result.heading = mark(best.heading, ranked); result.url += '#' + best.id }
    let told = [best, ...all].map(s => s.text).filter(Boolean)
    if (care && page && !told.some(t => marks(t) > 1)) told.push(...await textsOf(url))
    result.excerpt = clip(told.find(t => marks(t) > 1) ?? told[0] ?? '', ranked)
    return result
  }
  return {
    kinds: async () => (await manifest()).kinds.filter(Boolean),
    // search resolves to {results, total, complete}. Of a result, title, heading and excerpt are lists of texts of
    // which every second one is a match. So many pieces are read, or one more than words, and as many of the texts as that
    // leaves: excerpts may be null, and so is the answer if not even titles are known; complete(result) resolves
    // to the result with its own.
    async search(query, { kind, limit, reads, texts }) {
      if (reads) await manifest()
      if (!site) return null
      const asked = understand(query.slice(0, 300)), budget = { left: reads && Math.max(reads, asked.words.length + 1), asked: new Set() }
      let ranked = await rank(asked, budget)
      if (!ranked.order.length && asked.all[asked.words.length]) ranked = await rank({ ...asked, words: asked.all }, budget)
      if (!reads && budget.left < 0) return null
      let order = ranked.order.filter(at => !kind || kindOf(at) === kind)
      if (asked.phrases.length && page) order = await quoted(order.filter(at => ranked.found[at] > ranked.all - 0.1), asked.phrases)
      const first = order.slice(0, Math.max(limit, site.list ? 60 : 0))
      if (!reads && first.some(at => !pages[at])) return null
      await listed(first)
      const shown = lift(ranked, first).slice(0, limit), room = Math.min(texts, reads - budget.asked.size)
      const left = [...new Set(shown.map(at => pages[at].excerpts))].filter(name => !pieces.get(name)?.value).slice(Math.max(0, room))
      return {
        total: order.length,
        results: await Promise.all(shown.map(at => describe(at, ranked, !left.includes(pages[at].excerpts)))),
        complete: result => describe(result.page, ranked, true, true),
      }
    },
  }
}
