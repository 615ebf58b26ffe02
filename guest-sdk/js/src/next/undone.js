/** What Next.js has its cache do and nothing does here yet, in the words that say so. */

const NOTHING_KEPT = "has nothing to do yet: no answer is kept that could be stale";
const OF_DIRECTIVE = 'has nothing to do yet: what stands under "use cache" runs each time';

/** By the name a route calls it by. */
export const UNDONE = {
  cacheLife: `\`cacheLife\` ${OF_DIRECTIVE}`,
  cacheTag: `\`cacheTag\` ${OF_DIRECTIVE}`,
  fetch: "`fetch` keeps no answers yet, whatever its options `next` and `cache` say: it asks the other server each time",
  revalidatePath: `\`revalidatePath\` ${NOTHING_KEPT}`,
  revalidateTag: `\`revalidateTag\` ${NOTHING_KEPT}`,
  unstable_cache: "`unstable_cache` keeps nothing yet: the function it is given runs each time",
  unstable_cacheLife: `\`unstable_cacheLife\` ${OF_DIRECTIVE}`,
  unstable_cacheTag: `\`unstable_cacheTag\` ${OF_DIRECTIVE}`,
};
