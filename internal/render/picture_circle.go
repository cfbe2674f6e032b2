package render

import (
	"html/template"
	"math"
	"strconv"
)

// Measures of the map of sections.
const (
	circleStep  = 44  // from one place to the next below it
	circleWidth = 190 // from the middle to the widest place
)

// drawCircle draws sections around an oval and the ties between them across
// it, the thicker the more links they stand for.
func (c *chart) drawCircle(v *View) template.HTML {
	p := newPen(v, mapWidth)
	right := (len(c.places) + 1) / 2
	height := right*circleStep + 40
	x, y := make([]int, len(c.places)), make([]int, len(c.places))
	for i := range c.places {
		k, rows := i, right
		if i >= right { // down the right side, up the left
			k, rows = len(c.places)-1-i, len(c.places)-right
		}
		y[i] = height/2 + (2*k-rows+1)*circleStep/2
		rise := float64(y[i]-height/2) / float64(height/2)
		x[i] = int(math.Round(circleWidth * math.Sqrt(1-rise*rise)))
		if i >= right {
			x[i] = -x[i]
		}
		x[i] += mapWidth / 2
	}
	c.drawTies(p, "mw", func(attributes string, t tie) {
		x1, y1, x2, y2 := x[t.from], y[t.from], x[t.to], y[t.to]
		pull := min(.6, .15+math.Hypot(float64(x1-x2), float64(y1-y2))/(3*circleWidth))
		in := func(from, middle int) int { return from + int(float64(middle-from)*pull) }
		p.put(`<path%s d="M%d %dC%d %d %d %d %d %d"/>`, attributes, p.x(x1), y1,
			p.x(in(x1, mapWidth/2)), in(y1, height/2), p.x(in(x2, mapWidth/2)), in(y2, height/2), p.x(x2), y2)
	})
	for i := range c.places {
		c.around(p, i, x[i], y[i], i >= right)
	}
	return p.svg("map broad round", "", height)
}

// around draws one place of the circle, with its text outside.
func (c *chart) around(p *pen, at, x, y int, left bool) {
	here := c.places[at]
	const room = mapWidth/2 - circleWidth - 30
	p.link(here.Ref, "")
	c.lights(p, "mw", at)
	class, text, from := "", x+18, x
	if left {
		class, text, from = "end", x-18, x-room
	}
	p.plate("mw", at, from, y-circleStep/2+1, room, circleStep-2)
	lines := wrap(here.Title, room-40, mapTitle, 2)
	top := y + 5 - (len(lines)-1)*mapRow/2
	if here.pages > 0 {
		top -= 8
		p.text("soft "+class, text, top+len(lines)*mapRow-2, 0, []string{strconv.Itoa(here.pages)})
	}
	p.text(class, text, top, mapRow-2, lines)
	p.dot("", x, y, math.Round(min(9, 3+math.Sqrt(float64(here.pages))/2)*10)/10)
	p.put("</a>\n")
}
