import ms from "ms";

export interface Price {
  fruit: string;
  cents: number;
  validFor: string;
}

export function price(fruit: string, weight: number): Price {
  return { fruit, cents: weight * 3, validFor: ms(86_400_000, { long: true }) };
}
