package cli

import (
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
)

// pushing proposes how branches get to the remote that git pushes to.
func pushing(r *checkout.Repo, flags string, branches []string) string {
	return "Next: git push " + flags + escape.Shell(checkout.PushRemote(r)) + " " + escape.Words(branches)
}

// pushingHead proposes how the branch that is checked out gets there.
func pushingHead(r *checkout.Repo) string {
	branch, upstream := checkout.BranchOf(r)
	switch {
	case branch == "":
		return "HEAD is on no branch. Next: git switch -c NAME"
	case upstream:
		return "Next: git push"
	}
	return pushing(r, "-u ", []string{branch})
}
