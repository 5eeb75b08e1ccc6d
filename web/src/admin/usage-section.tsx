import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ServerUsage } from "../../../protocol/admin.ts";
import { Facts } from "../settings/facts.tsx";
import { QueryBody } from "../settings/query-body.tsx";
import { SettingCard } from "../settings/setting-card.tsx";
import { strings } from "../strings/admin.ts";
import { language } from "../strings/strings.ts";
import { formatNumber, formatSize } from "../ui/format.ts";
import { usageQuery } from "./admin-requests.ts";
import { WideTable } from "./wide-table.tsx";

/** What the server holds: in all, by database, by day (R4). */
export function UsageSection(): ReactNode {
  const query = useQuery({ ...usageQuery, refetchOnMount: "always" });
  return (
    <QueryBody query={query} lines={6}>
      {(usage) => (
        <>
          <InAll shards={usage.shards} />
          <ByShard shards={usage.shards} />
          <ByDay days={usage.days} />
        </>
      )}
    </QueryBody>
  );
}

type Shards = ServerUsage["shards"];

function InAll({ shards }: { readonly shards: Shards }): ReactNode {
  const text = strings.admin.usage;
  const sum = (pick: (shard: Shards[number]) => number): number => shards.reduce((all, shard) => all + pick(shard), 0);
  const isCounted = shards.every(({ files }) => files !== null);
  return (
    <SettingCard title={text.now}>
      <Facts
        facts={[
          [text.accounts, formatNumber(sum(({ accounts }) => accounts))],
          [text.used, formatSize(sum(({ used }) => used))],
          [text.reserved, formatSize(sum(({ reserved }) => reserved))],
          [text.quota, formatSize(sum(({ quota }) => quota))],
          [text.files, isCounted ? formatNumber(sum(({ files }) => files ?? 0)) : text.uncounted],
          [text.links, formatNumber(sum(({ links }) => links))],
        ]}
      />
      <Text size="sm" mt="md">
        {text.filesNote}
      </Text>
    </SettingCard>
  );
}

function ByShard({ shards }: { readonly shards: Shards }): ReactNode {
  const text = strings.admin.usage;
  return (
    <SettingCard title={text.shards}>
      <WideTable
        label={text.shards}
        head={[text.shard, text.accounts, text.used, text.quota, text.files, text.links]}
        rows={shards.map(({ shard, accounts, used, quota, files, links }) => ({
          key: shard,
          cells: [
            shard,
            formatNumber(accounts),
            formatSize(used),
            formatSize(quota),
            files === null ? text.uncounted : formatNumber(files),
            formatNumber(links),
          ],
        }))}
      />
    </SettingCard>
  );
}

function ByDay({ days }: { readonly days: ServerUsage["days"] }): ReactNode {
  const text = strings.admin.usage;
  // Days are UTC's, and are not to be moved into another by the reader's time zone.
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  if (days.length === 0) return <SettingCard title={text.days} text={text.noDays} />;
  return (
    <SettingCard title={text.days}>
      <WideTable
        label={text.days}
        head={[text.day, text.accounts, text.used, text.files, text.links]}
        rows={days.toReversed().map(({ day, accounts, used, files, links }) => ({
          key: day,
          cells: [
            date.format(new Date(day)),
            formatNumber(accounts),
            formatSize(used),
            formatNumber(files),
            formatNumber(links),
          ],
        }))}
      />
    </SettingCard>
  );
}
