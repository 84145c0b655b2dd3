/** What the work comes to, or `otherwise` where it takes longer than that; the work itself goes on. */
export async function inPatience<T>(work: Promise<T>, patienceMs: number, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
