// Prints Lighthouse's four scores on a phone for each address after the browser's
// path, as "performance accessibility best-practices seo address", and below
// it what kept a score from 100.
import lighthouse from 'lighthouse'
import { launch } from 'chrome-launcher'

const [browser, ...addresses] = process.argv.slice(2)
const chromeFlags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const chrome = await launch({ chromePath: browser, chromeFlags, logLevel: 'silent' })
for (const address of addresses) {
  const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: 'silent' })
  const categories = ['performance', 'accessibility', 'best-practices', 'seo'].map(name => lhr.categories[name])
  console.log(...categories.map(c => Math.round(100 * c.score)), address)
  for (const { id, auditRefs } of categories) {
    for (const { weight, id: name } of auditRefs) {
      const { score, displayValue = '', details } = lhr.audits[name]
      if (weight && score !== null && score < 1) console.log('   ', id, name, displayValue, JSON.stringify(details?.items?.slice(0, 2)))
    }
  }
}
await chrome.kill()
