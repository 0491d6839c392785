package golang

import (
	"strings"
	"testing"
)

func TestPort(t *testing.T) {
	tests := []struct {
		why, source string
		requires    []string
		port        int
		env         string
		start       string // what is added to the start command
		set         string
		note        string
	}{
		{why: "a literal", source: `import "net/http"
func main() { http.ListenAndServe(":8081", nil) }`, port: 8081},
		{why: "an exporter of Prometheus", requires: []string{"github.com/prometheus/exporter-toolkit"}, source: `import ("net/http"; "github.com/alecthomas/kingpin/v2"; "github.com/prometheus/exporter-toolkit/web"; "github.com/prometheus/exporter-toolkit/web/kingpinflag")
var toolkit = kingpinflag.AddFlags(kingpin.CommandLine, ":9115")
func main() { kingpin.Parse(); srv := &http.Server{}; web.ListenAndServe(srv, toolkit, nil) }`, port: 9115},
		{why: "the web's own port beside one for calls", source: `import ("net"; "net/http")
func main() { go func() { srv := &http.Server{Addr: ":80"}; srv.ListenAndServe() }(); l, _ := net.Listen("tcp", "0.0.0.0:5001"); l.Accept() }`, port: 80, note: "privileged"},
		{why: "a redirect to TLS tells nothing of the port", source: `import ("net/http"; "github.com/gin-gonic/gin"; "example.com/secure")
func main() { r := gin.New(); r.Use(secure.New("localhost:443")); srv := &http.Server{Addr: config.Get().Where(), Handler: r}; srv.ListenAndServe() }`, requires: []string{"github.com/gin-gonic/gin"}, port: 8080, env: "PORT", set: "GIN_MODE=release"},
		{why: "a constant", source: `import "net/http"
const addr = "0.0.0.0:9001"
func main() { srv := http.Server{Addr: addr}; srv.ListenAndServe() }`, port: 9001},
		{why: "$PORT with a default", source: `import ("net/http"; "os")
func main() {
	port := os.Getenv("PORT")
	if port == "" { port = "5000" }
	http.ListenAndServe(":"+port, nil)
}`, port: 5000, env: "PORT"},
		{why: "a default that $PORT replaces", source: `import ("net/http"; "os"; "fmt")
func main() {
	port := "5001"
	if p := os.Getenv("PORT"); p != "" { port = p }
	http.ListenAndServe(fmt.Sprintf(":%s", port), nil)
}`, port: 5001, env: "PORT"},
		{why: "the loopback address, unless $PORT is set", source: `import ("net/http"; "os")
func main() {
	addr := "localhost:5009"
	if port := os.Getenv("PORT"); port != "" { addr = ":" + port }
	http.ListenAndServe(addr, nil)
}`, port: 5009, env: "PORT", set: "PORT=5009", note: "unless $PORT is set"},
		{why: "cmp.Or", source: `import ("net/http"; "os"; "cmp")
func main() { http.ListenAndServe(":"+cmp.Or(os.Getenv("PORT"), "5002"), nil) }`, port: 5002, env: "PORT"},
		{why: "a helper of the project's own", source: `import ("net/http"; "os")
func lookup(key, def string) string { if v := os.Getenv(key); v != "" { return v }; return def }
func main() { http.ListenAndServe(":"+lookup("HTTP_PORT", "5003"), nil) }`, port: 5003, env: "HTTP_PORT"},
		{why: "a function that returns the address", source: `import ("net/http"; "os")
func address() string { if p := os.Getenv("PORT"); p != "" { return ":" + p }; return ":5004" }
func main() { http.ListenAndServe(address(), nil) }`, port: 5004, env: "PORT"},
		{why: "required, without a default", source: `import ("net/http"; "os"; "log")
func main() {
	port := os.Getenv("PORT")
	if port == "" { log.Fatal("no port") }
	http.ListenAndServe(":"+port, nil)
}`, port: 8080, env: "PORT", set: "PORT=8080", note: "$PORT has no default"},
		{why: "a flag", source: `import ("flag"; "net/http"; "fmt")
func main() { port := flag.Int("port", 7000, "port"); flag.Parse(); http.ListenAndServe(fmt.Sprintf(":%d", *port), nil) }`, port: 7000},
		{why: "a flag whose default is the loopback address", source: `import ("flag"; "net/http")
var addr string
func init() { flag.StringVar(&addr, "addr", "127.0.0.1:7001", "address") }
func main() { flag.Parse(); http.ListenAndServe(addr, nil) }`, port: 7001, start: "-addr 0.0.0.0:7001", note: "nothing outside the container reaches"},
		{why: "host and port by flags of their own", source: `import ("github.com/spf13/pflag"; "net/http"; "net")
func main() {
	host := pflag.StringP("host", "H", "localhost", "host")
	port := pflag.String("port", "7002", "port")
	pflag.Parse()
	http.ListenAndServe(net.JoinHostPort(*host, *port), nil)
}`, requires: []string{"github.com/spf13/pflag"}, port: 7002, start: "--host 0.0.0.0"},
		{why: "a variable whose default is the loopback address", source: `import ("os"; "net/http")
func main() {
	addr := os.Getenv("LISTEN")
	if addr == "" { addr = "localhost:7003" }
	http.ListenAndServe(addr, nil)
}`, port: 7003, set: "LISTEN=0.0.0.0:7003"},
		{why: "the loopback address in the source", source: `import "net/http"
func main() { http.ListenAndServe("127.0.0.1:7004", nil) }`, port: 7004, note: "change it to 0.0.0.0 here"},
		{why: "gin without an address", source: `import "github.com/gin-gonic/gin"
func main() { r := gin.Default(); r.Run() }`, requires: []string{"github.com/gin-gonic/gin"}, port: 8080, env: "PORT", set: "GIN_MODE=release"},
		{why: "Run of something else is no server's", source: `import ("os/exec"; "github.com/gin-gonic/gin")
func main() { exec.Command("x").Run(); r := gin.New(); r.Run(":6000") }`, requires: []string{"github.com/gin-gonic/gin"}, port: 6000, set: "GIN_MODE=release"},
		{why: "echo", source: `import "github.com/labstack/echo/v4"
func main() { e := echo.New(); e.Logger.Fatal(e.Start(":1323")) }`, requires: []string{"github.com/labstack/echo/v4"}, port: 1323},
		{why: "fiber, through a parameter of a goroutine", source: `import "github.com/gofiber/fiber/v2"
func main() { app := fiber.New(); func(a string) { app.Listen(a) }(":3001") }`, requires: []string{"github.com/gofiber/fiber/v2"}, port: 3001},
		{why: "viper's default", source: `import ("github.com/spf13/viper"; "net/http")
func main() {
	viper.SetDefault("server.port", 6001)
	viper.AutomaticEnv()
	http.ListenAndServe(":"+viper.GetString("server.port"), nil)
}`, requires: []string{"github.com/spf13/viper"}, port: 6001, env: "SERVER_PORT"},
		{why: "viper's file", source: `import ("github.com/spf13/viper"; "net/http")
func main() {
	viper.SetConfigName("config")
	viper.AddConfigPath(".")
	viper.ReadInConfig()
	http.ListenAndServe(":"+viper.GetString("server.port"), nil)
}
-- config.yaml --
server:
  port: 6100`, requires: []string{"github.com/spf13/viper"}, port: 6100, note: "read at run time"},
		{why: "TLS", source: `import "net/http"
func main() { http.HandleFunc("/health", nil); http.ListenAndServeTLS(":8443", "c", "k", nil) }`, port: 8443, note: "serves TLS by itself"},
		{why: "caarlos0/env", source: `import ("github.com/caarlos0/env/v11"; "net/http")
type config struct { HTTP struct { Port string ` + "`env:\"HTTP_PORT\" envDefault:\"6002\"`" + ` }; GRPC struct { Port string ` + "`env:\"GRPC_PORT\" envDefault:\"6003\"`" + ` } }
func main() { var cfg config; env.Parse(&cfg); http.ListenAndServe(":"+cfg.HTTP.Port, nil) }`, requires: []string{"github.com/caarlos0/env/v11"}, port: 6002, env: "HTTP_PORT"},
		{why: "viper by mapstructure, with the flag's default and a server for TLS beside", source: `import ("github.com/spf13/pflag"; "github.com/spf13/viper"; "net/http"; "os")
type config struct { Host string ` + "`mapstructure:\"host\"`" + `; Hostname string ` + "`mapstructure:\"hostname\"`" + `; Port string ` + "`mapstructure:\"port\"`" + `; SecurePort string ` + "`mapstructure:\"secure-port\"`" + ` }
func main() {
	fs := pflag.NewFlagSet("default", pflag.ContinueOnError)
	fs.String("host", "", "host")
	fs.Int("port", 9898, "port")
	fs.Int("secure-port", 0, "port for TLS")
	viper.BindPFlags(fs)
	name, _ := os.Hostname()
	viper.Set("hostname", name)
	viper.SetEnvPrefix("INFO")
	viper.AutomaticEnv()
	var c config
	viper.Unmarshal(&c)
	go secure(&c)
	srv := &http.Server{Addr: c.Host + ":" + c.Port}
	srv.ListenAndServe()
}
func secure(c *config) {
	if c.SecurePort == "0" { return }
	srv := &http.Server{Addr: c.Host + ":" + c.SecurePort}
	srv.ListenAndServeTLS("c", "k")
}`, requires: []string{"github.com/spf13/pflag", "github.com/spf13/viper"}, port: 9898, env: "INFO_PORT"},
		{why: "envconfig with a prefix", source: `import ("github.com/kelseyhightower/envconfig"; "net/http"; "strconv")
type config struct { Port int ` + "`default:\"6004\"`" + ` }
func main() { var cfg config; envconfig.Process("shop", &cfg); http.ListenAndServe(":"+strconv.Itoa(cfg.Port), nil) }`, requires: []string{"github.com/kelseyhightower/envconfig"}, port: 6004, env: "SHOP_PORT"},
		{why: "urfave/cli", source: `import ("github.com/urfave/cli/v2"; "net/http"; "os")
func main() {
	app := &cli.App{
		Flags: []cli.Flag{&cli.StringFlag{Name: "listen, l", Value: "127.0.0.1:6005", EnvVars: []string{"LISTEN"}}},
		Action: func(c *cli.Context) error { return http.ListenAndServe(c.String("listen"), nil) },
	}
	app.Run(os.Args)
}`, requires: []string{"github.com/urfave/cli/v2"}, port: 6005, start: "--listen 0.0.0.0:6005"},
		{why: "the metrics beside it do not count", source: `import "net/http"
func serveMetrics() { http.ListenAndServe(":9090", nil) }
func main() { go serveMetrics(); http.ListenAndServe(":6006", http.NewServeMux()) }`, port: 6006},
		{why: "the redirect beside it does not count", source: `import "net/http"
func main() { go http.ListenAndServe(":80", http.RedirectHandler("https://x", 301)); http.ListenAndServe(":6007", nil) }`, port: 6007},
		{why: "the first of a list", source: `import "net/http"
func main() { for _, a := range []string{":6008", ":6009"} { go http.ListenAndServe(a, nil) } }`, port: 6008},
		{why: "the second result of a function", source: `import "net"
func where(p string) (string, string) { return "tcp", ":" + p }
func main() { network, addr := where("6010"); net.Listen(network, addr) }`, port: 6010},
		{why: "a socket is no port", source: `import ("net"; "net/http")
func main() { net.Listen("unix", "/run/x"); http.ListenAndServe(":6011", nil) }`, port: 6011},
	}
	for _, tt := range tests {
		s := one(t, project(tt.source, tt.requires...))
		if int(s.Port.V) != tt.port || s.PortEnv.String() != tt.env {
			t.Errorf("%s: port %d by %q, want %d by %q", tt.why, s.Port.V, s.PortEnv, tt.port, tt.env)
		}
		if got := strings.TrimPrefix(strings.TrimPrefix(s.Start.V.String(), "/app/app"), " "); got != tt.start {
			t.Errorf("%s: start %q, want %q", tt.why, got, tt.start)
		}
		set := ""
		for _, v := range s.SetEnv {
			set = v.Name.String() + "=" + v.Value.String()
		}
		if set != tt.set {
			t.Errorf("%s: sets %q, want %q", tt.why, set, tt.set)
		}
		if !strings.Contains(texts(s.Notes), tt.note) {
			t.Errorf("%s: notes %q, want %q", tt.why, texts(s.Notes), tt.note)
		}
	}
}

func TestKindAndFramework(t *testing.T) {
	tests := []struct{ why, source, requires, kind, framework string }{
		{"the standard library", `import "net/http"
func main() { http.ListenAndServe(":1234", nil) }`, "", "server", "net/http"},
		{"a client is no server", `import "net/http"
func main() { http.Get("https://example.com") }`, "", "job", ""},
		{"a command line", `import "github.com/spf13/cobra"
func main() { (&cobra.Command{Use: "x"}).Execute() }`, "github.com/spf13/cobra", "cli", ""},
		{"chi", `import ("net/http"; "github.com/go-chi/chi/v5")
func main() { http.ListenAndServe(":1234", chi.NewRouter()) }`, "github.com/go-chi/chi/v5", "server", "chi"},
		{"gRPC", `import ("net"; "google.golang.org/grpc")
func main() { l, _ := net.Listen("tcp", ":1234"); grpc.NewServer().Serve(l) }`, "google.golang.org/grpc", "server", "grpc"},
		{"gRPC as one handler of an HTTP server", `import ("net/http"; "google.golang.org/grpc")
func main() { g := grpc.NewServer(); http.ListenAndServe(":1234", http.HandlerFunc(g.ServeHTTP)) }`, "google.golang.org/grpc", "server", "net/http"},
		{"what is imported of a framework below it is none", `import ("net/http"; "github.com/go-chi/chi/v5/middleware"; "github.com/gorilla/mux")
func main() { http.ListenAndServe(":1234", middleware.Logger(mux.NewRouter())) }`, "github.com/go-chi/chi/v5 github.com/gorilla/mux", "server", "gorilla/mux"},
		{"the validation of another framework", `import ("github.com/astaxie/beego/validation"; "github.com/gin-gonic/gin")
func main() { validation.New(); gin.New().Run(":1234") }`, "github.com/astaxie/beego github.com/gin-gonic/gin", "server", "gin"},
		{"a client of gRPC beside a server", `import ("net/http"; "google.golang.org/grpc")
func main() { grpc.NewClient("x"); http.ListenAndServe(":1234", nil) }`, "google.golang.org/grpc", "server", "net/http"},
		{"temporal", `import "go.temporal.io/sdk/worker"
func main() { worker.New(nil, "q", worker.Options{}).Run(worker.InterruptCh()) }`, "go.temporal.io/sdk", "worker", "temporal"},
		{"a worker with a port for metrics", `import ("net/http"; "github.com/hibiken/asynq")
func metrics() { http.ListenAndServe(":9090", nil) }
func main() { go metrics(); asynq.NewServer(nil, asynq.Config{}).Run(nil) }`, "github.com/hibiken/asynq", "worker", "asynq"},
		{"a consumer", `import "github.com/segmentio/kafka-go"
func main() { r := kafka.NewReader(kafka.ReaderConfig{}); for { r.ReadMessage(nil) } }`, "github.com/segmentio/kafka-go", "worker", ""},
		{"what waits for a signal", `import ("os"; "os/signal")
func main() { c := make(chan os.Signal, 1); signal.Notify(c); <-c }`, "", "worker", ""},
		{"a name in the address that is not known", `import ("net/http"; "os")
func main() { srv := newServer(); srv.ListenAndServe() }
func newServer() *http.Server { return &http.Server{Addr: os.Args[1]} }`, "", "server", "net/http"},
	}
	for _, tt := range tests {
		var requires []string
		requires = append(requires, strings.Fields(tt.requires)...)
		s := one(t, project(tt.source, requires...))
		if string(s.Kind) != tt.kind || s.Framework.V != tt.framework {
			t.Errorf("%s: %s %q, want %s %q", tt.why, s.Kind, s.Framework.V, tt.kind, tt.framework)
		}
	}
}

func TestSubcommand(t *testing.T) {
	cobra := func(root string) string {
		return `import ("fmt"; "net/http"; "github.com/spf13/cobra")
var rootCmd = &cobra.Command{Use: "shop"` + root + `}
var serveCmd = &cobra.Command{Use: "serve [flags]", RunE: func(*cobra.Command, []string) error { return http.ListenAndServe(":8080", nil) }}
var otherCmd = &cobra.Command{Use: "migrate", Run: func(*cobra.Command, []string) {}}
func main() { rootCmd.AddCommand(serveCmd, otherCmd); rootCmd.Execute() }`
	}
	tests := []struct{ why, source, want string }{
		{"the root does nothing", cobra(""), "/app/app serve"},
		{"the root says how it is used", cobra(", Run: func(*cobra.Command, []string) { tip() }") + "\nfunc tip() { s := `use` + ` it`; fmt.Println(s) }", "/app/app serve"},
		{"the root serves", cobra(", Run: func(*cobra.Command, []string) {}"), "/app/app"},
	}
	for _, tt := range tests {
		if got := one(t, project(tt.source, "github.com/spf13/cobra")).Start.V.String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, got, tt.want)
		}
	}
}

func TestDocumentedPort(t *testing.T) {
	source := `import ("fmt"; "os"; "github.com/gofiber/fiber/v2")
func url(n string) (string, error) {
	switch n {
	case "db": return fmt.Sprintf("host=%s port=%s", os.Getenv("DB_HOST"), os.Getenv("DB_PORT")), nil
	case "http": return fmt.Sprintf("%s:%s", os.Getenv("SERVER_HOST"), os.Getenv("SERVER_PORT")), nil
	}
	return "", fmt.Errorf("no %s", n)
}
func main() { u, _ := url("http"); fiber.New().Listen(u) }`
	s := one(t, project(source, "github.com/gofiber/fiber/v2")+"-- .env.example --\nDB_PORT=5432\nSERVER_PORT=5000\n")
	if s.Port.V != 5000 || s.PortEnv.String() != "SERVER_PORT" || len(s.SetEnv) != 1 || s.SetEnv[0].Name.String() != "SERVER_PORT" {
		t.Errorf("port %v by $%s, sets %v", s.Port.V, s.PortEnv, s.SetEnv)
	}
}

// The file that a flag names by default is read: it goes into the image, and says the port.
func TestFlagFile(t *testing.T) {
	source := `import ("flag"; "fmt"; "net/http"; "x.y/conf")
func main() {
	name := flag.String("config", "conf/settings.yml", "file")
	flag.Parse()
	conf.Setup(*name)
	srv := &http.Server{Addr: fmt.Sprintf("%s:%d", conf.App.Host, conf.App.Port)}
	srv.ListenAndServe()
}`
	s := one(t, project(source, "x.y/conf")+"-- conf/settings.yml --\nsettings:\n  application:\n    port: 8000\n  database:\n    port: 3306\n")
	f := s.Facts.(*Facts)
	if s.Port.V != 8000 || len(f.Files) != 1 || f.Files[0].Source.String() != "conf/settings.yml" {
		t.Errorf("port %v, files %v, notes %s", s.Port.V, f.Files, texts(s.Notes))
	}
}

// A service whose only address is a flag that is empty by default is off.
func TestOffByFlag(t *testing.T) {
	s := one(t, project(`import ("github.com/gomodule/redigo/redis"; "github.com/spf13/pflag"; "github.com/spf13/viper"; "net/http")
func main() {
	pflag.String("cache-server", "", "address of Redis")
	viper.SetEnvPrefix("APP")
	viper.AutomaticEnv()
	var c config
	viper.Unmarshal(&c)
	if c.Cache != "" { redis.Dial("tcp", c.Cache) }
	http.ListenAndServe(":8080", nil)
}
type config struct { Cache string `+"`mapstructure:\"cache-server\"`"+` }`, "github.com/gomodule/redigo", "github.com/spf13/viper", "github.com/spf13/pflag"))
	if len(s.Needs) != 0 || !strings.Contains(texts(s.Notes), "can use redis: it is off unless $APP_CACHE_SERVER is set") {
		t.Errorf("needs %v, notes %s", s.Needs, texts(s.Notes))
	}
}
