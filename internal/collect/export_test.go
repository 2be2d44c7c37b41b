package collect

// WithoutMasking reads without masking secrets, to compare.
func WithoutMasking(read func()) {
	masking = false
	defer func() { masking = true }()
	read()
}
