/** `next/cache`. Nothing is cached yet: whatever is marked stale already is. What is called in vain says so in the log. */

export declare function revalidatePath(path: string, type?: 'layout' | 'page'): void
export declare function revalidateTag(tag: string, profile?: string | { expire?: number }): void
export declare function updateTag(tag: string): void
export declare function refresh(): void
export declare function unstable_noStore(): void
export declare function unstable_cache<Given extends unknown[], Result>(
  work: (...given: Given) => Promise<Result>,
  keyParts?: string[],
  options?: { revalidate?: number | false; tags?: string[] },
): (...given: Given) => Promise<Result>
export declare function cacheLife(profile: string | { stale?: number; revalidate?: number; expire?: number }): void
export declare function cacheTag(...tags: string[]): void
