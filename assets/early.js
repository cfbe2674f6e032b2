// What must happen before anything is drawn: the reader's own choice of light or dark, and, on an address that has
// moved, going on with its fragment.
const root = document.documentElement
root.classList.add('js')
try {
  const theme = localStorage.getItem('quandary-theme')
  if (theme) root.dataset.theme = theme
} catch {} // storage can be forbidden
if (root.dataset.moved) location.replace(root.dataset.moved + location.search + location.hash)
