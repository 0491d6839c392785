package java

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"dockgen/detect"
)

// element is an XML element with the line on which it begins.
type element struct {
	name     string
	text     string
	line     int
	children []*element
}

// maxXMLDepth is deeper than any pom.xml.
const maxXMLDepth = 100

// parseXML reads a document. Its encoding is of no account: the text is UTF-8 by
// now, and what was not has become the replacement character.
func parseXML(d *detect.Dir, name string) (*element, error) {
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	dec.Entity = xml.HTMLEntity
	root := &element{}
	stack := []*element{root}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, _ := dec.InputPos()
			return nil, d.Errorf(name, line, "parsing XML: %s", strings.TrimPrefix(err.Error(), "XML syntax error on "))
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > maxXMLDepth {
				return nil, d.Errorf(name, 0, "has elements more than %d deep", maxXMLDepth)
			}
			line, _ := dec.InputPos()
			e := &element{name: t.Name.Local, line: line}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			top.text = strings.TrimSpace(top.text)
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 1 {
				top.text += string(t)
			}
		}
	}
	if len(root.children) == 0 {
		return nil, d.Errorf(name, 0, "holds no XML element")
	}
	return root.children[0], nil
}

// at returns the first element at that path of names, or nil; on nil it is nil.
func (e *element) at(path ...string) *element {
	for _, name := range path {
		if e == nil {
			return nil
		}
		var next *element
		for _, c := range e.children {
			if c.name == name {
				next = c
				break
			}
		}
		e = next
	}
	return e
}

// all returns the children of the element at the path.
func (e *element) all(path ...string) []*element {
	if e = e.at(path...); e == nil {
		return nil
	}
	return e.children
}

// value is the text of the element at the path, "" where there is none.
func (e *element) value(path ...string) string {
	if e = e.at(path...); e == nil {
		return ""
	}
	return e.text
}

// find returns the first element of that name at any depth.
func (e *element) find(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
		if f := c.find(name); f != nil {
			return f
		}
	}
	return nil
}
