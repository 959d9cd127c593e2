package report

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"
)

// OfReleases paints the table of releases: what is deprecated, and what is not out.
func OfReleases(line string, first bool) []color.Attribute {
	fields := strings.Fields(line)
	switch {
	case first:
		return []color.Attribute{color.Bold}
	case len(fields) > 1 && fields[1] == "deprecated":
		return []color.Attribute{color.FgYellow}
	case len(fields) > 1 && slices.Contains([]string{"draft", "wip", "preview"}, fields[1]):
		return []color.Attribute{color.FgCyan}
	}
	return nil
}

// OfChains paints what explain shows: its head, and what runs.
func OfChains(line string, first bool) []color.Attribute {
	switch {
	case first:
		return []color.Attribute{color.Bold}
	case strings.HasPrefix(line, "* "):
		return []color.Attribute{color.FgGreen}
	}
	return nil
}

// OfVerification paints what verify found.
func OfVerification(line string, _ bool) []color.Attribute {
	switch {
	case !strings.Contains(line, " verified: "):
		return []color.Attribute{color.FgYellow}
	case strings.Contains(line, " verified: as the release says"):
		return []color.Attribute{color.FgGreen}
	}
	return nil
}

// Painted writes what render writes, with its lines painted.
func Painted(w io.Writer, p Palette, of func(line string, first bool) []color.Attribute, render func(io.Writer) error) error {
	if !p.On {
		return render(w)
	}
	var b bytes.Buffer
	err := render(&b)
	var out strings.Builder
	for n, line := range strings.SplitAfter(b.String(), "\n") {
		text := strings.TrimSuffix(line, "\n")
		if attributes := of(text, n == 0); len(attributes) > 0 && text != "" {
			text = p.paint(text, attributes...)
		}
		out.WriteString(text)
		if strings.HasSuffix(line, "\n") {
			out.WriteByte('\n')
		}
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return err
	}
	return err
}
