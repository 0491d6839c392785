package python

import (
	"strconv"

	"dockgen/detect"
)

func itoa(n int) string { return strconv.Itoa(n) }

// complete adds to a service what does not depend on how it is started.
func (in *inspection) complete(s *detect.Service, g program) error {
	return nil
}

// health finds a path of the application that says it is well.
func (in *inspection) health(a app) (string, detect.Note) { return "", detect.Note{} }

func (in *inspection) djangoHealth() (string, detect.Note) { return "", detect.Note{} }
