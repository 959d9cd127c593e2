package rollout_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/rollout"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var monday = time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)

func named(names string) []rollout.Cluster {
	var out []rollout.Cluster
	for _, text := range strings.Fields(names) {
		name, marks, _ := strings.Cut(text, ":")
		installation, _, _ := strings.Cut(name, "/")
		c := rollout.Cluster{Name: name, Installation: installation}
		for _, mark := range marks {
			switch mark {
			case 'd':
				c.There, c.Since = true, monday.Add(-time.Hour)
			case 'u':
				c.There = true // since when is not known
			case 'w':
				c.Way = true
			case 'x':
				c.Doubt = "lost"
			}
		}
		out = append(out, c)
	}
	return out
}

func TestNext(t *testing.T) {
	waves := []v1alpha1.Wave{{Name: "one", Clusters: []string{"g/a*"}, Concurrency: "2", Soak: "2h", Gates: []string{"ok"}}, {Name: "two", Clusters: []string{"g"}, Concurrency: "50%"}}
	for _, tc := range []struct {
		desc, clusters string
		change         func(*v1alpha1.RolloutSpec)
		now            time.Time
		gates          map[string]int
		want           string
	}{
		{"the first wave goes, as many at a time", "g/a1 g/a2 g/a3 g/b1", nil, monday, nil, "g/a1 may go, g/a2 may go, g/a3 waits: the wave has 2 at a time, g/b1 waits: the wave one is not through: 3 to go"},
		{"what is on its way counts", "g/a1:w g/a2 g/a3", nil, monday, nil, "g/a1 on its way: its branch is not merged yet, g/a2 may go, g/a3 waits: the wave has 2 at a time"},
		{"the wave soaks", "g/a1:d g/b1", nil, monday, nil, "g/a1 done, g/b1 waits: the wave one soaks until 2026-11-30T11:00:00Z"},
		{"and has soaked", "g/a1:d g/b1 g/b2 g/b3 g/b4", nil, monday.Add(2 * time.Hour), nil, "g/a1 done, g/b1 may go, g/b2 may go, g/b3 waits: the wave has 2 at a time, g/b4 waits: the wave has 2 at a time"},
		{"since when is not known", "g/a1:u g/b1", nil, monday.Add(48 * time.Hour), nil, "g/a1 done, g/b1 waits: the wave one soaks until 2026-12-02T12:00:00Z"},
		{"one that is blocked holds those behind", "g/a1:x g/a2:d g/b1", nil, monday.Add(9 * time.Hour), nil, "g/a1 blocked: lost, g/a2 done, g/b1 waits: the wave one is not through: 1 to go"},
		{"a gate that is not known", "g/a1", nil, monday, map[string]int{}, "g/a1 waits: the gate ok is not known"},
		{"a gate that is shut", "g/a1", nil, monday, map[string]int{"ok": 2}, "g/a1 waits: the gate ok is shut, with exit code 2"},
		{"a gate of all", "g/a1", func(s *v1alpha1.RolloutSpec) { s.Gates = []string{"all"} }, monday, nil, "g/a1 waits: the gate all is not known"},
		{"no wave", "h/c h/d:d", nil, monday, nil, "h/c blocked: no wave names it, h/d done"},
		{"a freeze, its last day included", "g/a1", func(s *v1alpha1.RolloutSpec) {
			s.Freezes = []v1alpha1.Freeze{{From: "2026-11-01", Until: "2026-11-30", Reason: "sale"}}
		}, monday, nil, "g/a1 waits: a freeze is on until 2026-11-30 (sale)"},
		{"outside of a window", "g/a1", func(s *v1alpha1.RolloutSpec) {
			s.Windows = []v1alpha1.Window{{From: "09:00", To: "11:00", Timezone: "Europe/Berlin"}}
		}, monday, nil, "g/a1 waits: no window is open"}, // it is 11:00 there
		{"in one", "g/a1", func(s *v1alpha1.RolloutSpec) {
			s.Windows = []v1alpha1.Window{{Days: []string{"Sun"}, From: "00:00", To: "23:59"}, {Days: []string{"Mon"}, From: "10:00", To: "10:01"}}
		}, monday, nil, "g/a1 may go"},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			spec := v1alpha1.RolloutSpec{Waves: waves}
			if tc.change != nil {
				tc.change(&spec)
			}
			if tc.gates == nil {
				tc.gates = map[string]int{"ok": 0}
			}
			var got []string
			for _, d := range rollout.Next(spec, named(tc.clusters), tc.now, tc.gates) {
				text := d.Cluster.Name + " " + string(d.Verdict)
				if d.Why != "" {
					text += ": " + d.Why
				}
				got = append(got, text)
			}
			assert.Equal(t, tc.want, strings.Join(got, ", "))
		})
	}
}

// Whatever is there already: never are more on their way than the limit, none goes before the waves in front of it are through, every cluster gets one verdict, and the answer depends on nothing
// else.
func TestNextIsCareful(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var clusters []rollout.Cluster
		for n := range rapid.IntRange(0, 30).Draw(t, "clusters") {
			marks := rapid.SampledFrom([]string{"", "", "d", "w", "x", "u", "dw"}).Draw(t, "marks")
			clusters = append(clusters, named(fmt.Sprintf("g/%c%d:%s", 'a'+n%4, n, marks))...)
		}
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		spec := v1alpha1.RolloutSpec{Waves: []v1alpha1.Wave{
			{Name: "a", Clusters: []string{"g/a*"}, Concurrency: v1alpha1.IntOrPercent(fmt.Sprint(limit)), Soak: "1h"}, {Name: "b", Clusters: []string{"g/b*", "g/a1*"}}, {Name: "c", Clusters: []string{"g/c*"}, Concurrency: "20%"},
		}}
		now := monday.Add(time.Duration(rapid.IntRange(-2, 5).Draw(t, "hours")) * time.Hour)
		got := rollout.Next(spec, clusters, now, nil)
		require.Len(t, got, len(clusters))
		assert.Equal(t, got, rollout.Next(spec, clusters, now, nil))
		open, going, before := map[string]int{}, map[string]int{}, map[string]int{}
		for _, d := range got {
			if d.Verdict != rollout.Done {
				open[d.Wave]++
			}
			if d.Verdict == rollout.Way {
				before[d.Wave]++
			}
			if d.Verdict == rollout.Go {
				going[d.Wave]++
			}
		}
		assert.True(t, going["a"] == 0 || going["a"]+before["a"] <= limit)
		assert.True(t, going["b"] == 0 || going["b"]+before["b"] <= 1)
		assert.True(t, going["b"] == 0 || open["a"] == 0)
		assert.True(t, going["c"] == 0 || open["a"]+open["b"] == 0)
		assert.Zero(t, going[""], "what no wave names does not go")
	})
}
