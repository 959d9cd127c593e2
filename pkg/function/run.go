// Package function is apply-release as a KRM function
// (https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md):
// a ResourceList on standard input, the same list with the clusters upgraded on standard output.
//
// [Run] keeps all text that the upgrade does not change byte for byte. [Processor] and
// [SDKProcessor] offer the same upgrade to programs that embed it and do their own input and output.
//
// After an error the list is as it came, with the results added, and the exit code is 1.
package function

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/plan"
	"github.com/giantswarm/apply-release/pkg/report"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// Run reads a ResourceList, upgrades it, and writes it. It returns the exit code of the process: 0,
// or 1 after an error. Where the input is no ResourceList, nothing is written.
func Run(stdin io.Reader, stdout, stderr io.Writer) int {
	out, results, err := upgrade(stdin)
	code := 0
	if results.Failed() || err != nil {
		code = 1
	}
	var lines bytes.Buffer
	if err != nil {
		for _, line := range problems(err) {
			fmt.Fprintf(&lines, "error: %s\n", line)
		}
	}
	if err := report.Lines(&lines, results); err != nil {
		code = 1
	}
	if _, err := stdout.Write(out); err != nil {
		fmt.Fprintf(&lines, "error: standard output: %v\n", err)
		code = 1
	}
	if _, err := stderr.Write(lines.Bytes()); err != nil {
		code = 1
	}
	return code
}

// upgrade returns the bytes to write. err is about input that is no ResourceList; all else is in the results.
func upgrade(stdin io.Reader) ([]byte, result.List, error) {
	src, err := io.ReadAll(stdin)
	if err != nil {
		return nil, nil, fmt.Errorf("standard input: %w", err)
	}
	list, err := resource.ParseList(src)
	if list == nil {
		return nil, nil, err
	}
	edits, results := decide(list.FunctionConfig, list.Items, problems(err))
	out, rewritten, err := list.Render(edits, report.Results(results))
	for _, p := range rewritten {
		results.Warnf(nil, nil, "%s: could not be edited in place and was printed anew", p)
	}
	if len(rewritten) > 0 {
		out, _, err = list.Render(edits, report.Results(results))
	}
	if err != nil {
		results = results.Problems()
		results.Errorf(nil, nil, "%v", err)
		results.SummarizeFailure()
		out, _, err = list.Render(nil, report.Results(results))
	}
	return out, results, err
}

// decide plans the upgrade of items. After an error there are no edits.
func decide(config *yaml.Node, items []*resource.Item, wrong []string) ([]yamltree.Edit, result.List) {
	var results result.List
	for _, text := range wrong {
		results.Errorf(nil, nil, "%s", text)
	}
	c, err := v1alpha1.Decode(config)
	for _, text := range problems(err) {
		results.Errorf(nil, nil, "%s", text)
	}
	if results.Failed() {
		results.SummarizeFailure()
		return nil, results
	}
	p := plan.Make(c, items)
	if p.Failed() {
		return nil, p.Results
	}
	return p.Edits(), p.Results
}

// problems are the single errors that an error joins.
func problems(err error) []string {
	if err == nil {
		return nil
	}
	var out []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			out = append(out, problems(e)...)
		}
	}
	if strings.Join(out, "\n") != err.Error() { // not joined, or wrapped with words of its own
		return []string{strings.ReplaceAll(err.Error(), "\n", " ")}
	}
	return out
}
