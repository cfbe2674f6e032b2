// In an iframe, tells the page around it how tall it is and what is answered, and takes its light or dark from it.
export function embedded() {
  const root = document.documentElement
  if (parent === window || !root.classList.contains('embedded')) return
  const tell = message => parent.postMessage({ quandary: message }, '*')
  new ResizeObserver(() => tell({ height: document.body.scrollHeight })).observe(document.body)
  for (const type of ['start', 'answer', 'result']) {
    document.addEventListener('quandary:' + type, e => tell({ type, detail: e.detail }))
  }
  addEventListener('message', e => {
    if (e.source === parent && e.data?.quandary?.theme) root.dataset.theme = e.data.quandary.theme
  })
}
