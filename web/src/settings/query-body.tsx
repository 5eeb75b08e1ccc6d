import { Alert, Button, Skeleton, Stack } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";

interface QueryBodyProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** Lines that are likely to come. */
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** What a query answered; before that where it will be, and where it failed why. */
export function QueryBody<Data>({ query, lines = 2, children }: QueryBodyProps<Data>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return (
      <Alert color="red" variant="light" icon={<IconAlertCircle size={20} aria-hidden />} role="alert">
        {errorText(query.error)}
        <div>
          <Button variant="default" size="xs" mt="sm" onClick={() => void query.refetch()}>
            {strings.errors.retry}
          </Button>
        </div>
      </Alert>
    );
  }
  return (
    <Stack gap="md" role="status" aria-label={strings.settings.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={44} radius="md" />
      ))}
    </Stack>
  );
}
