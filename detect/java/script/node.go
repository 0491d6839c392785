package script

// Node is a statement or an expression: a string, a number, a list, or a dotted
// name with what is said of it.
type Node struct {
	Line int

	Parts []Part // of a string
	Text  bool   // it is a string
	Num   string
	List  []Arg // of [a, b] or listOf

	Path   []string // of a name: mainClass.set("x") is [mainClass set]
	On     *Node    // what the name is asked of, where that is a call: of(17).get()
	Called bool
	Args   []Arg
	Block  []Node
	Nested bool // it has a block, which may be empty

	Op    string // "=" or "+=", where Value is assigned
	Value *Node
	Then  []Node // what follows on the line: version "1", apply false
	Else  *Node  // of a ?: b
	Decl  bool   // val, var or def
	Loose bool   // holds an operator that is not understood
}

// Arg is an argument, with a name where it has one.
type Arg struct {
	Name  string
	Value Node
}

// Name is the last element of the node's path.
func (n *Node) Name() string {
	if len(n.Path) == 0 {
		return ""
	}
	return n.Path[len(n.Path)-1]
}
