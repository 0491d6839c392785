package msbuild

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// project evaluates app/App.csproj of a tree.
func project(t *testing.T, files map[string]string, pinned map[string]string) *Project {
	t.Helper()
	out, err := Load(scantest.Dir(t, detect.Choices{}, files), "app/App.csproj", pinned)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		why, condition string
		want           Truth
	}{
		{"none", "", True},
		{"texts are compared without case", "'$(Configuration)' == 'release'", True},
		{"both sides hold a part", "'$(Configuration)|$(Platform)'=='Debug|AnyCPU'", False},
		{"what is not set is empty", "'$(Nothing)' == ''", True},
		{"and binds closer than or", "'a' == 'b' and 'a' == 'b' or 'a' == 'a'", True},
		{"parentheses", "'a' == 'b' and ('a' == 'b' or 'a' == 'a')", False},
		{"not", "!('$(X)' == '1')", False},
		{"a property alone is a truth", "$(Yes)", True},
		{"numbers", "'10' > '9'", True},
		{"a file that is there", "Exists('..\\there.txt')", True},
		{"a file that is not", "!Exists('$(MSBuildThisFileDirectory)gone.txt')", True},
		{"a function of the system", "$([MSBuild]::IsOSPlatform('Windows'))", False},
		{"a method of a text", "$(MSBuildProjectName.EndsWith('p'))", True},
		{"a method in a text", "'$(MSBuildProjectName.Contains('z'))' == 'true'", False},
		{"an unknown function", "$([System.IO.Path]::GetTempPath()) == ''", Unknown},
		{"unknown, but another part decides", "$([A]::B()) == '' and 'a' == 'b'", False},
		{"no condition at all", "' == ", Unknown},
		{"nests too deep", strings.Repeat("(", 200), Unknown},
	} {
		files := map[string]string{"there.txt": "", "app/App.csproj": `<Project Sdk="S"><PropertyGroup><X>1</X><Yes>true</Yes></PropertyGroup></Project>`}
		p := project(t, files, map[string]string{"Configuration": "Release"})
		e := &evaluation{top: p.dir, p: p, file: p.Path, pinned: map[string]string{"configuration": "Release"}}
		if got := e.condition(c.condition); got != c.want {
			t.Errorf("%s: %s is %d, want %d", c.why, c.condition, got, c.want)
		}
	}
}

func TestEvaluation(t *testing.T) {
	p := project(t, map[string]string{
		"Directory.Build.props": `<Project>
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <Company>Teas</Company>
  </PropertyGroup>
</Project>`,
		"app/Directory.Build.props": `<Project>
  <Import Project="$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))" />
  <PropertyGroup><Company>$(Company) and more</Company></PropertyGroup>
</Project>`,
		"Directory.Packages.props":   `<Project><ItemGroup><PackageVersion Include="A" Version="1" /></ItemGroup></Project>`,
		"Directory.Build.targets":    `<Project><ItemGroup><PackageReference Include="Late" /></ItemGroup></Project>`,
		"build/common.props":         `<Project><PropertyGroup><AssemblyName>$(MSBuildThisFile)</AssemblyName></PropertyGroup></Project>`,
		"lib/Lib.csproj":             `<Project Sdk="S" />`,
		"shared/Clock.cs":            "",
		"app/ClientApp/package.json": "{}",
		"app/App.csproj": `<Project Sdk="Microsoft.NET.Sdk.Web/10.0.0">
  <Import Project="..\build\common.props" />
  <Import Project="..\build\gone.props" Condition="Exists('..\build\gone.props')" />
  <PropertyGroup Condition="$([MSBuild]::GetVsInstallRoot()) != ''"><OutputType>WinExe</OutputType><Company>Guess</Company></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="A;B" />
    <PackageReference Include="Analyzer"><PrivateAssets>all</PrivateAssets></PackageReference>
    <PackageReference Include="Debugging" Condition="'$(Configuration)' == 'Debug'" />
    <ProjectReference Include="..\lib\Lib.csproj" />
    <Compile Include="..\shared\*.cs" />
  </ItemGroup>
  <Choose>
    <When Condition="'$(Configuration)' == 'Debug'"><ItemGroup><PackageReference Include="No" /></ItemGroup></When>
    <Otherwise><ItemGroup><PackageReference Include="Yes" /></ItemGroup></Otherwise>
  </Choose>
  <Target Name="Web" AfterTargets="Build"><Exec WorkingDirectory="ClientApp\" Command="npm ci" /></Target>
</Project>`,
	}, map[string]string{"Configuration": "Release"})
	names := func(items []Item) string {
		var out []string
		for _, i := range items {
			out = append(out, i.Name)
		}
		return strings.Join(out, " ")
	}
	for what, got := range map[string][2]string{
		"the framework of the file above":        {p.Text("TargetFramework"), "net8.0"},
		"a property of its own former value":     {p.Text("company"), "Teas and more"},
		"the file that an import is in":          {p.Text("AssemblyName"), "common.props"},
		"a value under an unknown condition":     {p.Text("OutputType"), ""},
		"packages, also from targets":            {names(p.Packages), "A B Analyzer Yes Late"},
		"a version that is managed centrally":    {p.Package("a").Value, "1"},
		"references":                             {names(p.References), "lib/Lib.csproj"},
		"what is linked from elsewhere":          {names(p.Linked), "shared"},
		"the SDK without its version":            {names(p.Sdks), "Microsoft.NET.Sdk.Web"},
		"files, parents where they are imported": {strings.Join(p.Files, " "), "app/Directory.Build.props Directory.Build.props Directory.Packages.props build/common.props Directory.Build.targets"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: got %q, want %q", what, got[0], got[1])
		}
	}
	if !p.Package("analyzer").Private || p.Package("A").Private {
		t.Error("a package without assets at run time is private, another is not")
	}
	if len(p.Execs) != 1 || p.Execs[0].Dir != "app/ClientApp" || p.Execs[0].Why.Line != 16 {
		t.Errorf("the command of a target: %+v", p.Execs)
	}
}

func TestBrokenFiles(t *testing.T) {
	for why, text := range map[string]string{
		"not closed":  "<Project>\n<ItemGroup>",
		"no element":  "<!-- nothing -->",
		"no XML":      "hello",
		"an entity":   "<Project>&x;</Project>",
		"nests deep":  strings.Repeat("<a>", 500) + strings.Repeat("</a>", 500),
		"not a quote": `<Project Sdk=a/>`,
	} {
		_, err := Load(scantest.Dir(t, detect.Choices{}, scantest.Pairs("a.csproj", text)), "a.csproj", nil)
		if err == nil || !strings.Contains(err.Error(), "a.csproj") || !strings.Contains(err.Error(), "parsing XML") {
			t.Errorf("%s: %v", why, err)
		}
	}
}
