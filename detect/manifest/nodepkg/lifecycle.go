package nodepkg

// lifecycle decides what the scripts mean that run when the project itself is installed.
func (p *Project) lifecycle(in *Install) error { return nil }
