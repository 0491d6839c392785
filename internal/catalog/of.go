package catalog

// Of returns a language's family and the catalogue that it is of, whose date tells which
// lines are supported.
func Of(family string) (*Catalog, *Family, error) {
	c, err := Load()
	if err != nil {
		return nil, nil, err
	}
	f, err := c.Family(family)
	return c, f, err
}
