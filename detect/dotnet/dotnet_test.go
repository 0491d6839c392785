package dotnet

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scan(t *testing.T, files map[string]string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Detectors: []detect.Detector{Detector{}}}, files)
}

// sdk is a project of that SDK, with what stands in it.
func sdk(name, inside string) string {
	return `<Project Sdk="Microsoft.NET.Sdk` + name + `"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>` + inside + `</Project>`
}

const exe = `<PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>`

func TestRoles(t *testing.T) {
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"a library", map[string]string{"a/A.csproj": sdk("", "")}, "a: library: its OutputType is no Exe"},
		{"a web project that is one", map[string]string{"a/A.csproj": sdk(".Web", `<PropertyGroup><OutputType>Library</OutputType></PropertyGroup>`)}, "a: library: its OutputType is no Exe"},
		{"tests that are a program", map[string]string{"a/A.csproj": sdk("", exe+`<ItemGroup><PackageReference Include="xunit.v3" /></ItemGroup>`)}, "a: tests"},
		{"Windows alone", map[string]string{"a/A.csproj": `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net48</TargetFramework></PropertyGroup></Project>`}, "a: for the .NET Framework (net48), which runs on Windows alone"},
		{"the old form", map[string]string{"a/A.csproj": `<Project ToolsVersion="15.0"><PropertyGroup><TargetFrameworkVersion>v4.8</TargetFrameworkVersion></PropertyGroup></Project>`}, "a: a project of the old form for the .NET Framework, which runs on Windows alone: dotnet-upgrade-assistant moves it to .NET"},
		{"a desktop", map[string]string{"a/A.csproj": sdk("", exe+`<PropertyGroup><UseWPF>true</UseWPF></PropertyGroup>`)}, "a: a desktop or mobile application, which needs a screen and no container"},
		{"a build that is a program", map[string]string{"a/A.csproj": sdk(".Web", ""), "build/_build.csproj": sdk("", exe+`<ItemGroup><PackageReference Include="Nuke.Common" /></ItemGroup>`), "build/B.cs": `while (true) { Work(); }`}, "a server aspnet dotnet A.dll; build: the build, written as a program: it makes the others, and is not deployed"},
		{"a program of the console", map[string]string{"a/A.csproj": sdk("", exe), "a/P.cs": `Console.WriteLine("x");`}, "a cli runtime dotnet A.dll"},
		{"one that goes on", map[string]string{"a/A.csproj": sdk("", exe), "a/P.cs": `while (true) { Work(); }`}, "a worker runtime dotnet A.dll"},
		{"one under a host", map[string]string{"a/A.csproj": sdk("", exe), "a/P.cs": `await Host.CreateDefaultBuilder(args).RunConsoleAsync();`}, "a worker runtime dotnet A.dll"},
		{"a server by a reference of frameworks", map[string]string{"a/A.csproj": sdk("", exe+`<ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup>`), "a/P.cs": `WebApplication.CreateBuilder(args).Build().Run();`}, "a server aspnet dotnet A.dll"},
		{"a server by what it calls, for a package brings the framework", map[string]string{"a/A.csproj": sdk("", exe+`<ItemGroup><PackageReference Include="NLog.Web.AspNetCore" Version="6.0.0" /></ItemGroup>`), "a/P.cs": `var b = WebApplication.CreateSlimBuilder(args); b.Build().Run();`}, "a server aspnet dotnet A.dll"},
		{"a job", map[string]string{"a/A.DbMigrator.csproj": sdk("", exe)}, "a-dbmigrator job runtime dotnet A.DbMigrator.dll"},
		{"a tool beside a server", map[string]string{"a/A.csproj": sdk(".Web", ""), "b/B.csproj": sdk("", exe)}, "a server aspnet dotnet A.dll; b: a tool beside a/A.csproj (dockgen init --main B.csproj takes it)"},
		{"a program for the browser that a server serves", map[string]string{"a/A.csproj": sdk(".Web", `<ItemGroup><ProjectReference Include="..\b\B.csproj" /></ItemGroup>`), "b/B.csproj": sdk(".BlazorWebAssembly", "")}, "a server aspnet dotnet A.dll; b: part of a/A.csproj, which serves it"},
		{"its own name", map[string]string{"a/A.csproj": sdk(".Web", `<PropertyGroup><AssemblyName>web.$(Company)</AssemblyName><InvariantGlobalization>true</InvariantGlobalization></PropertyGroup>`)}, "a server aspnet-invariant dotnet web..dll"},
		{"what brings its runtime", map[string]string{"a/A.csproj": sdk(".Web", `<PropertyGroup><SelfContained>true</SelfContained></PropertyGroup>`)}, "a server deps ./A"},
		{"an older line", map[string]string{"a/A.csproj": strings.ReplaceAll(sdk(".Web", ""), "net10.0", "netcoreapp3.1")}, "a server aspnet-old dotnet A.dll"},
	} {
		p := scan(t, c.files)
		var got []string
		for _, s := range p.Services {
			got = append(got, strings.Join([]string{s.Name.String(), string(s.Kind), s.RunOn, s.Start.V.String()}, " "))
		}
		for _, n := range p.Notes {
			got = append(got, n.Path+": "+n.Text)
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.why, text, c.want)
		}
	}
}

// TestTools holds that the tools which a target runs are restored, and that they come
// into the build's context.
func TestTools(t *testing.T) {
	for command, want := range map[string]bool{"dotnet ef migrations bundle": true, "dotnet effects": false, "dotnet tool restore": false} {
		p := scan(t, map[string]string{
			"a/A.csproj":                sdk(".Web", `<Target Name="Bundle" AfterTargets="Publish"><Exec Command="`+command+`" /></Target>`),
			"a/P.cs":                    `WebApplication.CreateBuilder(args).Build().Run();`,
			".config/dotnet-tools.json": `{"version": 1, "tools": {"dotnet-ef": {"version": "10.0.5", "commands": ["dotnet-ef"]}}}`,
		})
		s := p.Services[0]
		if got := s.Facts.(*Facts).Tools; got != want || want && s.Root.String() != "." {
			t.Errorf("%s: %v in %q", command, got, s.Root)
		}
	}
}

// TestBlazor holds that a hub of Blazor's alone makes no application of Blazor's.
func TestBlazor(t *testing.T) {
	for code, want := range map[string]string{
		`app.MapBlazorHub(); app.MapFallbackToPage("/_Host");`: "blazor",
		`app.MapBlazorHub(); app.MapControllers();`:            "aspnet",
	} {
		p := scan(t, map[string]string{"A.csproj": sdk(".Web", ""), "P.cs": `var app = WebApplication.CreateBuilder(args).Build(); ` + code})
		if got := p.Services[0].Framework.V; got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

func TestListen(t *testing.T) {
	for _, c := range []struct{ why, code, settings, port, env, set string }{
		{"nothing said", "app.Run();", "", "8080", "ASPNETCORE_HTTP_PORTS", ""},
		{"an address in the code", `app.Run("http://*:5000");`, "", "5000", "", ""},
		{"a variable", `builder.WebHost.UseUrls($"http://0.0.0.0:{Environment.GetEnvironmentVariable("PORT") ?? "3000"}");`, "", "3000", "PORT", ""},
		{"addresses that it puts together itself", `builder.WebHost.UseUrls(config.Addresses()); class Config { public int Port { get; set; } = 9117; public string[] Addresses() { var port = Port; if (tls) { port = 443; } return new[] { "http://*:" + port }; } }`, "", "9117", "", ""},
		{"whose parts are not in the sources", `builder.WebHost.UseUrls(urls); class A { int Port = 1; } class B { int Port = 2; }`, "", "8080", "", ""},
		{"the loopback address", `app.Urls.Add("http://localhost:5000");`, "", "5000", "", "Kestrel__Endpoints__Http__Url=http://+:5000"},
		{"a port that needs a right", `app.Urls.Add("http://+:80");`, "", "8080", "", "Kestrel__Endpoints__Http__Url=http://+:8080"},
		{"in development alone", `if (app.Environment.IsDevelopment()) { app.Urls.Add("http://*:5000"); }`, "", "8080", "ASPNETCORE_HTTP_PORTS", ""},
		{"Kestrel", `o.ListenAnyIP(7000);`, "", "7000", "", ""},
		{"a member of an enum is no constant", `o.ListenAnyIP(Config.Port); enum Key { Host = 3, Port = 4 } class Config { static int Port => Read(); }`, "", "8080", "", ""},
		{"nor is one of an object", `o.ListenAnyIP(Port); var x = new Key { Host = 3, Port = 4 }; const int Port = 7001;`, "", "7001", "", ""},
		{"a member of an enum with an attribute is none either", `o.ListenAnyIP(Config.Port); enum Key { [Description("Host")] Host = 3, [Description("Port")] Port = 4, } class Config { static int Port => Read(); }`, "", "8080", "", ""},
		{"a setting of its own, with its default", `o.ListenAnyIP(HttpPort); class C { static readonly int HttpPort = Config.Port; const int DefaultHttpPort = 5000; const int DefaultHttpsPort = 5001; static int Port => Read(); }`, "", "5000", "", ""},
		{"on every address that is configured", `options.Listen(net.Address, httpPort); class C { const int DefaultHttpPort = 8096; }`, "", "8096", "", ""},
		{"of two defaults nobody knows which", `o.ListenAnyIP(Config.Port); class C { const int DefaultApiPort = 5000; const int DefaultAdminPort = 5001; }`, "", "8080", "", ""},
		{"the loopback address that the code opens stays open", `o.ListenLocalhost(1242);`, "", "8080", "", "Kestrel__Endpoints__Http__Url=http://+:8080"},
		{"on the very port", `o.ListenLocalhost(8080);`, "", "8081", "", "Kestrel__Endpoints__Http__Url=http://+:8081"},
		{"and nothing is read beside it", `var b = WebApplication.CreateEmptyBuilder(new()); o.ListenLocalhost(1242);`, "", "1242", "", ""},
		{"settings", "app.Run();", `{ "Urls": "https://*:1;http://*:6000" }`, "6000", "", ""},
		{"the code wins over addresses of the settings", `app.Run("http://*:5000");`, `{ "Urls": "http://*:6000" }`, "5000", "", ""},
		{"endpoints of the settings win over the code", `app.Run("http://*:5000");`, `{ "Kestrel": { "Endpoints": { "Web": { "Url": "http://127.0.0.1:6000" } } } }`, "6000", "", "Kestrel__Endpoints__Web__Url=http://+:6000"},
	} {
		files := map[string]string{"A.csproj": sdk(".Web", ""), "Program.cs": c.code}
		if c.settings != "" {
			files["appsettings.json"] = c.settings
		}
		s := scan(t, files).Services[0]
		var set []string
		for _, e := range s.SetEnv {
			set = append(set, e.Name.String()+"="+e.Value.String())
		}
		if got := [3]string{s.Port.V.String(), s.PortEnv.String(), strings.Join(set, " ")}; got != [3]string{c.port, c.env, c.set} {
			t.Errorf("%s: got %q", c.why, got)
		}
	}
}

func TestGlobalJSON(t *testing.T) {
	for _, c := range []struct {
		version, roll, have string
		want                bool
	}{
		{"10.0.100", "", "10.0.400", false}, {"10.0.400", "", "10.0.401", true}, {"10.0.100", "latestFeature", "10.0.400", true},
		{"10.0.500", "latestFeature", "10.0.400", false}, {"9.0.100", "latestMinor", "10.0.400", false}, {"9.0.100", "latestMajor", "10.0.400", true},
		{"10.0.100", "disable", "10.0.400", false}, {"10.0.100-rc.1.2", "feature", "10.0.400", true}, {"nonsense", "", "10.0.400", true},
	} {
		var j globalJSON
		j.SDK.Version, j.SDK.RollForward = c.version, c.roll
		if got := j.satisfied(c.have); got != c.want {
			t.Errorf("%s %s by %s: %v", c.version, c.roll, c.have, got)
		}
	}
}

// TestDatabases: a database in a file that development alone takes is none.
func TestDatabases(t *testing.T) {
	const packages = `<ItemGroup><PackageReference Include="Microsoft.EntityFrameworkCore.SqlServer" Version="10.0.0" /><PackageReference Include="Microsoft.EntityFrameworkCore.Sqlite" Version="10.0.0" /><PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="10.0.0" /></ItemGroup>`
	for _, c := range []struct{ why, code, want string }{
		{"in development", `if (b.Environment.IsDevelopment()) { s.AddDbContext<C>(o => o.UseSqlite(c.GetConnectionString("Main"))); return b; } s.AddDbContext<C>(o => o.UseSqlServer(c.GetConnectionString("Main")));`, "sqlserver false ConnectionStrings__Main"},
		{"alone, with the default that the settings lack", `var con = b.Configuration.GetConnectionString("Todos") ?? "Data Source=.db/Todos.db"; s.AddSqlite<C>(con);`, "ConnectionStrings__Todos=Data Source=/app/data/Todos.db"},
		{"by a setting of its own name", `var r = b.Configuration.GetValue<string>("RedisConnection"); s.AddStackExchangeRedisCache(o => o.Configuration = r);`, "redis false RedisConnection"},
		{"by a setting", `if (file) { o.UseSqlite(c.GetConnectionString("Main")); } else { o.UseSqlServer(c.GetConnectionString("Main")); }`, "sqlserver true"},
	} {
		s := scan(t, map[string]string{"A.csproj": sdk(".Web", packages), "Program.cs": c.code}).Services[0]
		var got []string
		for _, n := range s.Needs {
			text := n.Name + " " + strconv.FormatBool(n.Optional)
			for _, set := range n.Settings {
				text += " " + set.Env.String()
			}
			got = append(got, text)
		}
		for _, e := range s.SetEnv {
			got = append(got, e.Name.String()+"="+e.Value.String())
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestForm(t *testing.T) {
	for value, want := range map[string]string{
		"Host=db;Port=5432;Database=a": "postgres", "Server=(localdb)\\x;Database=a": "sqlserver", "Server=db,1433;User Id=sa": "sqlserver", "Data Source=a.db": "sqlite",
		"server=db;port=3306;uid=root": "mysql", "localhost:6379": "redis", "mongodb://x": "mongo", "amqp://localhost": "rabbitmq", "Server=db;Database=a": "", "": "",
	} {
		if got := form(value); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(sdk(".Web", `<Import Project="b.props" /><ItemGroup><ProjectReference Include="..\**\*.csproj" /></ItemGroup>`), `app.MapHealthChecks("/x"); app.Run("http://*:1")`, `{ "ConnectionStrings": { "A": "Data Source=a.db" }, "Kestrel": {} }`)
	f.Add(sdk("", exe+`<PropertyGroup Condition="'$(A.Replace('a','b'))' == '$([MSBuild]::X(1))'"><PublishAot>true</PublishAot></PropertyGroup>`), "while (true)", "{}")
	f.Fuzz(func(t *testing.T, project, code, settings string) {
		tree := fstest.MapFS{"a/A.csproj": {Data: []byte(project)}, "a/P.cs": {Data: []byte(code)}, "a/appsettings.json": {Data: []byte(settings)}, "b/B.fsproj": {Data: []byte(project)}}
		_, _ = detect.Scan(context.Background(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
	})
}

func TestMigrations(t *testing.T) {
	snapshot := "[DbContext(typeof(C))] partial class CModelSnapshot : ModelSnapshot { }"
	const release = " makes a program that does, to be run before each release; dockgen leaves that to you, for the program's own project does not refer to Microsoft.EntityFrameworkCore.Design"
	for _, c := range []struct{ why, code, at, want string }{
		{"nothing applies them", "app.Run();", "Migrations/CModelSnapshot.cs", "Migrations: nothing applies the migrations when the program starts: dotnet ef migrations bundle --project A.csproj" + release},
		{"in a project of their own", "app.Run();", "Data/Migrations/CModelSnapshot.cs", "Data/Migrations: nothing applies the migrations when the program starts: dotnet ef migrations bundle --project Data/Data.csproj --startup-project A.csproj" + release},
		{"the program does", "db.Database.Migrate(); app.Run();", "Migrations/CModelSnapshot.cs", ""},
		{"it waits for that", "await db.Database.MigrateAsync(); app.Run();", "Migrations/CModelSnapshot.cs", ""},
		{"none", "app.Run();", "Migrations/Readme.cs", ""},
	} {
		files := map[string]string{"A.csproj": sdk(".Web", `<ItemGroup><ProjectReference Include="Data/Data.csproj" /></ItemGroup>`), "Program.cs": c.code, "Data/Data.csproj": sdk("", ""), c.at: snapshot}
		got := ""
		for _, n := range scan(t, files).Services[0].Notes {
			if strings.Contains(n.Text, "migrations") {
				got += n.Path + ": " + n.Text
			}
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.why, got, c.want)
		}
	}
}

// TestBundle holds in which projects Entity Framework's tools can make a program of the
// migrations without a person.
func TestBundle(t *testing.T) {
	const packages = `<PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.0" /><PackageReference Include="Microsoft.EntityFrameworkCore.Design" Version="10.0.2" />`
	usual := map[string]string{
		"A.csproj":                      sdk(".Web", "<ItemGroup>"+packages+"</ItemGroup>"),
		"Program.cs":                    `services.AddDbContext<C>(o => o.UseNpgsql(configuration.GetConnectionString("Main"))); app.Run();`,
		"Migrations/CModelSnapshot.cs":  "",
		"Migrations/20260101_First.cs":  "",
		"tools/notes.txt":               "",
		"appsettings.json":              "{}",
		".config/elsewhere/tools.json5": "",
	}
	for _, c := range []struct{ why, file, text, want string }{
		{"the usual", "tools/notes.txt", "", "10.0.2 env ASPNETCORE_ENVIRONMENT=Production ConnectionStrings__Main=Host=build"},
		{"a tool of the project's", ".config/dotnet-tools.json", `{"tools": {"dotnet-ef": {"version": "10.0.5", "commands": ["dotnet-ef"]}}}`, "10.0.5 env ASPNETCORE_ENVIRONMENT=Production ConnectionStrings__Main=Host=build"},
		{"several contexts", "Migrations/Other/DModelSnapshot.cs", "", "there are several contexts"},
		{"a factory", "Factory.cs", "class F : IDesignTimeDbContextFactory<C> { }", "a factory of the project's own"},
		{"it connects before the host is there", "Program.cs", `o.UseNpgsql(configuration.GetConnectionString("Main")); ConnectionMultiplexer.Connect("x"); app.Run();`, "Connect connects before"},
		{"it reads more", "Program.cs", `o.UseNpgsql(configuration.GetConnectionString("Main")); Environment.GetEnvironmentVariable("LICENSE_KEY"); app.Run();`, "reads LICENSE_KEY"},
		{"no version", "A.csproj", sdk(".Web", "<ItemGroup>"+strings.Replace(packages, "10.0.2", "10.*", 1)+"</ItemGroup>"), "which dotnet-ef suits"},
		{"feeds of its own", "nuget.config", "<configuration />", "its packages are not those"},
		{"another program does", "worker/W.csproj", sdk(".Worker", `<ItemGroup><ProjectReference Include="../A.csproj" /></ItemGroup>`), "worker/W.csproj may do it"},
	} {
		files := maps.Clone(usual)
		files[c.file] = c.text
		if c.file == "worker/W.csproj" {
			files["worker/Program.cs"] = "db.Database.Migrate();"
		}
		got := ""
		for _, s := range scan(t, files).Services {
			if b := s.Facts.(*Facts).Bundle; b != nil {
				got += b.Tool.String() + " " + strings.Join(b.Under.Args(), " ")
			}
			for _, n := range s.Notes {
				if strings.Contains(n.Text, "leaves that to you") {
					got += n.Text
				}
			}
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

// TestBrokenDevelopment holds that settings of a developer's machine are not needed.
func TestBrokenDevelopment(t *testing.T) {
	p := scan(t, map[string]string{"A.csproj": sdk(".Web", ""), "Program.cs": "app.Run();", "appsettings.Development.json": `{ "a" }`})
	if len(p.Services) != 1 {
		t.Errorf("notes %v", p.Notes)
	}
}

// TestFable holds that a client which is F# is no site that its bundler alone could build.
func TestFable(t *testing.T) {
	client := `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><DefineConstants>FABLE_COMPILER</DefineConstants></PropertyGroup></Project>`
	s := scan(t, map[string]string{"src/Server/Server.fsproj": sdk(".Web", ""), "src/Server/Server.fs": "run app", "src/Client/Client.fsproj": client, "src/Client/package.json": "{}"}).Services[0]
	if len(s.Parts) != 1 || s.Parts[0].Path.String() != "src/Client" || !strings.Contains(s.Notes[len(s.Notes)-1].Text, "dotnet fable") {
		t.Errorf("parts %v, notes %v", s.Parts, s.Notes)
	}
}
