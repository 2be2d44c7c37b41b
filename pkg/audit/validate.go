package audit

import "fmt"

// Validate refuses a catalogue in which names do not tell checks apart.
func Validate(catalogue []*Check) error {
	seen := map[string]bool{}
	for _, c := range catalogue {
		if seen[c.ID] {
			return fmt.Errorf("two checks have the ID %q", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}
