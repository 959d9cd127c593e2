package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is how many columns the help is wide.
const helpWidth = 80

// commandGroups are the groups of the commands in the help, in order.
var commandGroups = []struct{ title, commands string }{
	{"Upgrade clusters:", "plan upgrade path revert rollout"},
	{"Make clusters:", "create"},
	{"Look at clusters:", "status verify explain"},
	{"Look at releases:", "releases"},
	{"Else:", "version completion help"},
}

// flagGroups are the groups of the flags in the help, in order; what is in none of them comes last.
var flagGroups = []struct{ title, flags string }{
	{"Which clusters", "all on exclude-cluster shard skip-blocked"},
	{"Which release", "release to newest from include exclude"},
	{"What it is made of", "template like set values list-variables"},
	{"Policy", "local-changes unmatched downgrade kubernetes-skew new-components immutable-templates stamp"},
	{"Git", "branch base split commit pr-body allow-dirty dry-run"},
	{"Output", "output details color exit-code"},
	{"Input", "repo config crds"},
}

// group puts the commands and their flags into groups, and all of it into a width that fits a terminal.
func group(root *cobra.Command) {
	of := map[string]string{}
	for _, g := range commandGroups {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, name := range strings.Fields(g.commands) {
			of[name] = g.title
		}
	}
	for _, c := range root.Commands() {
		c.GroupID = of[c.Name()]
	}
	root.SetCompletionCommandGroupID(of["completion"])
	root.SetHelpCommandGroupID(of["help"])
	cobra.AddTemplateFunc("grouped", flagUsages)
	cobra.AddTemplateFunc("wrapped", wrapped)
	root.SetHelpTemplate(strings.ReplaceAll(root.HelpTemplate(), "{{. | trimTrailingWhitespaces}}", "{{wrapped . | trimTrailingWhitespaces}}"))
	usage := root.UsageTemplate()
	usage = strings.ReplaceAll(usage, "\n\nFlags:\n{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}", "\n\n{{grouped .LocalFlags | trimTrailingWhitespaces}}")
	usage = strings.ReplaceAll(usage, "{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}", "{{.InheritedFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}")
	usage = strings.ReplaceAll(usage, " for more information about a command.", " for more.")
	root.SetUsageTemplate(usage)
}

// flagUsages are the flags, group by group.
func flagUsages(all *pflag.FlagSet) string {
	var b strings.Builder
	done := map[string]bool{}
	write := func(title string, names []string) {
		set := pflag.NewFlagSet(title, pflag.ContinueOnError)
		set.SortFlags = false
		for _, name := range names {
			if f := all.Lookup(name); f != nil && !done[name] {
				done[name] = true
				set.AddFlag(f)
			}
		}
		if set.HasAvailableFlags() {
			b.WriteString(title + ":\n" + set.FlagUsagesWrapped(helpWidth) + "\n")
		}
	}
	for _, g := range flagGroups {
		write(g.title, strings.Fields(g.flags))
	}
	var rest []string
	all.VisitAll(func(f *pflag.Flag) { rest = append(rest, f.Name) })
	write("Flags", rest)
	return b.String()
}

// wrapped breaks lines that are longer than the help is wide at spaces. A paragraph is filled anew; lines that start with a space stay.
func wrapped(text string) string {
	var out []string
	for _, paragraph := range strings.Split(text, "\n\n") {
		if strings.HasPrefix(paragraph, " ") {
			out = append(out, paragraph)
			continue
		}
		var b strings.Builder
		column := 0
		for _, word := range strings.Fields(paragraph) {
			width := len([]rune(word))
			switch {
			case column == 0:
			case column+1+width > helpWidth:
				b.WriteByte('\n')
				column = 0
			default:
				b.WriteByte(' ')
				column++
			}
			b.WriteString(word)
			column += width
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "\n\n")
}
