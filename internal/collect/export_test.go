package collect

// WithoutMasking reads without masking secrets, for comparison.
func WithoutMasking(read func()) {
	masking = false
	defer func() { masking = true }()
	read()
}
