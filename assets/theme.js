// The switch between light and dark. A choice that is the system's own again
// is forgotten, so that the page follows the system from then on.
const root = document.documentElement
const system = matchMedia('(prefers-color-scheme: dark)')
const key = 'quandary-theme'

export function theme() {
  const button = document.querySelector('.theme')
  if (!button) return
  const dark = () => root.dataset.theme ? root.dataset.theme === 'dark' : system.matches
  const show = () => button.setAttribute('aria-pressed', dark())
  button.addEventListener('click', () => {
    const wanted = !dark()
    if (wanted === system.matches) delete root.dataset.theme
    else root.dataset.theme = wanted ? 'dark' : 'light'
    try {
      if (root.dataset.theme) localStorage.setItem(key, root.dataset.theme)
      else localStorage.removeItem(key)
    } catch {} // the choice lasts for this page
    show()
  })
  addEventListener('storage', e => {
    if (e.key !== key) return
    if (e.newValue) root.dataset.theme = e.newValue
    else delete root.dataset.theme
    show()
  })
  system.addEventListener('change', show)
  show()
}
