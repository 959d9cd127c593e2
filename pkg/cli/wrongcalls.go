package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// inOurWords makes what is said of wrong calls name what would be right: flags and commands that are near, and the arguments that a command takes.
func inOurWords(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if short, found := strings.CutPrefix(err.Error(), "unknown shorthand flag: '"); found {
			return fmt.Errorf("there is no flag -%s. See %s --help", short[:1], cmd.CommandPath())
		}
		var wrong *pflag.InvalidValueError
		if errors.As(err, &wrong) {
			return wrongValue(wrong)
		}
		given, found := strings.CutPrefix(err.Error(), "unknown flag: --")
		if !found {
			return err
		}
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		near := nearest.Names(given, known, 1)
		for _, name := range known { // which one has begun to write
			if len(near) == 0 && strings.HasPrefix(name, given) {
				near = append(near, name)
			}
		}
		if len(near) > 0 {
			return fmt.Errorf("there is no flag --%s. Did you mean --%s?", given, near[0])
		}
		return fmt.Errorf("there is no flag --%s. See %s --help", given, cmd.CommandPath())
	})
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if err := noneEmpty(cmd); err != nil {
				return err
			}
			return run(cmd, args)
		}
	}
	for _, sub := range cmd.Commands() {
		if check := sub.Args; check != nil {
			sub.Args = func(cmd *cobra.Command, args []string) error {
				err := check(cmd, args)
				if err == nil {
					return nil
				}
				if cmd.HasSubCommands() && len(args) > 0 {
					var names []string
					for _, c := range cmd.Commands() {
						names = append(names, c.Name())
					}
					return fmt.Errorf("%q is no command of %s; there is %s%s", args[0], cmd.CommandPath(), strings.Join(names, ", "), nearest.Hint(args[0], names))
				}
				if text := err.Error(); strings.Contains(text, "arg(s)") {
					return fmt.Errorf("%s given. The command is: %s", result.Count(len(args), "argument"), strings.TrimSuffix(cmd.UseLine(), " [flags]"))
				}
				return err
			}
		}
		inOurWords(sub)
	}
}

// wrongValue says what the value of a flag must be.
func wrongValue(err *pflag.InvalidValueError) error {
	name, want := "--"+err.GetFlag().Name, errors.Unwrap(err).Error()
	if err.GetFlag().Shorthand != "" {
		name = "-" + err.GetFlag().Shorthand
	}
	var no *strconv.NumError
	if errors.As(err, &no) {
		if want = "must be true or false"; no.Func != "ParseBool" {
			want = "must be a number, such as alerts=0"
		}
	}
	return fmt.Errorf("%s is %q; %s", name, err.GetValue(), want)
}

// misspelt finds a word in the place of a command that is none. It comes first, since the flags behind it would be looked for among those of the program itself.
func misspelt(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || args[0] == "help" || strings.HasPrefix(args[0], "__") { // such as __complete
		return nil
	}
	if shells := []string{"bash", "fish", "powershell", "zsh"}; args[0] == "completion" { // which cobra adds
		if len(args) > 1 && !strings.HasPrefix(args[1], "-") && !slices.Contains(shells, args[1]) {
			return fmt.Errorf("%q is no shell; there is %s%s", args[1], strings.Join(shells, ", "), nearest.Hint(args[1], shells))
		}
		return nil
	}
	if cmd, _, err := root.Find(args[:1]); err == nil && cmd != root {
		return nil
	}
	return root.Args(root, args)
}

// noneEmpty refuses flags that are given without a value, as by a variable of a script that is not set: without them, a command would do something else.
func noneEmpty(cmd *cobra.Command) error {
	var errs []error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		list, is := f.Value.(pflag.SliceValue)
		if f.Value.String() == "" || is && !slices.ContainsFunc(list.GetSlice(), func(s string) bool { return s != "" }) {
			errs = append(errs, fmt.Errorf("--%s is empty; must have a value, or be left out", f.Name))
		}
	})
	return errors.Join(errs...)
}

// helpCommand is the command help, which names what there is where there is no such command.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		Long:  "help shows what a command does, its flags and examples.",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				var names []string
				for _, c := range cmd.Commands() {
					names = append(names, c.Name())
				}
				if len(names) == 0 {
					return fmt.Errorf("%q is no command: %s has none", rest[0], cmd.CommandPath())
				}
				return fmt.Errorf("%q is no command; there is %s%s", rest[0], strings.Join(names, ", "), nearest.Hint(rest[0], names))
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}
