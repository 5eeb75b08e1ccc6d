import { Button, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { QueryBody } from "../settings/query-body.tsx";
import { strings } from "../strings/admin.ts";
import type { Paged, PagedQuery } from "./admin-requests.ts";

interface PagesOfProps<Page extends Paged> {
  readonly query: PagedQuery<Page>;
  readonly children: (pages: readonly Page[]) => ReactNode;
}

/** A listing that is asked for page by page; what waits, failed or goes on is told. */
export function PagesOf<Page extends Paged>({ query, children }: PagesOfProps<Page>): ReactNode {
  const found = useInfiniteQuery({ ...query, refetchOnMount: "always" });
  return (
    <QueryBody query={found} lines={4}>
      {({ pages }) => (
        <>
          {children(pages)}
          {found.hasNextPage && (
            <Group mt="md">
              <Button
                variant="default"
                loading={found.isFetchingNextPage}
                onClick={() => void found.fetchNextPage({ cancelRefetch: false })}
              >
                {strings.admin.more}
              </Button>
            </Group>
          )}
        </>
      )}
    </QueryBody>
  );
}
