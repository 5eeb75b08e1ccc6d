/** What an account may hold and holds, in bytes. */
export interface Quota {
  readonly quota: number;
  readonly used: number;
  readonly reserved: number;
}

/** One row. @throws Error where the shard has no such owner: placing makes it before any request gets here */
export async function readQuota(shard: D1DatabaseSession, ownerId: string): Promise<Quota> {
  const row = await shard.prepare("SELECT quota, used, reserved FROM owners WHERE id = ?").bind(ownerId).first<Quota>();
  if (!row) throw new Error(`owner ${ownerId} is not on the shard that the directory names`);
  return row;
}
