import { Alert, Button, Group, Progress, Text } from "@mantine/core";
import { IconInfoCircle, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import type { Usage } from "../../../protocol/usage.ts";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/settings.ts";
import { formatRelative, formatSize } from "../ui/format.ts";
import { usageQuery } from "./account-requests.ts";
import { EmptyTrash } from "./empty-trash.tsx";
import { Facts } from "./facts.tsx";
import { LargestFiles } from "./largest-files.tsx";
import { QueryBody } from "./query-body.tsx";
import { SettingCard } from "./setting-card.tsx";
import classes from "./storage-section.module.css";
import { UsageByKind } from "./usage-by-kind.tsx";

/** Milliseconds between two looks while the first count is under way. */
const COUNTING = 3_000;

/** What takes the account's space. */
export function StorageSection(): ReactNode {
  const text = strings.settings.storage;
  const query = useQuery({
    ...usageQuery,
    refetchOnMount: "always",
    refetchInterval: ({ state }) => (isBusy(state.error) ? COUNTING : false),
  });
  return (
    <>
      <SettingCard title={text.title}>
        <Quota />
      </SettingCard>
      <SettingCard title={text.byKind} text={text.byKindText}>
        {isBusy(query.error) && !query.data ? (
          <Alert variant="light" icon={<IconInfoCircle size={20} aria-hidden />} role="status">
            {text.busy}
          </Alert>
        ) : (
          <QueryBody query={query} lines={4}>
            {(usage) => <Counted usage={usage} isFetching={query.isFetching} onRefresh={() => void query.refetch()} />}
          </QueryBody>
        )}
      </SettingCard>
      {query.data && (
        <>
          <SettingCard title={text.savedTitle} text={savedText(query.data)}>
            <Facts facts={savedFacts(query.data)} />
          </SettingCard>
          <SettingCard title={text.largest}>
            <LargestFiles files={query.data.largest} />
          </SettingCard>
        </>
      )}
    </>
  );
}

/** As it is now; what is counted below may be older. */
function Quota(): ReactNode {
  const text = strings.settings.storage;
  const { quota, used, reserved } = useAccount().quota;
  const taken = used + reserved;
  const percent = quota > 0 ? Math.min(100, (taken / quota) * 100) : 100;
  const color = percent >= 100 ? "red.7" : percent >= 90 ? "orange.7" : undefined;
  return (
    <>
      <p className={classes.used}>
        <strong className={classes.number}>{text.used(formatSize(taken), formatSize(quota))}</strong>
        <span className={classes.dim}>{text.free(formatSize(Math.max(0, quota - taken)))}</span>
      </p>
      <Progress
        value={Math.max(percent, taken > 0 ? 0.75 : 0)}
        size="lg"
        radius="xl"
        {...(color !== undefined && { color })}
        aria-label={strings.app.storage}
      />
      <Text size="sm" mt="sm" className={classes.dim}>
        {text.usedText} {reserved > 0 && text.reserved(formatSize(reserved))}
      </Text>
      {percent >= 100 && (
        <Text size="sm" mt="xs" fw={600}>
          {text.full}
        </Text>
      )}
    </>
  );
}

interface CountedProps {
  readonly usage: Usage;
  readonly isFetching: boolean;
  readonly onRefresh: () => void;
}

function Counted({ usage, isFetching, onRefresh }: CountedProps): ReactNode {
  const text = strings.settings.storage;
  return (
    <>
      {!usage.complete && (
        <Alert variant="light" color="orange" mb="md" icon={<IconInfoCircle size={20} aria-hidden />}>
          {text.incomplete}
        </Alert>
      )}
      {usage.logicalBytes === 0 ? <Text size="sm">{text.empty}</Text> : <UsageByKind usage={usage} />}
      {usage.trash.items > 0 && <EmptyTrash items={usage.trash.items} />}
      <Group justify="space-between" mt="md" gap="xs">
        <Text size="sm" className={classes.dim}>
          {text.countedAt(formatRelative(usage.measuredAt))}
        </Text>
        <Button
          variant="default"
          size="xs"
          loading={isFetching}
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={onRefresh}
        >
          {text.refresh}
        </Button>
      </Group>
    </>
  );
}

function savedText({ logicalBytes, distinctBytes }: Usage): string {
  const text = strings.settings.storage;
  return logicalBytes > distinctBytes ? text.savedText : text.nothingSaved;
}

function savedFacts({
  logicalBytes,
  distinctBytes,
  storedBytes,
  unusedBytes,
}: Usage): (readonly [string, ReactNode])[] {
  const text = strings.settings.storage;
  const facts: (readonly [string, ReactNode])[] = [[text.logical, formatSize(logicalBytes)]];
  if (logicalBytes > distinctBytes) {
    facts.push([text.distinct, formatSize(distinctBytes)], [text.saved, formatSize(logicalBytes - distinctBytes)]);
  }
  facts.push([text.stored, formatSize(storedBytes)]);
  if (unusedBytes > 0) facts.push([text.unused, formatSize(unusedBytes)]);
  return facts;
}

/** Whether the first count is under way. */
function isBusy(error: unknown): boolean {
  return error instanceof LedgeError && error.code === "busy";
}
