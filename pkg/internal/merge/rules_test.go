package merge_test

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
)

const (
	pod     = "v1 Pod"
	service = "v1 Service"
	thing   = "example.io/v1 Thing" // parts merge by name
	kcp     = "controlplane.cluster.x-k8s.io/v1beta2 KubeadmControlPlane"
	oldKCP  = "controlplane.cluster.x-k8s.io/v1beta1 KubeadmControlPlane"

	configMap = "v1 ConfigMap"
	aws       = "infrastructure.cluster.x-k8s.io/v1beta1 AWSCluster"
)

// TestRules has a case for each rule of a merge that a table of kubectl or kyaml does not have, or
// decides otherwise. Patches are one component's, the first of the lowest rank. Lines of want that start with "error:" or "warning:" are parts
// of messages.
func TestRules(t *testing.T) {
	for _, tc := range []struct {
		desc, kind, target string
		patches            []string
		want               string
	}{
		{"a null in a new map is dropped, the map is not", pod, "spec: {volumes: [{name: q}]}", []string{"spec: {volumes: [{name: q, emptyDir: {sizeLimit: null}}]}"}, "spec: {volumes: [{name: q, emptyDir: {}}]}"},
		{"nulls in a list that is replaced are kept", thing, "spec: {l: [1]}", []string{"spec: {l: [{a: null}]}"}, "spec: {l: [{a: null}]}\nwarning: lost or changed: \"1\""},
		{"an empty null that no patch mentions stays", thing, "spec: {a: , b: 1}", []string{"spec: {b: 2}"}, "spec: {a: , b: 2}"},

		{"ports by protocol", service, "spec: {ports: [{port: 53, protocol: UDP, name: u}, {port: 53, name: t}]}", []string{"spec: {ports: [{port: 53, protocol: TCP, name: x}]}"}, "spec: {ports: [{port: 53, protocol: UDP, name: u}, {port: 53, name: x, protocol: TCP}]}"},
		{"a null protocol is TCP", service, "spec: {ports: [{port: 53, protocol: TCP, name: u}]}", []string{"spec: {ports: [{port: 53, protocol: null, name: z}]}"}, "spec: {ports: [{port: 53, name: z}]}"},
		{"an order by port keeps both protocols", service, "spec: {ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}, {port: 80}]}", []string{"spec: {$setElementOrder/ports: [{port: 80}, {port: 53}], ports: [{port: 80, name: h}]}"}, "spec: {ports: [{port: 80, name: h}, {port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}"},
		{"an order keeps elements of one key", thing, "spec: {parts: [{name: a, v: 1}, {name: b}, {name: a, v: 2}]}", []string{"spec: {$setElementOrder/parts: [{name: b}, {name: a}, {name: a}]}"}, "spec: {parts: [{name: b}, {name: a, v: 1}, {name: a, v: 2}]}"},
		{"an order that contradicts the list", thing, "spec: {}", []string{"spec: {$setElementOrder/parts: [{name: a}, {name: b}], parts: [{name: b}, {name: a}]}"}, "error: spec.parts[1]: is not in $setElementOrder, or not in this order; must be"},
		{"an order without keys", thing, "spec: {parts: [{name: a}]}", []string{"spec: {$setElementOrder/parts: [a]}"}, "error: spec.parts: $setElementOrder has an element without \"name\" at 0"},

		{"a key twice that the merge touches", thing, "spec: {parts: [{name: a, v: 1}, {name: a, v: 2}]}", []string{"spec: {parts: [{name: a, v: 3}]}"}, "error: spec.parts[name=\"a\"]: stands 2 times in the resource"},
		{"a key twice that has what the patch says", thing, "spec: {parts: [{name: a, v: 1}, {name: a, v: 1}]}", []string{"spec: {parts: [{name: a, v: 1}]}"}, "spec: {parts: [{name: a, v: 1}, {name: a, v: 1}]}"},
		{"a key twice elsewhere", thing, "spec: {parts: [{name: a, v: 1}, {name: a, v: 2}, {name: b}]}", []string{"spec: {parts: [{name: b, v: 3}]}"}, "spec: {parts: [{name: a, v: 1}, {name: a, v: 2}, {name: b, v: 3}]}"},
		{"a key twice in the patch", thing, "spec: {parts: []}", []string{"spec: {parts: [{name: a}, {name: a}]}"}, "error: spec.parts[name=\"a\"]: stands twice in the release's list, at 0 and 1"},
		{"a key twice in a list that is new", thing, "spec: {}", []string{"spec: {parts: [{name: a}, {name: a}]}"}, "error: spec.parts[1]: [name=\"a\"] stands twice in the release's list"},
		{"an element without its key", thing, "spec: {parts: []}", []string{"spec: {parts: [{v: 1}]}"}, "error: spec.parts[0]: lacks the merge key \"name\"; must have \"name\""},
		{"a map key twice that the merge touches", thing, "spec: {a: 1, a: 2}", []string{"spec: {a: 3}"}, "error: spec.a: stands twice in the resource"},
		{"a map key twice that $retainKeys removes", thing, "spec: {a: 1, b: 1, b: 2}", []string{"spec: {a: 2, $retainKeys: [a]}"}, "error: spec.b: stands twice in the resource"},
		{"a map key twice elsewhere", thing, "spec: {a: 1, a: 2, b: 1}", []string{"spec: {b: 2}"}, "spec: {a: 1, a: 2, b: 2}"},
		{"a set has no element twice", pod, "metadata: {}", []string{"metadata: {finalizers: [a, b, b]}"}, "metadata: {finalizers: [a, b]}"},

		{"extraArgs by name", kcp, args("{name: a, value: x}"), []string{args("{name: a, value: y}")}, args("{name: a, value: y}")},
		{"extraArgs that repeat: which one", kcp, args("{name: a, value: x}, {name: a, value: y}"), []string{args("{name: a, value: y}")}, "error: [name=\"a\"]: stands 2 times in the resource"},
		{"extraArgs that repeat elsewhere", kcp, args("{name: a, value: x}, {name: a, value: y}, {name: b, value: x}"), []string{args("{name: b, value: y}")}, args("{name: a, value: x}, {name: a, value: y}, {name: b, value: y}")},
		{"extraArgs that are the same twice", kcp, args("{name: a, value: x}, {name: a, value: x}, {name: b, value: x}"), []string{args("{name: b, value: y}")}, args("{name: a, value: x}, {name: a, value: x}, {name: b, value: y}") + "\nwarning: extraArgs[name=\"a\"]: stands twice in the resource, which the API refuses; must stand once"},
		{"extraArgs that repeat: all copies go", kcp, args("{name: a, value: x}, {name: a, value: y}, {name: b, value: x}"), []string{args("{name: a, $patch: delete}")}, args("{name: b, value: x}")},
		{"extraArgs that the patch repeats", kcp, args("{name: b, value: x}"), []string{args("{name: a, value: x}, {name: a, value: y}")}, "error: [name=\"a\"]: stands twice in the release's list, at 0 and 1; must stand once"},
		{"a map where the API version has a list", kcp, "spec: {}", []string{"spec: {kubeadmConfigSpec: {clusterConfiguration: {apiServer: {extraArgs: {a: x}}}}}"}, "error: extraArgs: the release has a map where the API version of the resource takes a list; must be a list"},
		{"a list where the API version has a map", oldKCP, "spec: {kubeadmConfigSpec: {}}", []string{args("{name: a, value: x}")}, "error: extraArgs: the release has a list where the API version of the resource takes a map; must be a map"},
		{"files by path", kcp, "spec: {kubeadmConfigSpec: {files: [{path: /a, content: x}, {path: /b}]}}", []string{"spec: {kubeadmConfigSpec: {files: [{path: /c}, {path: /a, content: y}]}}"}, "spec: {kubeadmConfigSpec: {files: [{path: /a, content: y}, {path: /b}, {path: /c}]}}"},
		{"taints by key and effect", kcp, "spec: {kubeadmConfigSpec: {joinConfiguration: {nodeRegistration: {taints: [{key: a, effect: NoSchedule}, {key: a, effect: NoExecute}]}}}}", []string{"spec: {kubeadmConfigSpec: {joinConfiguration: {nodeRegistration: {taints: [{key: a, effect: NoExecute, value: x}]}}}}"}, "spec: {kubeadmConfigSpec: {joinConfiguration: {nodeRegistration: {taints: [{key: a, effect: NoSchedule}, {key: a, effect: NoExecute, value: x}]}}}}"},
		{"patches of a ClusterClass by name", "cluster.x-k8s.io/v1beta1 ClusterClass", "spec: {patches: [{name: a}, {name: b}]}", []string{"spec: {patches: [{name: b, enabledIf: x}]}"}, "spec: {patches: [{name: a}, {name: b, enabledIf: x}]}"},
		{"topology spread by key and what is unsatisfiable", pod, "spec: {topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: DoNotSchedule, maxSkew: 1}, {topologyKey: z, whenUnsatisfiable: ScheduleAnyway, maxSkew: 1}]}", []string{"spec: {topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: ScheduleAnyway, maxSkew: 2}]}"}, "spec: {topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: DoNotSchedule, maxSkew: 1}, {topologyKey: z, whenUnsatisfiable: ScheduleAnyway, maxSkew: 2}]}"},
		{"claims by name", pod, "spec: {containers: [{name: c, resources: {claims: [{name: a}]}}]}", []string{"spec: {containers: [{name: c, resources: {claims: [{name: b}]}}]}"}, "spec: {containers: [{name: c, resources: {claims: [{name: a}, {name: b}]}}]}"},

		{"another source of a volume", pod, "spec: {volumes: [{name: v, emptyDir: {}, x: 1}]}", []string{"spec: {volumes: [{name: v, configMap: {name: c}}]}"}, "spec: {volumes: [{name: v, configMap: {name: c}}]}"},
		{"a volume that has what the patch says", pod, "spec: {volumes: [{name: v, emptyDir: {}, x: 1}]}", []string{"spec: {volumes: [{name: v, emptyDir: {}}]}"}, "spec: {volumes: [{name: v, emptyDir: {}, x: 1}]}"},
		{"base and overlay retain together", "apps/v1 Deployment", "spec: {strategy: {type: Recreate, x: 1}}", []string{"spec: {strategy: {type: RollingUpdate}}", "spec: {strategy: {rollingUpdate: {maxSurge: 1}}}"}, "spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}"},

		{"a map for a missing text", configMap, "data: {a: b}", []string{"data: {values: {image: {tag: 1.10}, l: [1, a]}}"}, "data: {a: b, values: \"image:\\n  tag: 1.10\\nl:\\n- 1\\n- a\\n\"}"},
		{"a map for a null", configMap, "data: {values: }", []string{"data: {values: {a: 1}}"}, "data: {values: \"a: 1\\n\"}"},
		{"a map for an empty text", configMap, "data: {values: \"\"}", []string{"data: {values: {a: 1}}"}, "data: {values: \"a: 1\\n\"}"},
		{"a map for comments alone", configMap, "data: {values: \"# mine\\n\"}", []string{"data: {values: {a: 1}}"}, "data: {values: \"# mine\\na: 1\\n\"}"},
		{"a list for an empty text", configMap, "data: {values: \"\"}", []string{"data: {values: [a, {b: 1}]}"}, "data: {values: \"- a\\n- b: 1\\n\"}"},
		{"a list for the same list", configMap, "data: {values: \"[a, b] # mine\\n\"}", []string{"data: {values: [a, b]}"}, "data: {values: \"[a, b] # mine\\n\"}"},
		{"a bool for a text", configMap, "data: {on: \"false\"}", []string{"data: {on: true, off: false, n: 1.10, w: yes}"}, "data: {on: \"true\", off: \"false\", n: \"1.10\", w: \"yes\"}"},
		{"stringData takes texts", "v1 Secret", "type: Opaque", []string{"stringData: {a: 1, b: {c: d}}"}, "type: Opaque\nstringData: {a: \"1\", b: \"c: d\\n\"}"},
		{"labels take texts, in templates too", thing, "spec: {}", []string{"metadata: {labels: {a: true}}\nspec: {template: {metadata: {annotations: {b: 1, c: {d: e}}}}}"}, "metadata: {labels: {a: \"true\"}}\nspec: {template: {metadata: {annotations: {b: \"1\", c: \"d: e\\n\"}}}}"},
		{"arguments of older versions are texts", oldKCP, "spec: {}", []string{"spec: {kubeadmConfigSpec: {clusterConfiguration: {apiServer: {extraArgs: {v: 4}}}}}"}, "spec: {kubeadmConfigSpec: {clusterConfiguration: {apiServer: {extraArgs: {v: \"4\"}}}}}"},
		{"a map for text that holds none", configMap, "data: {values: hello}", []string{"data: {values: {a: 1}}"}, "error: data.values: the release has a map where the resource has a string that holds none"},

		{"a variable stays", thing, "spec: {v: \"${release}\", w: 1}", []string{"spec: {v: v34, w: 2}"}, "spec: {v: \"${release}\", w: 2}\nwarning: spec.v: holds the variable ${release} and stays as it is; the release sets \"v34\""},
		{"a variable with a default stays", kcp, "spec: {version: \"${kubernetes_version:=v1.34.7}\"}", []string{"spec: {version: v1.35.0}"}, "spec: {version: \"${kubernetes_version:=v1.34.7}\"}\nwarning: spec.version: holds the variable ${kubernetes_version:=v1.34.7}"},
		{"a variable in a text of YAML stays", configMap, "data: {values: \"release: ${cluster_release}\\nb: 1\\n\"}", []string{"data: {values: {release: 34.5.0, b: 2}}"}, "data: {values: \"release: ${cluster_release}\\nb: 2\\n\"}\nwarning: data.values.release: holds the variable ${cluster_release}"},
		{"a list with a variable stays", thing, "spec: {l: [\"${a}\", b]}", []string{"spec: {l: [c]}"}, "spec: {l: [\"${a}\", b]}\nwarning: spec.l: holds the variable ${a}"},
		{"a variable for a map stays", thing, "spec: {m: \"${m}\"}", []string{"spec: {m: {a: 1}}"}, "spec: {m: \"${m}\"}\nwarning: spec.m: holds the variable ${m}"},
		{"a variable for a variable", thing, "spec: {v: \"${release}\"}", []string{"spec: {v: \"${release:=v34}\"}"}, "spec: {v: \"${release:=v34}\"}"},
		{"an escaped dollar is no variable", thing, "spec: {v: \"$${release}\"}", []string{"spec: {v: v34}"}, "spec: {v: v34}"},
		{"null removes a variable", thing, "spec: {v: \"${release}\", w: 1}", []string{"spec: {v: null}"}, "spec: {w: 1}\nwarning: spec.v: held the variable ${release} and is removed, as the release says"},
		{"null removes a map with a variable", thing, "spec: {m: {q: \"${z}\"}, w: 1}", []string{"spec: {m: null}"}, "spec: {w: 1}\nwarning: spec.m: held the variable ${z} and is removed"},
		{"a version without its v", kcp, "spec: {version: 1.32.9}", []string{"spec: {version: v1.32.9}"}, "spec: {version: 1.32.9}"},

		{"a map for a key", thing, "spec: {m: {? {a: b} : 1}}", []string{"spec: {m: {$retainKeys: [a], a: 1}}"}, "error: spec.m: has a map for a key in the resource; must be a string"},
		{"a list for a key", thing, "spec: {m: {? [a] : 1}}", []string{"spec: {m: {a: 1}}"}, "error: spec.m: has a list for a key in the resource; must be a string"},

		{"equal scalars go together", thing, "spec: {words: [a, b, a]}", []string{"spec: {$deleteFromPrimitiveList/words: [a]}"}, "spec: {words: [b]}"},
		{"what is set and deleted", thing, "spec: {words: [b]}", []string{"spec: {words: [a], $deleteFromPrimitiveList/words: [a]}"}, "error: spec.words[=\"a\"]: is in the release's list and in $deleteFromPrimitiveList"},
		{"deleting scalars from a list of maps that is new", thing, "spec: {}", []string{"spec: {l: [{name: a}], $deleteFromPrimitiveList/l: [a]}"}, "error: spec.l: $deleteFromPrimitiveList speaks of a list of maps"},
		{"deleting nothing from a list of maps", thing, "spec: {parts: [{name: a}]}", []string{"spec: {$deleteFromPrimitiveList/parts: []}"}, "spec: {parts: [{name: a}]}"},
		{"deleting scalars from a list of maps", thing, "spec: {parts: [{name: a}]}", []string{"spec: {$deleteFromPrimitiveList/parts: [a]}"}, "error: spec.parts: $deleteFromPrimitiveList speaks of a list of maps"},
		{"a lone $patch: delete removes the list", thing, "spec: {l: [1], m: 1}", []string{"spec: {l: [{$patch: delete}]}"}, "spec: {m: 1}"},
		{"$patch: delete where no key is known", thing, "spec: {l: [{a: 1}]}", []string{"spec: {l: [{a: 1, $patch: delete}]}"}, "error: spec.l[0]: has a $patch directive, but no merge key is known"},
		{"$patch: replace in an element replaces the list", thing, "spec: {parts: [{name: a, v: 1}, {name: b}]}", []string{"spec: {parts: [{$patch: replace}, {name: c}]}"}, "spec: {parts: [{name: c}]}"},
		{"$patch: merge in a list", thing, "spec: {parts: [{name: a}]}", []string{"spec: {parts: [{name: b}, {$patch: merge}]}"}, "spec: {parts: [{name: a}, {name: b}]}"},
		{"$retainKeys must name what is set", thing, "spec: {a: 1}", []string{"spec: {$retainKeys: [a], b: 1}"}, "error: spec.b: is set, but $retainKeys does not name it"},
		{"an unknown directive", thing, "spec: {}", []string{"spec: {m: {$unset: [a]}}"}, "error: spec.m: $unset is no directive"},
		{"directives in what is new", thing, "spec: {}", []string{"spec: {m: {$patch: replace, a: {$retainKeys: [b], b: 1}}, parts: [{name: a, $patch: delete}, {name: b, m: {$patch: merge, x: 1}}]}"}, "spec: {m: {a: {b: 1}}, parts: [{name: b, m: {x: 1}}]}"},

		{"the kind", thing, "spec: {}", []string{"kind: Other"}, "error: kind: the release would change the resource's identity from \"Thing\" to \"Other\""},
		{"the name", thing, "spec: {}", []string{"metadata: {name: other}"}, "error: metadata.name: the release would change the resource's identity from \"x\" to \"other\""},
		{"the metadata as a whole", thing, "spec: {}", []string{"metadata: null"}, "error: metadata.name: the release would change the resource's identity from \"x\" to \"\""},
		{"a root that is replaced keeps its identity", thing, "spec: {a: 1}", []string{"{$patch: replace, spec: {b: 1}}"}, "spec: {b: 1}"},
		{"a selector", "apps/v1 Deployment", "spec: {selector: {matchLabels: {a: b}}}", []string{"spec: {selector: {matchLabels: {a: c}}}"}, "error: spec.selector: is immutable in a Deployment"},
		{"beside a selector", "apps/v1 Deployment", "spec: {selector: {matchLabels: {a: b}}, replicas: 1}", []string{"spec: {replicas: 2}"}, "spec: {selector: {matchLabels: {a: b}}, replicas: 2}"},
		{"patchStrategy: replace", "policy/v1 PodDisruptionBudget", "spec: {selector: {matchLabels: {a: b}}}", []string{"spec: {selector: {matchExpressions: []}}"}, "spec: {selector: {matchExpressions: []}}"},

		{"a list over a map", thing, "spec: {m: {a: 1}}", []string{"spec: {m: [1]}"}, "error: spec.m: the release has a list where the resource has a map"},
		{"a map over text", thing, "spec: {s: 'no map'}", []string{"spec: {s: {a: 1}}"}, "error: spec.s: the release has a map where the resource has a string that holds none"},
		{"a map over a template", thing, "spec: {s: '{{ .x }}'}", []string{"spec: {s: {a: 1}}"}, "error: spec.s: the release has a map where the resource has a string that holds none"},
		{"a map over several documents", thing, "spec: {s: \"a: 1\\n---\\nb: 1\\n\"}", []string{"spec: {s: {a: 1}}"}, "error: spec.s: the release has a map where the resource has a string that holds none"},
		{"a map over text with a map", thing, "spec: {s: \"a: 1 # c\\n\"}", []string{"spec: {s: {a: 2, kind: x}}"}, "spec: {s: \"a: 2 # c\\nkind: x\\n\"}"},
		{"a boolean over its text", thing, "spec: {s: \"true\"}", []string{"spec: {s: true}"}, "spec: {s: true}\nwarning: the string \"true\" becomes the boolean true"},
		{"a number over a version", thing, "spec: {s: 1.9.0}", []string{"spec: {s: 1.10}"}, "spec: {s: 1.10}\nwarning: the string \"1.9.0\" becomes the float 1.10"},

		{"overlay over base", thing, "spec: {a: 1, l: [d], m: {x: 1}}", []string{"spec: {a: 2, l: [c], m: [1]}", "spec: {a: 1, l: [d], m: null}"}, "spec: {a: 1, l: [d]}"},
		{"overlay takes back what base adds", thing, "spec: {}", []string{"spec: {m: {a: 1}}", "spec: {m: {a: null}}"}, "spec: {m: {}}"},
		{"overlay deletes what base sets in a keyed list", thing, "spec: {parts: [{name: a}]}", []string{"spec: {parts: [{name: b}]}", "spec: {parts: [{name: b, $patch: delete}]}"}, "spec: {parts: [{name: a}]}"},

		{"lists merge by the keys of the new API version", aws, "spec: {network: {subnets: [{id: a, z: 1}, {id: b}]}}", []string{"apiVersion: infrastructure.cluster.x-k8s.io/v1beta2\nspec: {network: {subnets: [{id: b, z: 2}]}}"}, "apiVersion: infrastructure.cluster.x-k8s.io/v1beta2\nspec: {network: {subnets: [{id: a, z: 1}, {id: b, z: 2}]}}\nwarning: changes from \"infrastructure.cluster.x-k8s.io/v1beta1\""},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			apiVersion, kind, _ := strings.Cut(tc.kind, " ")
			head := "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x}\n"
			target := parseYAML(t, strings.Replace(head+tc.target, "metadata: {name: x}\nmetadata: {", "metadata: {name: x, ", 1))
			s := schema.New([]schema.MergeKey{{Group: "example.io", Kind: "Thing", Path: "spec.parts", Keys: []string{"name"}}}, nil)
			var patches []merge.Patch
			next := apiVersion
			for i, p := range tc.patches {
				patches = append(patches, merge.Patch{Component: "c", Rank: i, Data: parseYAML(t, p)})
				if v := yamltree.Get(patches[i].Data, "apiVersion"); v != nil {
					next = v.Value
				}
			}
			m := merge.Merge(target, patches, s.Step(resource.Ref{APIVersion: apiVersion, Kind: kind}, next))
			checkOutcome(t, head, tc.want, m)
		})
	}
}

func args(elements string) string {
	return "spec: {kubeadmConfigSpec: {clusterConfiguration: {apiServer: {extraArgs: [" + elements + "]}}}}"
}

// checkOutcome compares a merge with what a case wants: the resource, and parts of messages.
func checkOutcome(t *testing.T, head, want string, m *merge.Merged) {
	t.Helper()
	var resourceLines, warnings, errors []string
	for _, line := range strings.Split(want, "\n") {
		if text, found := strings.CutPrefix(line, "error: "); found {
			errors = append(errors, text)
		} else if text, found := strings.CutPrefix(line, "warning: "); found {
			warnings = append(warnings, text)
		} else {
			resourceLines = append(resourceLines, line)
		}
	}
	checkMessages(t, errors, m.Errors)
	if len(errors) > 0 {
		return
	}
	checkMessages(t, warnings, m.Warnings)
	text := strings.Join(resourceLines, "\n")
	if strings.HasPrefix(text, "apiVersion: ") {
		_, head, _ = strings.Cut(head, "\n")
	}
	wanted := parseYAML(t, strings.Replace(head+text, "metadata: {name: x}\nmetadata: {", "metadata: {name: x, ", 1))
	assert.True(t, yamltree.Equal(wanted, m.Final), "want:\n%s\ngot:\n%s", yamledit.Print(wanted), yamledit.Print(m.Final))
}

func checkMessages(t *testing.T, want []string, got []merge.Finding) {
	t.Helper()
	var texts []string
	for _, f := range got {
		texts = append(texts, f.Path.String()+": "+f.Message)
	}
	if assert.Len(t, got, len(want), "%v", texts) {
		for i := range want {
			assert.Contains(t, texts[i], want[i])
		}
	}
}
