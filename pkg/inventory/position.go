package inventory

// Position locates an object in a file.
type Position struct {
	File string
	Line int
	// Fields lists the lines of the requested fields in its spec or its pod spec. A
	// missing field has the line of the field that would contain it.
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
	// standIns contains, for owners that are in no file, the position of the first
	// object that they own. A namespace owns the objects in it.
	standIns map[identity]*Position
}

// identity identifies an object, by its own fields or by those of a reference.
type identity struct{ group, kind, namespace, name string }

func identityOf(o *Object) identity { return identity{o.Group(), o.Kind, o.Namespace, o.Name} }

// NewPositions returns an empty set of positions.
func NewPositions() *Positions {
	return &Positions{map[identity]*Position{}, map[identity]*Position{}}
}

// Add keeps the position of an object. If several have the same name, the last
// counts, as in the inventory.
func (p *Positions) Add(o *Object, at *Position) { p.objects[identityOf(o)] = at }

// AddStandIn keeps the position of the first object of an owner.
func (p *Positions) AddStandIn(owner *Object, file string, line int) {
	id := identityOf(owner)
	if p.standIns[id] == nil {
		p.standIns[id] = &Position{File: file, Line: line}
	}
}

// Find returns the position of an object, nil if it has none. Objects from a
// cluster have none.
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

// LineOf returns the line of a field of a container, or of the object if
// container is empty. A missing field has the line of the field that would
// contain it.
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
