module dockgen

go 1.26
