// A decision in somebody else's page:
//   <script src="https://handbook.example/assets/embed.js" defer></script>
//   <quandary-decision src="https://handbook.example/decide/"><a href="https://handbook.example/decide/">How?</a></quandary-decision>
// It is as tall as what it shows, light or dark as the page around it (or as its attribute theme says), and the link
// inside it where scripts do not run. Its events quandary:start, quandary:answer and quandary:result bubble.
class Decision extends HTMLElement {
  connectedCallback() {
    if (this.frame) return
    const src = new URL(this.getAttribute('src').replace(/\/?$/, '/embed/'), location)
    const frame = this.frame = document.createElement('iframe')
    frame.src = src
    frame.allow = 'clipboard-write'
    frame.title = this.title || this.textContent.trim()
    frame.style.cssText = 'display:block;width:100%;height:34rem;border:0;color:light-dark(#000,#fff)' // which theme reads
    this.attachShadow({ mode: 'open' }).append(frame)
    const theme = () => frame.contentWindow?.postMessage({ quandary: { theme: this.theme() } }, src.origin)
    addEventListener('message', e => {
      const said = e.source === frame.contentWindow && e.origin === src.origin && e.data?.quandary
      if (said?.height) { frame.style.height = said.height + 'px'; theme() }
      if (said?.type) this.dispatchEvent(new CustomEvent('quandary:' + said.type, { bubbles: true, detail: said.detail }))
    })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', theme)
    const watch = new MutationObserver(theme)
    for (const el of [document.documentElement, document.body, this]) watch.observe(el, { attributes: true })
  }
  // theme is light or dark, as what stands here is.
  theme() {
    return this.getAttribute('theme') || (getComputedStyle(this.frame).color === 'rgb(255, 255, 255)' ? 'dark' : 'light')
  }
}
customElements.get('quandary-decision') || customElements.define('quandary-decision', Decision)
