package decision

func (c *compiler) judge(d *draft) *Verdict {
	v := &Verdict{Decision: &d.Decision}
	if d.measured {
		newProver(d).prove(v)
	}
	v.Sound = !d.faulty
	return v
}
