import { Button, NativeSelect, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { ActivityAction, AdminActivity } from "../../../protocol/activity.ts";
import type { AdminAction, AdminEvent } from "../../../protocol/admin.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { SettingCard } from "../settings/setting-card.tsx";
import { strings } from "../strings/admin.ts";
import { errorText } from "../ui/error-text.ts";
import { formatDateTime, formatSize } from "../ui/format.ts";
import { saveText } from "../ui/save-as.ts";
import { accountQuery, activityQuery, eventsQuery, exportActivity } from "./admin-requests.ts";
import classes from "./filters.module.css";
import { PagesOf } from "./pages-of.tsx";
import { WideTable } from "./wide-table.tsx";

type Which = "all" | "acts";
const DAY = 86_400_000;

/** What all accounts did, and what administrators did (V3, R5). */
export function ActivitySection(): ReactNode {
  const text = strings.admin.activity;
  const { account } = useSearch({ from: "/shell/admin/{-$section}" });
  const [which, setWhich] = useState<Which>("all");
  const [action, setAction] = useState("");
  const [days, setDays] = useState({ from: "", until: "" });
  const actions = which === "all" ? text.actions : text.adminActions;
  const filter = { account, from: startOf(days.from), until: startOf(days.until, DAY) };
  const all = { ...filter, action: keyIn(text.actions, action) satisfies ActivityAction | undefined };
  const acts = { ...filter, action: keyIn(text.adminActions, action) satisfies AdminAction | undefined };
  return (
    <SettingCard title={strings.admin.sections.activity.title} text={text.text}>
      <div className={classes.filters}>
        <SegmentedControl
          aria-label={text.which}
          value={which}
          onChange={(value) => {
            setWhich(value === "acts" ? "acts" : "all");
            setAction("");
          }}
          data={[
            { value: "all", label: text.all },
            { value: "acts", label: text.acts },
          ]}
        />
        <NativeSelect
          label={text.action}
          value={action}
          onChange={(event) => setAction(event.currentTarget.value)}
          data={[
            { value: "", label: text.anyAction },
            ...Object.entries(actions).map(([value, label]) => ({ value, label })),
          ]}
        />
        {(["from", "until"] as const).map((end) => (
          <TextInput
            key={end}
            type="date"
            label={text[end]}
            value={days[end]}
            onChange={(event) => setDays({ ...days, [end]: event.currentTarget.value })}
          />
        ))}
      </div>
      {account !== undefined && <OnlyOf account={account} />}
      {which === "all" && <Export filter={all} />}
      {which === "all" ? (
        <PagesOf query={activityQuery(all)}>
          {(pages) => <Records rows={pages.flatMap((page) => page.activities).map((record) => rowOf(record))} />}
        </PagesOf>
      ) : (
        <PagesOf query={eventsQuery(acts)}>
          {(pages) => <Records rows={pages.flatMap((page) => page.events).map((event) => rowOfAct(event))} />}
        </PagesOf>
      )}
    </SettingCard>
  );
}

/** `key` where it is one of the texts'. */
function keyIn<Texts extends object>(texts: Texts, key: string): keyof Texts | undefined {
  return Object.hasOwn(texts, key) ? (key as keyof Texts) : undefined;
}

/** Of a day as the browser writes it: its first moment here, or `later` than that. */
function startOf(day: string, later = 0): number | undefined {
  const at = Date.parse(`${day}T00:00`);
  return Number.isNaN(at) || at < 0 ? undefined : at + later;
}

function OnlyOf({ account }: { readonly account: string }): ReactNode {
  const text = strings.admin.activity;
  const navigate = useNavigate();
  const { data } = useQuery(accountQuery(account));
  return (
    <Text component="div" size="sm" mb="md">
      {text.onlyOf(data?.name ?? "…")}{" "}
      <Button
        variant="default"
        size="xs"
        onClick={() => void navigate({ to: "/admin/{-$section}", params: { section: "activity" }, search: {} })}
      >
        {text.everybody}
      </Button>
    </Text>
  );
}

function Export({ filter }: { readonly filter: Parameters<typeof exportActivity>[0] }): ReactNode {
  const text = strings.admin.activity;
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  async function save(): Promise<void> {
    setBusy(true);
    setFailure(undefined);
    try {
      saveText("activity.ndjson", await exportActivity(filter));
    } catch (error) {
      setFailure(`${text.downloadFailed}: ${errorText(error)}`);
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <FormFailure text={failure} />
      <Button
        variant="default"
        mb="md"
        loading={isBusy}
        leftSection={<IconDownload size={18} aria-hidden />}
        onClick={() => void save()}
      >
        {text.download}
      </Button>
    </>
  );
}

interface Row {
  readonly key: string;
  readonly cells: readonly string[];
}

function Records({ rows }: { readonly rows: readonly Row[] }): ReactNode {
  const text = strings.admin.activity;
  if (rows.length === 0) return <Text size="sm">{text.none}</Text>;
  return (
    <WideTable
      label={strings.admin.sections.activity.title}
      head={[text.when, text.who, text.what, text.on, text.via]}
      rows={rows}
    />
  );
}

function rowOf({ id, at, actor, action, name, count, detail }: AdminActivity): Row {
  const text = strings.admin.activity;
  const on = [text.andMore(name, count), detail].filter(Boolean).join(" · ");
  return { key: id, cells: [formatDateTime(at), whoIs(actor), text.actions[action], on, actor.device ?? ""] };
}

function whoIs({ kind, name }: AdminActivity["actor"]): string {
  const text = strings.admin.activity;
  if (kind === "system") return text.system;
  if (kind === "guest") return name === null ? text.aGuest : text.guest(name);
  return name ?? text.gone;
}

function rowOfAct({ id, at, by, action, account, detail, device }: AdminEvent): Row {
  const text = strings.admin.activity;
  const on = [account?.name ?? text.server, detailOf(action, detail)].filter(Boolean).join(" · ");
  return { key: id, cells: [formatDateTime(at), by.name || text.gone, text.adminActions[action], on, device ?? ""] };
}

function detailOf(action: AdminAction, detail: string | null): string {
  if (detail === null || action === "revokeLink") return "";
  if (action === "quota") return formatSize(Number(detail));
  if (action !== "signUp") return detail;
  const { policies } = strings.admin.settings;
  return detail in policies ? policies[detail as keyof typeof policies] : strings.admin.activity.defaultPolicy;
}
