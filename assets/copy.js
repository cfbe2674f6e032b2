// Buttons that copy: a link to a part, a piece of code, the link to a result.
const words = document.documentElement.dataset

// button makes one that copies what text gives.
function button(className, label, text) {
  const b = Object.assign(document.createElement('button'), { className, ariaLabel: label })
  b.addEventListener('click', () => put(text()).then(() => done(b)))
  return b
}
// done says that something was copied, to eyes on the button and to ears once.
function done(b) {
  const label = b.ariaLabel
  b.dataset.done = b.ariaLabel = words.copied
  setTimeout(() => { delete b.dataset.done; b.ariaLabel = label }, 2000)
}
// put copies; where a page may not (over plain http), it shows what to copy.
const put = async text => navigator.clipboard ? navigator.clipboard.writeText(text) : prompt('', text)
export function copy(part) {
  for (const old of part.querySelectorAll('.anchor')) old.remove()
  for (const heading of part.querySelectorAll('.prose > :is(h2, h3)[id]')) {
    heading.after(button('anchor', words.copyHeading + ': ' + heading.textContent, () => location.href.split('#')[0] + '#' + heading.id))
  }
  for (const pre of part.querySelectorAll('.prose pre:not(.code > pre)')) {
    const box = Object.assign(document.createElement('div'), { className: 'code' })
    pre.replaceWith(box)
    box.append(pre, button('copy', words.copy, () => pre.textContent))
  }
}
export function acts() {
  addEventListener('click', e => {
    const b = e.target.closest?.('[data-act]')
    if (b) b.dataset.act === 'print' ? print() : put(location.href).then(() => done(b))
  })
}
