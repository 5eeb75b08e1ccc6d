/**
 * A node's name as one part of a path in an archive. Names hold no `/` (N1); what some unpacker would take for a path of
 * its own — a backslash, a drive letter, `..` — becomes `_`, and then the node's id is added: it keeps siblings apart.
 */
export function archiveName(name: string, nodeId: string): string {
  const safe = name
    .toWellFormed()
    .replaceAll(/[/\\\p{Cc}]/gu, "_")
    .replace(/^([A-Za-z]):/, "$1_");
  if (safe === name && !/^\.{0,2}$/.test(name)) return name;
  return `${safe.replace(/^\.{0,2}$/, "_")}~${nodeId.slice(-10)}`;
}
