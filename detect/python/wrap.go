package python

import (
	"slices"
	"strings"

	"dockgen/detect/python/source"
)

// wrapped returns the class of the application among those of a module that a call is
// given, as in socketio.ASGIApp(sio, app).
func wrapped(e *source.Expr, apps []app) (class, bool) {
	if e.Kind != source.Call {
		return class{}, false
	}
	for _, a := range e.Args {
		for _, x := range apps {
			if a.Value.Is(x.Object) {
				return x.class, true
			}
		}
	}
	return class{}, false
}

// looksLikeWrapper reports whether a call of that name gives back an application that
// serves the one which it was given: middleware, and adapters between the protocols. The
// extensions of Flask are given the application as well, and serve nothing:
// db = SQLAlchemy(app), CORS(app).
func looksLikeWrapper(full string) bool {
	last := full[strings.LastIndexByte(full, '.')+1:]
	lower := strings.ToLower(last)
	switch {
	case strings.HasSuffix(lower, "client"), lower == "": // TestClient of ASGI
		return false
	case strings.Contains(lower, "asgi"), strings.Contains(lower, "wsgi"), strings.Contains(lower, "middleware"), strings.Contains(lower, "proxied"):
		return true
	}
	return slices.Contains([]string{"ProxyFix", "WhiteNoise", "mount_gradio_app"}, last)
}

// isClass reports whether a name is one of a class, as people write them.
func isClass(full string) bool {
	last := full[strings.LastIndexByte(full, '.')+1:]
	return last != "" && last[0] >= 'A' && last[0] <= 'Z'
}
