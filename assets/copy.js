// Buttons that copy: a link to a part, a piece of code, the link to a result.
const words = document.documentElement.dataset

const button = (className, label) =>
  Object.assign(document.createElement('button'), { type: 'button', className, ariaLabel: label })
// done says that something was copied, to eyes on the button and to ears once.
function done(b) {
  const label = b.ariaLabel
  b.dataset.done = b.ariaLabel = words.copied
  setTimeout(() => { delete b.dataset.done; b.ariaLabel = label }, 2000)
}
// put copies; where a page may not (over plain http), it shows what to copy.
const put = async text => navigator.clipboard ? navigator.clipboard.writeText(text) : prompt('', text)
/** Adds the buttons to a part of the page. */
export function copy(part) {
  for (const heading of part.querySelectorAll('.prose > :is(h2, h3)[id]')) {
    const b = button('anchor', words.copyHeading + ': ' + heading.textContent)
    b.addEventListener('click', () => put(location.href.split('#')[0] + '#' + heading.id).then(() => done(b)))
    heading.after(b)
  }
  for (const pre of part.querySelectorAll('.prose pre')) {
    const box = document.createElement('div')
    box.className = 'code'
    pre.replaceWith(box)
    const b = button('copy', words.copy)
    b.addEventListener('click', () => put(pre.textContent).then(() => done(b)))
    box.append(pre, b)
  }
}
/** Makes the buttons that pages bring work: print, and copy the link. */
export function acts() {
  addEventListener('click', e => {
    const b = e.target.closest?.('[data-act]')
    if (b?.dataset.act === 'print') print()
    if (b?.dataset.act === 'link') put(location.href).then(() => done(b))
  })
}
