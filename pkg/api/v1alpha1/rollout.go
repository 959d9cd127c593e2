package v1alpha1

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// RolloutKind is the kind of a rollout.
const RolloutKind = "Rollout"

// Rollout says in which order, how many at a time, and when clusters go to a release.
type Rollout struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata,omitempty"`
	Spec       RolloutSpec    `json:"spec"`
}

// RolloutSpec are the settings of a rollout.
type RolloutSpec struct {
	// Release is the exact release that all clusters get, in as many steps as each needs.
	Release ReleaseSelector `json:"release"`
	// Branch is the name of the branch of a cluster's step, with {name} for installation-cluster.
	Branch string `json:"branch,omitempty"`
	// Waves are gone through in order: one begins when all clusters of those before are there, and have soaked. A cluster is in the first that names it.
	Waves []Wave `json:"waves"`
	// Windows are when clusters may go; none is any time. Freezes are when they may not.
	Windows []Window `json:"windows,omitempty"`
	Freezes []Freeze `json:"freezes,omitempty"`
	// Gates are names of checks that must be passed for anything to go.
	Gates []string `json:"gates,omitempty"`
}

// Wave is a part of the clusters.
type Wave struct {
	Name string `json:"name"`
	// Clusters are installation/cluster; globs, and installations.
	Clusters []string `json:"clusters"`
	// Concurrency is how many may be on their way at a time: a number, or a part such as 25%. Default: 1.
	Concurrency IntOrPercent `json:"concurrency,omitempty"`
	// Soak is how long the next wave waits for this one, such as 24h.
	Soak string `json:"soak,omitempty"`
	// Gates are names of checks that must be passed for clusters of the wave to go.
	Gates []string `json:"gates,omitempty"`
}

// IntOrPercent is a number, or a part such as 25%.
type IntOrPercent string

// Window is a time of the week.
type Window struct {
	// Days are Mon to Sun; none is every day.
	Days []string `json:"days,omitempty"`
	// From and To are times of the day, such as 09:00 and 16:30.
	From string `json:"from"`
	To   string `json:"to"`
	// Timezone is such as Europe/Berlin. Default: UTC.
	Timezone string `json:"timezone,omitempty"`
}

// Freeze is from a day to another, both included, in UTC.
type Freeze struct {
	From   string `json:"from"`
	Until  string `json:"until"`
	Reason string `json:"reason,omitempty"`
}

// DecodeRollout reads a rollout. The error joins a [FieldError] for everything that is wrong.
func DecodeRollout(root *yamltree.Node) (*Rollout, error) {
	n, err := yamltree.Logical(root)
	if err != nil {
		return nil, err
	}
	if value(n, "kind") != RolloutKind || value(n, "apiVersion") != APIVersion {
		return nil, fmt.Errorf("is of kind %q, apiVersion %q; must be %s of %s", value(n, "kind"), value(n, "apiVersion"), RolloutKind, APIVersion)
	}
	r := &Rollout{}
	s := &strict{}
	s.decode(n, reflect.ValueOf(r).Elem(), "")
	if r.Spec.Branch == "" {
		r.Spec.Branch = "rollout/{name}"
	}
	if errs := oncePerField(append(s.errs, r.validate()...)); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return r, nil
}

func (r *Rollout) validate() []error {
	var errs []error
	fail := func(field, format string, args ...any) {
		errs = append(errs, FieldError{field, fmt.Sprintf(format, args...)})
	}
	if _, err := version.Parse(r.Spec.Release.Version); err != nil {
		fail("spec.release.version", "is %q; must be one release, such as v34.5.0", r.Spec.Release.Version)
	}
	if r.Spec.Release.Provider == "" {
		fail("spec.release.provider", "is missing; must be such as aws")
	}
	if !strings.Contains(r.Spec.Branch, "{name}") {
		fail("spec.branch", "is %q; must have {name} in it, for the cluster", r.Spec.Branch)
	}
	if len(r.Spec.Waves) == 0 {
		fail("spec.waves", "is empty; must have a wave")
	}
	names := map[string]bool{}
	for i, w := range r.Spec.Waves {
		at := fmt.Sprintf("spec.waves[%d]", i)
		if w.Name == "" || names[w.Name] {
			fail(at+".name", "is %q; must be a name that no other wave has", w.Name)
		}
		names[w.Name] = true
		if len(w.Clusters) == 0 {
			fail(at+".clusters", "is empty; must name clusters")
		}
		for n, g := range w.Clusters {
			if err := layout.CheckGlob(g); err != nil {
				fail(fmt.Sprintf("%s.clusters[%d]", at, n), "%v", err)
			}
		}
		if w.Concurrency != "" && w.Limit(1) < 1 {
			fail(at+".concurrency", "is %q; must be a number from 1 on, or a part such as \"25%%\"", w.Concurrency)
		}
		if soak, err := time.ParseDuration(w.Soak); w.Soak != "" && (err != nil || soak < 0) {
			fail(at+".soak", "is %q; must be such as 24h", w.Soak)
		}
	}
	for i, w := range r.Spec.Windows {
		at := fmt.Sprintf("spec.windows[%d]", i)
		for _, d := range w.Days {
			if !slices.Contains(days, d) {
				fail(at+".days", "has %q; must be of %s", d, strings.Join(days, ", "))
			}
		}
		for field, text := range map[string]string{".from": w.From, ".to": w.To} {
			if _, err := time.Parse("15:04", text); err != nil || len(text) != len("15:04") { // which are compared as they are written
				fail(at+field, "is %q; must be a time of the day, such as 09:00", text)
			}
		}
		if w.From >= w.To {
			fail(at+".to", "is %q; must be behind from", w.To)
		}
		if _, err := time.LoadLocation(w.Timezone); err != nil || w.Timezone == "Local" { // which is another one on each machine
			fail(at+".timezone", "is %q; must be such as Europe/Berlin", w.Timezone)
		}
	}
	for i, f := range r.Spec.Freezes {
		at := fmt.Sprintf("spec.freezes[%d]", i)
		for field, text := range map[string]string{".from": f.From, ".until": f.Until} {
			if _, err := time.Parse(time.DateOnly, text); err != nil {
				fail(at+field, "is %q; must be a day, such as 2026-12-24", text)
			}
		}
		if f.From > f.Until {
			fail(at+".until", "is %q; must not be in front of from", f.Until)
		}
	}
	return errs
}

var days = []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// Limit is how many of a number of clusters may be on their way at a time; of a part, at least one. 0 is what is no such text.
func (w Wave) Limit(clusters int) int {
	if w.Concurrency == "" {
		return 1
	}
	if part, is := strings.CutSuffix(string(w.Concurrency), "%"); is {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > 100 {
			return 0
		}
		return max(1, clusters*n/100)
	}
	n, err := strconv.Atoi(string(w.Concurrency))
	if err != nil || n < 1 {
		return 0
	}
	return n
}
