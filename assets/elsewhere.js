// Goes on from the anchor of a part that has moved to where it is now. Without a script, the note there says where.
export function elsewhere() {
  const to = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.querySelector(':scope.elsewhere > a')
  if (to) location.replace(to.href)
}
