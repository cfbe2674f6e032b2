// Goes on from the anchor of a part that has moved to where it is now. Without
// a script, the note there says where.
export function elsewhere() {
  const go = () => document.querySelector('.elsewhere:target > a')?.href
  const on = () => go() && location.replace(go())
  addEventListener('hashchange', on)
  on()
}
