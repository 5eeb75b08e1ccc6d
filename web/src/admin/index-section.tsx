import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { PASSING_REASONS } from "../../../protocol/parked-reasons.ts";
import type { SearchState } from "../../../protocol/search.ts";
import { Facts } from "../settings/facts.tsx";
import { QueryBody } from "../settings/query-body.tsx";
import { SettingCard } from "../settings/setting-card.tsx";
import { strings } from "../strings/admin.ts";
import { formatNumber } from "../ui/format.ts";
import { behindCount } from "./behind-count.ts";
import { indexQuery } from "./admin-requests.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { MakeAnew } from "./make-anew.tsx";
import { ParkedContents } from "./parked-contents.tsx";
import { WideTable } from "./wide-table.tsx";

/** The search index: what it has, what it lacks and why, and what can be tried again (X4, X6, X7). */
export function IndexSection(): ReactNode {
  const [reason, setReason] = useState("");
  const query = useQuery({ ...indexQuery(reason), refetchOnMount: "always" });
  return (
    <QueryBody query={query} lines={6}>
      {(state) => (
        <>
          {query.error && (
            <Alert color="red" variant="light" role="alert" mb="md">
              {strings.admin.index.failed}
            </Alert>
          )}
          <InAll state={state} />
          <MakeAnew state={state} />
          <Behind behind={state.behind} />
          <DeadLetters
            letters={state.deadLetters}
            canRetry={state.reasons.some(({ reason: each }) => PASSING_REASONS.has(each))}
          />
          <ParkedContents state={state} reason={reason} onReason={setReason} />
        </>
      )}
    </QueryBody>
  );
}

function InAll({ state: { entries, texts, spaces, behind } }: { readonly state: SearchState }): ReactNode {
  const text = strings.admin.index;
  return (
    <SettingCard title={strings.admin.sections.search.title} text={text.text}>
      <Facts
        facts={[
          [text.entries, formatNumber(entries)],
          [text.texts, formatNumber(texts)],
          [text.spaces, formatNumber(spaces.indexed)],
          [text.behindCount, behindCount(behind)],
        ]}
      />
    </SettingCard>
  );
}

function Behind({ behind }: { readonly behind: SearchState["behind"] }): ReactNode {
  const text = strings.admin.index;
  if (behind.length === 0) return <SettingCard title={text.behind} text={text.noneBehind} />;
  return (
    <SettingCard title={text.behind} text={text.behindText}>
      <WideTable
        label={text.behind}
        head={[text.space, text.seq, text.indexed]}
        rows={behind.map(({ space, seq, indexed }) => ({
          key: space,
          cells: [space, formatNumber(seq), formatNumber(indexed)],
        }))}
      />
    </SettingCard>
  );
}
