package manifest

import "runtime"

// conversions converts the items of a List to JSON on all processors, and yields
// them in order. Conversion takes most of the time for YAML.
type conversions struct {
	r       *reader
	of      *list
	pending []conversion
}

type conversion struct {
	of   *passage
	done chan converted
}

type converted struct {
	raw []byte
	err error
}

// add starts a conversion. If enough of them run, it first yields the oldest. It
// reports whether the caller wants more.
func (c *conversions) add(text []byte, line int) bool {
	return c.start(&passage{text: text, line: line, begins: line}, func() converted {
		raw, err := c.r.toJSON(text, line)
		return converted{raw, err}
	})
}

// fail takes the place of an item that could not be read.
func (c *conversions) fail(line int, err error) bool {
	return c.start(&passage{line: line}, func() converted { return converted{err: err} })
}

func (c *conversions) start(p *passage, convert func() converted) bool {
	more := len(c.pending) < 2*runtime.GOMAXPROCS(0) || c.first()
	done := make(chan converted, 1)
	go func() { done <- convert() }()
	c.pending = append(c.pending, conversion{p, done})
	return more
}

// first yields the result of the oldest conversion.
func (c *conversions) first() bool {
	next := c.pending[0]
	c.pending = c.pending[1:]
	made := <-next.done
	return c.r.document(made.raw, made.err, next.of, c.of)
}

// finish yields the results of all remaining conversions.
func (c *conversions) finish() bool {
	for len(c.pending) > 0 {
		if !c.first() {
			return false
		}
	}
	return true
}
