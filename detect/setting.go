package detect

import "dockgen/internal/safe"

// NeedSetting is one variable through which a program learns of a backing service.
type NeedSetting struct {
	Env    safe.EnvName `json:"env"`
	Part   NeedPart     `json:"part"`
	Scheme string       `json:"scheme,omitempty"` // of a URL, as the client library wants it: "postgresql+psycopg"
	// Dialect is the catalogue's name for the form of a URL that differs in more
	// than its scheme: "dsn", "rails", "jdbc", "jdbc-account", "ado". Not set: the common one.
	Dialect string `json:"dialect,omitempty"`
	// Database is one beside the usual database on the same server, which the program
	// creates itself. Mostly not set.
	Database safe.Name `json:"database,omitzero"`
}

// NeedPart is what a NeedSetting's variable holds.
type NeedPart string

// The parts of a backing service's address.
const (
	PartURL      NeedPart = "url"
	PartDSN      NeedPart = "dsn" // the form of Go's MySQL driver, which is no URL
	PartHost     NeedPart = "host"
	PartAddress  NeedPart = "address" // host:port
	PartPort     NeedPart = "port"
	PartUser     NeedPart = "user"
	PartPassword NeedPart = "password"
	PartDatabase NeedPart = "database"
)

// PartNamed is the part of an address that the last word of a variable's name speaks
// of, in capitals, as HOST in DB_HOST; "" where it is none of the usual words.
func PartNamed(word string) NeedPart {
	switch word {
	case "URL", "URI", "DSN", "CONNECTION", "CONN", "CONNSTR", "CONNECTIONSTRING":
		return PartURL
	case "ADDR", "ADDRESS", "ADDRS", "BROKERS", "ENDPOINT", "HOSTS", "SERVERS":
		return PartAddress
	case "HOST", "HOSTNAME", "SERVER":
		return PartHost
	case "PORT":
		return PartPort
	case "USER", "USERNAME":
		return PartUser
	case "PASSWORD", "PASS", "PASSWD", "PWD":
		return PartPassword
	case "NAME", "DATABASE", "DB", "DBNAME":
		return PartDatabase
	}
	return ""
}
