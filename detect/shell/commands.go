package shell

import "strings"

// packages are Debian's packages of commands that its slim images lack; "" for those
// that they have (https://packages.debian.org/trixie, the file lists).
var packages = map[string]string{
	"aws": "awscli", "bc": "bc", "bzip2": "bzip2", "convert": "imagemagick", "curl": "curl", "dig": "bind9-dnsutils", "dnsutils": "bind9-dnsutils", "envsubst": "gettext-base", "exiftool": "libimage-exiftool-perl",
	"ffmpeg": "ffmpeg", "ffprobe": "ffmpeg", "file": "file", "free": "procps", "gawk": "gawk", "git": "git", "gpg": "gnupg", "host": "bind9-host", "inotifywait": "inotify-tools", "ip": "iproute2", "jq": "jq",
	"lftp": "lftp", "mosquitto_pub": "mosquitto-clients", "mosquitto_sub": "mosquitto-clients", "mysql": "default-mysql-client", "mariadb": "default-mysql-client", "mysqldump": "default-mysql-client", "mariadb-dump": "default-mysql-client", "mysqladmin": "default-mysql-client",
	"nc": "netcat-openbsd", "ncat": "ncat", "nslookup": "bind9-dnsutils", "openssl": "openssl", "pg_dump": "postgresql-client", "pg_dumpall": "postgresql-client", "pg_isready": "postgresql-client", "pg_restore": "postgresql-client", "pgrep": "procps", "ping": "iputils-ping", "pkill": "procps",
	"ps": "procps", "psql": "postgresql-client", "python3": "python3", "rclone": "rclone", "redis-cli": "redis-tools", "restic": "restic", "rsync": "rsync", "s3cmd": "s3cmd", "scp": "openssh-client", "sftp": "openssh-client", "socat": "socat", "sqlite3": "sqlite3",
	"ssh": "openssh-client", "ssh-keyscan": "openssh-client", "swaks": "swaks", "unzip": "unzip", "uuidgen": "uuid-runtime", "wget": "wget", "whois": "whois", "xmllint": "libxml2-utils", "xmlstarlet": "xmlstarlet", "xz": "xz-utils", "zip": "zip", "zstd": "zstd",
}

// present are the commands of Debian's essential packages and of the shells themselves.
var present = words(`. : [ alias awk basename bash bg break builtin cat chmod chown cd cksum cmp comm command continue cp cut dash date dd declare df diff dir dirname disown du echo egrep env eval exec exit expand export expr
	factor false fg fgrep find flock fmt fold getent getopt getopts grep groups gunzip gzip hash head hostname id install ionice jobs join kill let link local logger ln ls mapfile mawk md5sum mkdir mkfifo mktemp more mv nice nl nohup nproc
	numfmt od paste perl popd printenv printf pushd pwd read readarray readlink readonly realpath renice return rev rm rmdir sed seq set setsid sh sha1sum sha256sum sha512sum shift shopt shuf sleep sort source split stat stdbuf stty sum sync
	tac tail tar taskset tee test timeout touch tr trap true truncate tsort tty type typeset ulimit umask unalias uname uniq unlink unset users vdir wait wc which whoami xargs yes zcat base32 base64 b2sum`)

// developers are commands that work on a machine or a repository: no container runs them.
var developers = words(`adb ansible ansible-playbook apk apt apt-get brew bundle cargo chezmoi chsh clang cmake code composer conda crontab defaults dialog dnf docker docker-compose dockerd dotnet dpkg flatpak g++ gcc gem gh glab go gradle gsettings helm
	hub java javac kind kubectl launchctl lerna make minikube mvn node npm npx nvm open osascript pacman php pip pip3 pipx pnpm podman poetry pre-commit pytest ruby rustup select service snap softwareupdate stow su sudo svn systemctl terraform
	tmux tox update-alternatives useradd usermod uv vagrant vim virtualenv whiptail xcode-select xcodebuild xdg-open yarn yay yum zypper`)

func words(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(text) {
		out[w] = true
	}
	return out
}

// gitReads are the commands of git that a program runs; the others are a developer's.
var gitReads = words(`archive clone fetch init log ls-remote pull rev-parse show`)

// manifests say that the scripts beside them serve a project of another language.
var manifests = []string{
	"package.json", "go.mod", "Cargo.toml", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "Gemfile", "*.gemspec", "composer.json", "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "mix.exs", "rebar.config",
	"CMakeLists.txt", "meson.build", "configure.ac", "*.csproj", "*.sln", "*.fsproj", "Package.swift", "pubspec.yaml", "deno.json", "deno.jsonc", "build.zig", "shard.yml", "stack.yaml", "*.cabal", "project.clj", "deps.edn", "flake.nix",
	"galaxy.yml", "ansible.cfg", "Chart.yaml", "*.tf", "Vagrantfile", "_config.yml", "action.yml", "*.lua", "*.el", "*.vim", "*.bats",
}
