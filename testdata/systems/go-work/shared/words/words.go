// Package words holds what all say alike.
package words

// Hello greets somebody.
func Hello(who string) string { return "hello, " + who }
