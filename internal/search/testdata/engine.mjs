// Runs search-engine.js (its copy, argv[2]) over an index and questions read
// from standard input, and prints the answers. For the tests in Go.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

const { open, split } = await import(pathToFileURL(process.argv[2]))
const { files = {}, pages = {}, asks = [], texts = [], weights } = JSON.parse(readFileSync(0, 'utf8'))
if (weights) files['search/index.json'] = JSON.stringify({ ...JSON.parse(files['search/index.json']), weights })
const answers = []
let read = []
const engine = () => open(
  async name => { read.push(name); return files['search/' + name] },
  async url => pages[url] ?? Promise.reject(new Error('no page ' + url)))
let kept = engine()
for (const { q, kind = '', limit = 8, fresh = true, complete = false } of asks) {
  if (fresh) kept = engine()
  read = []
  const start = performance.now()
  const answer = await kept.search(q, { kind, limit, reads: 3, texts: 2 })
  const ms = performance.now() - start
  const all = complete ? await Promise.all(answer.results.map(answer.complete)) : answer.results
  answers.push({
    total: answer.total, ms, requests: read.length, bytes: read.reduce((n, f) => n + gzipSync(files['search/' + f]).length, 0),
    results: all.map(r => ({ ...r, excerpt: r.excerpt ?? [] })),
  })
}
process.stdout.write(JSON.stringify({ answers, words: texts.map(t => split(t).flatMap(w => [...w.parts, w.whole])) }))
