package manifest

import "runtime"

// conversions make JSON of the items of a List on all processors, and hand them
// on in order. Most of the time that YAML takes is this.
type conversions struct {
	r       *reader
	of      *list
	pending []conversion
}

type conversion struct {
	line int
	done chan converted
}

type converted struct {
	raw []byte
	err error
}

// add starts one. Where enough of them run, it yields the first; it reports
// whether more is wanted.
func (c *conversions) add(text []byte, line int) bool {
	return c.start(line, func() converted {
		raw, err := c.r.toJSON(text, line)
		return converted{raw, err}
	})
}

// fail takes the place of an item that was not read.
func (c *conversions) fail(line int, err error) bool {
	return c.start(line, func() converted { return converted{err: err} })
}

func (c *conversions) start(line int, convert func() converted) bool {
	more := len(c.pending) < 2*runtime.GOMAXPROCS(0) || c.first()
	done := make(chan converted, 1)
	go func() { done <- convert() }()
	c.pending = append(c.pending, conversion{line, done})
	return more
}

// first yields what the oldest one makes.
func (c *conversions) first() bool {
	next := c.pending[0]
	c.pending = c.pending[1:]
	made := <-next.done
	return c.r.document(made.raw, made.err, next.line, c.of)
}

// finish yields what all that are left make.
func (c *conversions) finish() bool {
	for len(c.pending) > 0 {
		if !c.first() {
			return false
		}
	}
	return true
}
