import { queryOptions } from "@tanstack/react-query";
import { MembersApi } from "../../../client/members.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { Members } from "../../../protocol/members.ts";
import { queryClient } from "../app/query-client.ts";
import { api } from "../session/api.ts";
import { strings } from "../strings/people.ts";
import { errorText } from "../ui/error-text.ts";

export const people = new MembersApi(api.http);

/** Who has a folder; null where it is shared with nobody, or not with this account. */
export function membersQuery(folder: string) {
  return queryOptions({
    queryKey: ["members", folder],
    queryFn: async ({ signal }): Promise<Members | null> => {
      try {
        return await people.members(folder, signal);
      } catch (error) {
        if (error instanceof LedgeError && error.code === "not_found") return null;
        throw error;
      }
    },
  });
}

/** Invitations to the account's own, confirmed email. */
export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: ({ signal }) => people.invitations(signal),
});

/** To be called when who has folders may have changed, whoever changed it. */
export function askPeopleAgain(): void {
  void queryClient.invalidateQueries({ queryKey: ["members"] });
  void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey });
}

/** Why something about people did not work, and what to do. */
export function peopleErrorText(error: unknown): string {
  const text = strings.people.errors;
  if (!(error instanceof LedgeError)) return errorText(error);
  switch (error.code) {
    case "forbidden":
      return text.forbidden;
    case "too_many_members":
      return text.tooManyMembers;
    case "too_many_spaces":
      return text.tooManyOfOwner;
    case "rate_limited":
      return text.rateLimited;
    case "mount_in_shared":
      return text.mountInShared;
    case "not_found":
      return text.notFound;
    default:
      return errorText(error);
  }
}

/** As `peopleErrorText`, of what is done with an invitation that one has. */
export function invitationErrorText(error: unknown): string {
  const text = strings.people.errors;
  if (!(error instanceof LedgeError)) return errorText(error);
  switch (error.code) {
    case "forbidden":
      return text.ownFolder;
    case "too_many_spaces":
      return text.tooManySpaces;
    case "rate_limited":
      return text.tooManyLooks;
    case "not_found":
      return text.invitationGone;
    default:
      return errorText(error);
  }
}
