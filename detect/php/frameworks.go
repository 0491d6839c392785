package php

import (
	"encoding/json"
	"io/fs"
	"path"

	"dockgen/detect"
)

// framework is what is known of one.
type framework struct {
	name     string
	packages []string // one of them is required
	file     string   // or this file is there, where no package manager tells
	docroot  []string
	made     string // the docroot whose pages the installation makes
	command  string // its own command, if it is there
	state    []string
	scratch  []string
	// sites are document roots of several sites that one project has.
	sites []string
	// loose says that classes are found while the program runs, which an
	// authoritative class map would rule out.
	loose bool
	// complete adds what the framework needs.
	complete func(*project, *describing) error

	why detect.Note
}

// frameworks are looked for in this order: what is made of another comes first.
func frameworks() []framework {
	return []framework{
		{name: "laravel-zero", packages: []string{"laravel-zero/framework"}, command: "application"},
		{name: "laravel", packages: []string{"laravel/framework"}, docroot: []string{"public"}, command: "artisan", state: []string{"storage"}, complete: laravel},
		{name: "lumen", packages: []string{"laravel/lumen-framework"}, docroot: []string{"public"}, command: "artisan", state: []string{"storage"}, complete: laravel},
		{name: "drupal", packages: []string{"drupal/core-recommended", "drupal/core"}, made: "web", state: nil, loose: true, complete: drupal},
		{name: "magento", packages: []string{"magento/product-community-edition", "magento/magento2-base", "mage-os/product-community-edition"}, docroot: []string{"pub"}, command: "bin/magento", state: []string{"pub/media", "var"}, scratch: []string{"generated"}},
		{name: "shopware", packages: []string{"shopware/core"}, docroot: []string{"public"}, command: "bin/console", state: []string{"files", "public/media", "public/thumbnail"}, complete: symfony},
		{name: "symfony", packages: []string{"symfony/framework-bundle", "symfony/symfony", "sylius/sylius", "symfony/flex"}, docroot: []string{"public", "web"}, command: "bin/console", complete: symfony},
		{name: "craft", packages: []string{"craftcms/cms"}, docroot: []string{"web"}, command: "craft", state: []string{"storage", "web/cpresources"}},
		{name: "wordpress", packages: []string{"roots/wordpress", "roots/wordpress-no-content", "johnpbloch/wordpress", "johnpbloch/wordpress-core"}, docroot: []string{"web", "public"}, complete: bedrock},
		{name: "wordpress", file: "wp-load.php", docroot: []string{"."}, state: []string{"wp-content/uploads"}, complete: wordpress},
		{name: "codeigniter", packages: []string{"codeigniter4/framework", "codeigniter4/codeigniter4"}, docroot: []string{"public"}, command: "spark", state: []string{"writable"}, complete: codeigniter},
		{name: "codeigniter", packages: []string{"codeigniter/framework"}, file: "system/core/CodeIgniter.php", docroot: []string{"."}, complete: codeigniter3},
		{name: "cakephp", packages: []string{"cakephp/cakephp"}, docroot: []string{"webroot"}, command: "bin/cake.php", state: []string{"logs"}, scratch: []string{"tmp"}, complete: cakephp},
		{name: "yii2", packages: []string{"yiisoft/yii2"}, docroot: []string{"web", "frontend/web"}, command: "yii", scratch: []string{"runtime", "web/assets"}},
		{name: "yii", packages: []string{"yiisoft/yii-runner-http", "yiisoft/yii-http"}, docroot: []string{"public"}, command: "yii", scratch: []string{"runtime", "public/assets"}},
		{name: "typo3", packages: []string{"typo3/cms-core"}, made: "public", state: []string{"public/fileadmin", "var"}},
		{name: "mezzio", packages: []string{"mezzio/mezzio"}, docroot: []string{"public"}, scratch: []string{"data/cache"}},
		{name: "laminas", packages: []string{"laminas/laminas-mvc", "zendframework/zend-mvc"}, docroot: []string{"public"}, scratch: []string{"data/cache"}},
		{name: "flarum", packages: []string{"flarum/core"}, docroot: []string{"public"}, state: []string{"public/assets", "storage"}},
		{name: "nette", packages: []string{"nette/application"}, docroot: []string{"www", "public"}, state: []string{"log"}, scratch: []string{"temp"}},
		{name: "kirby", packages: []string{"getkirby/cms"}, docroot: []string{".", "public"}, state: []string{"content", "media", "site/sessions"}, scratch: []string{"site/cache"}},
		{name: "grav", file: "system/defines.php", docroot: []string{"."}, state: []string{"backup", "logs", "user/accounts", "user/data"}, scratch: []string{"assets", "cache", "images", "tmp"}},
		{name: "hyperf", packages: []string{"hyperf/framework"}, command: "bin/hyperf.php", scratch: []string{"runtime"}, complete: hyperf},
		{name: "webman", packages: []string{"workerman/webman-framework"}, command: "start.php", scratch: []string{"runtime"}, complete: webman},
		{name: "slim", packages: []string{"slim/slim"}, docroot: []string{"public", "web"}, scratch: []string{"var/cache"}},
		{name: "leaf", packages: []string{"leafs/leaf"}, docroot: []string{"public", "."}},
		{name: "flight", packages: []string{"flightphp/core", "mikecao/flight"}, docroot: []string{"public", "."}},
		{name: "fat-free", packages: []string{"bcosca/fatfree", "bcosca/fatfree-core"}, docroot: []string{"public", "."}},
	}
}

// frameworkOf finds the framework by a package, or by a file that only it has.
func frameworkOf(p *project) *framework {
	for _, fw := range frameworks() {
		for _, name := range fw.packages {
			if name == "symfony/flex" && !p.d.Has(fw.command) {
				continue // Composer's plug-in alone
			}
			if p.c.has(name) && (p.c.requires(name) || fw.command == "" || p.d.Has(fw.command)) {
				fw.why = p.c.note(name)
				return p.settle(fw)
			}
		}
		if fw.file != "" && p.d.Has(fw.file) {
			fw.why = p.d.Note(fw.file, 0, "is a file of %s", fw.name)
			return p.settle(fw)
		}
	}
	return nil
}

// settle drops a command that is not there: a package that only uses the framework.
func (p *project) settle(fw framework) *framework {
	if fw.command != "" && !p.d.Has(fw.command) {
		fw.command = ""
	}
	if fw.name == "yii2" && p.d.Has("init") && p.d.HasDir("environments") {
		// https://www.yiiframework.com/extension/yiisoft/yii2-app-advanced/doc/guide
		for _, dir := range []string{"frontend/web", "backend/web", "api/web"} {
			if p.d.HasDir(dir) {
				fw.sites = append(fw.sites, dir)
			}
		}
		if len(fw.sites) > 0 {
			fw.made, fw.docroot, fw.complete = fw.sites[0], nil, yiiAdvanced
		}
	}
	if fw.name == "drupal" {
		if root := p.scaffold(); root != "" {
			fw.made = root
		}
	}
	if fw.made != "" {
		fw.docroot = append(fw.docroot, fw.made)
	}
	return &fw
}

// scaffold is the folder that Drupal's pages are made in
// (https://www.drupal.org/docs/develop/using-composer/using-drupals-composer-scaffold).
func (p *project) scaffold() string {
	var extra struct {
		Scaffold struct {
			Locations struct {
				Root json.RawMessage `json:"web-root"`
			} `json:"locations"`
		} `json:"drupal-scaffold"`
	}
	var root string
	if !field(p.c.raw["extra"], &extra) || !field(extra.Scaffold.Locations.Root, &root) {
		return ""
	}
	if root = path.Clean(root); !fs.ValidPath(root) {
		return ""
	}
	return root
}
