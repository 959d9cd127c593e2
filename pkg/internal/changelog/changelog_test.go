package changelog_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/changelog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const notes = "# :zap: Release v2.0.0 :zap:\n\n" +
	"## :warning: Important: go to v1.5.0 first\n\nOr etcd stops.\n\n```yaml\n## no heading\na: 1\n```\n\n" +
	"## Optional feature\n\nTry it.\n\n" +
	"## Changes compared to v1.0.0\n\n### Components\n\n- Kubernetes from v1.33 to v1.34\n\n" +
	"### cilium [v1.3.2...v1.4.3](https://example.org/cilium)\n\n#### :warning: Breaking Changes\n\n- Values moved.\n  - really\n\n#### Added\n\n- More.\n\n" +
	"### Apps\n\n- cilium from v1.3.2 to v1.4.3\n\n### priority [v0.3.0](https://example.org/priority)\n\n- First.\n"

func TestParse(t *testing.T) {
	notices, components := changelog.Parse([]byte(notes))
	require.Len(t, notices, 2)
	assert.Equal(t, "Important: go to v1.5.0 first", notices[0].Title)
	assert.Equal(t, []string{"Or etcd stops.", "", "```yaml", "## no heading", "a: 1", "```"}, notices[0].Lines, "what looks like a heading in code is none")
	assert.True(t, notices[0].IsUrgent())
	assert.False(t, notices[1].IsUrgent())
	require.Len(t, components, 2)
	assert.Equal(t, changelog.Component{
		Name: "cilium", Old: "1.3.2", New: "1.4.3", URL: "https://example.org/cilium",
		Sections: []changelog.Section{{Title: "Breaking Changes", Lines: []string{"- Values moved.", "  - really"}}, {Title: "Added", Lines: []string{"- More."}}},
	}, components[0])
	assert.True(t, components[0].Sections[0].IsUrgent())
	assert.Equal(t, changelog.Component{Name: "priority", New: "0.3.0", URL: "https://example.org/priority", Sections: []changelog.Section{{Lines: []string{"- First."}}}}, components[1])
}

func TestParseOtherNotes(t *testing.T) {
	notices, components := changelog.Parse([]byte("Just text.\r\nMore.\r\n"))
	assert.Equal(t, []changelog.Section{{Lines: []string{"Just text.", "More."}}}, notices)
	assert.Empty(t, components)
	notices, components = changelog.Parse(nil)
	assert.Empty(t, notices)
	assert.Empty(t, components)
	notices, _ = changelog.Parse([]byte("## A\n```\n## B\n"))
	assert.Equal(t, []changelog.Section{{Title: "A", Lines: []string{"```", "## B"}}}, notices, "a block of code without an end")
}
