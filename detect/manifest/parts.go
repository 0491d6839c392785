package manifest

import (
	"slices"
	"strings"

	"dockgen/detect"
)

// SpecialPart tells which part of a service's address a variable holds, for services
// whose variables are not named as a database's are: S3 with its keys and its
// bucket, a search engine with one key.
func SpecialPart(need, env string) (detect.NeedPart, bool) {
	words := strings.Split(strings.ToUpper(env), "_")
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return slices.Contains(words, w) })
	}
	last := words[len(words)-1]
	switch need {
	case "minio":
		switch {
		case !has("S3", "MINIO", "AWS", "BUCKET") || has("REGION", "USE", "SSL", "SECURE"):
			return "", false
		case has("SECRET") || has("PASSWORD"):
			return detect.PartPassword, true
		case has("ACCESS") && has("KEY") || has("USER"):
			return detect.PartUser, true
		case has("BUCKET") && (last == "BUCKET" || last == "NAME"):
			return detect.PartDatabase, true
		case last == "PORT":
			return detect.PartPort, true
		case last == "HOST":
			return detect.PartHost, true
		case has("ENDPOINT") && has("MINIO") && last == "ENDPOINT":
			return detect.PartAddress, true // MinIO's own clients take no scheme
		case has("ENDPOINT") || last == "URL" && has("MINIO"):
			return detect.PartURL, true
		}
	case "meilisearch":
		switch {
		case !has("MEILI", "MEILISEARCH"):
			return "", false
		case last == "HOST" || last == "URL" || last == "ENDPOINT" || last == "ADDR":
			return detect.PartURL, true
		case last == "KEY" || last == "APIKEY":
			return detect.PartPassword, true
		}
	case "neo4j":
		switch {
		case !has("NEO4J"):
			return "", false
		case last == "URI" || last == "URL" || last == "HOST" && !has("PORT"):
			return detect.PartURL, true
		case last == "USER" || last == "USERNAME":
			return detect.PartUser, true
		case last == "PASSWORD" || last == "PASS":
			return detect.PartPassword, true
		case last == "DATABASE":
			return detect.PartDatabase, true
		}
	}
	return "", false
}
