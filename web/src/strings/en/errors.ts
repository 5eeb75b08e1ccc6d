/** What went wrong, and what to do, by the server's stable codes and the client's own. */
export const errors = {
  network: "The server cannot be reached. Check your connection; Ledge tries again by itself.",
  unknown: "Something went wrong. Try again; if it happens again, reload the page.",
  byCode: {
    not_found: "It is not there any more. Somebody may have moved or deleted it.",
    name_conflict: "Something of that name is there already.",
    invalid_name: "This name cannot be used: it is empty, too long, or holds a slash or a control character.",
    over_quota: "There is no room left. Delete something for ever, or ask the administrator for a larger quota.",
    stale_base: "It was changed elsewhere meanwhile.",
    would_cycle: "A folder cannot be moved into itself.",
    unauthenticated: "You are signed out. Sign in again to go on.",
    rate_limited: "Too many attempts. Wait a moment, then try again.",
  } as Readonly<Record<string, string>>,
};
