package detect

import "sync"

// onces is what Once has read, by key. Folders are inspected side by side, and
// what several of them ask for is read by the first.
type onces struct {
	mu   sync.Mutex
	read map[string]*onceRead
}

type onceRead struct {
	once  sync.Once
	value any
	err   error
}

func (o *onces) get(key string) *onceRead {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.read == nil {
		o.read = map[string]*onceRead{}
	}
	if o.read[key] == nil {
		o.read[key] = &onceRead{}
	}
	return o.read[key]
}

// Once returns what read gives for the key, and reads only once during a scan: a
// workspace with a hundred members has one lock file. The value is shared, so
// that nobody may change it. A key is a path of the project with what is made of
// it before it, as in "node lock:apps/web/yarn.lock".
func Once[T any](d *Dir, key string, read func() (T, error)) (T, error) {
	r := d.tree.once.get(key)
	r.once.Do(func() { r.value, r.err = read() })
	value, ok := r.value.(T)
	if !ok && r.value != nil { // another kind of thing was read under the key
		return read()
	}
	return value, r.err
}
