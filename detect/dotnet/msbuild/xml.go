// Package msbuild reads MSBuild's project files: what a .csproj, .fsproj or
// .vbproj and the .props and .targets files around it say of properties, packages,
// references and commands.
//
// It evaluates what can be told without running anything: properties in their
// order, imports, Directory.Build.props and its kin up the tree, and conditions. A
// condition or a value that depends on what only a build knows is unknown, and
// what stands under it is left out rather than guessed.
package msbuild

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"dockgen/detect"
)

// maxDepth is how deep an XML document may nest.
const maxDepth = 100

// Node is an XML element with the line on which it begins. Names are without namespace.
type Node struct {
	Name     string
	Attr     map[string]string // by the lower-case name: MSBuild does not tell them apart
	Text     string
	Children []*Node
	Line     int
}

// Get is an attribute's value, "" where it is not there.
func (n *Node) Get(name string) string { return n.Attr[strings.ToLower(name)] }

// Child is the first child of that name, or nil.
func (n *Node) Child(name string) *Node {
	for _, c := range n.Children {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// ReadXML parses a file of the folder.
func ReadXML(d *detect.Dir, name string) (*Node, error) {
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	// Read has made UTF-8 of it, whatever the declaration says.
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	root := &Node{}
	stack := []*Node{root}
	for {
		line, _ := dec.InputPos()
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var syntax *xml.SyntaxError
			if errors.As(err, &syntax) {
				return nil, d.Errorf(name, syntax.Line, "parsing XML: %s", syntax.Msg)
			}
			return nil, d.Errorf(name, line, "parsing XML: %w", err)
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > maxDepth {
				return nil, d.Errorf(name, line, "parsing XML: it nests deeper than %d", maxDepth)
			}
			n := &Node{Name: t.Name.Local, Line: line, Attr: make(map[string]string, len(t.Attr))}
			for _, a := range t.Attr {
				n.Attr[strings.ToLower(a.Name.Local)] = a.Value
			}
			top.Children = append(top.Children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.Text += string(t)
		}
	}
	if len(root.Children) == 0 {
		return nil, d.Errorf(name, 0, "parsing XML: it holds no element")
	}
	return root.Children[0], nil
}
