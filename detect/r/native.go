package r

import (
	"slices"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// native are the packages of Debian that a package of R needs beside what r-base has:
// the compilers and what R itself is linked with. The names are those with the
// headers, which stay the same from release to release, as those of the libraries do
// not; each brings its library. From each package's SystemRequirements
// (https://cran.r-project.org/web/packages/), with Debian's names.
var native = map[string][]string{
	"archive":     {"libarchive-dev"},
	"arrow":       {"cmake", "libcurl4-openssl-dev", "libssl-dev"},
	"av":          {"libavfilter-dev"},
	"Cairo":       {"libcairo2-dev", "libxt-dev"},
	"clustermq":   {"libzmq3-dev"},
	"curl":        {"libcurl4-openssl-dev", "libssl-dev"},
	"ffmpeg":      {"libavfilter-dev"},
	"fftw":        {"libfftw3-dev"},
	"gdtools":     {"libcairo2-dev", "libfontconfig1-dev", "libfreetype-dev"},
	"gert":        {"libgit2-dev"},
	"git2r":       {"libgit2-dev"},
	"gmp":         {"libgmp-dev"},
	"gsl":         {"libgsl-dev"},
	"hdf5r":       {"libhdf5-dev"},
	"igraph":      {"libglpk-dev", "libgmp-dev", "libxml2-dev"},
	"imager":      {"libfftw3-dev", "libtiff-dev"},
	"jqr":         {"libjq-dev"},
	"keyring":     {"libsecret-1-dev"},
	"lwgeom":      {"libgeos-dev", "libproj-dev"},
	"magick":      {"libmagick++-dev"},
	"mongolite":   {"libsasl2-dev", "libssl-dev"},
	"ncdf4":       {"libnetcdf-dev"},
	"nloptr":      {"cmake"},
	"odbc":        {"unixodbc-dev"},
	"openssl":     {"libssl-dev"},
	"pdftools":    {"libpoppler-cpp-dev"},
	"protolite":   {"libprotobuf-dev", "protobuf-compiler"},
	"qpdf":        {"libjpeg-dev"},
	"ragg":        {"libfreetype-dev", "libjpeg-dev", "libpng-dev", "libtiff-dev", "libwebp-dev"},
	"RcppGSL":     {"libgsl-dev"},
	"redux":       {"libhiredis-dev"},
	"rgdal":       {"libgdal-dev", "libproj-dev"},
	"rgeos":       {"libgeos-dev"},
	"rgl":         {"libgl1-mesa-dev", "libglu1-mesa-dev"},
	"rjags":       {"jags"},
	"rJava":       {"default-jdk"},
	"RMariaDB":    {"libmariadb-dev"},
	"Rmpfr":       {"libmpfr-dev"},
	"RMySQL":      {"libmariadb-dev"},
	"RODBC":       {"unixodbc-dev"},
	"RPostgres":   {"libpq-dev"},
	"RPostgreSQL": {"libpq-dev"},
	"RProtoBuf":   {"libprotobuf-dev", "libprotoc-dev", "protobuf-compiler"},
	"Rserve":      {"libssl-dev"},
	"rsvg":        {"librsvg2-dev"},
	"rzmq":        {"libzmq3-dev"},
	"s2":          {"cmake", "libabsl-dev", "libssl-dev"},
	"sf":          {"libgdal-dev", "libgeos-dev", "libproj-dev", "libsqlite3-dev", "libudunits2-dev"},
	"sodium":      {"libsodium-dev"},
	"ssh":         {"libssh-dev"},
	"systemfonts": {"libfontconfig1-dev", "libfreetype-dev"},
	"terra":       {"libgdal-dev", "libgeos-dev", "libproj-dev", "libsqlite3-dev"},
	"tesseract":   {"libleptonica-dev", "libtesseract-dev", "tesseract-ocr-eng"},
	"textshaping": {"libfribidi-dev", "libharfbuzz-dev"},
	"topicmodels": {"libgsl-dev"},
	"units":       {"libudunits2-dev"},
	"V8":          {"libnode-dev"},
	"vdiffr":      {"libpng-dev"},
	"webp":        {"libwebp-dev"},
	"XML":         {"libxml2-dev"},
	"xml2":        {"libxml2-dev"},
	"xslt":        {"libxslt1-dev"},
	"zmq":         {"libzmq3-dev"},
}

// brings are the packages that a common one needs and that have needs of their own, for
// projects whose lock file does not list them.
var brings = map[string][]string{
	"auth0": {"curl", "openssl"}, "aws.s3": {"curl", "openssl", "xml2"}, "AzureAuth": {"curl", "openssl"}, "AzureStor": {"curl", "openssl"},
	"bigrquery": {"curl", "openssl"}, "car": {"curl", "nloptr"}, "covr": {"curl", "openssl"},
	"devtools": {"curl", "openssl", "xml2", "gert", "systemfonts", "textshaping", "ragg"}, "ellmer": {"curl", "openssl"}, "exactextractr": {"sf", "terra"},
	"factoextra": {"nloptr"}, "flextable": {"gdtools", "openssl", "ragg", "systemfonts", "textshaping", "xml2"}, "forecast": {"curl"}, "gargle": {"curl", "openssl"},
	"gdtools": {"systemfonts"}, "gert": {"curl", "openssl"}, "gganimate": {"s2", "sf", "units"}, "ggiraph": {"gdtools", "systemfonts"}, "ggmap": {"curl", "openssl"},
	"ggpubr": {"curl", "nloptr"}, "ggraph": {"igraph", "systemfonts"}, "googleAuthR": {"curl", "openssl"}, "googleCloudStorageR": {"curl", "openssl"},
	"googledrive": {"curl", "openssl"}, "googlesheets4": {"curl", "openssl"}, "gt": {"V8", "xml2"}, "gtsummary": {"V8", "xml2"},
	"highcharter": {"curl", "igraph", "xml2"}, "httr": {"curl", "openssl"}, "httr2": {"curl", "openssl"}, "jose": {"openssl"}, "kableExtra": {"xml2", "systemfonts"},
	"keyring": {"openssl", "sodium"}, "leaflet": {"terra"}, "lme4": {"nloptr"}, "lwgeom": {"s2", "sf", "units"}, "magick": {"curl"},
	"mapview": {"sf", "terra", "units"}, "mice": {"nloptr"}, "networkD3": {"igraph"}, "officer": {"openssl", "ragg", "systemfonts", "textshaping", "xml2"},
	"openai": {"curl", "openssl"}, "osmdata": {"curl", "openssl", "xml2"}, "paws": {"curl", "openssl", "xml2"}, "pdftools": {"curl", "qpdf"},
	"plotly": {"curl", "openssl"}, "plumber": {"curl", "sodium"}, "plumber2": {"curl", "openssl", "sodium"}, "qpdf": {"curl"}, "quantmod": {"curl"},
	"ragg": {"systemfonts", "textshaping"}, "raster": {"terra"}, "RestRserve": {"Rserve"}, "rgee": {"sf"}, "rhino": {"curl", "openssl", "xml2"}, "rio": {"curl"},
	"RJDBC": {"rJava"}, "Rmpfr": {"gmp"}, "rnaturalearth": {"curl", "openssl", "sf", "terra", "units"}, "roxygen2": {"xml2"}, "rsconnect": {"curl", "openssl"},
	"rstanarm": {"igraph", "nloptr"}, "rstatix": {"curl", "nloptr"}, "rtweet": {"curl", "openssl"}, "rvest": {"curl", "openssl", "xml2"}, "sf": {"s2", "units"},
	"shinymanager": {"openssl"}, "shinyOAuth": {"curl", "openssl"}, "showtext": {"curl"}, "spData": {"sf"}, "spdep": {"s2", "sf", "units"}, "stars": {"sf", "units"},
	"survminer": {"curl", "nloptr", "xml2"}, "sysfonts": {"curl"}, "textshaping": {"systemfonts"}, "tidycensus": {"sf", "units", "curl"}, "tidygraph": {"igraph"},
	"tidyquant": {"curl"}, "tidyverse": {"curl", "openssl", "ragg", "systemfonts", "textshaping", "xml2"}, "tigris": {"sf", "units", "curl"}, "tm": {"xml2"},
	"tmap": {"sf", "terra", "units"}, "tseries": {"curl"}, "unpivotr": {"xml2"}, "usethis": {"curl", "gert", "openssl"}, "V8": {"curl"}, "vdiffr": {"xml2"},
	"vetiver": {"curl", "openssl"}, "webutils": {"curl"}, "xlsx": {"rJava"}, "xslt": {"xml2"},
}

// system names the packages of Debian that the packages of R need. One stage has them for
// the build and the program, so that what is compiled finds what it was compiled with.
func (p *project) system() []detect.Package {
	why := map[string]detect.Note{}
	var names []string
	seen := map[string]bool{}
	var visit func(name string, note detect.Note)
	visit = func(name string, note detect.Note) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, deb := range native[name] {
			if _, ok := why[deb]; !ok {
				why[deb] = note
				names = append(names, deb)
			}
		}
		if !p.packages.locked {
			for _, more := range brings[name] {
				visit(more, note)
			}
		}
	}
	for _, name := range p.packages.names() {
		visit(name, p.packages.all[name])
	}
	for _, f := range p.files {
		for name, line := range manifest.Sorted(f.Packages) {
			if deb := programs[name]; deb != "" && f.Path != p.packages.script && f.Path != "dependencies.R" {
				if _, ok := why[deb]; !ok {
					why[deb] = p.d.Note(f.Path, line, "uses %s", name)
					names = append(names, deb)
				}
			}
		}
	}
	slices.Sort(names)
	out := make([]detect.Package, 0, len(names))
	for _, deb := range names {
		out = append(out, detect.Package{Deb: safe.PackageOf(deb), Build: true, Run: true, Why: why[deb]})
	}
	return out
}

// programs are those that packages call while the program runs. Lock files list such a
// package for much that never calls one, so that only sources that name it count.
var programs = map[string]string{
	"bookdown": "pandoc", "chromote": "chromium", "flexdashboard": "pandoc", "pagedown": "chromium", "quarto": "pandoc", "rmarkdown": "pandoc", "webshot2": "chromium",
}

// bioconductor are packages that Bioconductor has, and CRAN has not.
var bioconductor = []string{
	"AnnotationDbi", "Biobase", "BiocGenerics", "BiocParallel", "Biostrings", "ComplexHeatmap", "DESeq2", "DelayedArray", "EnhancedVolcano", "GEOquery", "GSVA", "GenomicFeatures", "GenomicRanges", "Gviz",
	"IRanges", "MultiAssayExperiment", "Rsamtools", "S4Vectors", "SingleCellExperiment", "SummarizedExperiment", "VariantAnnotation", "biomaRt", "clusterProfiler", "edgeR", "enrichplot", "fgsea", "flowCore", "ggtree",
	"limma", "org.Hs.eg.db", "org.Mm.eg.db", "phyloseq", "preprocessCore", "qvalue", "rhdf5", "rtracklayer", "scater", "scran", "sva", "tximport", "vsn",
}
