package plan

// Backing is a service beside the program: a database, a cache, a queue.
type Backing struct{}

// backing decides which services stand beside the program.
func (p *Plan) backing(Options) error { return nil }
