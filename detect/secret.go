package detect

import (
	"path"
	"strings"
)

// SecretFiles are the names (path.Match, of one element or more) of files that
// hold keys and passwords, and of histories that hold what was taken out of the
// sources. No build context has them, so that nothing can be copied out of them.
func SecretFiles() []string {
	return []string{
		"*.env", "*.jks", "*.key", "*.keystore", "*.p12", "*.pem", "*.pfx", "*.tfstate*", "*.tfvars",
		".aws", ".azure", ".docker/config.json", ".env*", ".git", ".gnupg", ".hg", ".htpasswd", ".jj",
		".kube", ".netrc", ".npmrc", ".pypirc", ".ssh", ".svn", "*service[-_]account*.json",
		"credentials*.json", "id_ecdsa", "id_ed25519", "id_rsa",
	}
}

// IsSecretFile reports whether a path, or a folder that it is in, has such a name.
func IsSecretFile(p string) bool {
	parts := strings.Split(path.Clean(p), "/")
	for _, pattern := range SecretFiles() {
		pattern = strings.ReplaceAll(pattern, "[-", `[\-`) // Docker takes the sign as it is, path.Match does not
		n := strings.Count(pattern, "/") + 1
		for i := 0; i+n <= len(parts); i++ {
			if ok, _ := path.Match(pattern, strings.Join(parts[i:i+n], "/")); ok {
				return true
			}
		}
	}
	return false
}
