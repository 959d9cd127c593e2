package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("u", false, "write docs/reference anew")

// TestTheReferenceIsUpToDate compares docs/reference with what commands and types say of themselves.
func TestTheReferenceIsUpToDate(t *testing.T) {
	for name, text := range map[string]string{"commands.md": commandsReference(), "settings.md": settingsReference(t)} {
		file := filepath.Join("..", "..", "docs", "reference", name)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		}
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, text, string(got), "%s; go test ./pkg/cli -u writes it anew", file)
	}
}

func commandsReference() string {
	var b strings.Builder
	b.WriteString("# Commands\n\nMade from the commands themselves.\n")
	code := 0
	root := newRoot(Streams{}, &code)
	commandReference(&b, root)
	return b.String()
}

func commandReference(b *strings.Builder, c *cobra.Command) {
	about := c.Long
	if about == "" {
		about = c.Short
	}
	fmt.Fprintf(b, "\n## %s\n\n```\n%s\n```\n\n%s\n", c.CommandPath(), c.UseLine(), about)
	if c.Example != "" {
		fmt.Fprintf(b, "\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(c.Example, "  "), "\n  ", "\n"))
	}
	rows := ""
	c.InheritedFlags() // takes those of the commands above into c.Flags
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		rows += fmt.Sprintf("| %s | %s |\n", name, strings.ReplaceAll(f.Usage, "|", "\\|"))
	})
	if rows != "" {
		b.WriteString("\n| flag | does |\n|---|---|\n" + rows)
	}
	for _, sub := range c.Commands() {
		if sub.Name() != "help" && sub.Name() != "completion" && !sub.Hidden {
			commandReference(b, sub)
		}
	}
}

type schema struct {
	Type        any               `json:"type"`
	Description string            `json:"description"`
	Enum        []string          `json:"enum"`
	Default     any               `json:"default"`
	Properties  map[string]schema `json:"properties"`
	Items       *schema           `json:"items"`
}

func settingsReference(t *testing.T) string {
	src, err := os.ReadFile(filepath.Join("..", "api", "v1alpha1", "applyrelease.schema.json"))
	require.NoError(t, err)
	var root schema
	require.NoError(t, json.Unmarshal(src, &root))
	var b strings.Builder
	b.WriteString("# Settings\n\nThe fields of an `ApplyRelease`, made from its types. [configuration.md](configuration.md) has an example.\n\n| field | means |\n|---|---|\n")
	settingsOf(&b, "spec", root.Properties["spec"])
	b.WriteString("\n## Flags and keys of the policy\n\n| field | flag | key in a ConfigMap | may be, the default first |\n|---|---|---|---|\n")
	for _, x := range v1alpha1.Settings() {
		fmt.Fprintf(&b, "| `spec.policy.%s` | `--%s` | `%s` | %s |\n", x.Field, x.Flag, x.Field, strings.Join(words(x.Allowed), ", "))
	}
	return b.String()
}

func settingsOf(b *strings.Builder, path string, s schema) {
	var names []string
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		p, at := s.Properties[name], path+"."+name
		means := strings.ReplaceAll(strings.ReplaceAll(p.Description, "\n", " "), "|", "\\|")
		if len(p.Enum) > 0 {
			means += fmt.Sprintf(" One of %s.", strings.Join(p.Enum, ", "))
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", at, means)
		settingsOf(b, at, p)
		if p.Items != nil {
			settingsOf(b, at+"[]", *p.Items)
		}
	}
}

// Help fits a terminal of 80 columns, whatever is added to it.
func TestHelpFitsATerminal(t *testing.T) {
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		var out bytes.Buffer
		c.SetOut(&out)
		require.NoError(t, c.Help())
		for _, line := range strings.Split(out.String(), "\n") {
			assert.LessOrEqual(t, len([]rune(line)), 80, "%s: %s", c.CommandPath(), line)
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(Root())
}

// Each flag that is in a group is one of some command.
func TestFlagGroupsNameFlags(t *testing.T) {
	known := map[string]bool{}
	for _, c := range Root().Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
	}
	for _, g := range flagGroups {
		for _, name := range strings.Fields(g.flags) {
			assert.True(t, known[name], name)
		}
	}
}
