module todo5.local/runc-nocap

go 1.24
