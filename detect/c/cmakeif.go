package c

import "strings"

// condition is a guess at an if(): false only where that is certain.
func condition(args []string, vars map[string]string) bool {
	value := func(word string) (bool, bool) {
		v, ok := vars[word]
		if !ok {
			v = word
		}
		switch strings.ToUpper(v) {
		case "OFF", "FALSE", "NO", "0", "N":
			return false, true
		case "ON", "TRUE", "YES", "1", "Y":
			return true, true
		}
		return true, ok && v != ""
	}
	switch {
	case len(args) == 1:
		v, _ := value(args[0])
		return v
	case len(args) == 2 && args[0] == "NOT":
		v, known := value(args[1])
		return !(known && v)
	case len(args) > 2 && args[1] == "AND":
		v, _ := value(args[0])
		return v && condition(args[2:], vars)
	case len(args) > 2 && args[1] == "OR":
		v, known := value(args[0])
		return known && v || condition(args[2:], vars)
	}
	return true
}

// expand lays the variables into a word; those that are not known become nothing.
func expand(word string, vars map[string]string) string {
	for n := 0; n < 20 && strings.Contains(word, "${"); n++ {
		start := strings.LastIndex(word, "${")
		end := strings.IndexByte(word[start:], '}')
		if end < 0 {
			break
		}
		word = word[:start] + vars[word[start+2:start+end]] + word[start+end+1:]
		if len(word) > 1<<16 {
			return ""
		}
	}
	return word
}

// libraryNames are the names of a library that find_library looks for: the first word, or
// all behind NAMES (https://cmake.org/cmake/help/latest/command/find_library.html).
func libraryNames(args []string) []string {
	if len(args) == 0 || args[0] != "NAMES" {
		return args[:min(1, len(args))]
	}
	for i, a := range args[1:] {
		if a == strings.ToUpper(a) && a != strings.ToLower(a) { // HINTS, PATHS and their kind
			return args[1 : 1+i]
		}
	}
	return args[1:]
}
