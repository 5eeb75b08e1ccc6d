import { QueryClient } from "@tanstack/react-query";

/** `HttpClient` retries by itself. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 30_000 }, mutations: { retry: false } },
});
