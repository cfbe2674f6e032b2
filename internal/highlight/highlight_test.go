package highlight_test

import (
	"testing"

	"quandary/internal/highlight"
)

func TestAppend(t *testing.T) {
	for _, c := range []struct{ language, code, want string }{
		{"go", "func main() { println(\"<b>\") } // hi\n", `<span class="k">func</span> <span class="n">main</span>() { <span class="n">println</span>(<span class="s">&#34;&lt;b&gt;&#34;</span>) } <span class="c">// hi</span>` + "\n"},
		{"Go", "func", `<span class="k">func</span>`},
		{"nonesuch", "<b>\n", "&lt;b&gt;\n"},
		{"", "indented <i>\n", "indented &lt;i&gt;\n"},
	} {
		if got := string(highlight.Append([]byte("> "), c.language, c.code)); got != "> "+c.want {
			t.Errorf("%s %q\n got %s\nwant > %s", c.language, c.code, got, c.want)
		}
	}
}
