package golang

import (
	"strings"
	"testing"
)

// TestConfiguredPort reads the port of a struct that viper fills from a file.
func TestConfiguredPort(t *testing.T) {
	s := one(t, project(`import ("fmt"; "net/http"; "github.com/spf13/viper"; "github.com/labstack/echo/v4")
type Config struct { HTTP struct { Port int }; Mail struct { Port int } }
type Container struct { Config Config; Web *echo.Echo }
func load() (c Config) { viper.SetConfigName("config"); viper.AddConfigPath("conf"); viper.AutomaticEnv(); viper.SetEnvPrefix("app"); viper.ReadInConfig(); viper.Unmarshal(&c); return c }
func main() {
	c := Container{Config: load(), Web: echo.New()}
	srv := http.Server{Addr: fmt.Sprintf("%s:%d", "", c.Config.HTTP.Port), Handler: c.Web}
	c.Web.StartServer(&srv)
}`, "github.com/spf13/viper", "github.com/labstack/echo/v4")+"-- conf/config.yaml --\nmail:\n  port: 25\nhttp:\n  port: 8123\n")
	if s.Port.V != 8123 || s.Framework.V != "echo" || s.PortEnv.String() != "APP_HTTP_PORT" {
		t.Errorf("port %v, framework %q, variable %q", s.Port, s.Framework.V, s.PortEnv)
	}
}

// TestGateway takes the port of a gateway, and not that of the gRPC server behind it.
func TestGateway(t *testing.T) {
	s := one(t, project(`import ("net"; "net/http"; "google.golang.org/grpc"; "github.com/grpc-ecosystem/grpc-gateway/v2/runtime")
func main() {
	l, _ := net.Listen("tcp", "0.0.0.0:10000")
	s := grpc.NewServer()
	go s.Serve(l)
	http.ListenAndServe("0.0.0.0:11000", runtime.NewServeMux())
}`, "google.golang.org/grpc", "github.com/grpc-ecosystem/grpc-gateway/v2"))
	if s.Port.V != 11000 || s.Framework.V != "grpc-gateway" || s.NoHTTP {
		t.Errorf("port %v, framework %q, no HTTP %t", s.Port, s.Framework.V, s.NoHTTP)
	}
}

// TestProfilesAlone does not take the port of profiles for that of a server whose own
// address is in no source.
func TestProfilesAlone(t *testing.T) {
	s := one(t, project(`import ("net"; "net/http"; _ "net/http/pprof"; "os")
func main() {
	go http.ListenAndServe(":6060", nil)
	b, _ := os.ReadFile("addr")
	l, _ := net.Listen("tcp", string(b))
	http.Serve(l, nil)
}`))
	if s.Port.V == 6060 {
		t.Errorf("port %v", s.Port)
	}
}

// TestServeBehindHelp starts the subcommand that serves where the root command only
// helps, with its options behind it, and says what else it wants.
func TestServeBehindHelp(t *testing.T) {
	s := one(t, project(`import ("net/http"; "github.com/spf13/cobra")
func root() *cobra.Command {
	rootCmd := &cobra.Command{Use: "app", Run: func(cmd *cobra.Command, args []string) { cmd.Help() }}
	rootCmd.AddCommand(serve())
	return rootCmd
}
func serve() *cobra.Command {
	var addr string
	cmd := &cobra.Command{Use: "serve [config file]", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error { return http.ListenAndServe(addr, nil) }}
	cmd.Flags().StringVar(&addr, "http-addr", "", "address")
	return cmd
}
func main() { root().Execute() }`, "github.com/spf13/cobra"))
	if got := s.Start.V.String(); got != "/app/app serve --http-addr :8080" {
		t.Errorf("start %q", got)
	}
	if said := texts(s.Notes); !strings.Contains(said, "serve wants arguments, [config file]") {
		t.Errorf("notes:\n%s", said)
	}
}
