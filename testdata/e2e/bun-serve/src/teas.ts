import ms from "ms";

// The seconds that a tea steeps.
const steeps: Record<string, number> = { assam: 240, sencha: 90 };

export function minutes(name: string): string | undefined {
  const seconds = steeps[name];
  return seconds === undefined ? undefined : ms(seconds * 1000, { long: true });
}
