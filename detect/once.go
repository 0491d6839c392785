package detect

// Once returns what read gives for the key, and reads only once during a scan: a
// workspace with a hundred members has one lock file. The value is shared, so
// that nobody may change it. A key is a path of the project with what is made of
// it before it, as in "node lock:apps/web/yarn.lock".
func Once[T any](d *Dir, key string, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	if r, ok := d.tree.once[key].(result); ok {
		return r.value, r.err
	}
	value, err := read()
	if d.tree.once == nil {
		d.tree.once = map[string]any{}
	}
	d.tree.once[key] = result{value, err}
	return value, err
}
