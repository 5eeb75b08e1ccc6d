const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** SQL for the search database: everything counts as not indexed, and can be found as it is until it is indexed again. */
export const INDEX_ANEW = "UPDATE generations SET generation = generation + 1";

/**
 * SQL for a metadata shard: gives each space a new epoch of its own, an id as protocol/ids.ts has them, and answers how
 * many spaces there are. Made in the database, because there may be more of them than fit a statement.
 *
 * @param now - Milliseconds.
 */
export function newEpochs(now) {
  let time = "";
  for (let rest = now; time.length < 10; rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  const digit = `substr('${ALPHABET}', 1 + (random() & 31), 1)`;
  const random = Array.from({ length: 16 }, () => digit).join(" || ");
  return `UPDATE spaces SET epoch = '${time}' || ${random}; SELECT count(*) AS spaces FROM spaces;`;
}
