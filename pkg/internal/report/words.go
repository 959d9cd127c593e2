package report

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// words are the sentences for each kind of note: what is so, what follows, what settles it. The place stands in front of them and a colon, so that they start in lower
// case; they end without a full stop. People are told of flags, pipelines of fields; a test holds all of that.
var words = map[plan.Kind]func(n plan.Note, a Audience) string{
	plan.Faulty:    func(n plan.Note, _ Audience) string { return n.Text },
	plan.Blamed:    func(n plan.Note, _ Audience) string { return fmt.Sprintf("component %q: %s", n.Component, n.Text) },
	plan.NoCluster: say("there is no cluster in the input. Include the base of one"),
	plan.NoClusterLeft: func(n plan.Note, _ Audience) string {
		if n.From != "" {
			return fmt.Sprintf("no cluster that is named is on release %s", n.From)
		}
		return "exclusions leave no cluster"
	},
	plan.ClusterUntold: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s: nothing says that the items belong to %q. Label them cluster.x-k8s.io/cluster-name, give them a location (kustomize: buildMetadata: [originAnnotations]), or leave out spec.clusters", n.Text, n.Name)
	},
	plan.ClusterUnknown: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s: %q is no cluster of the input, which has %s%s", n.Text, n.Name, some(n.Names, 10), nearest.Hint(n.Name, n.Names))
	},
	plan.ComponentUnknown: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("%s: %q is no component of release %s, which has %s%s", a.field(n.Text), n.Name, n.To, some(n.Names, 10), nearest.Hint(n.Name, n.Names))
	},
	plan.NoComponentLeft: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("%s and %s leave no component of release %s", a.field("spec.components.include"), a.field("spec.components.exclude"), n.To)
	},
	plan.NothingMatches: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("no component of release %s is for a resource of %s. Name the right clusters, or a release of their provider", n.To, some(n.Names, 10))
	},
	plan.PrintedAnew: func(n plan.Note, _ Audience) string {
		text := "could not be edited in place and is printed anew: look at comments and layout there"
		if n.Name != "" {
			return n.Name + ": " + text
		}
		return text
	},

	plan.Deprecated: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("release %s is deprecated. Take another one", n.To)
	},
	plan.FromUnknown: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("%s: release %q is not in %s, so that nothing is known of what it set. Add it, or name another one", a.setting("spec.from"), n.From, a.source())
	},
	plan.OnUnreadable: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("is on a release that cannot be read: %s. %s", n.Text, a.nameIt())
	},
	plan.OtherProvider: func(n plan.Note, a Audience) string {
		switch {
		case n.Severity == result.Warning:
			return fmt.Sprintf("%s is managed (%s), and %s is of another name of its provider: make sure that the release is for such clusters", n.Cluster, n.Names[0], n.To)
		case n.From == "":
			return fmt.Sprintf("%s consists of what %s releases have, while %s is of another provider. %s", n.Cluster, strings.Join(n.Names, " or "), n.To, ofProvider(n, a))
		}
		return fmt.Sprintf("%s consists of what %s releases have, and is on %s, while %s is of another provider. %s", n.Cluster, strings.Join(n.Names, " or "), n.From, n.To, ofProvider(n, a))
	},
	plan.Downgrade: func(n plan.Note, a Audience) string {
		text := fmt.Sprintf("%s on release %s, and %s is older", who(n), n.From, n.To)
		if a == People {
			which := []string{n.Cluster}
			if n.Cluster == theCluster {
				which = n.Clusters
			}
			return text + fmt.Sprintf(". To take it back: apply-release revert %s -r %s. To leave it out of many: --exclude-cluster %s", namedInShell(which), escape.Shell(n.To), escape.Shell(strings.Join(which, ",")))
		}
		return text + fmt.Sprintf(". To go back all the same: %s", a.set("spec.policy.downgrade", "Allow"))
	},
	plan.Ahead: func(n plan.Note, a Audience) string {
		text := fmt.Sprintf("is on release %s, ahead of its cluster: %s takes it back", n.From, n.To)
		if n.Severity == result.Error {
			text += fmt.Sprintf(". Choose a release that is not older, leave the component out (%s), or say that it may go down (%s)", a.set("spec.components.exclude", n.Component), a.set("spec.policy.downgrade", "Allow"))
		}
		return text
	},
	plan.Unguarded: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s on release %s, and nothing says whether it can go to %s in one step. %s on one of that release's ConfigMaps would", who(n), n.From, n.To, release.UpgradeFromAnnotation)
	},
	plan.Unreachable: func(n plan.Note, a Audience) string {
		text := fmt.Sprintf("%s on release %s, and %s can be reached only from %s", who(n), n.From, n.To, n.Text)
		if n.Name == "" {
			return text + ", which is not here. Add the releases on the way"
		}
		text += fmt.Sprintf(". Upgrade to %s first", n.Name)
		if provider, _, found := strings.Cut(n.To, "/"); found && a == People && !n.OfItem {
			which := escape.Shell(n.Cluster)
			switch {
			case n.Cluster == theCluster && len(n.Clusters) <= fewNamed:
				which = namedInShell(n.Clusters)
			case n.Cluster == theCluster:
				which = "--on " + escape.Shell(provider+"/"+n.From)
			}
			text += fmt.Sprintf(": apply-release upgrade %s -r %s", which, escape.Shell(provider+"/"+n.Name))
		}
		return text
	},
	plan.PartUnreachable: func(n plan.Note, _ Audience) string {
		if n.Name == "" {
			return fmt.Sprintf("is on release %s, and %s can be reached only from %s, which is not here", n.From, n.To, n.Text)
		}
		return fmt.Sprintf("is on release %s, and %s can be reached only from %s. Upgrade it to %s first", n.From, n.To, n.Text, n.Name)
	},
	plan.NoPath: func(n plan.Note, _ Audience) string { return n.Text },
	plan.There: func(n plan.Note, a Audience) string {
		text := fmt.Sprintf("%s is on %s, and stays there: there is no newer release to go to", n.Cluster, n.To)
		if len(n.Names) > 0 {
			text += fmt.Sprintf(". These say that they are on an older one: %s. To upgrade them, name the release: %s", some(n.Names, 5), a.set("spec.release", n.To))
		}
		return text
	},
	plan.OriginUnknown: originUnknown,
	plan.SeveralClusters: func(n plan.Note, _ Audience) string {
		if n.To != "" {
			return fmt.Sprintf("says release %s, and is there once more, where it says %s. Let both say the same, or take one away", n.From, n.To)
		}
		return fmt.Sprintf("is a cluster of its own, in what is taken for the folder of %s: an upgrade would take both for one. Give each a folder, or say in spec.layout.cluster where the name of a cluster stands, such as {installation}/clusters/{cluster}/**", n.Cluster)
	},
	plan.TwoFolders: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("there is one in %s, and one in %s, which are both taken for the folder of %s. Rename one, or tell them apart in spec.layout.cluster", n.Names[0], n.Names[1], n.Cluster)
	},

	plan.Unmatched: func(n plan.Note, a Audience) string {
		settles := "Is it misspelt, or needed there? If not"
		if n.Severity == result.Error {
			settles = fmt.Sprintf("Add a resource for it, leave it out (%s), or", a.set("spec.components.exclude", n.Component))
		}
		return fmt.Sprintf("component %q matches nothing in %s%s. %s annotate it %s: \"true\"", n.Component, some(n.Clusters, 5), near(n.Names), strings.TrimSuffix(settles, ","), release.OptionalAnnotation)
	},
	plan.NamedUnmatched: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("component %q, which %s names, matches nothing in %s%s. Name another one, or say what it is for with %s", n.Component, a.field("spec.components.include"), some(n.Clusters, 5), near(n.Names), release.TargetAnnotation)
	},
	plan.UnmatchedUnsure: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%d components of release %s match nothing in %s, and whether they are left out on purpose is not known without the release that the clusters are on: %s", len(n.Names), n.To, some(n.Clusters, 5), strings.Join(n.Names, ", "))
	},
	plan.UnmatchedNew: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%d components are new in release %s and match nothing in %s. Add resources for those that are needed there: %s", len(n.Names), n.To, some(n.Clusters, 5), strings.Join(n.Names, ", "))
	},
	plan.Absent: func(n plan.Note, _ Audience) string {
		return Absent(n) + ": " + strings.Join(n.Names, ", ")
	},
	plan.Homeless: func(n plan.Note, _ Audience) string {
		if len(n.Names) > 1 {
			return fmt.Sprintf("%s that components are for say nowhere to which of the clusters they belong, and stay as they are: %s. Label them with %s, or place them in the folder of a cluster", result.Count(len(n.Names), "resource"), some(n.Names, 5), cluster.NameLabel)
		}
		return fmt.Sprintf("component %q is for it, and nothing says to which of the clusters it belongs: it stays as it is. Label it with %s, or place it in the folder of a cluster", n.Component, cluster.NameLabel)
	},
	plan.PartUnmatched: func(n plan.Note, _ Audience) string {
		part := "its part for " + n.Name
		if n.Name == "" {
			part = "this part of it"
		}
		return fmt.Sprintf("component %q: %s matches nothing in %s. Correct what it is for, or annotate it %s: \"true\"", n.Component, part, n.Cluster, release.OptionalAnnotation)
	},
	plan.Overlaid: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("component %q of release %s is in the customer's overlay already, and is left alone", n.Component, n.To)
	},
	plan.Orphaned: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("component %q of release %s is gone in %s, and its resource is still here. Remove it if nothing needs it", n.Component, n.From, n.To)
	},
	plan.Released: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("component %q of release %s was for it, and that of %s is not: what it set stays. Remove it if nothing needs it", n.Component, n.From, n.To)
	},
	plan.NewComponent: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("component %q is new in release %s, and %s has no %s. To create it: %s", n.Component, n.To, n.Cluster, n.Name, a.set("spec.policy.newComponents", "Create"))
	},
	plan.ClusterThere: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s is there already, and stays as it is", n.Name)
	},
	plan.NotCreated: func(n plan.Note, _ Audience) string {
		of := "a resource"
		if len(n.Names) > 1 {
			of = "resources"
		}
		if n.By != "" {
			return fmt.Sprintf("%s has nothing for %s of release %s, and so the new cluster has nothing, either: %s", n.By, result.Count(len(n.Names), "component"), n.To, strings.Join(n.Names, ", "))
		}
		return fmt.Sprintf("the template has no resource for %s of release %s, which does not say enough to create %s: %s. Add to the template what the cluster is to have", result.Count(len(n.Names), "component"), n.To, of, strings.Join(n.Names, ", "))
	},
	plan.PlaceTaken: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("component %q is to be created in this file, which holds something else. Rename the file", n.Component)
	},

	plan.Lowered: func(n plan.Note, _ Audience) string {
		if n.From == "" {
			return fmt.Sprintf("goes down from %s to %s", n.Has.Value, n.Says.Value)
		}
		return fmt.Sprintf("goes down from %s to %s, although release %s is newer", n.Has.Value, n.Says.Value, n.To)
	},

	plan.Unrecorded: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("gets what release %s says and does not record it, while the cluster stays on %s. To record it: %s", n.To, n.From, a.set("spec.stamp", "true"))
	},
	plan.RecordPinned: func(n plan.Note, _ Audience) string {
		if len(n.Field) > 0 { // of the chart that the cluster is
			return fmt.Sprintf("stays %s, since an annotation or a variable keeps it: the cluster does not get release %s until it is changed where that comes from", n.From, n.To)
		}
		return fmt.Sprintf("gets release %s, and its record stays %s, since an annotation or a variable keeps it: from now on it counts as on the wrong release. Correct the record", n.To, n.From)
	},
	plan.RecordUnplaced: func(n plan.Note, _ Audience) string {
		if n.Item.Location.Path != "" {
			return "does not lie at the root of the repository, so that its policy does not count. Move it there, or rename the file"
		}
		return "is among the items, and nothing says in which file, so that its policy does not count. Give items a location (kustomize: buildMetadata: [originAnnotations]), or leave it out"
	},
	plan.RecordShadowed: func(n plan.Note, a Audience) string {
		if n.Name == "spec.from" && n.Severity == result.Error {
			return fmt.Sprintf("says release %s, while %s says %s, which would count for all that are chosen. Name the clusters that it is for one by one, or leave it out", n.From, a.setting("spec.from"), n.To)
		}
		if n.Name == "spec.from" {
			return fmt.Sprintf("says release %s, while %s says %s, which counts. Make sure that it is right", n.From, a.setting("spec.from"), n.To)
		}
		return fmt.Sprintf("says release %s, while %s, which goes over it, says %s. Take this one away, or let both say the same", n.From, n.Name, n.To)
	},
	plan.NotRecorded: func(n plan.Note, a Audience) string {
		if n.Item == nil {
			return fmt.Sprintf("%s gets release %s, and has no Cluster that could record it: the next upgrade cannot tell what was changed by hand. Name the release then: %s", n.Cluster, n.To, a.set("spec.from", n.To[strings.LastIndexByte(n.To, '/')+1:]))
		}
		return fmt.Sprintf("gets release %s and does not record it, so that the next upgrade cannot tell what was changed by hand. To record it: %s", n.To, a.set("spec.stamp", "true"))
	},
	plan.StaysRecorded: say("components that are left out are for it as well: its record of the release stays"),
	plan.ClusterStays: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("stays on release %s, since only some components are upgraded", n.From)
	},
	plan.ClusterHeld: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("stays on release %s, since a component that is left out is for it. So do all resources of %s without a record of their own, whatever they get of %s. Upgrade them before the next release", n.From, n.Cluster, n.To)
	},
	plan.CountsAsUpgraded: func(n plan.Note, a Audience) string {
		text := fmt.Sprintf("%s gets release %s, and these resources, which are left out, have no record of their own and count as upgraded from now on: %s. Upgrade them before the next release", n.Cluster, n.To, some(n.Names, 5))
		if n.By == "" && n.From != "" {
			text += fmt.Sprintf(", or record that they are on %s: %s", n.From, a.set("spec.stamp", "true"))
		}
		return text
	},
	plan.OnHold: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("the cluster is on hold until %s%s. Wait, or take the annotation off", n.Name, because(n.Text))
	},
	plan.HoldOver: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("the cluster was on hold until %s%s, which is over. Take the annotation off", n.Name, because(n.Text))
	},
	plan.HoldWithoutDay: say("is the reason for a hold, and nothing says up to which day: nothing is held. Add fn.giantswarm.io/hold-until, such as 2026-12-31"),
	plan.HoldMisplaced:  say("holds nothing here: it counts on the Cluster, or the App or HelmRelease that stands for it"),
	plan.HoldUnreadable: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is %q; must be a day, such as 2026-12-31. The cluster is on hold until it is", n.Name)
	},
	plan.RuleOfNoKind: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("%s: no resource is of the kind %s, for which there is a rule. Did you mean %s?", a.field("spec.policy.rules"), n.Name, n.By)
	},
	plan.RuleOfNoName: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("%s: no resource is named %s, for which there is a rule, so that it protects nothing. Did you mean %s?", a.field("spec.policy.rules"), n.Name, n.By)
	},
	plan.RuleOfNoPath: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("%s: no resource that the rule is for has the field %s, so that it protects nothing. Did you mean %s?", a.field("spec.policy.rules"), n.Name, n.By)
	},
	plan.AnnotationUnknown: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s is no annotation of apply-release, and does nothing. Did you mean %s?", n.Name, n.By)
	},
	plan.RuleOver: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("%s: the rule for %s was meant until %s%s, and still counts. Take it off, or give it another day", a.field("spec.policy.rules"), n.Name, n.By, because(n.Text))
	},
	plan.Invalid: func(n plan.Note, _ Audience) string {
		if n.To == "" { // of a new cluster
			return fmt.Sprintf("its CustomResourceDefinition does not allow that: it %s. Correct the template, or the release", n.Text)
		}
		return fmt.Sprintf("its CustomResourceDefinition does not let release %s do that: it %s. Correct the release, or the definition", n.To, n.Text)
	},

	plan.ReleaseUntold: func(_ plan.Note, a Audience) string {
		return fmt.Sprintf("nothing says which release it is on (no label %s). %s, when you upgrade it by itself, which records it", cluster.ReleaseKey, a.nameIt())
	},
	plan.ReleaseUnreadable: func(n plan.Note, _ Audience) string { return "is on a release that cannot be read: " + n.Text },
	plan.ReleaseElsewhere: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("release %s is not in the checkout, or is for nothing in the cluster: its local changes are not known", n.From)
	},
	plan.ReleaseOfSeveral: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("release %s may be of %s. Name the provider in spec.release.provider of .apply-release.yaml", n.From, strings.Join(n.Names, " or "))
	},
	plan.ReleaseMissing: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("release %s is not in the checkout: its local changes are not known", n.From)
	},
	plan.PartMissing: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is on release %q, which is not in the checkout: its local changes are not known", n.From)
	},
	plan.SetByOldAlone: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is set to %s by release %s, and %s does not set it any more: the upgrade removes it", values(n.Has)[0], n.From, n.To)
	},
}

// because puts a reason behind a sentence.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// ofProvider says how a cluster gets a release of its own provider.
func ofProvider(n plan.Note, a Audience) string {
	if a == People && len(n.Names) == 1 && n.Cluster != theCluster {
		return fmt.Sprintf("The newest one that it can get: apply-release upgrade %s --newest", escape.Shell(n.Cluster))
	}
	return "Take a release of " + strings.Join(n.Names, " or ")
}

// Absent says how many components match nothing, which is no news.
func Absent(n plan.Note) string {
	if len(n.Names) == 1 {
		return fmt.Sprintf("1 component of release %s is in none of these clusters", n.To)
	}
	return fmt.Sprintf("%d components of release %s are in none of these clusters", len(n.Names), n.To)
}

func say(text string) func(plan.Note, Audience) string {
	return func(plan.Note, Audience) string { return text }
}

func originUnknown(n plan.Note, a Audience) string {
	follows := "fields changed by hand are overwritten without warning, and what only that release set stays"
	if n.By != "" {
		follows = fmt.Sprintf("%s cannot be kept to", a.set("spec.policy.localChanges", n.By))
	}
	switch {
	case n.Text != "":
		return fmt.Sprintf("is on a release that cannot be read: %s: %s. %s", n.Text, follows, a.nameIt())
	case n.From == "" && n.Name != "":
		return fmt.Sprintf("nothing says which release %s is on, and others that have no label %s: %s. %s", n.Name, cluster.ReleaseKey, follows, a.nameIt())
	case n.From == "":
		return fmt.Sprintf("nothing says which release %s is on (no label %s): %s. %s", n.Cluster, cluster.ReleaseKey, follows, a.nameIt())
	case n.Name != "":
		return fmt.Sprintf("is on release %q, which is not in %s: %s. Add that release", n.From, a.source(), follows)
	}
	return fmt.Sprintf("%s is on release %q, which is not in %s: %s. Add that release", n.Cluster, n.From, a.source(), follows)
}
