package manifest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"dockgen/detect"
)

// Element is an XML element. Names are without their namespaces.
type Element struct {
	Name     string
	Text     string // what stands in it beside its children, without blanks around it
	Line     int    // on which it begins
	Children []*Element
	attrs    []xml.Attr
}

// maxElements is deeper than any document that a person or a tool writes.
const maxElements = 100

// XML reads a document and returns its element. Its encoding is of no account: the text
// is UTF-8 by now, and what was not has become the replacement character.
func XML(d *detect.Dir, name string) (*Element, error) {
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	dec.Entity = xml.HTMLEntity
	root := &Element{}
	stack := []*Element{root}
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
			if len(stack) > maxElements {
				return nil, d.Errorf(name, line, "parsing XML: it nests deeper than %d", maxElements)
			}
			e := &Element{Name: t.Name.Local, attrs: t.Attr, Line: line}
			top.Children = append(top.Children, e)
			stack = append(stack, e)
		case xml.EndElement:
			top.Text = strings.TrimSpace(top.Text)
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if top != root {
				top.Text += string(t)
			}
		}
	}
	if len(root.Children) == 0 {
		return nil, d.Errorf(name, 0, "parsing XML: it holds no element")
	}
	return root.Children[0], nil
}

// At returns the first element at that path of names, or nil; on nil it is nil.
func (e *Element) At(path ...string) *Element {
	for _, name := range path {
		if e == nil {
			return nil
		}
		var next *Element
		for _, c := range e.Children {
			if c.Name == name {
				next = c
				break
			}
		}
		e = next
	}
	return e
}

// All returns the children of the element at the path.
func (e *Element) All(path ...string) []*Element {
	if e = e.At(path...); e == nil {
		return nil
	}
	return e.Children
}

// Value is the text of the element at the path, "" where there is none.
func (e *Element) Value(path ...string) string {
	if e = e.At(path...); e == nil {
		return ""
	}
	return e.Text
}

// Find returns the first element of that name below the element, at any depth.
func (e *Element) Find(name string) *Element {
	if e == nil {
		return nil
	}
	for _, c := range e.Children {
		if c.Name == name {
			return c
		}
		if f := c.Find(name); f != nil {
			return f
		}
	}
	return nil
}

// Attr is the value of an attribute, whatever the case of its name, which MSBuild does not
// tell apart; "" where it is not there.
func (e *Element) Attr(name string) string {
	for _, a := range e.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

// Child is the first child of that name, whatever its case, or nil.
func (e *Element) Child(name string) *Element {
	for _, c := range e.Children {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// Walk calls f with the element and all below it, in the order of the document.
func (e *Element) Walk(f func(*Element)) {
	if e == nil {
		return
	}
	f(e)
	for _, c := range e.Children {
		c.Walk(f)
	}
}
