import { infiniteQueryOptions } from "@tanstack/react-query";
import { ActivityApi } from "../../../client/activity.ts";
import { api } from "../session/api.ts";

export const activityApi = new ActivityApi(api.http);

/** What the account is told of, the newest first; the newest page says how many are unread. */
export const notificationsQuery = infiniteQueryOptions({
  queryKey: ["notifications"],
  queryFn: ({ pageParam, signal }) =>
    activityApi.notifications({ limit: 30, ...(pageParam !== null && { cursor: pageParam }) }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
});
