package cli

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/stretchr/testify/assert"
)

// What clusters become is put together by the paths of files, and a file that two clusters would change is an error rather than one of two changes.
func TestFilesOfClustersArePutTogether(t *testing.T) {
	a, b, blocked := &plan.Cluster{Cluster: &cluster.Cluster{ID: "a"}}, &plan.Cluster{Cluster: &cluster.Cluster{ID: "b"}}, &plan.Cluster{Cluster: &cluster.Cluster{ID: "c"}}
	e := &editing{of: map[*plan.Cluster]edited{
		a:       {files: []plan.File{{Path: "a/z.yaml"}, {Path: "shared.yaml"}}, notes: []noteOfFile{{"a/z.yaml", plan.Note{Name: "second"}}}},
		b:       {files: []plan.File{{Path: "a/b.yaml"}}, notes: []noteOfFile{{"a/b.yaml", plan.Note{Name: "first"}}}},
		blocked: {files: []plan.File{{Path: "a/b.yaml"}}},
	}}
	put := func() (w *work, paths []string) {
		w = &work{plan: &plan.Plan{}, going: &plan.Plan{Clusters: []*plan.Cluster{a, b}}}
		for _, f := range e.finish(w) {
			paths = append(paths, f.Path)
		}
		return w, paths
	}
	w, paths := put()
	assert.Equal(t, []string{"a/b.yaml", "a/z.yaml", "shared.yaml"}, paths)
	assert.Equal(t, []plan.Note{{Name: "first"}, {Name: "second"}}, w.plan.Notes)
	assert.False(t, w.going.Failed())
	e.of[b] = edited{files: []plan.File{{Path: "shared.yaml"}}}
	w, _ = put()
	assert.True(t, w.going.Failed())
	assert.True(t, w.plan.Failed())
}
