package result_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
)

// The summary comes first, then errors, warnings and infos, each in the order in which they were found.
func TestSort(t *testing.T) {
	var list result.List
	list.Infof(nil, nil, "i1")
	list.Warnf(nil, nil, "w1")
	list.Errorf(nil, nil, "e1")
	list.Infof(nil, nil, "i2")
	list.Errorf(nil, nil, "e2")
	list.SummarizeFailure()
	var got []string
	for _, r := range list {
		got = append(got, r.Message)
	}
	assert.Equal(t, []string{"nothing is changed: 2 errors, 1 warning", "e1", "e2", "w1", "i1", "i2"}, got)
	assert.True(t, list.Failed())
	assert.Len(t, list.Problems(), 3, "the summary is no problem of its own")
}

// A line says where, which resource, which field, and what; nothing in it starts a line of its own.
func TestString(t *testing.T) {
	var list result.List
	i := &resource.Item{Ref: resource.Ref{Kind: "App", Namespace: "org", Name: "x\ny"}, Location: resource.Location{Path: "gauss/c/base/app.yaml"}}
	list.Warnf(i, yamltree.Fields("spec", "version"), "is %s", "a\tb")
	assert.Equal(t, `gauss/c/base/app.yaml: App org/x\ny: spec.version: is a\tb`, list[0].String())
}

// Errors that were joined are told one by one, others as they are.
func TestProblems(t *testing.T) {
	a, b := errors.New("a"), errors.New("b\nc")
	assert.Nil(t, result.Problems(nil))
	assert.Equal(t, []string{"a", `b\nc`}, result.Problems(errors.Join(a, b)))
	assert.Equal(t, []string{"a", `b\nc`, "a"}, result.Problems(errors.Join(errors.Join(a, b), a)))
	assert.Equal(t, []string{"read: a and b"}, result.Problems(fmt.Errorf("read: %w and %w", a, errors.New("b"))))
}

func TestCount(t *testing.T) {
	assert.Equal(t, "no changes, 1 change, 2 changes", result.Count(0, "change")+", "+result.Count(1, "change")+", "+result.Count(2, "change"))
}
