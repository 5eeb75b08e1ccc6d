import { NativeSelect, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { SearchState } from "../../../protocol/search.ts";
import { SettingCard } from "../settings/setting-card.tsx";
import { strings } from "../strings/admin.ts";
import { formatDateTime } from "../ui/format.ts";
import classes from "./filters.module.css";
import { WideTable } from "./wide-table.tsx";

interface ParkedContentsProps {
  readonly state: SearchState;
  /** Of which contents are listed; empty: of those that may pass. */
  readonly reason: string;
  readonly onReason: (reason: string) => void;
}

/** Contents whose text is not found, or not all of it, by why (X4). */
export function ParkedContents({ state: { reasons, parked }, reason, onReason }: ParkedContentsProps): ReactNode {
  const text = strings.admin.index;
  if (reasons.length === 0) return <SettingCard title={text.parked} text={text.noneParked} />;
  const called = (each: string): string => text.reasons[each] ?? each;
  const choices = reasons.map((each) => ({
    value: each.reason,
    label: `${called(each.reason)} (${text.count(each.contents)})`,
  }));
  return (
    <SettingCard title={text.parked} text={text.parkedText}>
      <div className={classes.filters}>
        <NativeSelect
          label={text.reason}
          value={reason}
          onChange={(event) => onReason(event.currentTarget.value)}
          data={[{ value: "", label: text.mayPass }, ...choices]}
        />
      </div>
      {parked.length === 0 ? (
        <Text size="sm">{text.noneOfReason}</Text>
      ) : (
        <WideTable
          label={text.parked}
          head={[text.content, text.reason, text.when, text.space]}
          rows={parked.map((each) => ({
            key: `${each.space} ${each.content}`,
            cells: [each.content, called(each.reason), formatDateTime(each.at), each.space],
          }))}
        />
      )}
    </SettingCard>
  );
}
