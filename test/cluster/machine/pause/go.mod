module todo5.local/pause

go 1.24
