package printers

import "testing"

func TestCustomColumnsRefusesMistakes(t *testing.T) {
	for argument, want := range map[string]string{
		"":             "custom-columns needs columns: -o custom-columns=CHECK:.check,NAME:.object.name",
		"CHECK":        `custom-columns: "CHECK" must be NAME:PATH, such as CHECK:.check`,
		"CHECK:":       `custom-columns: "CHECK:" must be NAME:PATH, such as CHECK:.check`,
		"A:.check,":    `custom-columns: "" must be NAME:PATH, such as CHECK:.check`,
		"A:.check[":    "custom-columns: .check[: unterminated array",
		"A:.check{.x}": "custom-columns: .check{.x}: unrecognized character in action: U+007B '{'",
	} {
		if _, err := CustomColumns(argument); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", argument, err, want)
		}
	}
}
