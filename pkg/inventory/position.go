package inventory

// Position locates an object in a file.
type Position struct {
	File string
	Line int
	// Fields lists the lines of the fields that were asked for, in its spec or in its
	// pod spec. A field that is missing has the line of what it belongs in.
	Fields []FieldLine
	// Containers are the containers of its pod spec.
	Containers []ContainerLines
}

// FieldLine is the line of a field, by its path, such as resources.limits.memory.
type FieldLine struct {
	Path string
	Line int
}

// ContainerLines locates a container and its fields.
type ContainerLines struct {
	Name   string
	Line   int
	Fields []FieldLine
}

// Positions contains the positions of objects in files that may be judged.
type Positions struct {
	objects map[identity]*Position
	// standIns are for owners that are in no file: the position of the first object
	// that they own. A namespace owns what is in it.
	standIns map[identity]*Position
}

// identity contains what an object and its owned objects say of it.
type identity struct{ group, kind, namespace, name string }

func identityOf(o *Object) identity { return identity{o.Group(), o.Kind, o.Namespace, o.Name} }

// NewPositions returns none.
func NewPositions() *Positions {
	return &Positions{map[identity]*Position{}, map[identity]*Position{}}
}

// Add keeps the position of an object. Of several with one name, the last counts,
// as it does in the inventory.
func (p *Positions) Add(o *Object, at *Position) { p.objects[identityOf(o)] = at }

// AddStandIn keeps where the first object is that an owner owns.
func (p *Positions) AddStandIn(owner *Object, file string, line int) {
	id := identityOf(owner)
	if p.standIns[id] == nil {
		p.standIns[id] = &Position{File: file, Line: line}
	}
}

// Find returns the position of an object, nil where there is none. Nothing that was
// read from a cluster has one.
func (p *Positions) Find(o *Object) *Position {
	if p == nil {
		return nil
	}
	id := identityOf(o)
	if known := p.objects[id]; known != nil {
		return known
	}
	return p.standIns[id]
}

// LineOf is the line of a field of a container, or of the object where no container
// is concerned. What is not written is where it belongs.
func (p *Position) LineOf(container, field string) int {
	for i := range p.Containers {
		if c := &p.Containers[i]; c.Name == container {
			return lineOf(c.Fields, field, lineOf(p.Fields, field, c.Line))
		}
	}
	return lineOf(p.Fields, field, p.Line)
}

func lineOf(fields []FieldLine, path string, otherwise int) int {
	for _, f := range fields {
		if f.Path == path {
			return f.Line
		}
	}
	return otherwise
}
