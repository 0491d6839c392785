package manifest

import (
	"testing"

	"dockgen/detect"
)

func TestSpecialPart(t *testing.T) {
	for name, want := range map[string]detect.NeedPart{
		"S3_ENDPOINT": detect.PartURL, "AWS_ENDPOINT_URL_S3": detect.PartURL, "AWS_S3_ENDPOINT_URL": detect.PartURL, "MINIO_ENDPOINT": detect.PartAddress, "MINIO_HOST": detect.PartHost,
		"AWS_ACCESS_KEY_ID": detect.PartUser, "S3_ACCESS_KEY": detect.PartUser, "MINIO_ROOT_USER": detect.PartUser,
		"AWS_SECRET_ACCESS_KEY": detect.PartPassword, "MINIO_SECRET_KEY": detect.PartPassword, "AWS_STORAGE_BUCKET_NAME": detect.PartDatabase, "S3_BUCKET": detect.PartDatabase,
		"AWS_REGION": "", "MINIO_USE_SSL": "", "SECRET_KEY": "", "DATABASE_URL": "",
	} {
		if got, _ := SpecialPart("minio", name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]detect.NeedPart{"MEILI_HOST": detect.PartURL, "MEILISEARCH_API_KEY": detect.PartPassword, "MEILI_INDEX": "", "API_KEY": ""} {
		if got, _ := SpecialPart("meilisearch", name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
