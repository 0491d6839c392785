package python

import (
	"slices"
	"strings"

	"dockgen/detect/python/source"
)

// imports reports whether a module of the program imports one of these, or a part of it.
func (c *code) imports(names ...string) bool {
	for _, f := range c.files {
		if !c.mentions(f, names...) {
			continue
		}
		m := c.module(f)
		if m != nil && slices.ContainsFunc(m.Imports(), func(i source.Imported) bool {
			first, _, _ := strings.Cut(i.Module, ".")
			return i.Level == 0 && slices.Contains(names, first)
		}) {
			return true
		}
	}
	return false
}

// foreign are the modules that a program without a manifest imports and that neither
// Python nor the project has: nothing would install them.
func (in *inspection) foreign(files []string) []string {
	var out []string
	for _, f := range files {
		m := in.c.module(f)
		if m == nil {
			continue
		}
		root := in.c.importRoot(f)
		for _, i := range m.Imports() {
			first, _, _ := strings.Cut(i.Module, ".")
			if i.Level > 0 || first == "" || slices.Contains(standard, first) || slices.Contains(out, first) {
				continue
			}
			if in.c.resolve(f, root, first, 0) != "" || in.d.HasDir(first) || in.c.resolve(f, ".", first, 0) != "" {
				continue
			}
			out = append(out, first)
		}
	}
	slices.Sort(out)
	return out
}

// standard are the modules of Python's own library
// (https://docs.python.org/3/py-modindex.html), those of older releases included.
var standard = strings.Fields(`__future__ __main__ _thread abc aifc annotationlib argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2
	calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg cProfile crypt csv ctypes curses
	dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib functools
	gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma
	mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib ntpath numbers operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes
	pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc queue quopri random re readline reprlib resource rlcompleter runpy
	sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog
	tabnanny tarfile telnetlib tempfile termios test textwrap threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle types typing
	unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`)
