package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/spf13/cobra"
)

// choice is a flag that is on or off, of which is known whether it was given.
type choice struct{ value, given bool }

func (c *choice) String() string { return strconv.FormatBool(c.value) }
func (c *choice) Type() string   { return "bool" }

func (c *choice) Set(s string) (err error) {
	c.given = true
	c.value, err = strconv.ParseBool(s)
	return err
}

// oneOf is a flag that takes one of some words, in any case.
type oneOf struct {
	value *string
	words []string
}

func (f oneOf) String() string { return *f.value }
func (f oneOf) Type() string   { return "string" }

func (f oneOf) Set(s string) error {
	if s = strings.ToLower(s); s != "" && !slices.Contains(f.words, s) { // that it is empty is told of any flag
		return fmt.Errorf("must be %s", alternatives(f.words))
	}
	*f.value = s
	return nil
}

// alternatives are words as a sentence has them: text, json or html.
func alternatives(words []string) string {
	last := len(words) - 1
	return strings.TrimPrefix(strings.Join(words[:last], ", ")+" or "+words[last], " or ")
}

// addOneOf adds a flag that takes one of some words. What value is before is the default.
func addOneOf(cmd *cobra.Command, value *string, name, short, usage string, words ...string) {
	cmd.Flags().VarP(oneOf{value, words}, name, short, usage)
	completes(cmd, name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// completes completes the values of a flag.
func completes(cmd *cobra.Command, name string, with cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, with); err != nil {
		panic("cli: " + err.Error())
	}
}

// addOutput adds -o, the first format being the default.
func addOutput(cmd *cobra.Command, output *string, formats ...string) {
	*output = formats[0]
	addOneOf(cmd, output, "output", "o", alternatives(formats), formats...)
}

// addColor adds --color.
func addColor(cmd *cobra.Command, color *string) {
	*color = "auto"
	addOneOf(cmd, color, "color", "", "colour the output: auto, always or never", "auto", "always", "never")
}

// newPolicy has a place for each setting of the policy, by its field.
func newPolicy() map[string]*string {
	out := map[string]*string{}
	for _, x := range v1alpha1.Settings() {
		out[x.Field] = new(string)
	}
	return out
}
