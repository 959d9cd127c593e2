package yamltree

import _ "github.com/goccy/go-yaml" // ships the yaml-test-suite
