import type { Activity } from "../../protocol/activity.ts";
import type { Person } from "../../protocol/members.ts";
import { GUEST } from "./activity.ts";
import type { ActivityRow } from "./activity-reads.ts";

/** Accounts by id, in one query; those that are no more are absent. */
export async function readPeople(directory: D1Database, ids: Iterable<string>): Promise<Map<string, Person>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const { results } = await directory
    .prepare("SELECT u.id, u.name, u.email FROM json_each(?) j CROSS JOIN users u ON u.id = j.value")
    .bind(JSON.stringify(asked))
    .all<Person>();
  return new Map(results.map((person) => [person.id, person]));
}

/** The accounts that records name. */
export function accountsIn(rows: readonly ActivityRow[]): string[] {
  return rows.map(({ actor }) => actor).filter((actor) => actor !== "" && !actor.startsWith(GUEST));
}

/**
 * Records for the wire, with the names that accounts have now.
 *
 * @param reader - Who alone is told from which device of theirs it came: what devices and tokens are called is nobody else's
 *   to know. Null: the administrator, who is told of all.
 */
export function activitiesOf(
  rows: readonly ActivityRow[],
  people: ReadonlyMap<string, Person>,
  reader: string | null,
): Activity[] {
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: actorOf(row, people, reader),
    action: row.action,
    node: row.node_id,
    name: row.name,
    type: row.type,
    parent: row.parent_id,
    count: row.count,
    detail: row.detail,
  }));
}

function actorOf(
  { actor, label }: ActivityRow,
  people: ReadonlyMap<string, Person>,
  reader: string | null,
): Activity["actor"] {
  if (actor === "") return { kind: "system", id: null, name: null, device: null };
  if (actor.startsWith(GUEST)) return { kind: "guest", id: actor.slice(GUEST.length), name: label, device: null };
  const device = reader === null || reader === actor ? label : null;
  return { kind: "person", id: actor, name: people.get(actor)?.name ?? null, device };
}
