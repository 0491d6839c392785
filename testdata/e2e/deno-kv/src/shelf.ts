const kv = await Deno.openKv();

export async function add(name: string) {
  await kv.set(["teas", name], new Date().toISOString());
}

export async function all(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of kv.list({ prefix: ["teas"] })) {
    names.push(String(entry.key[1]));
  }
  return names;
}
