const SECRET_FOR_MS = 30_000;

/** Puts text on the clipboard; a secret is taken off again. False where the system refuses. */
export async function copyText(text: string, { secret = false } = {}): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  if (secret) setTimeout(() => forget(text), SECRET_FOR_MS);
  return true;
}

/** What was copied since stays; where that cannot be known, the clipboard is emptied all the same. */
async function forget(secret: string) {
  const now = await navigator.clipboard.readText().catch(() => secret);
  if (now === secret) await navigator.clipboard.writeText('').catch(() => {});
}
