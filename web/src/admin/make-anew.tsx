import { Button, Progress, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { SearchState } from "../../../protocol/search.ts";
import { SettingCard } from "../settings/setting-card.tsx";
import { strings } from "../strings/admin.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatNumber } from "../ui/format.ts";
import { behindCount } from "./behind-count.ts";
import { makeIndexAnew } from "./admin-requests.ts";

/** Has the index made anew, after it was asked, and shows how far that is (X7). */
export function MakeAnew({ state: { spaces, behind } }: { readonly state: SearchState }): ReactNode {
  const text = strings.admin.index;
  const [isAsking, setAsking] = useState(false);
  const isDone = spaces.current >= spaces.indexed;
  const isWorking = !isDone || behind.length > 0;
  const progress = text.progress(formatNumber(spaces.current), formatNumber(spaces.indexed));
  return (
    <SettingCard title={text.anew} text={text.anewText}>
      {!isDone && (
        <Progress.Root size="lg" radius="xl" mb="xs">
          <Progress.Section
            value={(spaces.current / Math.max(1, spaces.indexed)) * 100}
            aria-label={text.anew}
            aria-valuetext={progress}
          />
        </Progress.Root>
      )}
      <Text size="sm" role="status">
        {isDone ? text.isAnew : progress} {isWorking ? text.working(behindCount(behind)) : text.upToDate}
      </Text>
      <Button mt="md" variant="default" onClick={() => setAsking(true)}>
        {text.anew}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={text.anewTitle}
        text={text.anewConfirm}
        answer={text.anewAction}
        isDanger={false}
        onConfirm={makeIndexAnew}
        onClose={() => setAsking(false)}
      />
    </SettingCard>
  );
}
