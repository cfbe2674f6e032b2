// The pure half of search: pieces in, answers out. No page, no network: it is
// given a function that reads a piece, and runs under Node in the tests.
// The format is described in internal/search/pieces.go; words, accents and
// fragments follow the same rules as words.go, fold.go and analyse.go there.

const unspaced = '\\u30fc\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}'
const letter = `(?:(?![${unspaced}])[\\p{L}\\p{N}\\p{M}])`
const compounds = new RegExp(`[${unspaced}]+|${letter}+(?:(?:['’](?=${letter}{1,2}(?!${letter}))|[_.-])${letter}+)*`, 'gu')
const pairwise = new RegExp(`^[${unspaced}]`, 'u')
const humps = /[_.-]|(?<=[^\p{Lu}\d_.'’-])(?=\p{Lu})|(?<=\p{Lu})(?=[A-Z][a-z]{2})/u
const accents = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640]/g
const twins = { ß: 'ss', ø: 'o', đ: 'd', ð: 'd', ł: 'l', æ: 'ae', œ: 'oe', ı: 'i', þ: 'th', ς: 'σ' }

export function fold(text) {
  if (/^[a-z0-9]*$/.test(text)) return text
  return text.normalize('NFKD').replace(accents, '').toLowerCase().normalize('NFKC')
    .replace(/[ßøđðłæœıþς]/g, c => twins[c]).replace(/[^\p{L}\p{N}\p{M}]/gu, '')
}

// split finds the words of a text: for each, where it stands, its folded form
// and, if it is a compound, its parts. Unspaced scripts come in pairs.
export function split(text) {
  const words = []
  const clip = s => fold([...s].slice(0, 40).join(''))
  for (const { 0: found, index } of text.matchAll(compounds)) {
    if (pairwise.test(found)) {
      const chars = [...found]
      for (let i = 0, at = index; i < Math.max(chars.length - 1, 1); at += chars[i++].length) {
        const pair = chars.slice(i, i + 2).join('')
        words.push({ at, end: at + pair.length, whole: fold(pair), parts: [] })
      }
      continue
    }
    const parts = found.split(humps).map(p => clip(p.replace(/['’]/g, ''))).filter(Boolean)
    const whole = clip(found.replace(/['’_.-]/g, ''))
    if (whole) words.push({ at: index, end: index + found.length, whole, parts: parts.length > 1 ? parts : [] })
  }
  return words
}

// slug is the fragment that a heading usually has, and the end of an address.
const slug = s => s.toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-')

// numbers reads the numbers at the start of s, with `extra` characters after each.
function numbers(s, extra, each) {
  for (let i = 0, at = -1; i < s.length; i += extra) {
    let v = 0, scale = 1, c
    while ((c = s.charCodeAt(i++) - 33) >= 64) { v += (c - 64) * scale; scale *= 26 }
    at += v + c * scale + 1
    each(at, extra && s.charCodeAt(i) - 33)
  }
}

// unshare undoes the sharing of beginnings between lines.
function unshare(line, before) {
  return before.slice(0, line.charCodeAt(0) - 33) + line.slice(1)
}

// within tells the piece a key falls in, in a list of keys and names.
function within(list, key) {
  let low = 0, high = list.length / 2
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (list[2 * middle] <= key) low = middle
    else high = middle
  }
  return 2 * low
}

// near reports whether one slip leads from a to b: a letter more, less, wrong, or two swapped.
export function near(a, b) {
  if (Math.abs(a.length - b.length) > 1) return false
  let i = 0, j = a.length, k = b.length
  while (i < j && i < k && a[i] === b[i]) i++
  while (j > i && k > i && a[j - 1] === b[k - 1]) j--, k--
  return j - i <= 1 && k - i <= 1 || j - i === 2 && k - i === 2 && a[i] === b[i + 1] && a[i + 1] === b[i]
}

/** Opens an index. read(name) resolves to the text of a file of search/. page(url), optional,
 *  resolves to the sections of a page, [{id, heading, text}], and serves quoted phrases. */
export function open(read, page) {
  const parsed = new Map() // name: what was made of the piece
  const pending = new Map() // name: the promise of it
  let site // the manifest, unpacked

  function load(name, parse) {
    if (parsed.has(name)) return parsed.get(name)
    if (!pending.has(name)) {
      pending.set(name, read(name.includes('.') ? name : name + '.txt').then(text => {
        parsed.set(name, parse(text))
        return parsed.get(name)
      }).finally(() => pending.delete(name)))
    }
    return pending.get(name)
  }

  async function manifest() {
    if (site) return site
    const m = await load('index.json', JSON.parse)
    const endings = m.endings.split(' ')
    const s = { ...m, endings, known: new Set(endings), pages: [], kindOf: new Int8Array(m.pages).fill(-1) }
    for (let i = 0, at = 0; i < (m.runs || []).length; at += m.runs[i + 1], i += 2) s.kindOf.fill(m.runs[i], at, at + m.runs[i + 1])
    if (m.list) listPages(s, 0, m.list)
    s.total = m.pages
    return (site = s)
  }

  function listPages(s, first, text) {
    let before = '', excerpts = '', block = 0
    for (const line of text.split('\n')) {
      if (!line) continue
      if (line[0] === '#') { excerpts = line.slice(1); block = 0; continue }
      const [address, title] = line.split('\t')
      before = unshare(address, before)
      const url = before.endsWith('~') ? before.slice(0, -1) + slug(title) + '/' : before
      s.pages[first++] = { url, title, excerpts, block: block++ }
    }
  }

  function parseTerms(text) {
    const piece = { terms: [], titles: [] }
    let stem = ''
    for (const line of text.split('\n')) {
      if (!line) continue
      const [head, forms, list] = line.split('\t')
      if (list === undefined) { piece.titles.push({ key: head.slice(1), list: forms }); continue }
      stem = unshare(head, stem)
      piece.terms.push({ stem, coded: forms, list })
    }
    return piece
  }

  // ways lists how the forms of a term differ from its stem, as "1y".
  function ways(term) {
    return term.ways ??= !term.coded ? ['0'] : term.coded.split(',').flatMap((s, i) =>
      i ? [s] : [...s].map(c => site.endings[c.charCodeAt(0) - 65]))
  }
  const form = (term, way) => term.stem.slice(0, term.stem.length - way[0]) + way.slice(1)

  // match finds the terms of a piece that a word means, each with how well it does.
  function match(piece, word, prefix) {
    const hits = [], others = []
    for (const term of piece.terms) {
      const { stem } = term
      let n = 0
      while (n < stem.length && n < word.length && stem[n] === word[n]) n++
      if (n < word.length && stem.length - n > 3) continue
      const way = stem.length - n + word.slice(n), all = ways(term)
      if (all.includes(way)) { hits.push({ term, worth: 1 }); continue }
      const longer = prefix && all.map(w => form(term, w)).filter(f => f.startsWith(word)).sort((a, b) => a.length - b.length)[0]
      if (longer) hits.push({ term, worth: site.weights.prefix * Math.sqrt(word.length / longer.length) })
      else if (n > 2 && (prefix ? site.endings.some(e => e.startsWith(way)) : site.known.has(way))) others.push({ term, worth: site.weights.other, left: stem.length - n + word.length - n })
    }
    if (hits.length || !others.length) return hits
    const least = Math.min(...others.map(o => o.left))
    return others.filter(o => o.left === least)
  }

  // slips finds the terms of a piece that lie one slip from the word, or from its beginning.
  function slips(piece, word, prefix) {
    const whole = [], partly = []
    for (const term of piece.terms) {
      for (const way of ways(term)) {
        const f = form(term, way)
        if (near(f, word)) { whole.push({ term, worth: site.weights.typo }); break }
        if (prefix && f.length > word.length && [-1, 0, 1].some(d => near(f.slice(0, word.length + d), word))) {
          partly.push({ term, worth: site.weights.typo * site.weights.prefix })
          break
        }
      }
    }
    return whole.length ? whole : partly
  }

  const termPiece = at => load(site.terms[at + 1], parseTerms)

  // distant looks for a slip near the start of the word, which leads to other pieces.
  async function distant(word) {
    const found = new Set()
    if (!site.typos) {
      for (const piece of await Promise.all(site.terms.flatMap((_, i) => i % 2 ? [] : [termPiece(i)]))) {
        for (const { term } of slips(piece, word, false)) found.add({ term, worth: site.weights.typo })
      }
      return [...found]
    }
    const backwards = [...word].reverse().join(''), names = new Set()
    for (let keep = word.length - 1; keep >= Math.max(2, word.length - 4) && names.size < 3; keep--) {
      const end = backwards.slice(0, keep)
      for (let i = within(site.typos, end); i <= within(site.typos, end + '\uffff') && names.size < 3; i += 2) names.add(site.typos[i + 1])
    }
    const lists = await Promise.all([...names].map(name => load(name, text => {
      let before = ''
      return text.split('\n').filter(Boolean).map(line => (before = unshare(line, before)))
    })))
    const close = lists.flat().filter(w => near(w, backwards)).slice(0, 3).map(w => [...w].reverse().join(''))
    for (const w of close) {
      for (const hit of match(await termPiece(within(site.terms, w)), w, false)) found.add({ term: hit.term, worth: site.weights.typo })
    }
    return [...found]
  }

  async function hitsOf(word, prefix) {
    const piece = await termPiece(within(site.terms, word))
    let hits = match(piece, word, prefix)
    if (!hits.length && word.length > 4 && !/\d/.test(word)) {
      hits = slips(piece, word, prefix)
      if (!hits.length) hits = await distant(word)
    }
    return hits
  }

  // tally is what one word adds to each page, and the section it points to.
  function tally(hits) {
    const scores = new Float32Array(site.total), sections = new Uint8Array(site.total)
    let pages = 0, common = false
    for (const { term, worth } of hits) {
      common ||= term.list[0] === '~' && worth === 1
      term.postings ??= unpack(term.list)
      for (let i = 0; i < term.postings.length; i += 2) {
        const at = term.postings[i], code = term.postings[i + 1]
        const score = worth * site.levels[code / 13 | 0]
        if (!scores[at]) pages++
        if (score > scores[at]) { scores[at] = score; sections[at] = code % 13 }
      }
    }
    const rarity = common ? site.weights.common : Math.log(1 + (site.total - pages + 0.5) / (pages + 0.5))
    for (let i = 0; i < scores.length; i++) scores[i] *= rarity / 1000
    return { scores, sections, common, some: pages > 0 }
  }

  function unpack(list) {
    const postings = []
    numbers(list[0] === '~' ? list.slice(1) : list, 1, (page, code) => postings.push(page, code))
    return postings
  }

  // understand reads the query: its words, its phrases, the key of a title it may be.
  function understand(query) {
    const phrases = []
    const typing = !/[\s"”]$/.test(query)
    for (const m of query.matchAll(/["“”]([^"“”]+)["“”]/g)) phrases.push(split(m[1]).map(w => w.whole))
    const words = split(query).slice(0, 12)
    words.forEach((w, i) => { w.prefix = typing && i === words.length - 1 })
    return { words, phrases: phrases.filter(p => p.length > 1), key: fold(query.slice(0, 400)), typing }
  }

  // needs lists the term pieces a query begins with.
  const needs = asked => new Set(asked.words.flatMap(w => [w.whole, ...w.parts]).map(w => site.terms[within(site.terms, w) + 1]))

  // rank gives every page its standing: exact title first, then how many words it has, then its score.
  async function rank(asked) {
    const parts = await Promise.all(asked.words.map(async w => {
      const whole = await hitsOf(w.whole, w.prefix).then(hits => ({ hits, ...tally(hits) }))
      const pieces = await Promise.all(w.parts.map((p, i) => hitsOf(p, w.prefix && i === w.parts.length - 1)))
      return { whole, parts: pieces.map(hits => ({ hits, ...tally(hits) })) }
    }))
    const scores = new Float32Array(site.total), matched = new Float32Array(site.total)
    for (const { whole, parts: some } of parts) {
      for (let i = 0; i < site.total; i++) {
        let score = whole.scores[i], share = score || whole.common ? 1 : 0
        if (some.length && !share) {
          for (const p of some) {
            score += p.scores[i]
            if (p.scores[i] || p.common) share += 1 / some.length
          }
        }
        scores[i] += score
        matched[i] += share
      }
    }
    const tallies = parts.flatMap(p => [p.whole, ...p.parts])
    if (asked.words.length > 1) meet(tallies, scores)
    const exact = new Uint8Array(site.total)
    if (asked.words.length) await titles(asked, scores, exact, matched)
    const order = []
    for (let i = 0; i < site.total; i++) if (scores[i] > 0) order.push(i)
    matched.forEach((m, i) => { matched[i] = Math.round(m * 60) })
    order.sort((a, b) => exact[b] - exact[a] || matched[b] - matched[a] || scores[b] - scores[a] || a - b)
    return { order, matched, exact, scores, full: 60 * asked.words.length, tallies }
  }

  // meet lifts the pages where several words point to the same section.
  function meet(tallies, scores) {
    const sums = new Float32Array(13), counts = new Uint8Array(13)
    for (let i = 0; i < site.total; i++) {
      if (!scores[i]) continue
      sums.fill(0)
      counts.fill(0)
      let all = 0, best = 0
      for (const t of tallies) if (t.scores[i]) { all += t.scores[i]; sums[t.sections[i]] += t.scores[i]; counts[t.sections[i]]++ }
      for (let s = 0; s < 12; s++) if ((s ? counts[s] + counts[0] : counts[0]) > 1) best = Math.max(best, sums[0] + (s && sums[s]))
      scores[i] *= 1 + site.weights.near * best / all
    }
  }

  async function titles(asked, scores, exact, matched) {
    const first = asked.words[0].parts[0] || asked.words[0].whole
    for (const { key, list } of (await termPiece(within(site.terms, first))).titles) {
      if (!key.startsWith(asked.key)) continue
      numbers(list, 0, at => {
        if (key === asked.key) { exact[at] = 1; matched[at] = asked.words.length }
        scores[at] += site.weights.title * asked.key.length / key.length
      })
    }
  }

  // describe makes the result for a page; without its excerpts it is a title and an address.
  function describe(at, ranked, text) {
    const { url, title } = site.pages[at]
    const kind = site.kinds?.[site.kindOf[at]] ?? ''
    const result = { page: at, url, title, kind, heading: '', excerpt: null, marked: mark(title, ranked) }
    if (!text) return result
    const sections = text.map(line => { const [heading, id, words] = line.split('\t'); return { heading, id: id || slug(heading), words } })
    const votes = new Map()
    for (const t of ranked.tallies) if (t.sections[at]) votes.set(t.sections[at] - 1, (votes.get(t.sections[at] - 1) || 0) + t.scores[at])
    let best = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0
    if (best === 11) {
      const hits = s => 3 * mark(s.heading, ranked).length + mark(s.words, ranked).length
      for (let i = 12; i < sections.length; i++) if (hits(sections[i]) > hits(sections[best])) best = i
    }
    const section = sections[best]
    if (best && section?.heading) { result.heading = section.heading; result.url += '#' + section.id }
    const told = [section, ...sections].filter(s => s?.words)
    result.excerpt = clip((told.find(s => mark(s.words, ranked).length > 1) || told[0])?.words || '', ranked)
    return result
  }

  // lifted looks at the titles of the first pages. One that is the query, give or
  // take the forms of its words, their order and a slip, comes first (but for an
  // exact one); else it counts how much of the title was asked for.
  function lifted(order, ranked) {
    const { asked, exact, matched, scores } = ranked, standing = new Map()
    const top = order.slice(0, 12)
    for (const at of top) {
      const words = split(site.pages[at].title), held = words.filter(w => means(w.whole, ranked)).length
      const same = held && held === words.length && held === asked.words.length
      standing.set(at, [2 * exact[at] + same, matched[at], scores[at] * (1 + site.weights.cover * held / (words.length || 1))])
    }
    const by = (a, b, i) => standing.get(b)[i] - standing.get(a)[i]
    return [...top.sort((a, b) => by(a, b, 0) || by(a, b, 1) || by(a, b, 2)), ...order.slice(12)]
  }

  // means reports whether a word of a text is one that was asked for.
  function means(word, ranked) {
    const { tallies, asked } = ranked
    const forms = ranked.forms ??= new Set(tallies.flatMap(t => t.hits.flatMap(({ term }) => ways(term).map(w => form(term, w)))))
    return forms.has(word) || asked.typing && word.startsWith(asked.words.at(-1)?.whole ?? ' ')
  }

  // mark cuts a text into pieces; every second one is a match.
  function mark(text, ranked) {
    const out = []
    let from = 0
    for (const { at, end, whole, parts } of split(text)) {
      if (![whole, ...parts].some(w => means(w, ranked))) continue
      if (at <= from && out.length) { out[out.length - 1] += text.slice(Math.max(from, at), end); from = Math.max(from, end); continue }
      out.push(text.slice(from, at), text.slice(at, end))
      from = end
    }
    return [...out, text.slice(from)]
  }

  // clip keeps the stretch of about 160 characters with most matches.
  function clip(text, ranked) {
    const whole = mark(text, ranked)
    if (text.length <= 180) return whole
    let at = 0, best = -1, from = 0
    const marks = whole.map((s, i) => { const m = { at, end: at + s.length, hit: i % 2 }; at = m.end; return m }).filter(m => m.hit)
    for (const m of marks) {
      const held = marks.filter(o => o.at >= m.at && o.end <= m.at + 120).length
      if (held > best) { best = held; from = m.at }
    }
    from = from < 100 ? 0 : text.indexOf(' ', from - 50) + 1
    const to = text.length - from < 180 ? text.length : text.lastIndexOf(' ', from + 165)
    const part = mark(text.slice(from, to > from ? to : from + 165), ranked)
    if (from) part[0] = '… ' + part[0]
    if (to < text.length) part[part.length - 1] += ' …'
    return part
  }

  const excerptsOf = async at => {
    const { excerpts, block } = site.pages[at]
    return (await load(excerpts, text => text.split('\n\n').map(b => b.split('\n').filter(Boolean))))[block]
  }

  // listed makes sure that the titles of these pages are at hand.
  async function listed(pages) {
    if (!site.lists) return
    await Promise.all([...new Set(pages.map(at => within(site.lists, at)))].map(i =>
      load(site.lists[i + 1], text => { listPages(site, site.lists[i], text); return true })))
  }

  // quoted keeps the pages that have the phrases word for word, read from the pages themselves.
  async function quoted(order, phrases, enough) {
    const kept = []
    const has = (text, phrase) => (' ' + split(text).map(w => w.whole).join(' ') + ' ').includes(' ' + phrase.join(' ') + ' ')
    for (let i = 0; i < Math.min(order.length, 40) && kept.length < enough; i += 4) {
      const some = order.slice(i, i + 4)
      await listed(some)
      const texts = await Promise.all(some.map(at => page(site.pages[at].url).catch(() => [])))
      some.forEach((at, j) => {
        const all = [site.pages[at].title, ...texts[j].flatMap(s => [s.heading, s.text])]
        if (phrases.every(p => all.some(t => has(t, p)))) kept.push(at)
      })
    }
    return kept
  }

  return {
    kinds: async () => (await manifest()).kinds || [],
    // ready reports whether the pieces that a query begins with are at hand.
    ready: query => Boolean(site) && [...needs(understand(query))].every(name => parsed.has(name)),

    /** Answers a query with {results, total}. A result has page, url (with the section's
     *  fragment), title, kind, heading, marked (the title) and excerpt: texts of which every second one is a
     *  match; excerpt is null while the piece it is in has not been read, see complete. */
    async search(query, { kind = '', limit = 8, requests = 3 } = {}) {
      await manifest()
      const asked = understand(query)
      const wanted = [...needs(asked)].filter(name => !parsed.has(name)).length
      const ranked = await rank(asked)
      ranked.asked = asked
      const which = kind ? site.kinds?.indexOf(kind) : -1
      let order = kind ? ranked.order.filter(at => site.kindOf[at] === which) : ranked.order
      if (asked.phrases.length && page) order = await quoted(order.filter(at => ranked.matched[at] >= ranked.full), asked.phrases, limit)
      await listed(order.slice(0, Math.max(limit, 12)))
      const shown = lifted(order, ranked).slice(0, limit)
      const texts = await some(shown, Math.max(1, requests - wanted))
      return { total: order.length, results: shown.map((at, i) => describe(at, ranked, texts[i])), ranked }
    },

    /** Resolves to the result with its excerpt, which may read one more piece. */
    complete: async (result, answer) => describe(result.page, answer.ranked, await excerptsOf(result.page)),
  }

  // some reads the excerpts of the first page and of as many others as so many pieces hold.
  async function some(shown, requests) {
    const gain = new Map()
    shown.forEach((at, i) => { const n = site.pages[at].excerpts; gain.set(n, (gain.get(n) || 0) + (i ? 1 / (i + 1) : 9)) })
    const names = [...gain].filter(([n]) => !parsed.has(n)).sort((a, b) => b[1] - a[1]).slice(0, requests).map(([n]) => n)
    return Promise.all(shown.map(at => {
      const { excerpts } = site.pages[at]
      return parsed.has(excerpts) || names.includes(excerpts) ? excerptsOf(at) : null
    }))
  }
}
