package report

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The documents have each field of the output in JSON, and no other.
func TestEveryFieldInJSONIsDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "reference", "json.md"))
	require.NoError(t, err)
	sections := map[string]string{}
	for _, s := range strings.Split(string(text), "\n## ")[1:] {
		title, body, _ := strings.Cut(s, "\n")
		sections[title] = body
	}
	row := regexp.MustCompile("(?m)^\\| `([A-Za-z]+)` \\| ")
	for title, of := range map[string]any{
		"Plan": planDocument{}, "step": goalDocument{}, "change": changeDocument{}, "blocked": blockedDocument{}, "rollout": rolloutDocument{}, "notice": noticeDocument{}, "result": resultDocument{},
		"resource": resourceDocument{}, "Paths": pathsDocument{}, "way": pathDocument{}, "stop": stepDocument{}, "Status": statusDocument{}, "cluster": clusterDocument{},
		"field": fieldDocument{}, "apart": apartDocument{}, "note": noteDocument{}, "Explanation": chainDocument{}, "source": linkDocument{}, "Explanations": knownDocument{},
		"known": knownResource{}, "Releases": releasesDocument{}, "release": releaseDocument{}, "Check": checkDocument{}, "RolloutStatus": rolloutStatus{}, "rolled": rolloutCluster{},
		"ReleaseDiff": comparisonDocument{}, "compared component": comparedComponentDocument{}, "compared field": comparedFieldDocument{},
	} {
		var want, got []string
		for i := range reflect.TypeOf(of).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(of).Field(i).Tag.Get("json"), ",")
			if isObject := title[0] >= 'A' && title[0] <= 'Z'; !isObject || name != "apiVersion" && name != "kind" {
				want = append(want, name)
			}
		}
		for _, m := range row.FindAllStringSubmatch(sections[title], -1) {
			got = append(got, m[1])
		}
		assert.ElementsMatch(t, want, got, "## "+title)
		delete(sections, title)
	}
	assert.Empty(t, sections, "sections of nothing")
}
