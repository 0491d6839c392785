export interface Ingredient {
  name: string
  grams: number
}

/** Scales a recipe to another number of servings. */
export function scale(recipe: Ingredient[], from: number, to: number): Ingredient[] {
  return recipe.map(i => ({ ...i, grams: Math.round((i.grams * to) / from) }))
}
