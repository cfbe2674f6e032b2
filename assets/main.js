// The one script. Everything can be read and walked without it.
import { theme } from './theme.js'
import { files } from './files.js'
import { ahead } from './ahead.js'
import { elsewhere } from './elsewhere.js'
import { contents } from './contents.js'
import { copy, acts } from './copy.js'
import { peek, known } from './peek.js'
import { search } from './search-loader.js'
import { decide, forget } from './decide.js'
import { embedded } from './embedded.js'

for (const start of [theme, files, ahead, elsewhere, contents, acts, peek, search, embedded]) start()
const main = document.getElementById('Main')
copy(main)
document.addEventListener('quandary:update', () => { copy(main); forget(); known.clear() }) // by the preview
decide(main, copy)
