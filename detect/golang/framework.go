package golang

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// framework is a library that programs are built around.
type framework struct {
	name    string
	imports []string // import paths, with everything below them
	kind    detect.Kind
	port    int       // on which it listens where the program says nothing
	portEnv string    // the variable that it reads itself
	signals bool      // it ends on SIGTERM by itself
	release [2]string // the variable and value that make it a production server
}

// frameworks are looked up in this order: what a program is built around
// stands before what it uses beside.
func frameworks() []framework {
	return []framework{
		{name: "functions-framework", imports: []string{"github.com/GoogleCloudPlatform/functions-framework-go"}, kind: detect.Server, port: 8080},
		{name: "pocketbase", imports: []string{"github.com/pocketbase/pocketbase"}, kind: detect.Server, port: 8090, signals: true},
		{name: "kratos", imports: []string{"github.com/go-kratos/kratos"}, kind: detect.Server, port: 8000, signals: true},
		{name: "go-zero", imports: []string{"github.com/zeromicro/go-zero/rest", "github.com/zeromicro/go-zero/zrpc"}, kind: detect.Server, port: 8888, signals: true},
		{name: "gofr", imports: []string{"gofr.dev/pkg/gofr"}, kind: detect.Server, port: 8000, portEnv: "HTTP_PORT", signals: true},
		{name: "goframe", imports: []string{"github.com/gogf/gf/v2/frame/g", "github.com/gogf/gf/frame/g"}, kind: detect.Server, port: 8000, signals: true},
		{name: "buffalo", imports: []string{"github.com/gobuffalo/buffalo"}, kind: detect.Server, port: 3000, portEnv: "PORT", signals: true},
		{name: "beego", imports: []string{"github.com/beego/beego/v2/server/web", "github.com/beego/beego", "github.com/astaxie/beego"}, kind: detect.Server, port: 8080},
		{name: "revel", imports: []string{"github.com/revel/revel"}, kind: detect.Server, port: 9000},
		{name: "hertz", imports: []string{"github.com/cloudwego/hertz"}, kind: detect.Server, port: 8888, signals: true},
		{name: "gin", imports: []string{"github.com/gin-gonic/gin"}, kind: detect.Server, port: 8080, portEnv: "PORT", release: [2]string{"GIN_MODE", "release"}},
		{name: "echo", imports: []string{"github.com/labstack/echo"}, kind: detect.Server},
		{name: "fiber", imports: []string{"github.com/gofiber/fiber"}, kind: detect.Server},
		{name: "chi", imports: []string{"github.com/go-chi/chi"}, kind: detect.Server},
		{name: "iris", imports: []string{"github.com/kataras/iris"}, kind: detect.Server, signals: true},
		{name: "flamego", imports: []string{"github.com/flamego/flamego"}, kind: detect.Server, port: 2830},
		{name: "macaron", imports: []string{"gopkg.in/macaron.v1"}, kind: detect.Server, port: 4000},
		{name: "gorilla/mux", imports: []string{"github.com/gorilla/mux"}, kind: detect.Server},
		{name: "ozzo-routing", imports: []string{"github.com/go-ozzo/ozzo-routing"}, kind: detect.Server},
		{name: "huma", imports: []string{"github.com/danielgtaylor/huma"}, kind: detect.Server},
		{name: "httprouter", imports: []string{"github.com/julienschmidt/httprouter"}, kind: detect.Server},
		{name: "fasthttp", imports: []string{"github.com/valyala/fasthttp"}, kind: detect.Server},
		{name: "negroni", imports: []string{"github.com/urfave/negroni"}, kind: detect.Server},
		{name: "martini", imports: []string{"github.com/go-martini/martini"}, kind: detect.Server, port: 3000, portEnv: "PORT"},
		{name: "connect", imports: []string{"connectrpc.com/connect", "github.com/bufbuild/connect-go"}, kind: detect.Server},
		{name: "twirp", imports: []string{"github.com/twitchtv/twirp"}, kind: detect.Server},
		{name: "gqlgen", imports: []string{"github.com/99designs/gqlgen/graphql/handler"}, kind: detect.Server},
		{name: "grpc-gateway", imports: []string{"github.com/grpc-ecosystem/grpc-gateway/v2/runtime", "github.com/grpc-ecosystem/grpc-gateway/runtime"}, kind: detect.Server},
		{name: "grpc", imports: []string{"google.golang.org/grpc"}, kind: detect.Server},
		{name: "temporal", imports: []string{"go.temporal.io/sdk/worker"}, kind: detect.Worker},
		{name: "cadence", imports: []string{"go.uber.org/cadence/worker"}, kind: detect.Worker},
		{name: "asynq", imports: []string{"github.com/hibiken/asynq"}, kind: detect.Worker, signals: true},
		{name: "machinery", imports: []string{"github.com/RichardKnop/machinery"}, kind: detect.Worker, signals: true},
		{name: "river", imports: []string{"github.com/riverqueue/river"}, kind: detect.Worker},
		{name: "watermill", imports: []string{"github.com/ThreeDotsLabs/watermill"}, kind: detect.Worker, signals: true},
		{name: "faktory", imports: []string{"github.com/contribsys/faktory_worker_go"}, kind: detect.Worker, signals: true},
		{name: "controller-runtime", imports: []string{"sigs.k8s.io/controller-runtime"}, kind: detect.Worker, signals: true},
	}
}

// consumers are calls that wait for messages: their presence makes a worker.
var consumers = map[string][]string{
	"Consume":                {"github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp", "github.com/IBM/sarama", "github.com/Shopify/sarama"},
	"ConsumeWithContext":     {"github.com/rabbitmq/amqp091-go"},
	"NewConsumerGroup":       {"github.com/IBM/sarama", "github.com/Shopify/sarama"},
	"NewConsumer":            {"github.com/confluentinc/confluent-kafka-go", "github.com/nsqio/go-nsq", "github.com/apache/pulsar-client-go"},
	"ReadMessage":            {"github.com/segmentio/kafka-go"},
	"FetchMessage":           {"github.com/segmentio/kafka-go"},
	"PollFetches":            {"github.com/twmb/franz-go"},
	"QueueSubscribe":         {"github.com/nats-io/nats.go"},
	"Subscribe":              {"github.com/nats-io/nats.go", "github.com/redis/go-redis", "github.com/go-redis/redis", "github.com/eclipse/paho.mqtt.golang"},
	"BLPop":                  {"github.com/redis/go-redis", "github.com/go-redis/redis"},
	"XReadGroup":             {"github.com/redis/go-redis", "github.com/go-redis/redis"},
	"ReceiveMessage":         {"github.com/aws/aws-sdk-go-v2/service/sqs", "github.com/aws/aws-sdk-go/service/sqs"},
	"Receive":                {"cloud.google.com/go/pubsub"},
	"AddFunc":                {"github.com/robfig/cron"},
	"StartBlocking":          {"github.com/go-co-op/gocron"},
	"NewScheduler":           {"github.com/go-co-op/gocron"},
	"GetUpdatesChan":         {"github.com/go-telegram-bot-api/telegram-bot-api"},
	"ListenForWebhook":       {"github.com/go-telegram-bot-api/telegram-bot-api"},
	"NewRunner":              {"github.com/bwmarrin/discordgo"},
	"AddHandler":             {"github.com/bwmarrin/discordgo"},
	"RunSocketmodeEventLoop": {"github.com/slack-go/slack"},
}

// commandLines are libraries for programs that people run.
var commandLines = []string{"github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kong", "github.com/alecthomas/kingpin", "github.com/jessevdk/go-flags", "github.com/alexflint/go-arg", "github.com/charmbracelet/bubbletea", "charm.land/bubbletea", "github.com/peterbourgon/ff", "github.com/spf13/pflag", "flag"}

// framework finds what the program is built around among its direct
// requirements that its code imports.
//
// The package of that name comes first: a program may use the middleware or the
// validation of one framework and be built around another.
func (r *reach) framework(s *detect.Service) framework {
	for _, itself := range []bool{true, false} {
		for _, fw := range frameworks() {
			if r.builtAround(s, fw, itself) {
				return fw
			}
		}
	}
	return framework{}
}

// builtAround reports whether the code imports the framework, itself or what lies below.
func (r *reach) builtAround(s *detect.Service, fw framework, itself bool) bool {
	for _, prefix := range fw.imports {
		f, imp := r.importing(prefix)
		if itself {
			f, imp = r.itself(prefix)
		}
		if f == nil {
			continue
		}
		why := []detect.Note{r.importNote(f, imp)}
		if m, req := r.w.requirement(imp); req != nil {
			if req.Indirect && r.w.main.file != nil && m == r.w.main {
				continue
			}
			why = append(why, m.note(req.Syntax.Start.Line, "%s %s", req.Mod.Path, req.Mod.Version))
		}
		if fw.name == "grpc" && !(r.serves("NewServer", "google.golang.org/grpc") && r.servesGRPC()) {
			continue // a client, or a handler of an HTTP server
		}
		if fw.name == "grpc-gateway" && !r.serves("NewServeMux", prefix) {
			continue // what its generator writes beside the messages imports it too
		}
		s.Framework = detect.Found(fw.name, why...)
		s.NoHTTP = fw.name == "grpc"
		return true
	}
	return false
}

// itself finds an import of the very package, of any major version.
func (r *reach) itself(name string) (*file, string) {
	if f, imp := r.importing(name); imp == name {
		return f, imp
	}
	best := ""
	for imp := range r.imports {
		if rest, ok := strings.CutPrefix(imp, name+"/"); ok && majorVersion(rest) && imp > best {
			best = imp
		}
	}
	if best == "" {
		return nil, ""
	}
	return r.imports[best][0], best
}

// servesGRPC reports whether a gRPC server takes connections itself: it may be a handler
// beside others, its ServeHTTP called.
func (r *reach) servesGRPC() bool {
	return slices.ContainsFunc(r.index().byName["Serve"], func(c *call) bool { return c.path != "net/http" && c.at.f.importsAny("google.golang.org/grpc") })
}

// serves reports whether the reached code calls a function of a package.
func (r *reach) serves(name, importPath string) bool {
	return slices.ContainsFunc(r.index().byName[name], func(c *call) bool { return c.in(importPath) })
}

// kind says what the command does once it runs, by what it calls.
func (e *eval) kind(s *detect.Service, fw framework, listens bool) {
	switch {
	case listens && fw.kind == detect.Worker && e.onlyAside:
		s.Kind = detect.Worker // its one port is for metrics
	case listens:
		s.Kind = detect.Server
	case fw.kind == detect.Worker, fw.kind == detect.Server && e.runs(fw):
		s.Kind = fw.kind
	default:
		s.Kind = e.endless()
	}
	if s.Kind == detect.Server && !s.Framework.IsSet() {
		s.Framework = detect.Found("net/http", e.listenWhy...)
		if f, imp := e.importing("net/http"); f != nil {
			s.Framework.Why = []detect.Note{e.importNote(f, imp)}
		}
	}
	if fw.kind == detect.Server && s.Kind != detect.Server {
		s.Framework = detect.Value[string]{}
	}
}

// runs reports whether a file that imports the framework starts something.
func (e *eval) runs(fw framework) bool {
	return slices.ContainsFunc(e.calls, func(c *call) bool {
		switch c.name {
		case "Run", "Start", "Serve", "Spin", "RunOnAddr", "Execute", "Listen", "Listener", "ListenAndServe", "RunListener":
			return c.at.f.importsAny(fw.imports...)
		}
		return false
	})
}

// endless tells programs that wait for something from those that end.
func (e *eval) endless() detect.Kind {
	for name, paths := range consumers {
		for _, c := range e.byName[name] {
			if c.at.f.importsAny(paths...) {
				return detect.Worker
			}
		}
	}
	for _, c := range e.byName["Notify"] {
		if c.path == "os/signal" && c.at.f.pkg.dir == e.cmd.dir && !e.interactive() {
			return detect.Worker // it runs until it is told to stop
		}
	}
	for _, c := range e.byName["NotifyContext"] {
		if c.path == "os/signal" && c.at.f.pkg.dir == e.cmd.dir && !e.interactive() {
			return detect.Worker
		}
	}
	if e.interactive() {
		return detect.CLI
	}
	return detect.Job
}

// interactive reports whether the command takes a command line.
func (e *eval) interactive() bool {
	for _, lib := range commandLines {
		if f, _ := e.importing(lib); f != nil && (lib != "flag" || f.pkg.dir == e.cmd.dir) {
			return true
		}
	}
	return false
}

// portOf is n as a port, 0 where it is none.
func portOf(n int) safe.Port {
	p, err := safe.NewPort(n)
	if err != nil {
		return 0
	}
	return p
}
