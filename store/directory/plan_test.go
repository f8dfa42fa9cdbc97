package directory

import (
	"regexp"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// scans finds a table that is read from end to end.
var scans = regexp.MustCompile(`SCAN (directory_\w+|[emlo])\b`)

// numbered finds ?1.
var numbered = regexp.MustCompile(`\?(\d)`)

// TestQueriesAboutMembersUseIndexes: none of them reads a whole table.
func TestQueriesAboutMembersUseIndexes(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for name, query := range map[string]string{
			"member": sqlMember, "members": sqlMembers, "memberships": sqlMembershipsOf, "ids": sqlMemberIDs, "sole": sqlSoleAdmin,
			"is admin": sqlIsAdmin, "admins": sqlAdminCount, "asking": sqlAskingCount, "circle": sqlCircle,
			"acts": sqlActs, "forget acts": sqlForgetActs, "acts by": sqlActsBy,
			"invitation": sqlInvitation, "code": sqlInvitationByCode, "invitations": sqlInvitations, "pending": sqlPendingCount,
			"from": sqlRevokeFrom, "forget invitations": sqlForgetInvitations, "by": sqlInvitationsBy, "slip": sqlLastSlip, "void": sqlVoidSlips,
			"unclaimed": sqlUnclaimed, "claim": sqlClaimByID, "open": sqlClaimsOpen, "claims by": sqlClaimsBy, "on": sqlClaimsOn,
			"standing": sqlStanding, "vouches": sqlVouches, "partners": sqlPartners, "by name": sqlByName, "things": sqlStandingThings, "between": sqlBetween,
			"uninvite": sqlUninvite, "unuse": sqlUnuse, "unanswer": sqlUnanswer, "unact": sqlUnact, "unact other": sqlUnactOther,
		} {
			args := make([]any, strings.Count(query, "?"))
			if m := numbered.FindAllStringSubmatch(query, -1); len(m) > 0 {
				args = args[:maxOf(m)-'0']
			}
			plan, err := store.All(tx, func(r store.Row) (string, error) {
				var id, parent, unused int
				var detail string
				err := r.Scan(&id, &parent, &unused, &detail)
				return detail, err
			}, "EXPLAIN QUERY PLAN "+query, args...)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, step := range plan {
				if scans.MatchString(step) && !strings.Contains(step, "USING INDEX") && !strings.Contains(step, "USING COVERING INDEX") {
					t.Errorf("%s: %s", name, step)
				}
			}
		}
		return nil
	})
}

// maxOf is the highest digit of numbered parameters.
func maxOf(found [][]string) byte {
	most := byte('0')
	for _, m := range found {
		most = max(most, m[1][0])
	}
	return most
}
