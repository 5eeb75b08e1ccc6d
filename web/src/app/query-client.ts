import { QueryClient } from "@tanstack/react-query";

/** `HttpClient` retries by itself; offline the service worker answers what was seen, and the rest fails and says so. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 30_000, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});
