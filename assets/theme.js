// The switch between light and dark. A choice that is the system's own again is forgotten, so that the page follows
// the system from then on.
const root = document.documentElement
const system = matchMedia('(prefers-color-scheme: dark)')

export function theme() {
  const button = document.querySelector('.theme')
  if (!button) return
  const dark = () => root.dataset.theme ? root.dataset.theme === 'dark' : system.matches
  const show = () => button.ariaPressed = dark()
  button.addEventListener('click', () => {
    const wanted = dark() !== system.matches ? '' : dark() ? 'light' : 'dark'
    wanted ? root.dataset.theme = wanted : delete root.dataset.theme
    try { localStorage.setItem('quandary-theme', wanted) } catch {} // then the choice lasts for this page
    show()
  })
  system.addEventListener('change', show)
  show()
}
