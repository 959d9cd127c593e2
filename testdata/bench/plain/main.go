// Command plain is the function that one writes with kyaml alone: it merges the partial resource of the one release ConfigMap into every MachinePool. It finds no
// releases, knows no clusters, keeps no bytes and says nothing: the least that a function on kyaml takes. The benchmarks compare with it.
package main

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/kustomize/kyaml/yaml/merge2"
)

func main() {
	err := framework.Execute(framework.ResourceListProcessorFunc(process), nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func process(list *framework.ResourceList) error {
	var patch *yaml.RNode
	for _, item := range list.Items {
		if item.GetKind() == "ConfigMap" && strings.HasPrefix(item.GetName(), "machinepool-") {
			patch = item.Field("data").Value
		}
	}
	if patch == nil {
		return fmt.Errorf("no release")
	}
	for i, item := range list.Items {
		if item.GetKind() != "MachinePool" {
			continue
		}
		merged, err := merge2.Merge(patch.Copy(), item, yaml.MergeOptions{})
		if err != nil {
			return err
		}
		list.Items[i] = merged
	}
	return nil
}
