package create_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/create"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFill(t *testing.T) {
	for _, tc := range []struct{ desc, text, want, err string }{
		{"a value", "a: ${A}\n", "a: one\n", ""},
		{"a default", "a: ${X:=3} ${X:-4}\n", "a: 3 4\n", ""},
		{"a value goes over a default", "a: ${A:=3}\n", "a: one\n", ""},
		{"a default that stands elsewhere", "a: ${X}\nb: ${X:=3}\n", "a: 3\nb: 3\n", ""},
		{"a variable in a default", "a: ${X:=of ${A}}\nb: ${X}\n", "a: of one\nb: of one\n", ""},
		{"a dollar", "a: $${A} $A $$\n", "a: ${A} $A $\n", ""},
		{"double braces", "a: {{clusterID}}-{{ machinePoolID }} {{other}}\n", "a: c-pool {{other}}\n", ""},
		{"functions of the library", "a: ${A^^} ${A:0:2}\n", "a: ONE on\n", ""},
		{"an empty value takes the default", "a: ${EMPTY:=x}\nb: ${EMPTY}\n", "a: x\nb: \n", ""},
		{"what is missing, all of it", "a: ${X}\nb: ${Y}${X}\n", "", "X: has no value; must be set, for t.yaml:1\nY: has no value; must be set, for t.yaml:2"},
		{"what is missing in a default that counts", "a: ${X:=${Y}}\n", "", "Y: has no value; must be set, for t.yaml:1"},
		{"not in one that does not", "a: ${A:=${Y}}\n", "a: one\n", ""},
		{"a default that leads to itself", "a: ${X:=${Y}}\nb: ${Y:=${X}}\n", "", "t.yaml:1: the default of ${Y} leads back to itself"},
		{"what is no variable", "a: ${a b}\n", "", "t.yaml:1: missing closing brace; must be such as ${CLUSTER_NAME} or ${REPLICAS:=3}, and $$ for a dollar"},
		{"what a shell reads in another way", "a: ${A:+x}\n", "", "t.yaml:1: ${A:+…} is an alternative in a shell, which templates do not have; must be ${A} or ${A:=default}"},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			built := map[string]string{"CLUSTER_NAME": "c", "MACHINE_POOL_ID": "pool", "A": "one", "EMPTY": ""}
			got, err := create.Template{{Path: "t.yaml", Text: tc.text}}.Fill(built, nil, nil)
			if tc.err != "" {
				assert.EqualError(t, err, tc.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.want, got[0].Text)
		})
	}
	_, err := create.Template{{Path: "t.yaml", Text: "${NAME}\n"}}.Fill(nil, map[string]string{"NAMe": "x", "NAME": "a\nb: c"}, nil)
	assert.EqualError(t, err, "NAME: has a line break or another control character; must be text on one line\nNAMe: is no variable of the template, which has NAME (did you mean NAME?)")
	got, err := create.Template{{Path: "${NAME}.yaml", Text: ""}}.Fill(nil, map[string]string{"NAME": "x"}, nil)
	require.NoError(t, err)
	assert.Equal(t, "x.yaml", got[0].Path)
}

// A text without dollars and double braces is what it was, and its lines stay lines.
func TestFillLeavesTextAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a-z:#{} \\"'|>\-]|\n|\r\n|é|\t){0,60}`).Draw(t, "text")
		got, err := create.Template{{Path: "t.yaml", Text: text}}.Fill(nil, nil, nil)
		require.NoError(t, err)
		assert.Equal(t, text, got[0].Text)
	})
}

func TestLike(t *testing.T) {
	names := []create.Renaming{{Old: "peu01", New: "x"}}
	got, secrets, err := create.Like([]create.File{
		{Path: "base/peu01-a.yaml", Text: "# peu01\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a, uid: b} # keep\n---\napiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata:\n  # of peu01,peu01\n  name: peu01\n  creationTimestamp: x\nstatus: {}\n"},
		{Path: "notes.txt", Text: "peu01_peu01 apeu01 peu011 status: x"},
	}, names)
	require.NoError(t, err)
	assert.Equal(t, []create.File{
		{Path: "base/x-a.yaml", Text: "# x\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a} # keep\n---\napiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata:\n  # of x,x\n  name: x\n"},
		{Path: "notes.txt", Text: "x_x apeu01 peu011 status: x"},
	}, got)
	assert.Equal(t, []string{"a"}, secrets)
	assert.Equal(t, 7, names[0].Places)
	_, _, err = create.Like([]create.File{{Path: "a.yaml", Text: "a: [\n"}, {Path: "b.yaml", Text: "sops: {}\n"}}, names)
	assert.ErrorContains(t, err, "a.yaml: is no YAML")
	assert.ErrorContains(t, err, "b.yaml: is encrypted")
}

func TestFiles(t *testing.T) {
	cluster := "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c}\n"
	pool := "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: c-one}\n"
	got, err := create.Files([]create.File{{Path: "all.yaml", Text: cluster + "---\n" + pool}, {Path: "overlay/extra.yaml", Text: pool}}, "c")
	require.NoError(t, err)
	assert.Equal(t, []create.File{
		{Path: "base/cluster.yaml", Text: cluster},
		{Path: "base/kustomization.yaml", Text: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- cluster.yaml\n- machinepool-one.yaml\n"},
		{Path: "base/machinepool-one.yaml", Text: pool},
		{Path: "overlay/extra.yaml", Text: pool},
		{Path: "overlay/kustomization.yaml", Text: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../base\n- extra.yaml\n"},
	}, got)

	own := []create.File{{Path: "base/all.yaml", Text: cluster + "---\n" + pool}, {Path: "base/kustomization.yaml", Text: "resources: [all.yaml]\n"}, {Path: "overlay/kustomization.yaml", Text: "resources: [../base]\n"}}
	got, err = create.Files(own, "c")
	require.NoError(t, err)
	assert.Equal(t, own, got, "kustomizations of a template stay, with the files that they list")

	for want, file := range map[string]create.File{
		`"../a.yaml": leads out of the cluster`:                  {Path: "../a.yaml", Text: cluster},
		"a.yaml: is no text in UTF-8":                            {Path: "a.yaml", Text: "\xff"},
		"the template has no resources":                          {Path: "a.yaml", Text: "a: b\n"},
		"metadata.name is missing":                               {Path: "a.yaml", Text: "apiVersion: v1\nkind: X\n"},
		"metadata.name is an integer; must be text":              {Path: "a.yaml", Text: "apiVersion: v1\nkind: X\nmetadata: {name: 1}\n"},
		`metadata.labels.a is "a b"; must be at most 63 letters`: {Path: "a.yaml", Text: "apiVersion: v1\nkind: X\nmetadata: {name: x, labels: {a: a b}}\n"},
		"metadata.annotations.a is null; must be text":           {Path: "a.yaml", Text: "apiVersion: v1\nkind: X\nmetadata: {name: x, annotations: {a: }}\n"},
	} {
		_, err := create.Files([]create.File{file}, "c")
		assert.ErrorContains(t, err, want)
	}
	_, err = create.Files([]create.File{{Path: "a.yaml", Text: cluster}, {Path: "b.yaml", Text: cluster}}, "c")
	assert.EqualError(t, err, "b.yaml: Cluster c is in a.yaml already")
}

func TestNamed(t *testing.T) {
	for name, ok := range map[string]bool{"gauss/peu02": true, "gauss/1peu": false, "gauss/": false, "/a": false, "a/b/c": false, "gauss/" + string(make([]byte, 64)): false, "Gauss/a": false} {
		_, err := create.Named(name)
		assert.Equal(t, ok, err == nil, name)
	}
}
