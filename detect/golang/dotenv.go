package golang

import (
	"go/ast"
	"go/token"

	"dockgen/detect"
)

// dotenv finds programs that end where there is no .env file: it is never in an
// image, so such a program ends in every container
// (https://github.com/joho/godotenv).
func (e *eval) dotenv(s *detect.Service) {
	for _, c := range e.calls {
		if c.path != "github.com/joho/godotenv" || c.name != "Load" && c.name != "Overload" && c.name != "Read" || c.at.fn == nil || c.at.fn.Body == nil {
			continue
		}
		fatal := false
		ast.Inspect(c.at.fn.Body, func(n ast.Node) bool {
			st, ok := n.(*ast.IfStmt)
			if !ok || fatal {
				return !fatal
			}
			if st.End() > c.Pos() && testsError(st.Cond) && near(c, st) && e.gives(st.Body, c.at) {
				fatal = true
			}
			return !fatal
		})
		if fatal {
			s.Notes = append(s.Notes, e.note(c.at.f, c, "ends without a .env file, which is in no image: let it go on and take its variables from the container, or mount the file"))
			return
		}
	}
}

// testsError reports whether a condition is err != nil.
func testsError(x ast.Expr) bool {
	b, ok := x.(*ast.BinaryExpr)
	return ok && b.Op == token.NEQ && isNil(b.Y)
}

// near reports whether the call is in the head of the statement, or the last one before it.
func near(c *call, st *ast.IfStmt) bool {
	if st.Pos() <= c.Pos() {
		return c.End() <= st.Body.Pos()
	}
	return st.Pos()-c.End() < 40 // nothing but white space and comments fits
}
